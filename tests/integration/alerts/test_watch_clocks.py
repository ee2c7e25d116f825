"""A clock that is set back is told of within minutes by what arrives, and what is sent again is not."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from schemas.alert import AlertKind
from services.store.connection import connect_now
from services.store.watch_spans import standing_spans
from tests.fixtures.heard_fleet import ALWAYS, HOUR, MINUTE, SECOND, T0, Fleet, Told

CLOCK = AlertKind.DEVICE_CLOCK


@pytest.fixture
def fleet(database: str) -> Iterator[Fleet]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC") as owner:
        yield Fleet(database, owner).register(12)


@pytest.mark.parametrize(
    "moved", [timedelta(0), timedelta(milliseconds=-7)], ids=["replaces", "loses"]
)
def test_a_clock_set_back_by_an_hour_is_told_of_within_minutes(
    fleet: Fleet, moved: timedelta
) -> None:
    """It dates what it measures like records of an hour ago; where it states that it sent them a
    little earlier within their second, those stay believed and its own are kept beside them.
    """
    behind = HOUR - moved
    with fleet.ingesting():
        for minute in range(-65, 0):
            said = T0 + minute * MINUTE
            fleet.say(1, said - 30 * SECOND, said, said)
        fleet.look(T0 - SECOND)
        fleet.live(range(3), behind=behind)
        (wrong,) = fleet.told()
        fleet.live(range(3, 6), behind=behind)
        before = fleet.told()
        fleet.live(range(6, 8))
        with connect_now(fleet.database, "alerts", "test") as session:
            (span,) = (one.seen.span for one in standing_spans(session, [CLOCK], ALWAYS))

    assert wrong == Told("device_clock", "MN-1", 0.0, None)
    assert before == [wrong]
    assert fleet.told() == [Told("device_clock", "MN-1", 0.0, 6.0)]
    received = T0 + 2 * MINUTE
    evidence = {
        "mn": "MN-1",
        "skew_s": 3600.0,
        "batch": 68,
        "frame": 0,
        "received_at": received.isoformat(),
        "data_time": (received - behind - 30 * SECOND).isoformat(),
        "sent_at": (received - behind).isoformat(),
    }
    assert {name: span.evidence[name] for name in evidence} == evidence


def test_however_many_clocks_are_set_back_far_each_has_its_turn(fleet: Fleet) -> None:
    """Twelve by eight hours: days before now are read for five at a time."""
    told: list[int] = []
    with fleet.ingesting():
        for minute in range(-1, 6):
            received = T0 + minute * MINUTE
            sent = received if minute < 0 else received - 8 * HOUR
            for number in range(1, 13):
                fleet.say(number, sent - 30 * SECOND, sent, received)
            if minute > 2:
                fleet.look(received + SECOND)
                told.append(len(fleet.told(CLOCK)))

    assert told == [5, 10, 12]
    assert {one.since for one in fleet.told(CLOCK)} == {0.0}


def test_a_clock_that_was_ahead_is_told_right_before_time_has_caught_up(fleet: Fleet) -> None:
    with fleet.ingesting():
        fleet.live(range(5), behind=-HOUR)
        wrong = fleet.told()
        fleet.live(range(5, 9))

    assert wrong == [Told("device_clock", "MN-1", 2.0, None)]
    assert fleet.told() == [Told("device_clock", "MN-1", 2.0, 5.0)]


def test_a_logger_that_never_says_when_it_sends_is_known_by_its_data_times(fleet: Fleet) -> None:
    """Half a minute old is right. Found at 10:02, its data times show the clock further on."""

    def unsaid(minutes: range, behind: timedelta = timedelta(0)) -> None:
        for minute in minutes:
            received = T0 + minute * MINUTE
            fleet.say(1, received - behind - 30 * SECOND, None, received)
            fleet.look(received + SECOND)

    with fleet.ingesting():
        unsaid(range(-6, 0))
        unsaid(range(10), behind=5 * MINUTE)
        wrong = fleet.told(CLOCK)
        unsaid(range(10, 12))

    assert wrong == [Told("device_clock", "MN-1", 0.0, None)]
    assert fleet.told(CLOCK) == [Told("device_clock", "MN-1", 0.0, 10.0)]


def test_what_is_sent_again_is_no_clock_however_slowly_it_comes(fleet: Fleet) -> None:
    """After 10:00 nothing but real-time records of hours before, one a second; then, beside current
    ones, one a minute.
    """
    again = (T0 - 3 * HOUR + number * 30 * SECOND for number in range(1_000))
    with fleet.ingesting():
        fleet.live(range(-5, 1))
        for second in range(1, 151):
            sent = next(again)
            fleet.say(1, sent - 29 * SECOND, sent, T0 + second * SECOND)
        fleet.look(T0 + 130 * SECOND, T0 + 150 * SECOND)
        for minute in range(3, 9):
            sent = next(again)
            fleet.say(1, sent - 29 * SECOND, sent, T0 + minute * MINUTE - SECOND)
            fleet.live(range(minute, minute + 1))

    assert fleet.told(CLOCK) == []


def test_frames_that_say_that_they_are_sent_again_tell_of_no_clock(fleet: Fleet) -> None:
    """RF=1 (HJ 212-2025), as slowly as if they were measured now."""
    with fleet.ingesting():
        fleet.live(range(-3, 0))
        for minute in range(5):
            received = T0 + minute * MINUTE
            batch = fleet.say(1, received - HOUR - 30 * SECOND, received - HOUR, received)
            fleet.owner.execute(
                "INSERT INTO frame_note (batch, device, note, frames) VALUES (%s, %s, 'resent', 1)",
                (batch, fleet.devices["1"]),
            )
            fleet.look(received + SECOND)

    assert fleet.told(CLOCK) == []
