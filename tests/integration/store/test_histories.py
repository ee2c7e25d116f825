"""Every table that only grows is covered by checkpoints, in lines that stay what they were."""

import hashlib

import psycopg
import pytest

from services.store.connection import connect
from services.store.histories import HISTORIES, history_lines, settled_view
from tests.fixtures.histories import FILL, POINT

# The chain of batches has digests of its own.
CHAINED = {"batch"}
# Whoever changes one of these makes every checkpoint of before accuse the database: a column that
# came later may not change the lines of rows that have none of it.
LINES = {
    "limit_version": "f7c6ec7a",
    "rule_setting": "40073e8e",
    "mark": "48ca8097",
    "manual_result": "c33d1239",
    "mean": "94198cfb",
    "verdict": "994a3919",
    "performance": "6524f518",
    "finding": "481a8d04",
    "receiver": "15e81be3",
    "route": "ebb449fd",
    "plant_contact": "04f24db7",
    "silence": "9e995b3e",
    "alert_event": "56f375f9",
    "order_event": "27bf749c",
    "contest_event": "809e3360",
    "attachment": "c2c40391",
    "export": "8114d83e",
    "audit": "10f08d9c",
}


@pytest.fixture
def pointed(database: str) -> str:
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(POINT.encode())
    return database


def test_every_table_that_only_grows_is_a_history(database: str) -> None:
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT DISTINCT relname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE proname = 'refuse_change' AND relnamespace = 'public'::regnamespace"
        ).fetchall()

    assert {row[0] for row in rows} - CHAINED == set(HISTORIES)


@pytest.mark.parametrize("table", FILL)
async def test_a_history_tells_its_rows_by_position_and_key(pointed: str, table: str) -> None:
    with psycopg.connect(pointed, autocommit=True) as owner:
        for _ in range(2):
            owner.execute(FILL[table].encode())
        with owner.transaction():
            owner.execute(FILL[table].encode())
            owner.execute(FILL[table].encode())

    async with await connect(pointed, "ingest", "test") as reader, settled_view(reader) as closed:
        lines = [line async for _, line in history_lines(reader, table, 0, closed)]

    keys = [tuple(map(int, line.split(b"\t")[:2])) for line in lines]
    assert len(keys) == 4
    assert keys == sorted(keys)


@pytest.mark.parametrize("table", FILL)
async def test_a_row_that_was_written_once_has_the_same_line_for_ever(
    pointed: str, table: str
) -> None:
    with psycopg.connect(pointed, autocommit=True) as owner:
        owner.execute(FILL[table].encode())

    async with await connect(pointed, "ingest", "test") as reader, settled_view(reader) as closed:
        [line] = [line async for _, line in history_lines(reader, table, 0, closed)]

    _, _, *fields = line.rstrip(b"\n").split(b"\t")
    said = b"\t".join(fields)
    assert hashlib.sha256(said).hexdigest()[:8] == LINES[table], said.decode()
