"""What must stand before the demo runs: its world in the registry."""

from datetime import UTC, datetime, timedelta

import psycopg

from services.demo.preparing import register_world
from services.simulate.scenario.load import load_scenario, shipped
from services.simulate.scenario.work import work_out

NOW = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)


def test_registering_a_world_again_changes_nothing(database: str) -> None:
    world = work_out(load_scenario(shipped("small")), round(NOW.timestamp()))
    register_world(database, world, NOW)

    register_world(database, world, NOW + timedelta(minutes=10))

    with psycopg.connect(database) as connection:
        versions = connection.execute("SELECT count(*) FROM registry_change").fetchone()
    assert versions == (1,)
