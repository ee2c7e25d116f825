"""The newest verdicts of points: of each limit the newest belief of the newest hour, else day."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.alert import Alert, AlertKind, AlertState, Disposition, Event, Severity, Target
from schemas.judgement import Outcome, Period, VerdictRow
from services.rules.alerting.actions import Resolve, Verdict, act
from services.rules.alerting.causes import Cause
from services.rules.alerting.draft import Draft, Happening
from services.rules.alerting.reasons import Reason
from services.store.alerts import alerts_by_id, write_steps
from services.store.as_known import closed_position
from services.store.beliefs import Stretch, read_verdicts
from services.store.connection import connect_now
from services.store.judgements import Judged, write_judgements
from services.store.session import Session
from services.store.status_cases import ActiveCase, active_cases
from services.store.status_newest import Newest, NewestVerdict, newest_verdicts, placed_outlets
from services.store.status_words import words_judged
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


DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def looked_at(at: datetime, known: int, *, past: bool = True) -> Newest:
    return Newest(None, at, at - 26 * HOUR, at - 4 * DAY, known, past=past)


@pytest.mark.parametrize(
    ("past", "minutes", "hours"),
    [
        pytest.param(True, 30, 19, id="in the middle of an hour the one before tells"),
        pytest.param(True, 59, 19, id="a minute before its end as well"),
        pytest.param(True, 60, 20, id="with its last moment it has ended"),
        pytest.param(False, 30, 20, id="now whatever was judged tells"),
    ],
)
def test_at_a_past_moment_only_an_hour_that_had_ended_tells(
    session: Session, *, past: bool, minutes: int, hours: int
) -> None:
    write(session, verdict(hours=19), verdict(Outcome.EXCEEDING, hours=20))
    asked_at = looked_at(START + 20 * HOUR + minutes * MINUTE, closed_position(session), past=past)

    found = newest_verdicts(session, asked_at)

    assert [(one.start - START) // HOUR for one in found] == [hours]
    assert newest_verdicts(session, asked_at, [found[0].subject]) == found
    told_of_many = words_judged(session, asked_at._replace(plants=range(1, 100)))
    assert [one.outcome for one in told_of_many] == [found[0].outcome]


def test_at_a_past_moment_only_a_day_that_had_ended_tells(session: Session) -> None:
    days = (verdict(), verdict(Outcome.EXCEEDING, hours=24))
    write(session, *(one._replace(period=Period.DAY) for one in days))
    known, midnight = closed_position(session), START + 2 * DAY

    noon = newest_verdicts(session, looked_at(midnight - 12 * HOUR, known))
    before = newest_verdicts(session, looked_at(midnight - MINUTE, known))
    after = newest_verdicts(session, looked_at(midnight + MINUTE, known))

    assert told(noon) == told(before) == {("day", 0, 1, "compliant")}
    assert told(after) == {("day", 24, 1, "exceeding")}


def opened(session: Session, since: datetime, at: datetime, *, sure: bool = True) -> int:
    """A case about an exceeded limit that the platform opens `at` a time; its number."""
    case = Alert(
        *(0, AlertKind.LIMIT_HOUR, Target(1, 1, 1), AlertState.OPEN, Severity.YELLOW, since, None),
        *(0, at),
        sure=sure,
        zh="超标",
        en="over",
        opened_at=at,
    )
    draft = Draft(case, at)
    draft.add(Happening(Event.OPENED, Reason.SETTLED, since), case)
    with session.transaction():
        [written] = write_steps(session, [draft.step()])
    return written.alert.alert


def closed(session: Session, number: int, at: datetime) -> None:
    [held] = alerts_by_id(session, [number])
    with session.transaction():
        done = Resolve("li", Verdict(Disposition.CONFIRMED, Cause.FACILITY_FAULT))
        write_steps(session, [act(held, done, at)])


def numbers(found: Sequence[ActiveCase]) -> list[tuple[int, str]]:
    return [(one.id, one.state) for one in found]


@pytest.mark.parametrize("plants", [None, [1]], ids=["of all plants", "of one"])
def test_at_a_past_moment_the_cases_that_were_open_then_are_told_and_no_others(
    session: Session, plants: Sequence[int] | None
) -> None:
    number = opened(session, START, START + HOUR + 10 * MINUTE)
    closed(session, number, START + 5 * HOUR)
    later = opened(session, START + 8 * HOUR, START + 9 * HOUR)
    known = closed_position(session)

    at = [
        numbers(
            active_cases(session, looked_at(START + hours * HOUR, known)._replace(plants=plants))
        )
        for hours in (1, 2, 5, 8, 10)
    ]
    now = active_cases(session, looked_at(START + 10 * HOUR, known, past=False))

    assert at == [[], [(number, "open")], [], [], [(later, "open")]]
    assert numbers(now) == [(later, "open")]


def test_a_case_is_as_sure_as_it_was_known_to_be(session: Session) -> None:
    number = opened(session, START, START + HOUR, sure=False)
    known = closed_position(session)
    [held] = alerts_by_id(session, [number])
    draft = Draft(held, START + 2 * HOUR)
    happened = Happening(Event.EXTENDED, Reason.BELIEF_CHANGED, START)
    draft.add(happened, replace(held, sure=True))
    with session.transaction():
        write_steps(session, [draft.step()])

    [then] = active_cases(session, looked_at(START + DAY, known, past=False))
    [now] = active_cases(session, looked_at(START + DAY, closed_position(session), past=False))
    [past] = active_cases(session, looked_at(START + 90 * MINUTE, closed_position(session)))

    assert (then.sure, now.sure, past.sure) == (False, True, False)
