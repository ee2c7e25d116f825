"""Minutes as columns are the minutes of the window, hour by hour."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from schemas.record import Record
from schemas.series import Series
from services.store.as_known import closed_position
from services.store.connection import connect_now
from services.store.instruments import Line, Span, read_instruments
from services.store.session import Session
from services.store.window_minutes import read_minutes
from services.store.window_records import read_records
from tests.fixtures.readings import MINUTE, channel_ids
from tests.fixtures.registry import TERSE, stored

START = datetime(2024, 6, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
PUT = (
    "INSERT INTO reading_minute (time, channel, value, flag, span_s, sent_at, received_at, batch, seq)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, 1, 0)"
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


def put(
    owner: psycopg.Connection,
    channel: int,
    said: list[tuple[timedelta, float | None, str | None, int]],
) -> None:
    with owner.cursor() as cursor:
        cursor.executemany(
            PUT,
            [
                (START + after, channel, value, flag, span_s, START + after, START + after)
                for after, value, flag, span_s in said
            ],
        )


def lean(records: list[Record]) -> list[Record]:
    """What columns hold of records."""
    nothing = dict.fromkeys(("converted", "total", "minimum", "maximum", "sampled_at"))
    return [record._replace(**nothing) for record in records]


def seen(session: Session, span: Span) -> dict[Line, list[Record]]:
    """All that the columns give, one hour after the other."""
    found = read_minutes(session, read_instruments(session, span), span.known)
    for hours in found.values():
        for start, minutes in hours.items():
            assert minutes.start == start
            assert all(start <= record.at < start + HOUR for record in minutes)
    return {
        line: [record for start in sorted(hours) for record in hours[start]]
        for line, hours in found.items()
    }


def rows(session: Session, span: Span) -> dict[Line, list[Record]]:
    found = read_records(session, read_instruments(session, span), Series.MINUTE, span.known)
    return {line: lean(records) for line, records in found.items()}


def both_points(owner: psycopg.Connection) -> list[int]:
    return [int(row[0]) for row in owner.execute("SELECT id FROM point ORDER BY id").fetchall()]


def test_columns_hold_the_records_of_the_window_whatever_was_said(
    owner: psycopg.Connection, session: Session
) -> None:
    ids = channel_ids(owner)
    flags = ("N", "N", "D", None, "T", "N")
    put(
        owner,
        ids["MN-A/a21026"],
        [
            (
                n * MINUTE,
                None if n % 11 == 0 else n * 0.37,
                flags[n % 6],
                600 if n % 13 == 0 else 60,
            )
            for n in range(-3, 190)
        ],
    )
    put(owner, ids["MN-A/a19001"], [(n * 5 * MINUTE, 6.0 + n, "N", 300) for n in range(40)])
    span = Span(both_points(owner), START, START + 3 * HOUR)

    found = seen(session, span)

    assert found == rows(session, span)
    assert [len(records) for records in found.values()] == [180, 36]


def test_times_within_a_second_are_kept_to_the_microsecond(
    owner: psycopg.Connection, session: Session
) -> None:
    channel = channel_ids(owner)["MN-A/a21026"]
    odd = [timedelta(microseconds=us) for us in (1, 999_999, 59_999_999, 3_599_999_999)]
    put(owner, channel, [(after, 1.0, "N", 60) for after in odd])
    span = Span(both_points(owner), START, START + HOUR)

    found = seen(session, span)

    assert found == rows(session, span)


def test_settings_scales_and_ranges_apply_where_they_hold(
    owner: psycopg.Connection, session: Session
) -> None:
    channel = channel_ids(owner)["MN-A/a21026"]
    owner.execute("DELETE FROM channel_setting")
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO channel_setting (channel, valid, unit, scale, total_scale, sentinels,"
            " range_min, range_max) VALUES (%s, tstzrange(%s, %s), %s, %s, 1, %s::float8[], 0, 99)",
            [
                (channel, None, START + 20 * MINUTE, "mg/m3", 1, [7]),
                (channel, START + 20 * MINUTE, START + 40 * MINUTE, "ppm", -2.5, [8]),
                (channel, START + 50 * MINUTE, None, "mg/m3", 0.1, []),
            ],
        )
    put(owner, channel, [(n * MINUTE, float(n % 10), "N", 60) for n in range(70)])
    span = Span(both_points(owner), START, START + 2 * HOUR)

    found = seen(session, span)

    assert found == rows(session, span)
    assert sum(record.sentinel for records in found.values() for record in records) == 4


def test_what_was_known_before_is_read_as_it_was_known(
    owner: psycopg.Connection, session: Session
) -> None:
    channel = channel_ids(owner)["MN-A/a21026"]
    put(owner, channel, [(n * MINUTE, 1.0, "N", 60) for n in range(5)])
    then = closed_position(owner)
    owner.execute(
        "UPDATE reading_minute SET value = 2, sent_at = sent_at + INTERVAL '1 day', batch = 2"
    )
    points = both_points(owner)

    before = Span(points, START, START + HOUR, then)
    now = Span(points, START, START + HOUR)

    assert seen(session, before) == rows(session, before)
    assert seen(session, now) == rows(session, now)
    assert {one.value for records in seen(session, now).values() for one in records} == {2.0}


def test_nothing_recorded_gives_no_hours(owner: psycopg.Connection, session: Session) -> None:
    span = Span(both_points(owner), START, START + HOUR)

    assert seen(session, span) == {}
