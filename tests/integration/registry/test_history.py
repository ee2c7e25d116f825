"""What the registry said before is kept, so that it can be asked as known on."""

from collections.abc import Iterator

import psycopg
import pytest

from services.store.connection import connect_now
from tests.fixtures.registry import TERSE, stored

AS_KNOWN = """
SELECT row ->> 'unit', (row ->> 'scale')::float8 FROM (
  SELECT to_jsonb(setting) AS row FROM channel_setting AS setting
  UNION ALL
  SELECT row FROM registry_history WHERE table_name = 'channel_setting' AND position > %(then)s::xid8
) AS known
JOIN channel ON channel.id = (row ->> 'channel')::int AND channel.code = 'a21026'
WHERE (row ->> 'known_from')::xid8 <= %(then)s::xid8
ORDER BY (row ->> 'valid')::tstzrange
"""
UNITS = ["ppm", "ug/m3"]


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "registrar", "test") as connection:
        yield connection


def mended(unit: str) -> str:
    entry = f"{{code: a21026, settings: [{{from: 2024-06-01, unit: {unit}}}]}}"
    return TERSE.replace("a21026, a19001", entry)


def positions(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute("SELECT position::text FROM registry_change ORDER BY version")
    return [row[0] for row in rows]


def test_a_setting_can_be_asked_as_known_after_each_change(connection: psycopg.Connection) -> None:
    for text in (TERSE, *map(mended, UNITS)):
        stored(connection, text)

    known = [connection.execute(AS_KNOWN, {"then": at}).fetchall() for at in positions(connection)]

    assert known == [
        [("mg/m3", 1.0)],
        [("mg/m3", 1.0), ("ppm", 1.0)],
        [("mg/m3", 1.0), ("ug/m3", 1.0)],
    ]


def test_a_first_import_leaves_no_history(connection: psycopg.Connection) -> None:
    stored(connection, TERSE)

    kept = connection.execute(
        "SELECT DISTINCT table_name FROM registry_history WHERE table_name <> 'subject'"
    ).fetchall()
    assert kept == []


def test_a_changed_row_is_kept_as_it_was(connection: psycopg.Connection) -> None:
    stored(connection, TERSE)

    stored(connection, TERSE.replace("name: 示例厂", "name: 新名"))

    kept = connection.execute(
        "SELECT row ->> 'name', position = (row ->> 'known_from')::xid8 FROM registry_history"
        " WHERE table_name = 'plant'"
    ).fetchall()
    assert kept == [("示例厂", False)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_history SET table_name = 'x'",
        "DELETE FROM registry_history",
        "TRUNCATE registry_history",
        "INSERT INTO registry_history (table_name, row) VALUES ('plant', '{}')",
    ],
    ids=["update", "delete", "truncate", "insert"],
)
def test_who_changes_the_registry_cannot_write_its_history(
    connection: psycopg.Connection, statement: str
) -> None:
    stored(connection, TERSE)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_nor_say_since_when_a_row_is_known(connection: psycopg.Connection) -> None:
    connection.execute("INSERT INTO region (code, name, known_from) VALUES ('99', 'x', '3')")

    row = connection.execute("SELECT known_from = '3' FROM region WHERE code = '99'").fetchone()
    assert row == (False,)


def test_its_owner_is_stopped_too(connection: psycopg.Connection, database: str) -> None:
    stored(connection, TERSE)

    with (
        psycopg.connect(database) as owner,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="only grows"),
    ):
        owner.execute("DELETE FROM registry_history")
