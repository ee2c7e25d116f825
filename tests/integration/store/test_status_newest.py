"""The newest verdicts of points: of each limit the newest belief of the newest hour, else day."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.judgement import Outcome, Period, VerdictRow
from services.store.as_known import closed_position
from services.store.beliefs import Stretch, read_verdicts
from services.store.connection import connect_now
from services.store.judgements import Judged, write_judgements
from services.store.session import Session
from services.store.status_newest import Newest, NewestVerdict, newest_verdicts, placed_outlets
from tests.fixtures.judged import HOUR, START, verdict
from tests.fixtures.registry import TERSE, stored

NOW = START + 30 * HOUR
LIMIT = """
INSERT INTO limit_version (limit_key, point, valid, act, comparator, high, unit, quantity,
  averaging, origin, standard, clause, confidence, verified, source, actor)
SELECT 1, id, tstzrange('2020-01-01', NULL), 'assign', '<=', 100, 'mg/m3', 'concentration', 'hour',
  'standard', 'GB', '1', 'high', true, 'read', 'bureau' FROM point WHERE id = 1
"""


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        stored(connection, TERSE)
        connection.execute(LIMIT)
        yield connection


@pytest.fixture
def session(database: str, owner: psycopg.Connection) -> Iterator[Session]:
    assert owner
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def write(session: Session, *verdicts: VerdictRow) -> None:
    with session.transaction():
        write_judgements(session, Judged(verdicts=verdicts))


def asked(known: int, plants: Sequence[int] | None = None) -> Newest:
    return Newest(plants, NOW, NOW - 26 * HOUR, NOW - timedelta(days=4), known)


def newest(session: Session, known: int | None = None) -> list[NewestVerdict]:
    return newest_verdicts(session, asked(known or closed_position(session)))


def told(found: Sequence[NewestVerdict]) -> set[tuple[str, int, int, str]]:
    return {(one.period, (one.start - START) // HOUR, one.limit, one.outcome) for one in found}


def test_of_each_limit_the_newest_belief_of_the_newest_hour(session: Session) -> None:
    write(session, verdict(hours=10), verdict(hours=12), verdict(hours=12, limit=2))
    write(session, verdict(Outcome.EXCEEDING, hours=12))

    assert told(newest(session)) == {("hour", 12, 1, "exceeding"), ("hour", 12, 2, "compliant")}


def test_without_an_hour_the_newest_day_tells(session: Session) -> None:
    day = verdict(Outcome.EXCEEDING)._replace(period=Period.DAY)
    write(session, day, verdict(hours=2))

    assert told(newest(session)) == {("day", 0, 1, "exceeding")}


def test_what_is_too_old_or_came_later_tells_nothing(session: Session) -> None:
    write(session, verdict(hours=3))
    before = closed_position(session)
    write(session, verdict(hours=20))

    assert newest(session, before) == []
    assert told(newest(session)) == {("hour", 20, 1, "compliant")}


def test_only_the_plants_asked_for_are_told_of(session: Session) -> None:
    write(session, verdict(hours=20))

    nothing = asked(closed_position(session), [])

    assert newest_verdicts(session, nothing) == []
    assert placed_outlets(session, nothing) == []
    [outlet] = placed_outlets(session, asked(0))
    assert (outlet.plant_code, outlet.code, outlet.limited) == ("P1", "DA001", True)


@given(
    rows=st.lists(
        st.tuples(
            st.integers(20, 23),
            st.integers(1, 6),
            st.sampled_from([Outcome.COMPLIANT, Outcome.EXCEEDING, Outcome.NO_DATA]),
        ),
        max_size=25,
    )
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_it_is_what_is_believed_of_the_newest_hour_however_many_limits_there_are(
    owner: psycopg.Connection, session: Session, rows: list[tuple[int, int, Outcome]]
) -> None:
    owner.execute("SET session_replication_role TO replica")
    owner.execute("DELETE FROM verdict")
    for hour, limit, outcome in rows:
        write(session, verdict(outcome, hours=hour, limit=limit))

    found = newest(session)

    held = [one.row for one in read_verdicts(session, Stretch([1], START, NOW))]
    last = max((row.start for row in held), default=None)
    assert {(one.limit, one.outcome) for one in found} == {
        (row.limit, row.outcome) for row in held if row.start == last
    }
    [own] = placed_outlets(session, asked(0))
    one_outlet = newest_verdicts(session, asked(closed_position(session)), [own.subject])
    assert sorted(one_outlet) == sorted(found)
