"""From frames that do not come to cases: raised once, whoever watches and however often it is killed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest

from services.alerts.raiser import Raiser
from services.alerts.watch import Watch
from services.store.connection import connect_now
from tests.fixtures.heard_fleet import MINUTE, SECOND, T0, Fleet

TWELVE = range(1, 13)
LIVING = [number for number in TWELVE if number != 7]
Told = tuple[str, str, str | None]


@pytest.fixture
def fleet(database: str) -> Iterator[Fleet]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC") as owner:
        yield Fleet(database, owner).register(12)


def process(fleet: Fleet, moments: list[datetime]) -> None:
    """A process that holds the raiser's lock: at each moment it watches and raises; then it is gone."""
    clock = moments[0]

    def now() -> datetime:
        return clock

    with connect_now(fleet.database, "alerts", "raiser") as session:
        raiser = Raiser(session, now)
        watch = Watch(session, now, raiser.raising)
        assert raiser.holds()
        for clock in moments:  # noqa: B007 - `now` reads it
            watch.round()
            raiser.round()


def every(seconds: int, since: float, until: float) -> list[datetime]:
    """Moments between two minutes after T0."""
    count = int((until - since) * 60 // seconds)
    return [T0 + since * MINUTE + number * seconds * SECOND for number in range(count + 1)]


def events(fleet: Fleet) -> list[tuple[str, str, str | None, datetime | None]]:
    """What happened to the cases: kind, event, the logger's MN, and since when it was wrong."""
    return fleet.owner.execute(
        "SELECT alert.kind, alert_event.what, device_mn.mn, alert_event.since FROM alert_event"
        " JOIN alert ON alert.id = alert_event.alert"
        " LEFT JOIN device_mn ON device_mn.device = alert.device"
        " ORDER BY alert.kind, device_mn.mn, alert_event.version"
    ).fetchall()


def told(fleet: Fleet) -> list[Told]:
    return [one[:3] for one in events(fleet) if one[1] not in {"extended", "raised"}]


def scenario(fleet: Fleet, moments: list[list[datetime]]) -> None:
    """The platform hears nothing from 10:10 to 10:20, and logger 7 dies meanwhile."""
    with fleet.ingesting():
        fleet.speak(TWELVE, T0, T0 + 10 * MINUTE)
        for some in moments[:-1]:
            process(fleet, some)
        fleet.speak(LIVING, T0 + 20 * MINUTE, T0 + 60 * MINUTE)
        process(fleet, moments[-1])


EXPECTED: list[Told] = [
    ("device_offline", "opened", "MN-7"),
    ("platform_silent", "pending", None),
    ("platform_silent", "opened", None),
    ("platform_silent", "resolved", None),
]


def test_ten_minutes_without_a_broker_raise_one_case_and_later_that_of_the_dead(
    fleet: Fleet,
) -> None:
    scenario(fleet, [every(30, 9, 20), every(60, 20.5, 59)])

    found = events(fleet)
    offline = [one for one in found if one[0] == "device_offline"]
    assert {one[2] for one in offline} == {"MN-7"}
    # Heard last at 10:09:37.
    assert offline[0][3] == T0 + 9 * MINUTE + 37 * SECOND
    assert [one for one in told(fleet) if one[1] != "pending"] == [
        one for one in EXPECTED if one[1] != "pending"
    ]


def test_a_watch_killed_after_each_round_raises_the_same(database: str, fleet: Fleet) -> None:
    assert database
    apart = [[moment] for moment in every(60, 9, 20)]

    scenario(fleet, [*apart, every(120, 21, 59)])

    assert [one for one in told(fleet) if one[1] != "pending"] == [
        one for one in EXPECTED if one[1] != "pending"
    ]


def test_a_round_again_at_the_same_time_raises_nothing_more(fleet: Fleet) -> None:
    scenario(fleet, [every(60, 9, 20), every(60, 21, 59)])
    before = events(fleet)

    with fleet.ingesting():
        process(fleet, [T0 + 59 * MINUTE] * 3)

    assert events(fleet) == before


def test_a_watch_killed_before_it_raised_raises_it_the_next_time(fleet: Fleet) -> None:
    fleet.speak(range(2, 13), T0, T0 + 40 * MINUTE)
    fleet.speak([1], T0, T0 + 5 * MINUTE)

    with fleet.ingesting():
        fleet.look(T0 + 30 * MINUTE)
        unraised = events(fleet)
        process(fleet, [T0 + 31 * MINUTE])

    assert unraised == []
    assert {one[2] for one in events(fleet)} == {"MN-1"}


def test_a_logger_that_comes_back_closes_its_case(fleet: Fleet) -> None:
    fleet.speak(range(2, 13), T0, T0 + 60 * MINUTE)
    fleet.speak([1], T0, T0 + 5 * MINUTE)

    with fleet.ingesting():
        process(fleet, every(60, 10, 30))
        fleet.speak([1], T0 + 30 * MINUTE, T0 + 60 * MINUTE)
        process(fleet, every(60, 31, 59))

    assert [one[1] for one in told(fleet)] == ["opened", "resolved"] or [
        one[1] for one in told(fleet)
    ] == ["pending", "opened", "resolved"]


def test_it_rests_between_rounds_for_whoever_calls_more_often(fleet: Fleet) -> None:
    clock = T0

    def now() -> datetime:
        return clock

    with connect_now(fleet.database, "alerts", "raiser") as session:
        watch = Watch(session, now, Raiser(session, now).raising)
        rounds: list[bool] = []
        for millis in (0, 500, 4_900, 5_000, 5_500):
            clock = T0 + timedelta(milliseconds=millis)
            rounds.append(watch.round_when_due() is not None)

    assert rounds == [True, False, False, True, False]
