"""The views apply what the registry says when read, exactly as the rules do."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from schemas.measured import Measured, Sent
from schemas.registry_rows import SettingRow
from services.rules.as_read import as_read
from services.store.connection import connect_now
from tests.fixtures.readings import MINUTE, channel_ids, fill
from tests.fixtures.registry import TERSE, stored

START = datetime(2024, 6, 3, tzinfo=UTC)
FIELDS = (
    "unit, value, minimum, maximum, converted, converted_min, converted_max, total, range_min,"
    " range_max, cycle_s, sentinel"
)
# Few numbers, so that sentinels are met; and the ends of what a float can hold.
NUMBERS = st.sampled_from([-99.0, 0.0, 0.1, 999.99, 5e-324, 1e300, -1e308]) | st.floats(
    allow_nan=False, allow_infinity=False
)
SCALES = st.sampled_from([1.0, -1.0, 0.001, 1000.0, 5e-324, 1e308]) | st.floats(
    allow_nan=False, allow_infinity=False
).filter(bool)


@st.composite
def setting(draw: st.DrawFn) -> SettingRow:
    low, high = sorted(draw(st.tuples(NUMBERS, NUMBERS)))
    ranged = low < high and draw(st.booleans())
    return SettingRow(
        channel=0,
        since=None,
        until=None,
        unit=draw(st.sampled_from(["mg/m3", "ppm"])),
        scale=draw(SCALES),
        range_min=low if ranged else None,
        range_max=high if ranged else None,
        cycle_s=draw(st.none() | st.just(7200)),
        sentinels=tuple(draw(st.lists(NUMBERS, max_size=3))),
        total_scale=draw(SCALES),
    )


SENT = st.builds(Sent, *[st.none() | NUMBERS] * 7)


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        stored(connection, TERSE)
        yield connection


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.tuples(SENT, setting()), min_size=1, max_size=20))
def test_the_view_and_the_function_agree(
    connection: psycopg.Connection, rows: list[tuple[Sent, SettingRow]]
) -> None:
    channel = channel_ids(connection)["MN-A/a21026"]
    times = [START + place * MINUTE for place in range(len(rows))]
    connection.execute("TRUNCATE reading_minute")
    connection.execute("DELETE FROM channel_setting")
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO channel_setting (channel, valid, unit, scale, range_min, range_max,"
            " cycle_s, sentinels, total_scale)"
            " VALUES (%s, tstzrange(%s, %s), %s, %s, %s, %s, %s, %s::float8[], %s)",
            [
                (channel, at, at + MINUTE, *one[3:8], list(one.sentinels), one.total_scale)
                for at, (_, one) in zip(times, rows, strict=True)
            ],
        )
    fill(
        connection,
        "reading_minute",
        [(at, channel, *sent) for at, (sent, _) in zip(times, rows, strict=True)],
    )

    read = connection.execute(
        f"SELECT {FIELDS} FROM measured_minute ORDER BY time".encode()  # noqa: S608 - a constant
    ).fetchall()

    assert [Measured._make(row) for row in read] == [as_read(*row) for row in rows]


@pytest.mark.parametrize("series", ["realtime", "minute", "hour", "day"])
def test_every_series_has_its_view_for_every_reader(
    connection: psycopg.Connection, database: str, series: str
) -> None:
    channel = channel_ids(connection)["MN-A/a21026"]
    fill(connection, f"reading_{series}", [(START, channel, 3.5)])

    for role in ("ingest", "alerts", "api", "registrar"):
        with connect_now(database, role, "test") as reader:
            query = sql.SQL("SELECT code, side, rank, unit, value, sentinel FROM {}")
            view = sql.Identifier(f"measured_{series}")
            [row] = reader.execute(query.format(view)).fetchall()
        assert row == ("a21026", "out", "main", "mg/m3", 3.5, False)


def test_a_reading_of_an_unbound_time_is_no_points(connection: psycopg.Connection) -> None:
    channel = channel_ids(connection)["MN-A/a21026"]
    fill(connection, "reading_minute", [(START - timedelta(days=999), channel, 1.0)])

    assert connection.execute("SELECT FROM measured_minute").fetchall() == []


def test_without_a_setting_a_reading_has_neither_unit_nor_value(
    connection: psycopg.Connection,
) -> None:
    channel = channel_ids(connection)["MN-A/a21026"]
    fill(connection, "reading_minute", [(START, channel, 0.0, 1.0, 2.0)])
    connection.execute("DELETE FROM channel_setting")

    [row] = connection.execute(
        f"SELECT {FIELDS} FROM measured_minute".encode()  # noqa: S608 - a constant
    ).fetchall()

    assert Measured._make(row) == as_read(Sent(0.0, 1.0, 2.0), None)


def test_a_points_day_of_minutes_is_read_through_the_primary_key(
    connection: psycopg.Connection,
) -> None:
    many = TERSE.replace("a21026, a19001", "a21026, a21002, a34013, a19001, a01011, a01012")
    stored(connection, many)
    ids = channel_ids(connection)
    fill(
        connection,
        "reading_minute",
        (
            (START + minute * MINUTE, channel, 1.0)
            for channel in ids.values()
            for minute in range(0, 15 * 1440, 3)
        ),
    )
    connection.execute("ANALYZE")
    point = connection.execute("SELECT id FROM point WHERE code = 'a19001'").fetchone()

    plan = connection.execute(
        "EXPLAIN VERBOSE SELECT * FROM measured_minute WHERE point = %s AND time >= %s AND time < %s",
        [*(point or ()), START + timedelta(days=2), START + timedelta(days=3)],
    ).fetchall()

    text = "\n".join(row[0] for row in plan)
    assert '_reading_minute_pkey" on' in text
    assert "Seq Scan on _timescaledb_internal" not in text
    # The function is written into the plan, and not called for each number.
    assert "as_read" not in text
