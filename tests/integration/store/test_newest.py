"""The newest reading of each channel, with the unit and scale that hold for it."""

from datetime import UTC, datetime, timedelta

import psycopg

from services.store.newest import Choice, frames_stored, newest_by_outlet, newest_readings
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

INSERT_ALL = """
INSERT INTO reading_realtime (time, channel, value, converted, flag, span_s, received_at, batch, seq)
SELECT %(time)s, channel.id, 1, 1, 'N', 2, %(time)s, 1, 0 FROM channel
"""
SEVERAL = """
plants:
  - code: P1
    name: 示例甲厂
    region: 1505
    outlets: [{code: DA001, medium: air}, {code: DA002, medium: air}]
    devices:
      - {mn: MN-A, outlet: DA001, commissioned_at: 2024-01-01, channels: [a21026, a21002]}
      - {mn: MN-B, outlet: DA002, commissioned_at: 2024-01-01, channels: [a21026, a21002]}
  - code: P2
    name: 示例乙厂
    region: 1505
    outlets: [{code: DA001, medium: air}]
    devices: [{mn: MN-C, commissioned_at: 2024-01-01, channels: [a21026]}]
  - code: P3
    name: 示例丙厂
    region: 1501
    outlets: [{code: DA001, medium: air}]
    devices: [{mn: MN-D, commissioned_at: 2024-01-01, channels: [a21026]}]
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


def test_an_outlet_gives_one_reading_of_the_codes_wished_for(database: str) -> None:
    register(database)
    said(database, "a21026", NOW - timedelta(seconds=4), 10.0)
    said(database, "a21026", NOW - timedelta(seconds=2), 12.5)
    said(database, "a19001", NOW, 6.0)

    with session(database, "api", "test") as connection:
        found = [
            newest_by_outlet(connection, NOW - ALL, NOW, Choice(["a21026"], turn, 5))
            for turn in range(4)
        ]

    for (one,) in found:
        assert one[:3] == (NOW - timedelta(seconds=2), "示例厂", "DA001")
        assert (one.mn, one.code, one.value, one.converted) == ("MN-A", "a21026", 12.5, 13.5)


def test_without_wishes_the_codes_of_an_outlet_take_turns(database: str) -> None:
    register(database)
    said(database, "a21026", NOW, 10.0)
    said(database, "a19001", NOW, 6.0)

    with session(database, "api", "test") as connection:
        found = {
            one.code
            for turn in range(16)
            for one in newest_by_outlet(connection, NOW - ALL, NOW, Choice([], turn, 5))
        }

    assert found == {"a21026", "a19001"}


def test_readings_come_from_different_plants_before_a_second_outlet_of_one(database: str) -> None:
    with session(database, "registrar", "test") as connection:
        stored(connection, SEVERAL)
    with psycopg.connect(database) as connection:
        connection.execute(INSERT_ALL, {"time": NOW})

    with session(database, "api", "test") as connection:
        for turn in range(6):
            found = newest_by_outlet(connection, NOW - ALL, NOW, Choice([], turn, 3))
            assert {one.plant for one in found} == {"示例甲厂", "示例乙厂", "示例丙厂"}
            assert {one.plant for one in found[:2]} > {"示例丙厂"}
        (*_, last) = newest_by_outlet(connection, NOW - ALL, NOW, Choice([], 1, 9))

    assert last.plant == "示例甲厂"


def test_nothing_is_stored_in_a_new_database(database: str) -> None:
    with session(database, "api", "test") as connection:
        assert frames_stored(connection) == 0
