"""What messages tell of clocks and lateness, who speaks as another, and the platform's own trouble."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import psycopg
import pytest

from schemas.alert import AlertKind
from schemas.watch import Progress, Undelivered
from services.alerts.watch import look
from services.alerts.watch_clock import clock_check, clock_trusted
from services.store.connection import connect_now
from services.store.loop_progress import database_now, report_progress
from services.store.watch_spans import standing_spans
from tests.fixtures.heard_fleet import ALWAYS, HOUR, MINUTE, SECOND, T0, Fleet, Told

CLOCK = AlertKind.DEVICE_CLOCK
LATE = AlertKind.LATE_TRANSMISSION
MISMATCH = AlertKind.MN_MISMATCH
TOLERANCE = timedelta(seconds=5)


@pytest.fixture
def fleet(database: str) -> Iterator[Fleet]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC") as owner:
        yield Fleet(database, owner).register(3)


def test_a_clock_that_runs_behind_is_told_of_and_ends_when_it_is_set(fleet: Fleet) -> None:
    """Five minutes behind, allowed are three. Its data times stand still until 10:10; the third
    message that arrives so, of 10:07, shows it since 10:05. Set at 10:15, one message is enough.
    """
    with fleet.ingesting():
        fleet.live(range(5))
        right = fleet.told()
        fleet.live(range(5, 8), behind=5 * MINUTE)
        wrong = fleet.told()
        fleet.live(range(8, 15), behind=5 * MINUTE)
        fleet.live(range(15, 17))

    assert right == []
    assert wrong == [Told("device_clock", "MN-1", 5.0, None)]
    assert fleet.told() == [Told("device_clock", "MN-1", 5.0, 15.0)]


def test_a_clock_that_runs_behind_is_no_lateness(fleet: Fleet) -> None:
    with fleet.ingesting():
        fleet.live(range(10), behind=HOUR)

    assert fleet.told(LATE) == []


def test_frames_refused_for_their_time_tell_of_the_clock_as_well(fleet: Fleet) -> None:
    detail = "its time is 4000 s ahead of receipt: set the device's clock"
    with fleet.ingesting():
        fleet.reject(T0, 1, "clock", detail)
        fleet.look(T0 + MINUTE)
        wrong = fleet.told()
        fleet.live(range(40, 43))

    assert wrong == [Told("device_clock", "MN-1", 0.0, None)]
    (after,) = fleet.told(CLOCK)
    assert after.until == 40


def test_frames_from_before_the_commissioning_say_nothing_of_the_clock(fleet: Fleet) -> None:
    with fleet.ingesting():
        fleet.reject(
            T0, 1, "clock", "its time lies before the device's commissioning in the registry"
        )
        fleet.look(T0 + MINUTE)

    assert fleet.told() == []


def test_what_is_sent_an_hour_after_its_time_is_late_and_ends_when_it_is_not(fleet: Fleet) -> None:
    with fleet.ingesting():
        fleet.live(range(5), late=HOUR)
        wrong = fleet.told()
        fleet.live(range(5, 10))

    assert wrong == [Told("late_transmission", "MN-1", 0.0, None)]
    assert fleet.told() == [Told("late_transmission", "MN-1", 0.0, 5.0)]


def test_the_backlog_of_an_own_silence_is_not_late(fleet: Fleet) -> None:
    """Silent from 10:05 to 11:00; then it sends what it had measured at 10:30."""
    fleet.speak([2, 3], T0, T0 + 70 * MINUTE)
    with fleet.ingesting():
        fleet.live(range(5))
        fleet.look(T0 + 30 * MINUTE)
        fleet.say(1, T0 + 30 * MINUTE, T0 + 60 * MINUTE, T0 + 60 * MINUTE)
        fleet.look(T0 + 60 * MINUTE + SECOND)

    assert [one.kind for one in fleet.told()] == ["device_offline"]


def test_who_speaks_in_a_foreign_name_is_counted_once_for_the_one_he_names(fleet: Fleet) -> None:
    with fleet.ingesting():
        for second in range(40):
            fleet.reject(T0 + second * SECOND, 1, "mn_mismatch", "not its own", "hj212/STRANGER")
        fleet.look(T0 + MINUTE)
        fleet.reject(T0 + 2 * MINUTE, 1, "mn_mismatch", "not its own", "hj212/OTHER")
        fleet.look(T0 + 3 * MINUTE)

    assert fleet.told() == [Told("mn_mismatch", "MN-1", 0.0, None)]
    with connect_now(fleet.database, "alerts", "test") as session:
        (one,) = standing_spans(session, [MISMATCH], ALWAYS)
    assert one.seen.span.evidence["topics"] == {"hj212/STRANGER": 40, "hj212/OTHER": 1}
    assert one.seen.span.evidence["frames"] == 41
    assert "MN-1" in one.seen.span.zh


def test_a_flood_in_a_foreign_name_is_news_when_it_has_doubled(fleet: Fleet) -> None:
    news: list[int] = []
    with fleet.ingesting():
        for minute in range(8):
            fleet.reject(T0 + minute * MINUTE, 1, "mn_mismatch", "not its own", "hj212/STRANGER")
            fleet.look(T0 + minute * MINUTE + SECOND)
            row = fleet.owner.execute(
                "WITH told AS (UPDATE watch_span SET news = false WHERE news RETURNING id)"
                " SELECT count(*) FROM told"
            ).fetchone()
            news.append(0 if row is None else int(row[0]))

    # The first frame, the second, the fourth and the eighth.
    assert news == [1, 1, 0, 1, 0, 0, 0, 1]


def test_after_a_quiet_day_nobody_speaks_as_another_any_more(fleet: Fleet) -> None:
    with fleet.ingesting():
        fleet.reject(T0, 1, "mn_mismatch", "not its own", "hj212/STRANGER")
        fleet.look(T0 + MINUTE, T0 + 23 * HOUR)
        before = fleet.told(MISMATCH)
        fleet.look(T0 + 25 * HOUR)

    assert before == [Told("mn_mismatch", "MN-1", 0.0, None)]
    assert fleet.told(MISMATCH) == [Told("mn_mismatch", "MN-1", 0.0, 0.0)]


def shifted(session: psycopg.Connection, by: timedelta) -> Callable[[], datetime]:
    """A clock that differs from the database's by so much."""
    return lambda: database_now(session) + by


def test_a_clock_that_is_off_forbids_judging_and_is_told_of_by_others(fleet: Fleet) -> None:
    with connect_now(fleet.database, "alerts", "clock") as session, fleet.ingesting():
        right = clock_trusted(session, shifted(session, timedelta(0)), "host-a", TOLERANCE)
        wrong = clock_trusted(session, shifted(session, -90 * SECOND), "host-b", TOLERANCE)
        look(session, database_now(session))
        told = standing_spans(session, [AlertKind.PLATFORM_CLOCK], ALWAYS)
        clock_trusted(session, shifted(session, timedelta(0)), "host-b", TOLERANCE)
        look(session, database_now(session))
        after = standing_spans(session, [AlertKind.PLATFORM_CLOCK], ALWAYS)

    assert right is None
    assert wrong is not None
    assert "host-b is 90.0 s behind" in wrong
    assert [one.seen.span.evidence["host"] for one in told] == ["host-b"]
    assert [one.seen.span.until is None for one in after] == [False]


@pytest.mark.parametrize("seconds", [4, -4], ids=["ahead", "behind"])
def test_a_clock_within_its_tolerance_is_trusted(fleet: Fleet, seconds: int) -> None:
    with connect_now(fleet.database, "alerts", "clock") as session:
        skew = clock_check(session, shifted(session, seconds * SECOND), TOLERANCE)

    assert not skew.beyond(TOLERANCE)
    assert skew.ahead / SECOND == pytest.approx(seconds, abs=0.5)


def test_loops_that_are_behind_and_notices_that_stay_are_the_platforms_trouble(
    fleet: Fleet,
) -> None:
    stays = Undelivered(2, T0 - HOUR, {"webhook": 2})
    with connect_now(fleet.database, "alerts", "watch") as session, fleet.ingesting():
        report_progress(session, Progress("raising", "host-a", 600.0, None, T0))
        look(session, T0, stays)
        wrong = fleet.told()
        report_progress(session, Progress("raising", "host-a", 1.0, None, T0 + 2 * MINUTE))
        look(session, T0 + 2 * MINUTE, Undelivered(0, None, {}))

    assert wrong == [
        Told("platform_lag", None, -10.0, None),
        Told("platform_notice", None, 0.0, None),
    ]
    assert [one.until for one in fleet.told()] == [2.0, 2.0]


def test_judging_that_is_behind_is_told_of(fleet: Fleet) -> None:
    fleet.owner.execute(
        "INSERT INTO judging (plant, stage, next_hour, due_at)"
        " SELECT id, 'final', %s, %s FROM plant WHERE code = 'P1'",
        (T0 - HOUR, T0 - 20 * MINUTE),
    )

    with fleet.ingesting():
        fleet.look(T0)

    assert fleet.told() == [Told("platform_lag", None, -20.0, None)]
