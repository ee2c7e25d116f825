"""Several plants in one transaction: each as if it were alone, and nobody waits."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from schemas.judgement import Stage
from services.store.connection import connect_now
from services.store.judging import (
    Clock,
    Due,
    Work,
    claimed,
    claimed_together,
    enrol_plants,
    next_due,
)
from services.store.session import Session
from tests.fixtures.batches import touch
from tests.fixtures.registry import TERSE, stored

NOW = datetime(2024, 6, 3, 10, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEN = NOW.replace(minute=0)
CLOCK = Clock(NOW)
EVERY = [1, 2, 3]


@pytest.fixture
def registered(database: str) -> str:
    one = TERSE.split("plants:\n", 1)[1]
    several = "".join(one.replace("P1", f"P{n}").replace("MN-A", f"MN-{n}") for n in EVERY)
    with psycopg.connect(database, autocommit=True) as connection:
        stored(connection, f"plants:\n{several}")
    return database


@pytest.fixture
def owner(registered: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(registered, autocommit=True, options="-c timezone=UTC0") as connection:
        yield connection


@pytest.fixture
def session(registered: str) -> Iterator[Session]:
    with connect_now(registered, "alerts", "test") as connection:
        yield connection


@pytest.fixture
def other(registered: str) -> Iterator[Session]:
    with connect_now(registered, "alerts", "other") as connection:
        yield connection


def take(session: Session, clock: Clock = CLOCK) -> list[Work]:
    with claimed_together(session, EVERY, clock) as works:
        return works


def test_each_plant_gets_its_own_hours(owner: psycopg.Connection, session: Session) -> None:
    touch(owner, 1, TEN, TEN - HOUR, TEN)
    touch(owner, 3, TEN - 2 * HOUR)

    works, again = take(session), take(session)

    assert works == [Work(1, {1: [TEN - HOUR, TEN]}, []), Work(3, {3: [TEN - 2 * HOUR]}, [])]
    assert again == []


def test_plants_that_another_holds_are_left_out_and_their_work_stays(
    owner: psycopg.Connection, session: Session, other: Session
) -> None:
    for subject in EVERY:
        touch(owner, subject, TEN)

    with claimed(other, 2, CLOCK) as held:
        works = take(session)
    assert held is not None

    assert [work.plant for work in works] == [1, 3]


def test_what_goes_wrong_gives_the_work_of_all_back(
    owner: psycopg.Connection, session: Session
) -> None:
    for subject in EVERY:
        touch(owner, subject, TEN)

    with (
        pytest.raises(ZeroDivisionError),
        claimed_together(session, EVERY, CLOCK) as works,
    ):
        raise ZeroDivisionError
    later = take(session)

    assert len(works) == len(later) == 3


def test_of_each_plant_the_newest_hours_are_taken(
    owner: psycopg.Connection, session: Session
) -> None:
    touch(owner, 1, *(TEN - n * HOUR for n in range(5)))
    touch(owner, 2, TEN - 9 * HOUR)

    works = take(session, Clock(NOW, most=2))
    rest = take(session, Clock(NOW, most=2))

    assert [work.hours() for work in works] == [[TEN - HOUR, TEN], [TEN - 9 * HOUR]]
    assert [work.hours() for work in rest] == [[TEN - 3 * HOUR, TEN - 2 * HOUR]]


def test_the_clocks_of_all_go_on_by_what_each_has_reached(session: Session) -> None:
    early = Clock(NOW - 3 * HOUR)
    enrol_plants(session, early)
    with claimed(session, 2, Clock(NOW - HOUR)) as ahead:
        assert ahead is not None

    works = take(session)

    begun = TEN - 3 * HOUR
    provisional = {work.plant: work.due[0] for work in works}
    assert provisional == {
        1: Due(Stage.PROVISIONAL, begun, TEN),
        2: Due(Stage.PROVISIONAL, TEN - HOUR, TEN),
        3: Due(Stage.PROVISIONAL, begun, TEN),
    }
    assert next_due(session) == TEN + HOUR + CLOCK.waits.provisional
    assert take(session) == []


def test_nobody_is_asked_for_nothing(session: Session) -> None:
    with claimed_together(session, [], CLOCK) as works:
        assert works == []
