"""What must stand before the demo runs: its world in the registry, and the limits of its outlets."""

from datetime import UTC, datetime, timedelta

import psycopg

from services.demo.limits import ACTOR, SINCE, assign_limits
from services.demo.preparing import register_world
from services.simulate.scenario.load import load_scenario, shipped
from services.simulate.scenario.work import work_out
from services.store.as_known import belief_lock
from services.store.limits import read_limits, write_limits
from services.store.session import session

NOW = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)


def test_registering_a_world_again_changes_nothing(database: str) -> None:
    world = work_out(load_scenario(shipped("small")), round(NOW.timestamp()))
    register_world(database, world, NOW)

    register_world(database, world, NOW + timedelta(minutes=10))

    with psycopg.connect(database) as connection:
        versions = connection.execute("SELECT count(*) FROM registry_change").fetchone()
    assert versions == (1,)


def prepared(database: str) -> int:
    """The small world with its limits; how many of these were new."""
    world = work_out(load_scenario(shipped("small")), round(NOW.timestamp()))
    register_world(database, world, NOW)
    with session(database, "registrar", "test") as connection:
        return assign_limits(connection, NOW)


def test_limits_are_put_up_once_and_hold_before_there_are_data(database: str) -> None:
    first = prepared(database)

    again = prepared(database)

    with session(database, "registrar", "test") as connection:
        known = read_limits(connection)
    assert (len(known), again) == (first, 0)
    assert first == 6 + 10 + 5
    assert {(one.actor, one.since, one.until, one.act) for one in known} == {
        (ACTOR, SINCE, None, "assign")
    }


def test_a_limit_that_somebody_withdrew_stays_withdrawn(database: str) -> None:
    prepared(database)
    with session(database, "registrar", "test") as connection:
        former = read_limits(connection)[0]
        gone = former._replace(bound=None, act="withdraw", reason="try", actor="somebody")
        with belief_lock(connection):
            write_limits(connection, [gone])

    assert prepared(database) == 0
