"""A window gives what the views give, and what was known before as it was known."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import sql

from schemas.record import Record
from services.store.as_known import closed_position
from services.store.connection import connect_now
from services.store.instruments import (
    Line,
    Span,
    points_of,
    read_instruments,
    read_wiring,
)
from services.store.session import Session
from services.store.window_records import ALL_OF, AS_READ, BELIEVED, read_states
from services.store.windows import read_window
from tests.fixtures.batches import FIRST_SENT, say
from tests.fixtures.readings import MINUTE, channel_ids, fill
from tests.fixtures.registry import TERSE, stored

START = datetime(2024, 6, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
VIEW = (
    "SELECT time, span_s, value, flag, converted, total, minimum, maximum, sampled_at, range_max,"
    " sentinel FROM measured_minute WHERE point = %s AND rank = 'main' AND time >= %s AND time < %s"
    " ORDER BY time"
)


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        stored(connection, TERSE)
        yield connection


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def point(owner: psycopg.Connection, code: str) -> int:
    row = owner.execute("SELECT id FROM point WHERE code = %s", (code,)).fetchone()
    assert row is not None
    return int(row[0])


def values(records: list[Record]) -> list[tuple[int, float | None]]:
    return [((record.at - START) // MINUTE, record.value) for record in records]


def test_the_window_reads_what_the_view_reads_whatever_the_setting(
    owner: psycopg.Connection, session: Session
) -> None:
    ids = channel_ids(owner)
    channel = ids["MN-A/a21026"]
    owner.execute("DELETE FROM channel_setting")
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO channel_setting (channel, valid, unit, scale, total_scale, sentinels,"
            " range_min, range_max) VALUES (%s, tstzrange(%s, %s), %s, %s, %s, %s::float8[], 0, 99)",
            [
                (channel, None, START + 10 * MINUTE, "mg/m3", 1, 1, []),
                (channel, START + 10 * MINUTE, START + 20 * MINUTE, "ppm", 2.5, 1000, [7, 8]),
                (channel, START + 30 * MINUTE, START + 40 * MINUTE, "ppm", -0.1, 1, [1]),
                (channel, START + 40 * MINUTE, None, "mg/m3", 1, 1, [9]),
            ],
        )
    fill(
        owner,
        "reading_minute",
        (
            (START + n * MINUTE, channel, n % 10, 1.0, 8.0, 7.5, 0.5, 9.5, n * 1.5)
            for n in range(-5, 65)
        ),
    )
    span = Span([point(owner, "a21026")], START, START + HOUR)

    window = read_window(session, span)

    seen = [
        Record._make(row)
        for row in owner.execute(VIEW, (*span.points, span.since, span.until)).fetchall()
    ]
    assert window.minutes == {Line(span.points[0], "main"): seen}
    assert len(seen) == 60
    assert [one.unit for one in window.instruments] == ["mg/m3", "ppm", None, "ppm", "mg/m3"]
    assert [one.range_max for one in window.instruments] == [99, 247.5, None, -0.0, 99]


def test_each_series_is_read_under_its_own_name(
    owner: psycopg.Connection, session: Session
) -> None:
    channel = channel_ids(owner)["MN-A/a21026"]
    for place, series in enumerate(("minute", "five_minute", "hour", "day")):
        fill(owner, f"reading_{series}", [(START, channel, float(place))])
    [plant] = owner.execute("SELECT id FROM plant").fetchall()

    window = read_window(session, Span(points_of(session, plant[0]), START, START + HOUR))

    line = Line(point(owner, "a21026"), "main")
    found = [window.minutes, window.five_minutes, window.hours, window.days]
    assert [values(one[line]) for one in found] == [[(0, 0.0)], [(0, 1.0)], [(0, 2.0)], [(0, 3.0)]]


def test_main_and_comparison_are_lines_of_their_own_and_a_replaced_main_goes_on(
    owner: psycopg.Connection, session: Session
) -> None:
    one, other = (channel_ids(owner)[f"MN-A/{code}"] for code in ("a21026", "a19001"))
    at = point(owner, "a21026")
    owner.execute("DELETE FROM channel_binding")
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO channel_binding (channel, point, rank, valid)"
            " VALUES (%s, %s, %s, tstzrange(%s, %s))",
            [
                (one, at, "comparison", None, START + 2 * MINUTE),
                (other, at, "main", None, START + 2 * MINUTE),
                (one, at, "main", START + 2 * MINUTE, None),
            ],
        )
    fill(
        owner,
        "reading_minute",
        ((START + n * MINUTE, channel, channel) for n in range(4) for channel in (one, other)),
    )

    minutes = read_window(session, Span([at], START, START + HOUR)).minutes

    assert values(minutes[Line(at, "comparison")]) == [(0, one), (1, one)]
    assert values(minutes[Line(at, "main")]) == [(0, other), (1, other), (2, one), (3, one)]


@pytest.fixture
def pump(owner: psycopg.Connection) -> tuple[int, int]:
    """A channel that reports run states, and its point."""
    row = owner.execute(
        "WITH side AS (INSERT INTO point (subject, side, code) SELECT id, 'state', 'SB1'"
        " FROM subject RETURNING id), code AS (INSERT INTO channel (device, code)"
        " SELECT id, 'SB1' FROM device RETURNING id), bound AS (INSERT INTO channel_binding"
        " (channel, point, valid) SELECT code.id, side.id, tstzrange(NULL, NULL) FROM code, side)"
        " SELECT code.id, side.id FROM code, side"
    ).fetchone()
    assert row is not None
    return row


def test_run_states_begin_with_the_last_report_before_the_span(
    owner: psycopg.Connection, session: Session, pump: tuple[int, int]
) -> None:
    channel, place = pump
    reports = ((-300, 1.0), (-200, 0.0), (5, 1.0), (59, 2.0), (60, 3.0))
    fill(owner, "state", ((START + n * MINUTE, channel, value) for n, value in reports))

    states = read_window(session, Span([place], START, START + HOUR)).states

    assert values(states[Line(place, "main")]) == [(-200, 0.0), (5, 1.0), (59, 2.0)]


def test_a_run_state_reported_long_ago_tells_nothing(
    owner: psycopg.Connection, session: Session, pump: tuple[int, int]
) -> None:
    channel, place = pump
    fill(owner, "state", [(START - 200 * MINUTE, channel, 1.0)])

    wiring = read_wiring(session, [place])
    found = read_states(session, wiring, (START, START + HOUR), reach=3 * HOUR)

    assert found == {}


def test_a_run_state_is_known_as_it_was(
    owner: psycopg.Connection, session: Session, pump: tuple[int, int]
) -> None:
    channel, place = pump
    say(owner, 1, channel, {START - 9 * MINUTE: 1.0}, "state")
    then = closed_position(session)
    say(owner, 2, channel, {START - 9 * MINUTE: 0.0, START: 2.0}, "state")

    before = read_window(session, Span([place], START, START + HOUR, then)).states
    now = read_window(session, Span([place], START, START + HOUR)).states

    assert values(before[Line(place, "main")]) == [(-9, 1.0)]
    assert values(now[Line(place, "main")]) == [(-9, 0.0), (0, 2.0)]


def test_what_the_devices_said_of_themselves_is_in_the_window(
    owner: psycopg.Connection, session: Session
) -> None:
    for at in (START - MINUTE, START, START + HOUR):
        owner.execute(
            "INSERT INTO parameter (device, code, value, effective_at, received_at, batch, seq)"
            " SELECT id, 'i13004', '168', %s, now(), 1, 0 FROM device",
            (at,),
        )
        owner.execute(
            "INSERT INTO device_event (device, kind, text, happened_at, received_at, batch, seq)"
            " SELECT id, 'log', 'door', %s, now(), 1, 0 FROM device",
            (at,),
        )

    window = read_window(session, Span([point(owner, "a21026")], START, START + HOUR))

    assert [(one.code, one.value, one.effective_at) for one in window.said] == [
        ("i13004", "168", START)
    ]
    assert [(one.kind, one.text, one.happened_at) for one in window.events] == [
        ("log", "door", START)
    ]


def test_a_revised_minute_is_in_the_window_and_the_old_one_in_the_window_as_known_before(
    owner: psycopg.Connection, session: Session
) -> None:
    channel, place = channel_ids(owner)["MN-A/a21026"], point(owner, "a21026")
    say(owner, 1, channel, {START: 1.0, START + MINUTE: 2.0})
    first = closed_position(session)
    say(owner, 2, channel, {START + MINUTE: 20.0, START + 2 * MINUTE: 3.0})
    second = closed_position(session)
    say(owner, 3, channel, {START + MINUTE: 200.0})

    found = [
        read_window(session, Span([place], START, START + HOUR, known)).minutes
        for known in (0, first, second, None)
    ]

    assert found[0] == {}
    assert [values(one[Line(place, "main")]) for one in found[1:]] == [
        [(0, 1.0), (1, 2.0)],
        [(0, 1.0), (1, 20.0), (2, 3.0)],
        [(0, 1.0), (1, 200.0), (2, 3.0)],
    ]


def test_a_value_that_came_late_and_was_sent_early_changes_nothing_known_before_or_after(
    owner: psycopg.Connection, session: Session
) -> None:
    channel, place = channel_ids(owner)["MN-A/a21026"], point(owner, "a21026")
    say(owner, 1, channel, {START: 1.0})
    then = closed_position(session)
    with owner.transaction():
        owner.execute(
            "INSERT INTO reading_revision (series, time, channel, value, span_s, sent_at,"
            " received_at, batch, seq) VALUES ('minute', %s, %s, 0.5, 60, %s, %s, 9, 0)",
            (START, channel, FIRST_SENT, FIRST_SENT + 9 * MINUTE),
        )

    found = [
        read_window(session, Span([place], START, START + HOUR, known)).minutes
        for known in (then, closed_position(session), None)
    ]

    assert [values(one[Line(place, "main")]) for one in found] == [[(0, 1.0)]] * 3


def test_the_registry_is_the_one_that_was_known(
    owner: psycopg.Connection, session: Session
) -> None:
    channel, place = channel_ids(owner)["MN-A/a21026"], point(owner, "a21026")
    fill(owner, "reading_minute", [(START, channel, 4.0)])
    then = closed_position(session)
    owner.execute("UPDATE channel_setting SET scale = 0.5 WHERE channel = %s", (channel,))
    between = closed_position(session)
    owner.execute("DELETE FROM channel_binding WHERE channel = %s", (channel,))

    found = [
        read_window(session, Span([place], START, START + HOUR, known)).minutes
        for known in (then, between, None)
    ]

    assert [[record.value for records in one.values() for record in records] for one in found] == [
        [4.0],
        [2.0],
        [],
    ]


def test_outside_the_registry_there_are_no_instruments(
    owner: psycopg.Connection, session: Session
) -> None:
    place = point(owner, "a21026")

    early = Span([place], START - timedelta(days=999), START - timedelta(days=998))

    assert read_instruments(session, early) == []
    assert read_instruments(session, Span([10**6], START, START + HOUR)) == []


def test_the_plan_leaves_chunks_out_and_has_no_function_calls(
    owner: psycopg.Connection, session: Session
) -> None:
    ids = channel_ids(owner)
    channel = ids["MN-A/a21026"]
    fill(
        owner,
        "reading_minute",
        ((START + n * 5 * MINUTE, one, 1.0) for one in ids.values() for n in range(12 * 24 * 21)),
    )
    owner.execute("ANALYZE")
    query = AS_READ.format(
        readings=BELIEVED.format(table=sql.Identifier("reading_minute"), asked=ALL_OF)
    )
    wanted = {
        "channels": [channel],
        "since": START + timedelta(days=1),
        "until": START + timedelta(days=2),
        "scale": 0.5,
        "total_scale": 1.0,
        "sentinels": [-99.0],
    }

    rows = session.execute(
        sql.SQL("EXPLAIN VERBOSE {}").format(query), wanted, prepare=False
    ).fetchall()

    text = "\n".join(row[0] for row in rows)
    assert len(set(re.findall(r"_hyper_\d+_\d+_chunk", text))) == 1
    assert "Seq Scan" not in text
    assert "as_read" not in text
