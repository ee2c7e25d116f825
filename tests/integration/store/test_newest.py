"""The newest reading of each channel, with the unit and scale that hold for it."""

from datetime import UTC, datetime, timedelta

import psycopg

from services.store.newest import newest_readings
from services.store.session import session
from tests.fixtures.registry import TERSE, stored

NOW = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)
ALL = timedelta(minutes=10)

INSERT = """
INSERT INTO reading_realtime (time, channel, value, converted, flag, span_s, received_at, batch, seq)
SELECT %(time)s, channel.id, %(value)s, %(converted)s, 'N', 2, %(time)s, 1, 0
FROM channel JOIN device_mn USING (device)
WHERE device_mn.mn = 'MN-A' AND channel.code = %(code)s
"""


def register(url: str) -> None:
    with session(url, "registrar", "test") as connection:
        stored(connection, TERSE)


def said(url: str, code: str, at: datetime, value: float) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            INSERT, {"time": at, "code": code, "value": value, "converted": value + 1}
        )


def test_only_the_newest_of_each_channel_is_given(database: str) -> None:
    register(database)
    said(database, "a21026", NOW - timedelta(seconds=4), 10.0)
    said(database, "a21026", NOW - timedelta(seconds=2), 12.5)
    said(database, "a19001", NOW - timedelta(seconds=9), 6.0)

    with session(database, "api", "test") as connection:
        found = newest_readings(connection, NOW - ALL, NOW, 10)

    assert [(one.code, one.value, one.unit) for one in found] == [
        ("a21026", 12.5, "mg/m3"),
        ("a19001", 6.0, "%"),
    ]
    assert found[0].converted == 13.5
    assert (found[0].plant, found[0].outlet) == ("示例厂", "DA001")


def test_the_scale_is_applied_when_read(database: str) -> None:
    register(database)
    said(database, "a21026", NOW, 12.5)
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE channel_setting SET scale = 2")

    with session(database, "api", "test") as connection:
        (found,) = newest_readings(connection, NOW - ALL, NOW, 10)

    assert found.value == 25.0


def test_what_lies_outside_of_the_time_is_not_given(database: str) -> None:
    register(database)
    said(database, "a21026", NOW - 2 * ALL, 1.0)
    said(database, "a19001", NOW + ALL, 2.0)

    with session(database, "api", "test") as connection:
        assert newest_readings(connection, NOW - ALL, NOW, 10) == []
