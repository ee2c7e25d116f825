"""Who was heard in which batch: each batch once, in whatever order it commits, some at a time."""

from collections.abc import Iterator

import psycopg
import pytest

from schemas.watch import Beat
from services.store.connection import connect_now
from services.store.cursors import Cursor, before_batches, keep_cursor, read_cursor
from services.store.session import Session
from services.store.watch_batches import came
from tests.fixtures.heard_fleet import MINUTE, SECOND, T0, Fleet


@pytest.fixture
def fleet(database: str) -> Iterator[Fleet]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC") as owner:
        yield Fleet(database, owner).register(2)


@pytest.fixture
def session(fleet: Fleet) -> Iterator[Session]:
    with connect_now(fleet.database, "alerts", "test") as connection:
        yield connection


def one(fleet: Fleet) -> int:
    return fleet.devices["1"]


def test_frames_of_a_minute_are_one_beat_from_the_first_to_the_last(
    fleet: Fleet, session: Session
) -> None:
    fleet.batch([(T0 + second * SECOND, 1) for second in (50, 3, 59, 61)])

    found = came(session, Cursor())

    assert found.beats == [
        Beat(one(fleet), T0 + 3 * SECOND, T0 + 59 * SECOND),
        Beat(one(fleet), T0 + 61 * SECOND, T0 + 61 * SECOND),
    ]


def test_nobodys_frames_and_those_fed_in_again_are_no_beats(fleet: Fleet, session: Session) -> None:
    fleet.batch([(T0, 0)])
    fleet.batch([(T0, 1)], origin="retry")

    assert came(session, Cursor()).beats == []


def test_each_batch_is_read_once_a_few_at_a_time(fleet: Fleet, session: Session) -> None:
    for minute in range(7):
        fleet.batch([(T0 + minute * MINUTE, 1)])

    cursor, heard, full = Cursor(), list[Beat](), list[bool]()
    for _ in range(4):
        found = came(session, cursor, most=3)
        cursor = found.cursor
        heard += found.beats
        full.append(found.full)

    assert [beat.first for beat in heard] == [T0 + minute * MINUTE for minute in range(7)]
    assert full == [True, True, False, False]


def test_a_batch_that_commits_late_is_heard_late_and_once(fleet: Fleet, session: Session) -> None:
    with (
        psycopg.connect(fleet.database, options="-c timezone=UTC") as slow,
        connect_now(fleet.database, "alerts", "keeper") as keeper,
    ):
        held = Fleet(fleet.database, slow, fleet.devices, last=100)
        held.batch([(T0, 2)])
        fleet.batch([(T0 + SECOND, 1)])
        first = came(session, Cursor())
        keep_cursor(keeper, "watch", first.cursor)
        slow.commit()

    second = came(session, read_cursor(session, "watch"))
    third = came(session, second.cursor)

    assert [beat.device for beat in first.beats] == [one(fleet)]
    assert [beat.device for beat in second.beats] == [fleet.devices["2"]]
    assert third.beats == []


def test_the_first_cursor_leaves_old_batches_out(fleet: Fleet, session: Session) -> None:
    fleet.batch([(T0, 1)])
    fleet.batch([(T0 + 10 * MINUTE, 1)])

    found = came(session, before_batches(session, T0 + 5 * MINUTE))

    assert [beat.first for beat in found.beats] == [T0 + 10 * MINUTE]


def test_refusals_name_the_device_that_is_meant(fleet: Fleet, session: Session) -> None:
    fleet.reject(T0, 1, "mn_mismatch", "not its own", "hj212/STRANGER")
    fleet.reject(T0 + SECOND, 2, "clock", "its time is 900 s ahead: set the device's clock")
    fleet.reject(T0 + SECOND, 2, "clock", "its time is older than 90 days, the series kept")
    fleet.reject(T0 + SECOND, 2, "unknown_code", "no channel")

    found = came(session, Cursor()).refusals

    assert [(row.reason, row.device, row.topic, row.frames) for row in found] == [
        ("clock", fleet.devices["2"], "hj212/MN-2", 1),
        ("mn_mismatch", one(fleet), "hj212/STRANGER", 1),
    ]
