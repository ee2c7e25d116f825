"""Silence: of a logger it is told, of the platform once, and after it of none but the dead."""

from collections.abc import Iterator
from datetime import datetime

import psycopg
import pytest

from schemas.alert import AlertKind
from tests.fixtures.heard_fleet import HOUR, MINUTE, SECOND, T0, Fleet, Told

OFFLINE = AlertKind.DEVICE_OFFLINE
SILENT = AlertKind.PLATFORM_SILENT
TWELVE = range(1, 13)


@pytest.fixture
def fleet(database: str) -> Iterator[Fleet]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as owner:
        yield Fleet(database, owner).register(12)


def every_minute(since: datetime, until: datetime) -> list[datetime]:
    return [since + count * MINUTE for count in range((until - since) // MINUTE + 1)]


def test_a_logger_that_dies_is_told_of_and_when_it_is_back(fleet: Fleet) -> None:
    """Logger 1 was last heard at 10:05:31 (in the 26th second of an interval, number 1) and returns
    at 10:35:01; the others go on.
    """
    fleet.speak(range(2, 13), T0, T0 + 40 * MINUTE)
    fleet.speak([1], T0, T0 + 6 * MINUTE)

    with fleet.ingesting():
        fleet.look(T0 + 10 * MINUTE)
        early = fleet.told()
        fleet.look(T0 + 20 * MINUTE)
        gone = fleet.told()
        fleet.speak([1], T0 + 35 * MINUTE, T0 + 40 * MINUTE)
        fleet.look(T0 + 40 * MINUTE)

    assert early == []
    assert gone == [Told("device_offline", "MN-1", 5.52, None)]
    assert fleet.told() == [Told("device_offline", "MN-1", 5.52, 35.02)]


def test_ten_minutes_without_a_broker_are_one_case_and_no_logger_s(fleet: Fleet) -> None:
    fleet.speak(TWELVE, T0, T0 + 10 * MINUTE)

    with fleet.ingesting():
        fleet.look(*every_minute(T0 + 9 * MINUTE, T0 + 20 * MINUTE))
        during = fleet.told()
        fleet.speak(TWELVE, T0 + 20 * MINUTE, T0 + 60 * MINUTE)
        fleet.look(*every_minute(T0 + 21 * MINUTE, T0 + 59 * MINUTE))

    assert [(one.kind, one.mn, one.until) for one in during] == [("platform_silent", None, None)]
    (after,) = fleet.told()
    assert after.kind == "platform_silent"
    assert after.since == pytest.approx(9.5, abs=0.5)
    assert after.until == pytest.approx(20, abs=0.5)


def test_one_that_died_meanwhile_is_told_of_afterwards_with_its_true_time(fleet: Fleet) -> None:
    """Heard last at 10:09:37 (its seventh second of 10:09:30); told of once its ten minutes anew
    after 10:20 are over.
    """
    fleet.speak(TWELVE, T0, T0 + 10 * MINUTE)

    with fleet.ingesting():
        fleet.look(*every_minute(T0 + 9 * MINUTE, T0 + 20 * MINUTE))
        living = [number for number in TWELVE if number != 7]
        fleet.speak(living, T0 + 20 * MINUTE, T0 + 60 * MINUTE)
        fleet.look(*every_minute(T0 + 21 * MINUTE, T0 + 30 * MINUTE))
        grace = fleet.told(OFFLINE)
        fleet.look(*every_minute(T0 + 31 * MINUTE, T0 + 35 * MINUTE))

    assert grace == []
    assert fleet.told(OFFLINE) == [Told("device_offline", "MN-7", 9.62, None)]


def test_a_watch_that_was_away_all_the_while_says_the_same(fleet: Fleet) -> None:
    """The database was down for ten minutes, and the watch with it: it only sees what came of it."""
    fleet.speak(TWELVE, T0, T0 + 10 * MINUTE)
    living = [number for number in TWELVE if number != 7]
    fleet.speak(living, T0 + 20 * MINUTE, T0 + 60 * MINUTE)

    with fleet.ingesting():
        fleet.look(T0 + 59 * MINUTE)

    silent, offline = fleet.told(SILENT), fleet.told(OFFLINE)
    assert [(one.since, one.until) for one in silent] == [
        (pytest.approx(9.5, abs=0.5), pytest.approx(20, abs=0.5))
    ]
    assert offline == [Told("device_offline", "MN-7", 9.62, None)]


def test_how_often_the_watch_looked_makes_no_difference(fleet: Fleet) -> None:
    living = [number for number in TWELVE if number not in {3, 7}]
    with fleet.ingesting():
        for since, some in ((0, list(TWELVE)), (20, living), (40, living)):
            fleet.speak(some, T0 + since * MINUTE, T0 + (since + 15) * MINUTE)
            fleet.look(*every_minute(T0 + (since + 9) * MINUTE, T0 + (since + 18) * MINUTE))
        often = fleet.told()
        fleet.owner.execute(
            "TRUNCATE device_heard, device_gap, watch_span, reading_cursor, loop_progress"
        )
        fleet.look(T0 + 58 * MINUTE)

    assert fleet.told() == often
    assert {one.kind for one in often} == {"platform_silent", "device_offline"}


def test_what_ingest_held_back_and_commits_later_takes_the_silence_away(fleet: Fleet) -> None:
    """The database was restarted: the frames received meanwhile are committed behind it."""
    fleet.speak(TWELVE, T0, T0 + 10 * MINUTE)

    with fleet.ingesting():
        fleet.look(T0 + 15 * MINUTE)
        seen = fleet.told()
        fleet.speak(TWELVE, T0 + 10 * MINUTE, T0 + 16 * MINUTE)
        fleet.look(T0 + 16 * MINUTE)

    assert [one.kind for one in seen] == ["platform_silent"]
    assert fleet.told() == []


def test_without_a_living_ingest_the_platform_is_deaf_and_nobody_offline(fleet: Fleet) -> None:
    """One logger alone: its silence could be its own, but nobody could have heard it."""
    fleet.speak([1], T0, T0 + 10 * MINUTE)
    with fleet.ingesting():
        fleet.look(T0 + 10 * MINUTE)

    fleet.look(*every_minute(T0 + 11 * MINUTE, T0 + 40 * MINUTE))
    during = fleet.told()
    with fleet.ingesting():
        fleet.speak([1], T0 + 41 * MINUTE, T0 + 50 * MINUTE)
        fleet.look(T0 + 41 * MINUTE, T0 + 50 * MINUTE)

    assert during == [Told("platform_silent", None, 10.0, None)]
    assert fleet.told() == [Told("platform_silent", None, 10.0, 41.0)]


def test_a_worker_that_is_started_anew_within_a_minute_is_nothing(fleet: Fleet) -> None:
    fleet.speak(TWELVE, T0, T0 + 20 * MINUTE)
    with fleet.ingesting():
        fleet.look(T0 + 10 * MINUTE)

    fleet.look(T0 + 10 * MINUTE + 50 * SECOND)

    assert fleet.told() == []


def test_half_of_the_loggers_fall_silent_and_the_others_are_watched_still(fleet: Fleet) -> None:
    fleet.speak(TWELVE, T0, T0 + 10 * MINUTE)
    fleet.speak(range(7, 13), T0 + 10 * MINUTE, T0 + 30 * MINUTE)
    fleet.speak(range(8, 13), T0 + 30 * MINUTE, T0 + 60 * MINUTE)

    with fleet.ingesting():
        fleet.look(*every_minute(T0 + 12 * MINUTE, T0 + 59 * MINUTE))

    assert [(one.kind, one.mn) for one in fleet.told()] == [
        ("device_offline", "MN-7"),
        ("platform_silent", None),
    ]


def test_frames_that_were_fed_in_again_are_no_sign_of_life(fleet: Fleet) -> None:
    fleet.speak(range(2, 13), T0, T0 + 30 * MINUTE)
    fleet.speak([1], T0, T0 + 5 * MINUTE)
    fleet.batch([(T0 + 29 * MINUTE, 1)], origin="retry")

    with fleet.ingesting():
        fleet.look(T0 + 30 * MINUTE)

    assert [one.mn for one in fleet.told(OFFLINE)] == ["MN-1"]


def test_a_logger_whose_frames_are_all_refused_does_speak(fleet: Fleet) -> None:
    fleet.speak(range(2, 13), T0, T0 + 30 * MINUTE)
    for count in range(60):
        fleet.batch([(T0 + count * 30 * SECOND, 1)], outcome="x")

    with fleet.ingesting():
        fleet.look(T0 + 30 * MINUTE)

    assert fleet.told() == []


def test_a_logger_never_heard_is_told_of_after_a_day(fleet: Fleet) -> None:
    fleet.speak(range(2, 13), T0, T0 + 25 * HOUR, every=2 * MINUTE)

    with fleet.ingesting():
        fleet.look(T0 + 10 * MINUTE, T0 + 24 * HOUR + 9 * MINUTE)
        before = fleet.told()
        fleet.look(T0 + 24 * HOUR + 11 * MINUTE)

    assert before == []
    assert fleet.told() == [Told("device_offline", "MN-1", 10.0, None)]


def test_a_logger_that_was_retired_is_not_missed(fleet: Fleet) -> None:
    fleet.speak(TWELVE, T0, T0 + 10 * MINUTE)
    fleet.speak(range(2, 13), T0 + 10 * MINUTE, T0 + 30 * MINUTE)
    fleet.owner.execute(
        "UPDATE device_mn SET valid = tstzrange(lower(valid), %s) WHERE device = %s",
        (T0 + 11 * MINUTE, fleet.devices["1"]),
    )

    with fleet.ingesting():
        fleet.look(T0 + 30 * MINUTE)

    assert fleet.told() == []


def test_a_mark_that_counts_excuses_a_logger_s_silence(fleet: Fleet) -> None:
    fleet.speak(range(2, 13), T0, T0 + 60 * MINUTE)
    fleet.speak([1], T0, T0 + 5 * MINUTE)
    fleet.owner.execute(
        "INSERT INTO mark (mark_key, kind, subject, during, origin, planned, entered_at, review,"
        " reviewer, actor) SELECT 1, 'equipment/communication_loss', subject.id,"
        " tstzrange(%s, %s), 'bureau', false, %s, 'accepted', 'other', 'someone'"
        " FROM subject JOIN plant ON plant.id = subject.plant WHERE plant.code = 'P1'",
        (T0, T0 + 90 * MINUTE, T0),
    )

    with fleet.ingesting():
        fleet.look(T0 + 60 * MINUTE)

    assert fleet.told(OFFLINE) == []


def test_what_waited_at_the_broker_keeps_the_time_of_its_sending(fleet: Fleet) -> None:
    """Ingest stood from 10:10 to 10:20. Logger 7 sent its last message at 10:14; it was taken at
    10:20. Half a day later nobody remembers why it was heard after it died, and it is still 10:14.
    """
    fleet.speak(TWELVE, T0, T0 + 10 * MINUTE)
    living = [number for number in TWELVE if number != 7]

    with fleet.ingesting():
        fleet.look(*every_minute(T0 + 9 * MINUTE, T0 + 20 * MINUTE))
        sent = T0 + 14 * MINUTE
        fleet.say(7, sent - 30 * SECOND, sent, T0 + 20 * MINUTE)
        fleet.speak(living, T0 + 20 * MINUTE, T0 + 60 * MINUTE)
        fleet.look(*every_minute(T0 + 21 * MINUTE, T0 + 59 * MINUTE))
        told = fleet.told(OFFLINE)
        fleet.speak(living, T0 + 60 * MINUTE, T0 + 16 * HOUR, every=2 * MINUTE)
        fleet.look(T0 + 15 * HOUR)

    assert told == [Told("device_offline", "MN-7", 14.0, None)]
    assert fleet.told(OFFLINE) == told
