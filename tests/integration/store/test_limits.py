"""Beliefs about limits and settings: kept for ever, read as of a position, and their hours marked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread

import psycopg
import pytest

from schemas.limits import LimitVersion
from schemas.rule_settings import SettingVersion
from services.rules.limit_acts import Said
from services.store.as_known import belief_lock, closed_position, position_at
from services.store.connection import connect, connect_now
from services.store.limit_hours import believed_verdicts, hours_to_touch
from services.store.limits import (
    limit_history,
    limit_keys,
    limits_of,
    read_limits,
    write_limits,
)
from services.store.rule_settings import all_settings, read_settings, write_setting
from tests.fixtures.limits import HOUR, PERMIT, PLANT, POINT, bound, judge, places, version
from tests.fixtures.readings import touched
from tests.fixtures.registry import stored

JANUARY, MARCH = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, PLANT)
        yield connection


@pytest.fixture
def other(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "registrar", "other") as connection:
        yield connection


@pytest.fixture
def judges(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "alerts", "test") as connection:
        yield connection


@pytest.fixture
def point(connection: psycopg.Connection) -> int:
    return places(connection).point(POINT).id


def written(connection: psycopg.Connection, *versions: LimitVersion) -> list[LimitVersion]:
    with belief_lock(connection):
        return write_limits(connection, versions)


def test_what_is_written_is_read_again_as_it_was(
    connection: psycopg.Connection, point: int
) -> None:
    said = Said(point, JANUARY, None, bound("35"), PERMIT)
    nothing = said._replace(since=MARCH, bound=None)

    [first] = written(connection, version(said))
    [second] = written(connection, version(nothing, "withdraw", first.limit))

    assert read_limits(connection, [point]) == [first, second]
    assert read_limits(connection) == [first, second]
    assert limit_history(connection, first.limit) == [first, second]
    assert limit_keys(connection) == [first.limit]
    assert (first.since, first.until, first.bound, first.law) == (
        JANUARY,
        None,
        bound("35"),
        PERMIT,
    )
    assert second.bound is None
    assert read_limits(connection, [point + 1]) == []


def test_new_limits_get_keys_of_their_own_and_versions_of_one_limit_share_it(
    connection: psycopg.Connection, point: int
) -> None:
    said = Said(point, JANUARY, MARCH, bound("35"), PERMIT)

    found = written(
        connection,
        version(said, limit=-1),
        version(said._replace(since=MARCH, until=None), "change", -1),
        version(said, limit=-2),
    )

    keys = [one.limit for one in found]
    assert keys[0] == keys[1] != keys[2]
    assert min(keys) > 0
    assert [one.version for one in found] == sorted(one.version for one in found)


async def test_services_read_the_same(
    connection: psycopg.Connection, database: str, point: int
) -> None:
    [first] = written(connection, version(Said(point, JANUARY, None, bound("35"), PERMIT)))
    [setting] = set_all(connection, "full")

    async with await connect(database, "alerts", "test") as asking:
        assert await limits_of(asking, [point]) == [first]
        assert await limits_of(asking, [point], first.position) == []
        assert await all_settings(asking) == [setting]


def test_nothing_that_was_believed_can_be_taken_away(
    connection: psycopg.Connection, database: str, point: int
) -> None:
    written(connection, version(Said(point, JANUARY, None, bound("35"), PERMIT)))

    for statement in ("DELETE FROM limit_version", "UPDATE limit_version SET high = 1"):
        with (
            psycopg.connect(database) as owner,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="only grows"),
        ):
            owner.execute(statement.encode())


def test_only_hours_that_are_judged_or_wait_for_it_are_marked_once_each(
    connection: psycopg.Connection, judges: psycopg.Connection, point: int
) -> None:
    [first] = written(connection, version(Said(point, JANUARY, None, bound("35"), PERMIT)))
    hours = [JANUARY - HOUR, JANUARY, MARCH, MARCH + HOUR]
    judge(judges, first, [(at, "compliant", "10") for at in hours])
    subject = places(connection).point(POINT).subject
    waiting = MARCH + 5 * HOUR
    connection.execute(
        "INSERT INTO touched (subject, hour, batch) VALUES (%s, %s, 7)", (subject, waiting)
    )
    half_past = MARCH + timedelta(minutes=30)
    said = Said(point, half_past, MARCH + 6 * HOUR, bound("50"), PERMIT)
    new = version(said, "change", first.limit)
    spans = [(point, new.since, new.until)]
    assert hours_to_touch(connection, spans, MARCH + 6 * HOUR) == 3
    assert hours_to_touch(connection, spans, MARCH + HOUR) == 2

    written(connection, new)

    assert touched(connection) == [("DA001", at) for at in (MARCH, MARCH + HOUR, waiting)]


def test_an_hour_that_is_being_judged_just_now_is_marked_too(
    connection: psycopg.Connection, judges: psycopg.Connection, point: int
) -> None:
    spot = places(connection).point(POINT)
    connection.execute(
        "INSERT INTO touched (subject, hour, batch) VALUES (%s, %s, 7)", (spot.subject, MARCH)
    )

    with judges.transaction():
        judges.execute("DELETE FROM touched")
        written(connection, version(Said(point, JANUARY, None, bound("35"), PERMIT)))

    assert touched(connection) == [("DA001", MARCH)]


def test_hours_that_the_clock_brings_to_the_judges_are_marked(
    connection: psycopg.Connection, judges: psycopg.Connection, point: int
) -> None:
    plant = places(connection).plant("P1").id
    row = connection.execute("SELECT date_trunc('hour', clock_timestamp())").fetchone()
    assert row is not None
    now: datetime = row[0]
    judges.execute(
        "INSERT INTO judging (plant, stage, next_hour, due_at) VALUES (%s, 'final', %s, %s)",
        (plant, now - 2 * HOUR, now),
    )

    written(connection, version(Said(point, JANUARY, None, bound("35"), PERMIT)))

    marked = [hour for _, hour in touched(connection)]
    assert marked[:3] == [now - 2 * HOUR, now - HOUR, now]


def test_the_verdict_recorded_last_is_the_one_believed(
    connection: psycopg.Connection, judges: psycopg.Connection, point: int
) -> None:
    [first] = written(connection, version(Said(point, JANUARY, None, bound("35"), PERMIT)))
    judge(judges, first, [(MARCH, "compliant", "10"), (MARCH, "exceeding", "40")])

    [found] = believed_verdicts(connection, first.limit, (point, None, None))

    assert (found.start, found.outcome, found.version) == (MARCH, "exceeding", first.version)


def test_as_of_a_time_gives_the_same_answer_while_others_write(
    connection: psycopg.Connection, other: psycopg.Connection, database: str, point: int
) -> None:
    said = Said(point, JANUARY, None, bound("35"), PERMIT)
    written(connection, version(said))
    answers: list[int] = []
    moments: list[datetime] = []

    def ask() -> None:
        with connect_now(database, "api", "asking") as asking:
            answers.append(position_at(asking, moments[0]))

    with belief_lock(other):
        write_limits(other, [version(said)])
        moments.append(clock(other))
        asking = Thread(target=ask)
        asking.start()
        # Whoever asks waits for the writer, whose version was recorded by then.
        wait_for_a_waiter(connection)
    asking.join(10)
    written(connection, version(said))
    ask()

    assert answers[0] == answers[1]
    assert len(read_limits(connection, below=answers[0])) == 2
    assert len(read_limits(connection)) == 3


def test_as_of_a_closed_position_nothing_is_added_by_a_writer_that_began_before(
    connection: psycopg.Connection, other: psycopg.Connection, point: int
) -> None:
    said = Said(point, JANUARY, None, bound("35"), PERMIT)
    # An older transaction, of another kind, that is still at work.
    with other.transaction():
        other.execute("INSERT INTO region (code, name) VALUES ('99', 'test')")
        written(connection, version(said))
        closed = closed_position(connection)
        before = read_limits(connection, below=closed)
    after = read_limits(connection, below=closed)

    assert before == after == []
    assert len(read_limits(connection, below=closed_position(connection))) == 1


def test_before_anything_was_recorded_nothing_was_known(
    connection: psycopg.Connection, point: int
) -> None:
    begin = clock(connection)
    assert read_limits(connection, below=position_at(connection, begin)) == []

    written(connection, version(Said(point, JANUARY, None, bound("35"), PERMIT)))

    assert read_limits(connection, below=position_at(connection, begin)) == []
    assert len(read_limits(connection, below=position_at(connection, clock(connection)))) == 1


def test_settings_are_kept_and_read_as_of_a_position(connection: psycopg.Connection) -> None:
    [first] = set_all(connection, "rounded")
    [second] = set_all(connection, None)

    assert read_settings(connection) == [first, second]
    assert (first.value, second.value) == ("rounded", None)
    assert read_settings(connection, second.position) == [first]


def test_a_setting_marks_the_hours_of_the_points_that_it_concerns(
    connection: psycopg.Connection, judges: psycopg.Connection, point: int
) -> None:
    [first] = written(connection, version(Said(point, MARCH, None, bound("35"), PERMIT)))
    judge(judges, first, [(MARCH, "compliant", "10"), (JANUARY, "no_data", None)])

    with belief_lock(connection):
        write_setting(connection, setting("full", MARCH), [point])

    assert touched(connection) == [("DA001", MARCH)]


def setting(value: str | None, since: datetime = JANUARY) -> SettingVersion:
    return SettingVersion(
        *(0, "comparison_parameters.comparison_method", "all", "", value, since, None),
        *("why", "tester", since, 0),
    )


def set_all(connection: psycopg.Connection, value: str | None) -> list[SettingVersion]:
    with belief_lock(connection):
        return [write_setting(connection, setting(value), [])]


def clock(connection: psycopg.Connection) -> datetime:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    found = row[0]
    assert isinstance(found, datetime)
    return found


def wait_for_a_waiter(connection: psycopg.Connection) -> None:
    """Return when somebody waits for the lock; an error after 5 s."""
    connection.execute(
        """
        DO $$
        BEGIN
          FOR _ IN 1..500 LOOP
            IF EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted) THEN
              RETURN;
            END IF;
            PERFORM pg_sleep(0.01);
          END LOOP;
          RAISE EXCEPTION 'nobody waits';
        END
        $$
        """
    )
