"""Numbers of the feed: each event has one, once, and no lower one ever appears behind a higher one."""

import random
import threading
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.store.connection import connect_now
from services.store.feed import Stretch, Told, feed_head, number_new, read_feed
from services.store.session import Session
from tests.fixtures.listening import AT, PLANTS, again, alerted, ordered
from tests.fixtures.registry import stored

MANY = 1_000_000


@pytest.fixture
def database(database: str) -> str:
    """Two plants are registered in it."""
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, PLANTS)
    return database


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with connect_now(database, "api", "reader") as connection:
        yield connection


@pytest.fixture
def other(database: str) -> Iterator[Session]:
    with connect_now(database, "alerts", "writer") as connection:
        yield connection


def told(session: Session, after: int = 0, plants: list[int] | None = None) -> list[Told]:
    return read_feed(session, Stretch(after, MANY, plants), MANY)


def events(session: Session, after: int = 0) -> list[tuple[str, int]]:
    return [(one.source, one.event) for one in told(session, after)]


def test_an_event_is_told_with_its_case_and_place(session: Session) -> None:
    event = alerted(session, 1, "red")

    number_new(session)

    [one] = told(session)
    assert (one.source, one.event, one.severity, one.kind) == ("alert", event, "red", "limit_hour")
    assert (one.plant, one.plant_code, one.plant_zh) == (1, "P1", "示例厂")
    assert (one.zh, one.en, one.at) == ("超标", "over", AT)


def test_an_order_is_told_by_what_people_call_it(session: Session) -> None:
    event = ordered(session, 2)

    number_new(session)

    [one] = told(session)
    assert (one.source, one.event, one.order_number) == ("order", event, "15-2026-0001")
    assert (one.plant_code, one.severity, one.kind) == ("P2", None, None)


def test_what_is_numbered_is_not_numbered_again(session: Session) -> None:
    alerted(session)
    ordered(session)

    counts = [number_new(session), number_new(session)]

    assert counts == [2, 0]
    assert len(told(session)) == 2


def test_what_commits_late_comes_behind_what_was_told_before(
    session: Session, other: Session
) -> None:
    with other.transaction():
        late = alerted(other)
        soon = alerted(session)
        number_new(session)
        head = feed_head(session)
        before = events(session)
    number_new(session)

    assert before == [("alert", soon)]
    assert late < soon
    assert events(session, head) == [("alert", late)]


def test_what_is_rolled_back_is_never_told(session: Session, other: Session) -> None:
    with other.transaction(force_rollback=True):
        alerted(other)
    kept = alerted(other)

    number_new(session)

    assert events(session) == [("alert", kept)]


def test_a_long_backlog_is_numbered_piece_by_piece(session: Session) -> None:
    kept = [("alert", alerted(session)) for _ in range(7)]

    counts = [number_new(session, 3) for _ in range(4)]

    assert counts == [3, 3, 1, 0]
    assert events(session) == kept


def test_of_other_plants_nothing_is_read_nor_of_the_platform(session: Session) -> None:
    mine = alerted(session, 1)
    alerted(session, 2)
    alerted(session, None, kind="platform_silent")
    number_new(session)

    found = told(session, plants=[1])

    assert [one.event for one in found] == [mine]
    assert len(told(session)) == 3


def test_looking_moves_no_position(session: Session) -> None:
    alerted(session)
    number_new(session)

    before = session.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
    for _ in range(5):
        number_new(session)

    assert (
        before == session.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
    )


def test_two_who_number_at_once_number_each_event_once(database: str, session: Session) -> None:
    wanted = {("alert", alerted(session)) for _ in range(200)}
    seen: list[list[int]] = []

    def number() -> None:
        with connect_now(database, "api", "numberer") as own:
            numbers: list[int] = []
            while number_new(own, 10):
                numbers.append(feed_head(own))
            seen.append(numbers)

    threads = [threading.Thread(target=number) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(events(session)) == wanted
    assert len(events(session)) == len(wanted)
    assert all(numbers == sorted(numbers) for numbers in seen)


class Scene:
    """Three who write in transactions of their own, and one who reads and remembers a number alone."""

    def __init__(self, database: str, session: Session, seed: int) -> None:
        self.session = session
        self.chance = random.Random(seed)  # noqa: S311 - it shall come again
        self.writers = [connect_now(database, "alerts", f"writer {one}") for one in range(3)]
        self.written: dict[int, list[int]] = {}
        self.kept: set[int] = set()
        self.got: list[int] = []
        while number_new(session):
            pass
        self.position = feed_head(session)

    def write(self, which: int) -> None:
        """Begin to write, or end it one way or the other."""
        writer = self.writers[which]
        if which not in self.written:
            writer.execute("BEGIN")
            some = self.chance.randrange(1, 3)
            self.written[which] = [alerted(writer) for _ in range(some)]
        elif self.chance.random() < 0.2:
            writer.execute("ROLLBACK")
            del self.written[which]
        else:
            writer.execute("COMMIT")
            self.kept.update(self.written.pop(which))

    def read(self) -> None:
        """Number and read on; it might as well be another process."""
        number_new(self.session, self.chance.choice([1, 2, 100]))
        most = self.chance.choice([1, 100])
        for one in read_feed(self.session, Stretch(self.position, MANY), most):
            self.got.append(one.event)
            self.position = one.number

    def end(self) -> None:
        for which in list(self.written):
            self.writers[which].execute("COMMIT")
            self.kept.update(self.written.pop(which))
        for writer in self.writers:
            writer.close()
        while number_new(self.session):
            pass
        self.got += [one.event for one in told(self.session, self.position)]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_in_whatever_order_writers_commit_a_reader_has_each_event_once(
    database: str, session: Session, seed: int
) -> None:
    scene = Scene(database, session, seed)

    for _ in range(30):
        which = scene.chance.randrange(5)
        if which < 3:
            scene.write(which)
        elif which == 3:
            scene.kept.add(alerted(session))
        else:
            scene.read()
    scene.end()

    assert len(scene.got) == len(set(scene.got))
    assert set(scene.got) == scene.kept


def test_events_of_one_case_come_in_the_order_of_its_versions(session: Session) -> None:
    event = alerted(session)
    row = session.execute("SELECT alert FROM alert_event WHERE id = %s", (event,)).fetchone()
    assert row is not None
    with session.transaction():
        later = [again(session, row[0]) for _ in range(3)]

    number_new(session)

    assert [one.event for one in told(session)] == [event, *later]
    assert [one.version for one in told(session)] == [1, 2, 3, 4]
