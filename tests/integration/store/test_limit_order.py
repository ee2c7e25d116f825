"""Beliefs come in the order of their positions as numbers, also where the digits grow by one."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from schemas.rule_settings import SettingVersion
from services.rules.limit_acts import Said
from services.store.as_known import belief_lock
from services.store.connection import connect_now
from services.store.limits import read_limits, write_limits
from services.store.rule_settings import read_settings, write_setting
from tests.fixtures.limits import PERMIT, PLANT, POINT, bound, places, version
from tests.fixtures.registry import stored

JANUARY = datetime(2024, 1, 1, tzinfo=UTC)
# A server that runs for long may be far from a power of ten: then the order is tried where it is.
UP_TO_THE_NEXT_POWER_OF_TEN = """
DO $$
DECLARE
  wanted numeric := 10 ^ length(pg_snapshot_xmax(pg_current_snapshot())::text) - 1;
BEGIN
  FOR _ IN 1..100000 LOOP
    EXIT WHEN pg_current_xact_id()::text::numeric >= wanted;
    COMMIT;
  END LOOP;
END
$$
"""


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, PLANT)
        yield connection


def test_the_last_belief_comes_last(connection: psycopg.Connection) -> None:
    said = Said(places(connection).point(POINT).id, JANUARY, None, bound("35"), PERMIT)
    setting = SettingVersion(0, "a.b", "all", "", 1, JANUARY, None, "r", "a", JANUARY, 0)
    with belief_lock(connection):
        [first] = write_limits(connection, [version(said)])
        early = write_setting(connection, setting, [])
    connection.execute(UP_TO_THE_NEXT_POWER_OF_TEN)

    with belief_lock(connection):
        [second] = write_limits(connection, [version(said, "change", first.limit)])
        late = write_setting(connection, setting, [])

    assert first.position < second.position
    assert read_limits(connection) == [first, second]
    assert read_limits(connection, [first.point]) == [first, second]
    assert read_settings(connection) == [early, late]
