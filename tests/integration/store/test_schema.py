"""schema.sql is what the migrations make; the hot statements find rows by their key."""

import re
import subprocess
from pathlib import Path

import psycopg

from services.embedded.postgres import Postgres
from services.store.connection import session_address
from tests.fixtures.servers import GivenServer

SCHEMA = Path("services/store/schema.sql")
WRITTEN = Path("build/schema.sql")


def dump(postgres: Postgres | GivenServer, database: str) -> str:
    """The public schema as pg_dump tells it, without what differs from run to run."""
    assert isinstance(postgres, Postgres), "schema.sql is compared on the embedded server"
    program = postgres.prefix.root / "usr/lib/postgresql/17/bin/pg_dump"
    command = [str(program), "--schema-only", "--no-owner", "--schema=public", database]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    kept = [
        line
        for line in text.splitlines()
        if not re.match(r"--|SET |SELECT pg_catalog|\\(un)?restrict|CREATE SCHEMA public", line)
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip() + "\n"


def test_the_schema_file_is_what_the_migrations_make(
    postgres: Postgres | GivenServer, database: str
) -> None:
    made = dump(postgres, database)

    if made != SCHEMA.read_text():
        WRITTEN.parent.mkdir(exist_ok=True)
        WRITTEN.write_text(made)
    assert made == SCHEMA.read_text(), f"look at {WRITTEN}; if it is meant, copy it over {SCHEMA}"


def plan(database: str, query: str) -> str:
    with psycopg.connect(
        session_address(database, "ingest", "plan"), autocommit=True
    ) as connection:
        rows = connection.execute(b"EXPLAIN " + query.encode()).fetchall()
    return "\n".join(row[0] for row in rows)


def test_the_end_of_a_chain_is_found_by_index(database: str) -> None:
    found = plan(
        database, "SELECT number, digest FROM batch WHERE slot = 0 ORDER BY number DESC LIMIT 1"
    )

    assert "batch_slot_number_key" in found
    assert "Seq Scan" not in found


def test_ingest_never_reads_a_table_of_readings_whole(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO reading_minute (time, channel, span_s, received_at, batch, seq)"
            " VALUES (now(), 1, 60, now(), 1, 0)"
        )

    found = plan(database, "SELECT FROM reading_minute WHERE channel = 1 AND time = now()")

    assert "Index" in found
    assert "Seq Scan" not in found
