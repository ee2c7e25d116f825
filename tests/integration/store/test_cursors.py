"""A reader of a history misses nothing and takes nothing twice, in whatever order others commit."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from schemas.judgement import Period
from services.store import alert_news
from services.store.alert_news import NewFinding, new_findings, new_verdicts
from services.store.connection import connect_now
from services.store.cursors import (
    MOST_SEEN,
    Cursor,
    Place,
    Reading,
    advanced,
    keep_cursor,
    read_cursor,
)
from services.store.session import Session
from tests.fixtures.raised import PLANT, Found, Said, find, judge
from tests.fixtures.registry import stored

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = ["facility_off"]


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, PLANT)
    with connect_now(database, "alerts", "reader") as connection:
        yield connection


def read(session: Session, cursor: Cursor, most: int = 100) -> tuple[list[datetime], Cursor]:
    found, moved, _ = new_findings(session, cursor, RULES, most)
    return since_of(found), moved


def since_of(found: Sequence[NewFinding]) -> list[datetime]:
    return [one.since for one in found]


def found_at(*hours: int) -> list[Found]:
    return [Found(START + hour * HOUR) for hour in hours]


def test_what_is_new_is_read_once(session: Session) -> None:
    find(session, *found_at(0, 1))

    first, cursor = read(session, Cursor())
    again, same = read(session, cursor)
    find(session, *found_at(2))
    later, _ = read(session, same)

    assert (first, again, later) == ([START, START + HOUR], [], [START + 2 * HOUR])


def test_an_earlier_transaction_that_commits_later_is_not_missed(
    session: Session, database: str
) -> None:
    with connect_now(database, "alerts", "slow") as slow:
        slow.execute("BEGIN")
        find(slow, *found_at(0))
        find(session, *found_at(1))

        before, cursor = read(session, Cursor())
        slow.execute("COMMIT")
        after, cursor = read(session, cursor)
        none, _ = read(session, cursor)

    assert (before, after, none) == ([START + HOUR], [START], [])
    assert cursor.seen == frozenset()


def test_a_long_transaction_is_read_in_parts(session: Session) -> None:
    find(session, *found_at(*range(7)))
    cursor, got = Cursor(), list[datetime]()

    while rows := read(session, cursor, 2):
        some, cursor = rows
        if not some:
            break
        got += some

    assert got == [START + hour * HOUR for hour in range(7)]


def test_parts_of_what_lies_open_are_named(session: Session, database: str) -> None:
    with connect_now(database, "alerts", "slow") as slow:
        slow.execute("BEGIN")
        find(slow, *found_at(0))
        find(session, *found_at(1, 2, 3))

        first, cursor = read(session, Cursor(), 2)
        second, cursor = read(session, cursor, 2)

        assert (first, second) == ([START + HOUR, START + 2 * HOUR], [START + 3 * HOUR])
        assert len(cursor.seen) == 3
        slow.execute("ROLLBACK")
    rest, cursor = read(session, cursor)
    assert rest == []
    assert cursor.seen == frozenset()


def test_a_reader_that_may_name_no_more_rows_waits_for_what_is_closed(
    session: Session, database: str
) -> None:
    full = frozenset(range(-MOST_SEEN, 0))
    with connect_now(database, "alerts", "slow") as slow:
        find(session, *found_at(0))
        slow.execute("BEGIN")
        find(slow, *found_at(1))
        find(session, *found_at(2))

        closed, cursor = read(session, Cursor(seen=full))
        slow.execute("COMMIT")
    rest, _ = read(session, cursor)

    assert closed == [START]
    assert rest == [START + HOUR, START + 2 * HOUR]


def test_a_cursor_is_kept_with_what_was_made_of_the_rows(session: Session) -> None:
    kept = Cursor(2**40, 7, frozenset({3, 2**40}))

    with session.transaction(force_rollback=True):
        keep_cursor(session, "reader", Cursor(1))
    nothing = read_cursor(session, "reader")
    keep_cursor(session, "reader", kept)

    assert nothing == Cursor()
    assert read_cursor(session, "reader") == kept


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_commits_gives_each_row_once(
    session: Session, database: str, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    writers = [connect_now(database, "alerts", "writer") for _ in range(3)]
    open_: set[int] = set()
    cursor, got, hour = Cursor(), list[datetime](), 0
    for _ in range(60):
        which = chance.randrange(3)
        if which in open_ and chance.random() < 0.5:
            writers[which].execute("COMMIT")
            open_.discard(which)
        else:
            if which not in open_:
                writers[which].execute("BEGIN")
                open_.add(which)
            find(writers[which], *found_at(hour, hour + 1))
            hour += 2
        some, cursor = read(session, cursor, chance.choice([1, 3, 100]))
        got += some
    for which in open_:
        writers[which].execute("COMMIT")
    for writer in writers:
        writer.close()
    while some := read(session, cursor, 5):
        rows, cursor = some
        if not rows:
            break
        got += rows

    assert sorted(got) == [START + number * HOUR for number in range(hour)]


def test_a_verdict_within_its_limit_is_no_news_but_under_a_case(session: Session) -> None:
    session.execute(
        "INSERT INTO alert (key, kind, plant, subject, point, state, severity, since, until, sure,"
        " zh, en, opened_at, version, changed_at) SELECT 'k' || point, 'limit_hour', 1, 1, point,"
        " 'open', 'yellow', %s, NULL, true, 'x', 'x', now(), 1, now()"
        " FROM unnest(ARRAY[1]) AS point",
        (START,),
    )
    judge(
        session,
        Said(START - 2 * HOUR, "50"),
        Said(START, "50"),
        Said(START, "50", point=2),
        Said(START, "150", point=2, limit=2),
    )
    wanted = ([Period.HOUR], ["limit_hour"])

    found, cursor, more = new_verdicts(session, Cursor(), wanted, 100)

    assert [(one.point, one.start, one.limits, one.lacks) for one in found] == [
        (1, START, True, False),
        (2, START, True, False),
    ]
    assert not more
    assert new_verdicts(session, cursor, wanted, 100).rows == []


def test_of_a_long_history_the_rest_is_left_for_later(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert_news, "AT_ONCE", 3)
    for hour in range(0, 10, 2):
        find(session, *found_at(hour, hour + 1))
    cursor, parts = Cursor(), list[int]()

    more = True
    while more:
        rows, cursor, more = new_findings(session, cursor, RULES, 100)
        parts.append(len(rows))

    assert parts == [4, 4, 2]


def test_a_full_reading_stops_within_a_closed_position() -> None:
    reading = Reading([Place(5, 1), Place(5, 2)], closed=9, full=True)

    moved = advanced(Cursor(3, 4, frozenset({11})), reading, [])

    assert moved == Cursor(5, 2, frozenset({11}))


def test_a_whole_reading_goes_to_the_closed_position() -> None:
    reading = Reading([Place(5, 1), Place(9, 2), Place(12, 3)], closed=9, full=False)

    moved = advanced(Cursor(3, 4, frozenset({11, 12})), reading, [12])

    assert moved == Cursor(9, 0, frozenset({2, 3, 12}))
