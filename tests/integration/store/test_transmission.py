"""What was due and what came, against a database with known readings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import sql

from schemas.transmission import Graces, SeriesCount
from services.store.connection import connect_now
from services.store.transmission import RECORDS, series_counts
from services.store.transmission_frames import frame_counts
from services.store.transmission_span import Span, Step
from tests.fixtures.registry import TERSE, stored

# Midnight of a day in Beijing.
DAY = datetime(2025, 3, 1, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SPAN = Span(DAY, DAY + HOUR, DAY + timedelta(days=3))
TABLES = {name: sql.Identifier(f"reading_{name}") for name in ("realtime", "minute", "hour", "day")}


@pytest.fixture
def writer(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, TERSE)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("UPDATE device SET minute_interval_s = 600, realtime_interval_s = 1800")
        yield connection


def reading(
    writer: psycopg.Connection,
    series: str,
    at: datetime,
    late: timedelta = timedelta(0),
    code: str = "a21026",
) -> None:
    """A reading that arrives so late after `at`."""
    writer.execute(
        sql.SQL(
            "INSERT INTO {} (time, channel, value, span_s, received_at, batch, seq)"
            " SELECT %s, id, 1, 600, %s, 1, 0 FROM channel WHERE code = %s"
        ).format(TABLES[series]),
        [at, at + late, code],
    )


def revision(writer: psycopg.Connection, series: str, at: datetime, late: timedelta) -> None:
    writer.execute(
        "INSERT INTO reading_revision (series, time, channel, value, span_s, received_at, batch, seq)"
        " SELECT %s, %s, id, 2, 600, %s, 1, 0 FROM channel WHERE code = 'a21026'",
        [series, at, at + late],
    )


def counts(writer: psycopg.Connection, span: Span = SPAN) -> dict[str, SeriesCount]:
    """The first step of each series."""
    found: dict[str, SeriesCount] = {}
    for one in series_counts(writer, span, Graces()):
        found.setdefault(one.series, one)
    return found


def test_a_silent_device_misses_all_that_is_due(writer: psycopg.Connection) -> None:
    found = series_counts(writer, SPAN, Graces())

    assert [(one.series, one.due, one.missing, one.rate) for one in found] == [
        ("realtime", 2, 2, 0.0),
        ("minute", 6, 6, 0.0),
        ("hour", 1, 1, 0.0),
        ("day", 1, 1, 0.0),
    ]
    assert {(one.plant, one.device, one.mn, one.since) for one in found} == {
        ("P1", "MN-A", "MN-A", DAY)
    }


def test_a_record_counts_once_whatever_the_number_of_its_codes(writer: psycopg.Connection) -> None:
    for code in ("a21026", "a19001"):
        reading(writer, "minute", DAY, 11 * MINUTE, code)
    reading(writer, "minute", DAY + 10 * MINUTE, 11 * MINUTE, "a19001")

    minute = counts(writer)["minute"]

    assert (minute.due, minute.in_time, minute.missing, minute.arrived) == (6, 2, 4, 2)


@pytest.mark.parametrize(
    ("late_s", "in_time"),
    [(600, 1), (900, 1), (901, 0), (80_000, 0)],
    ids=["at the end", "at the end of the grace", "after it", "much later"],
)
def test_a_record_is_in_time_until_its_grace_is_over(
    writer: psycopg.Connection, late_s: int, in_time: int
) -> None:
    reading(writer, "minute", DAY, timedelta(seconds=late_s))

    minute = counts(writer)["minute"]

    assert (minute.in_time, minute.late) == (in_time, 1 - in_time)
    assert minute.due + minute.extra == minute.in_time + minute.late + minute.missing


def test_the_first_arrival_counts_whichever_value_is_believed(writer: psycopg.Connection) -> None:
    reading(writer, "minute", DAY, timedelta(days=1))
    revision(writer, "minute", DAY, 11 * MINUTE)
    reading(writer, "minute", DAY + 10 * MINUTE, 11 * MINUTE)
    revision(writer, "minute", DAY + 10 * MINUTE, timedelta(days=1))
    revision(writer, "hour", DAY + 10 * MINUTE, timedelta(days=1))

    minute = counts(writer)["minute"]

    assert (minute.in_time, minute.late, minute.revised) == (2, 0, 2)


def test_what_comes_more_often_than_registered_is_extra(writer: psycopg.Connection) -> None:
    for place in range(5):
        reading(writer, "realtime", DAY + place * MINUTE)

    realtime = counts(writer)["realtime"]

    assert (realtime.due, realtime.in_time, realtime.extra, realtime.missing) == (2, 5, 3, 0)
    assert realtime.rate == 1


def test_one_hour_does_not_make_up_for_another(writer: psycopg.Connection) -> None:
    for place in range(8):
        reading(writer, "minute", DAY + place * 5 * MINUTE)

    [day] = [
        one
        for one in series_counts(writer, replace(SPAN, until=DAY + 2 * HOUR, step="day"), Graces())
        if one.series == "minute"
    ]

    assert (day.due, day.in_time, day.extra, day.missing, day.since) == (12, 8, 2, 6, DAY)


@pytest.mark.parametrize(
    ("statement", "due"),
    [
        ("UPDATE device SET commissioned_at = %(at)s", 3),
        ("UPDATE device_mn SET valid = tstzrange(%(at)s, NULL)", 3),
        ("UPDATE device_mn SET valid = tstzrange(NULL, %(at)s)", 3),
        ("UPDATE channel_binding SET valid = tstzrange(%(at)s, NULL)", 3),
        (
            (
                "UPDATE channel_binding SET valid = tstzrange(%(at)s, NULL)"
                " WHERE channel = (SELECT id FROM channel WHERE code = 'a19001')"
            ),
            6,
        ),
        ("UPDATE device_mn SET valid = '(,)'", 6),
    ],
    ids=["commissioned", "mn taken", "mn given up", "channels bound", "one channel", "for ever"],
)
def test_due_is_what_falls_into_the_time_of_registration(
    writer: psycopg.Connection, statement: str, due: int
) -> None:
    writer.execute(statement.encode(), {"at": DAY + 30 * MINUTE})

    assert counts(writer)["minute"].due == due


def test_a_device_without_channels_owes_nothing(writer: psycopg.Connection) -> None:
    writer.execute("DELETE FROM channel_binding")

    assert series_counts(writer, SPAN, Graces()) == []


def test_signals_of_state_are_no_records(writer: psycopg.Connection) -> None:
    writer.execute("UPDATE point SET side = 'state'")

    assert series_counts(writer, SPAN, Graces()) == []


def test_what_came_before_its_grace_was_over_is_not_counted_yet(
    writer: psycopg.Connection,
) -> None:
    for place in range(6):
        reading(writer, "minute", DAY + place * 10 * MINUTE)

    found = counts(writer, replace(SPAN, now=DAY + 36 * MINUTE))

    assert (found["minute"].due, found["minute"].in_time, found["minute"].extra) == (3, 3, 0)
    assert "hour" not in found


@pytest.mark.parametrize(
    ("mn", "plant", "some"),
    [("MN-A", None, True), ("MN-B", None, False), (None, "P1", True), (None, "P2", False)],
)
def test_one_mn_or_plant_is_chosen(
    writer: psycopg.Connection, mn: str | None, plant: str | None, *, some: bool
) -> None:
    assert bool(counts(writer, replace(SPAN, mn=mn, plant=plant))) is some


def test_an_mn_that_moved_on_is_counted_where_it_was(writer: psycopg.Connection) -> None:
    writer.execute("UPDATE device_mn SET valid = tstzrange(NULL, %s)", [DAY + 30 * MINUTE])
    writer.execute(
        "INSERT INTO device_mn (device, mn, valid) SELECT id, 'MN-B', tstzrange(%s, NULL) FROM device",
        [DAY + 30 * MINUTE],
    )
    for place in range(6):
        reading(writer, "minute", DAY + place * 10 * MINUTE)

    first, second = (counts(writer, replace(SPAN, mn=mn))["minute"] for mn in ("MN-A", "MN-B"))

    assert [(one.mn, one.due, one.in_time) for one in (first, second)] == [
        ("MN-A", 3, 3),
        ("MN-B", 3, 3),
    ]


def test_codes_and_outlets_are_told_apart_where_asked(writer: psycopg.Connection) -> None:
    reading(writer, "hour", DAY, code="a19001")

    codes = series_counts(writer, SPAN, Graces(), "code")
    outlets = series_counts(writer, SPAN, Graces(), "outlet")

    assert [(one.part, one.in_time) for one in codes if one.series == "hour"] == [
        ("a19001", 1),
        ("a21026", 0),
    ]
    assert [(one.part, one.in_time) for one in outlets if one.series == "hour"] == [("DA001", 1)]


def test_what_a_rebound_code_says_later_is_no_record_of_the_outlet_before(
    writer: psycopg.Connection,
) -> None:
    moved = TERSE.replace(
        "- {code: DA001, medium: air}",
        "- {code: DA001, medium: air}\n      - {code: DA002, medium: air}",
    ).replace("mn: MN-A", "mn: MN-A\n        outlet: DA001")
    at = (DAY + 30 * MINUTE).isoformat()
    stored(writer, moved.replace("a21026,", f"{{code: a21026, point: DA002, from: '{at}'}},"))
    for place in range(6):
        reading(writer, "minute", DAY + place * 10 * MINUTE)
    reading(writer, "minute", DAY + 40 * MINUTE, code="a19001")

    found = series_counts(writer, SPAN, Graces(), "outlet")

    assert [
        (one.part, one.due, one.in_time, one.missing) for one in found if one.series == "minute"
    ] == [("DA001", 6, 4, 2), ("DA002", 3, 3, 0)]
    assert counts(writer)["minute"].in_time == 6


def test_days_are_beijings(writer: psycopg.Connection) -> None:
    reading(writer, "day", DAY, timedelta(days=1, hours=7))
    span = replace(SPAN, since=DAY - HOUR, until=DAY + 24 * HOUR, step="day")

    found = [one for one in series_counts(writer, span, Graces()) if one.series == "day"]

    assert [(one.since, one.due, one.late) for one in found] == [(DAY, 1, 1)]


def frames(writer: psycopg.Connection, outcomes: str, origin: str = "mqtt") -> None:
    """Frames of the device, one every half hour."""
    number = len(outcomes)
    writer.execute(
        "INSERT INTO batch (id, slot, number, origin, received_from, received_to, frames, stored,"
        " repeated, rejected, readings, revised, devices, received_ms, outcomes, block_bytes,"
        " previous, digest) SELECT %(id)s, 0, %(id)s, %(origin)s, %(at)s, %(until)s, %(count)s,"
        " %(count)s, 0, 0, 0, 0, array_fill(device.id, ARRAY[%(count)s]), %(ms)s, %(outcomes)s, 0,"
        " decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex') FROM device",
        {
            "id": number,
            "origin": origin,
            "at": DAY,
            "until": DAY + 3 * HOUR,
            "count": number,
            "ms": [place * 1_800_000 for place in range(number)],
            "outcomes": outcomes,
        },
    )
    for seq, letter in enumerate(outcomes):
        if letter == "x":
            writer.execute(
                "INSERT INTO reject (batch, seq, topic, mn, device, reason, detail, whole,"
                " received_at, bytes) SELECT %s, %s, '', 'MN-A', id, %s, '', true, %s, '' FROM device",
                [number, seq, "clock" if seq % 2 else "bad_crc", DAY],
            )


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        ("hour", [(2, 1, 0, 1, 3), (2, 0, 1, 1, 0), (1, 0, 0, 1, 0)]),
        ("day", [(5, 1, 1, 3, 3)]),
    ],
)
def test_frames_are_counted_by_receipt(
    writer: psycopg.Connection, step: Step, wanted: list[tuple[int, ...]]
) -> None:
    frames(writer, "sxrxx")
    frames(writer, "ssssss", origin="retry")
    writer.execute(
        "INSERT INTO frame_note (batch, device, note, frames) SELECT 5, id, note, 3 FROM device,"
        " unnest(ARRAY['resent', 'encrypted']) AS note"
    )

    found = frame_counts(writer, replace(SPAN, until=DAY + 3 * HOUR, step=step))

    assert [
        (one.received, one.stored, one.repeated, one.rejected, one.resent) for one in found
    ] == (wanted)
    total = {
        reason: sum(one.reasons.get(reason, 0) for one in found) for reason in ("clock", "bad_crc")
    }
    assert total == {"clock": 2, "bad_crc": 1}


def test_frames_sent_under_another_mn_are_not_those_of_the_one_asked_for(
    writer: psycopg.Connection,
) -> None:
    frames(writer, "sxrxx")
    writer.execute(
        "INSERT INTO frame_note (batch, device, note, frames) SELECT 5, id, 'resent', 3 FROM device"
    )
    writer.execute("UPDATE device_mn SET valid = tstzrange(NULL, %s)", [DAY + HOUR])
    writer.execute(
        "INSERT INTO device_mn (device, mn, valid) SELECT id, 'MN-B', tstzrange(%s, NULL) FROM device",
        [DAY + HOUR],
    )
    span = replace(SPAN, until=DAY + 3 * HOUR, step="day")

    first, second, both = (
        frame_counts(writer, replace(span, mn=mn))[0] for mn in ("MN-A", "MN-B", None)
    )

    assert (first.received, first.rejected, first.resent) == (2, 1, 3)
    assert (second.received, second.rejected, second.resent) == (3, 2, 0)
    assert second.reasons == {"clock": 1, "bad_crc": 1}
    assert (both.received, both.resent) == (5, 3)


def test_channels_registered_far_apart_cost_no_more(writer: psycopg.Connection) -> None:
    far = 2_000_000
    writer.execute(f"ALTER TABLE channel ALTER COLUMN id RESTART WITH {far}".encode())
    stored(writer, TERSE.replace("a21026, a19001", "a21026, a19001, a01011"))
    writer.execute(
        "INSERT INTO reading_realtime (time, channel, value, span_s, received_at, batch, seq)"
        " SELECT %s + place * INTERVAL '4 seconds', %s, 1, 30, %s, 1, 0"
        " FROM generate_series(0, 21599) AS place",
        [DAY, far, DAY],
    )
    writer.execute("SET statement_timeout TO '5s'")

    found = counts(writer, replace(SPAN, until=DAY + 24 * HOUR, step="day"))["realtime"]

    assert (found.due, found.in_time, found.extra) == (48, 21_600, 21_552)


@pytest.mark.parametrize("series", TABLES)
def test_one_devices_records_are_found_by_index(writer: psycopg.Connection, series: str) -> None:
    writer.execute(
        sql.SQL(
            "INSERT INTO {} (time, channel, value, span_s, received_at, batch, seq)"
            " SELECT %s + place * INTERVAL '20 seconds', channel, 1, 60, %s, 1, 0"
            " FROM generate_series(1, 100) AS place, generate_series(1, 200) AS channel"
        ).format(TABLES[series]),
        [DAY, DAY],
    )
    writer.execute("ANALYZE")
    values: dict[str, object] = {
        "since": DAY,
        "until": DAY + HOUR,
        "before": 0,
        "channels": [1, 2],
        "lanes": [0, 0],
        "served_lanes": [0],
        "senders": [0],
        "served_from_s": [0],
        "served_to_s": [4_000_000_000],
        "bound_senders": [0],
        "numbers": [1],
        "begins_s": [0],
        "ends_s": [0],
        "allowed_s": [60],
        "series": [series],
    }

    found = writer.execute(b"EXPLAIN " + RECORDS.encode(), values).fetchall()

    plan = "\n".join(str(row[0]) for row in found)
    assert "Seq Scan on _hyper" not in plan
    assert f"reading_{series}_pkey" in plan
