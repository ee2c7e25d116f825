"""Marks as they are kept: versions that only grow, and the hours that they touch."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest

from schemas.mark_entry import NewMark
from schemas.marks import Review
from services.rules.marks.amending import Amendment, changed, reviewed
from services.store.connection import connect_now
from services.store.mark_places import mark_places, outlets_of_unit
from services.store.marks import (
    MarkConflict,
    MarkQuery,
    enter_marks,
    read_mark,
    read_marks,
    write_version,
)
from tests.fixtures.marking import CEMS, NOW, PLANT, START, at
from tests.fixtures.readings import touched
from tests.fixtures.registry import stored

HOUR = timedelta(hours=1)


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, PLANT)
        yield connection


def subject(connection: psycopg.Connection, code: str = "B1") -> int:
    return mark_places(connection).subjects["P1", code][0]


def entry(subject: int, since: datetime, until: datetime | None, kind: str = START) -> NewMark:
    return NewMark(kind, subject, None, since, until, "plant", since > NOW, NOW, "operator", "log")


def entered(connection: psycopg.Connection, since: datetime, until: datetime | None) -> int:
    [key] = enter_marks(connection, [entry(subject(connection), since, until)], NOW)
    return key


def rows(connection: psycopg.Connection) -> int:
    found = connection.execute("SELECT count(*) FROM mark").fetchone()
    assert found is not None
    return int(found[0])


def test_a_mark_is_read_back_as_it_was_entered(connection: psycopg.Connection) -> None:
    [key] = enter_marks(connection, [entry(subject(connection), at(8), at(12))], NOW)

    found = read_mark(connection, key)

    assert found is not None
    assert (found.mark, found.kind, found.subject) == (key, START, subject(connection))
    assert (found.since, found.until, found.entered_at) == (at(8), at(12), NOW)
    assert (found.origin, found.planned, found.review) == ("plant", False, Review.CLAIMED)
    assert (found.actor, found.evidence, found.reviewer) == ("operator", "log", None)


def test_a_newer_version_is_believed_and_the_older_one_is_kept(
    connection: psycopg.Connection,
) -> None:
    key = entered(connection, at(8), at(12))
    first = read_mark(connection, key)
    assert first is not None

    version = write_version(connection, reviewed(first, Review.ACCEPTED, "officer", ""), NOW)

    found = read_mark(connection, key)
    assert found is not None
    assert (found.version, found.review, found.reviewer) == (version, Review.ACCEPTED, "officer")
    before = read_marks(connection, MarkQuery(before=found.position))
    assert [(one.mark, one.review) for one in before] == [(key, Review.CLAIMED)]
    assert rows(connection) == 2


def test_what_was_known_before_a_mark_was_entered_is_nothing(
    connection: psycopg.Connection,
) -> None:
    key = entered(connection, at(8), at(12))
    found = read_mark(connection, key)
    assert found is not None

    assert read_marks(connection, MarkQuery(before=found.position)) == []
    assert len(read_marks(connection, MarkQuery(before=found.position + 1))) == 1


def test_a_version_that_was_replaced_meanwhile_cannot_be_replaced_again(
    connection: psycopg.Connection,
) -> None:
    seen = read_mark(connection, entered(connection, at(8), at(12)))
    assert seen is not None
    write_version(connection, changed(seen, Amendment(until=at(11)), NOW), NOW)

    with pytest.raises(MarkConflict, match="changed meanwhile by operator: look at it again"):
        write_version(connection, reviewed(seen, Review.ACCEPTED, "officer", ""), NOW)

    assert rows(connection) == 2


def test_a_withdrawn_mark_is_believed_no_more_and_stays_known_as_of_before(
    connection: psycopg.Connection,
) -> None:
    seen = read_mark(connection, entered(connection, at(8), at(12)))
    assert seen is not None

    write_version(connection, seen._replace(reason="wrong furnace"), NOW, withdrawn=True)

    assert read_mark(connection, seen.mark) is None
    assert read_marks(connection, MarkQuery()) == []
    assert len(read_marks(connection, MarkQuery(before=seen.position + 1))) == 1
    with pytest.raises(MarkConflict, match="withdrawn or never entered"):
        write_version(connection, seen, NOW)


def test_a_mark_stays_with_its_subject(connection: psycopg.Connection) -> None:
    seen = read_mark(connection, entered(connection, at(8), at(12)))
    assert seen is not None

    with pytest.raises(MarkConflict, match="stays with its subject"):
        write_version(connection, seen._replace(subject=subject(connection, "B2")), NOW)


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [(0, 8, 0), (0, 9, 1), (11, 13, 1), (12, 13, 0)],
    ids=["ends at its beginning", "meets its beginning", "meets its end", "begins at its end"],
)
def test_marks_are_read_by_the_span_they_meet(
    connection: psycopg.Connection, since: int, until: int, count: int
) -> None:
    entered(connection, at(8), at(12))

    assert len(read_marks(connection, MarkQuery(None, at(since), at(until)))) == count


def test_a_mark_that_was_moved_is_not_found_where_it_was(connection: psycopg.Connection) -> None:
    seen = read_mark(connection, entered(connection, at(8), at(12)))
    assert seen is not None

    write_version(connection, changed(seen, Amendment(since=at(10)), NOW), NOW)

    assert read_marks(connection, MarkQuery(None, at(8), at(9))) == []


def test_an_open_mark_meets_all_that_comes(connection: psycopg.Connection) -> None:
    entered(connection, at(8), None)

    assert len(read_marks(connection, MarkQuery(None, at(0, day=1, month=9)))) == 1


def test_marks_are_read_by_subject_and_review(connection: psycopg.Connection) -> None:
    units = [subject(connection, code) for code in ("B1", "B2")]
    enter_marks(connection, [entry(unit, at(8), at(12)) for unit in units], NOW)

    assert len(read_marks(connection, MarkQuery(units))) == 2
    assert [one.subject for one in read_marks(connection, MarkQuery(units[1:]))] == units[1:]
    assert read_marks(connection, MarkQuery(review=Review.ACCEPTED)) == []
    assert read_marks(connection, MarkQuery([])) == []


def test_entering_touches_the_hours_of_the_unit_and_of_its_outlet(
    connection: psycopg.Connection,
) -> None:
    """08:30 to 10:00 bears on the hours of 08:00 and 09:00; B1 leads to DA001 and not to DA002."""
    entered(connection, at(8.5), at(10))

    hours = [at(8), at(9)]
    assert touched(connection) == [(code, hour) for code in ("B1", "DA001") for hour in hours]


def test_a_change_touches_the_hours_of_before_and_of_now(
    connection: psycopg.Connection, database: str
) -> None:
    seen = read_mark(connection, entered(connection, at(8), at(10)))
    assert seen is not None
    forget(database)

    write_version(connection, changed(seen, Amendment(since=at(9), until=at(11)), NOW), NOW)

    found = [hour for code, hour in touched(connection) if code == "B1"]
    assert found == [at(8), at(9), at(10)]


def test_what_lies_ahead_is_not_touched(connection: psycopg.Connection) -> None:
    entered(connection, NOW - HOUR, NOW + 5 * HOUR)
    enter_marks(connection, [entry(subject(connection, "B2"), NOW + HOUR, NOW + 2 * HOUR)], NOW)

    assert touched(connection) == [("B1", NOW - HOUR), ("DA001", NOW - HOUR)]


def test_an_open_mark_touches_its_hours_until_now(connection: psycopg.Connection) -> None:
    entered(connection, NOW - 3 * HOUR, None)

    assert len([code for code, _ in touched(connection) if code == "B1"]) == 3


def test_later_marks_of_the_year_are_judged_anew_for_they_share_its_quota(
    connection: psycopg.Connection, database: str
) -> None:
    """A mark in March takes from the pool of the year: the hours marked on the 18th are judged anew."""
    entered(connection, at(8, day=18), at(10, day=18))
    forget(database)

    entered(connection, at(8), at(9))

    found = [hour for code, hour in touched(connection) if code == "B1"]
    assert found == [at(8), at(8, day=18), at(9, day=18)]


def test_marks_of_another_year_or_unit_are_left_alone(
    connection: psycopg.Connection, database: str
) -> None:
    entered(connection, at(8, day=18), at(10, day=18))
    enter_marks(connection, [entry(subject(connection, "B2"), at(8, day=18), at(9, day=18))], NOW)
    forget(database)

    last_year = at(20, day=31, month=12, year=2024)
    entered(connection, last_year, last_year + HOUR)

    assert [hour for code, hour in touched(connection) if code == "B1"] == [last_year]
    assert "B2" not in {code for code, _ in touched(connection)}


def forget(database: str) -> None:
    """As an evaluator that has judged all."""
    with connect_now(database, "alerts", "test") as evaluator:
        evaluator.execute("DELETE FROM touched")


def test_a_mark_that_is_refused_leaves_nothing(connection: psycopg.Connection) -> None:
    good = entry(subject(connection), at(8), at(12))

    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        enter_marks(connection, [good, good._replace(subject=10_000)], NOW)

    assert rows(connection) == 0
    assert touched(connection) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE mark SET reason = 'x'", "DELETE FROM mark", "TRUNCATE mark"], ids=str
)
def test_nobody_rewrites_a_mark(
    connection: psycopg.Connection, database: str, statement: str
) -> None:
    entered(connection, at(8), at(12))

    with (
        psycopg.connect(database) as owner,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="only grows"),
    ):
        owner.execute(statement.encode())


def test_a_logger_mark_may_be_entered_by_the_evaluators(
    connection: psycopg.Connection, database: str
) -> None:
    one = entry(subject(connection, "DA001"), at(8), at(9), CEMS)._replace(origin="logger")

    with connect_now(database, "alerts", "test") as evaluator:
        [key] = enter_marks(evaluator, [one], NOW)

    found = read_mark(connection, key)
    assert found is not None
    assert found.origin == "logger"


def test_places_are_found_by_their_codes(connection: psycopg.Connection) -> None:
    places = mark_places(connection)

    assert places.plants == {"P1": "示例厂"}
    assert {code: kind for (_, code), (_, kind) in places.subjects.items()} == {
        "DA001": "outlet", "DA002": "outlet", "B1": "unit", "B2": "unit", "F1": "facility",
    }  # fmt: skip
    assert (subject(connection, "DA001"), "out/a34013") in places.points
    assert places.names()[subject(connection)] == ("P1", "B1")
    assert outlets_of_unit(connection, subject(connection)) == [subject(connection, "DA001")]
