"""What was judged lately, as whoever looks on sees it: the newest belief, outlet by outlet."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from schemas.judgement import Finding, Outcome, Period, VerdictRow
from services.store.connection import connect_now
from services.store.judged_overview import JudgedOutlet, Overview, judged_overview
from services.store.judgements import Judged, write_judgements
from services.store.session import Session
from tests.fixtures.judged import HOUR, START, finding, verdict
from tests.fixtures.registry import TERSE, stored

OFF = replace(finding(), rule="facility_off")


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, TERSE)
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def write(session: Session, *verdicts: VerdictRow, findings: tuple[Finding, ...] = ()) -> None:
    with session.transaction():
        write_judgements(session, Judged(verdicts=verdicts, findings=findings))


def overview(session: Session, hours: int = 24) -> Overview:
    return judged_overview(session, START, START + hours * HOUR)


def test_where_nothing_was_judged_there_is_nothing_to_see(session: Session) -> None:
    assert overview(session) == Overview((), {})


def test_the_hours_of_an_outlet_are_counted_once_however_many_limits_it_has(
    session: Session,
) -> None:
    write(session, verdict(), verdict(limit=2), verdict(hours=1))

    assert overview(session).outlets == (JudgedOutlet("P1", "DA001", 2, over=False, silent=False),)


@pytest.mark.parametrize(
    ("outcome", "over", "silent"),
    [
        pytest.param(Outcome.COMPLIANT, False, False, id="compliant"),
        pytest.param(Outcome.EXCEEDING, True, False, id="exceeding"),
        pytest.param(Outcome.AT_LEAST, True, False, id="over range and over the limit"),
        pytest.param(Outcome.CLAIMED, False, False, id="exemption claimed"),
        pytest.param(Outcome.NO_DATA, False, True, id="no data"),
        pytest.param(Outcome.INVALID, False, False, id="invalid"),
    ],
)
def test_how_an_outlet_stands_is_told_by_its_newest_hour(
    session: Session,
    outcome: Outcome,
    over: bool,  # noqa: FBT001 - a case of the table
    silent: bool,  # noqa: FBT001 - a case of the table
) -> None:
    write(session, verdict(Outcome.EXCEEDING), verdict(Outcome.NO_DATA, limit=2))

    write(session, verdict(outcome, hours=1))

    (found,) = overview(session).outlets
    assert (found.over, found.silent) == (over, silent)


def test_one_limit_exceeded_of_several_is_enough(session: Session) -> None:
    write(session, verdict(Outcome.EXCEEDING), verdict(Outcome.NO_DATA, limit=2), verdict(limit=3))

    (found,) = overview(session).outlets

    assert (found.over, found.silent) == (True, True)


def test_the_newer_belief_counts(session: Session) -> None:
    write(session, verdict(Outcome.NO_DATA))

    write(session, verdict(Outcome.COMPLIANT))

    (found,) = overview(session).outlets
    assert found == JudgedOutlet("P1", "DA001", 1, over=False, silent=False)


def test_where_no_limit_speaks_of_hours_the_newest_day_tells(session: Session) -> None:
    day = verdict(Outcome.EXCEEDING)._replace(period=Period.DAY)

    write(session, day)

    assert overview(session).outlets == (JudgedOutlet("P1", "DA001", 0, over=True, silent=False),)


def test_an_hour_goes_before_a_day(session: Session) -> None:
    day = verdict(Outcome.EXCEEDING, hours=1, limit=2)._replace(period=Period.DAY)

    write(session, day, verdict())

    (found,) = overview(session).outlets
    assert found == JudgedOutlet("P1", "DA001", 1, over=False, silent=False)


def test_what_lies_outside_of_the_time_is_not_counted(session: Session) -> None:
    write(session, verdict(hours=-1), verdict(Outcome.EXCEEDING, hours=5))

    assert overview(session, 5) == Overview((), {})


def test_facilities_found_off_are_counted_by_plant_once_each(session: Session) -> None:
    again = replace(OFF, since=START + 2 * HOUR)

    write(session, findings=(OFF, again, finding(3)))

    assert overview(session).off == {"P1": 1}


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(replace(OFF, standing=False), id="it stands no more"),
        pytest.param(replace(OFF, since=START - 3 * HOUR, until=START - HOUR), id="it was before"),
        pytest.param(replace(OFF, since=START + timedelta(days=2)), id="it comes after"),
    ],
)
def test_a_finding_that_does_not_stand_then_is_not_counted(
    session: Session, found: Finding
) -> None:
    write(session, findings=(found,))

    assert overview(session).off == {}


def test_those_who_only_look_may_ask(session: Session, database: str) -> None:
    write(session, verdict(), findings=(OFF,))

    with connect_now(database, "api", "test") as connection:
        found = overview(connection)

    assert (len(found.outlets), found.off) == (1, {"P1": 1})
