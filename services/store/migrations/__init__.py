"""Numbered SQL files, each applied once, under a lock, in a transaction of its own.

A file that has run is never edited: its digest is kept, and a difference is an error.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import LiteralString, cast

import psycopg

# One lock for all migrators of a database; the number has no meaning but to be always the same.
MIGRATION_LOCK = 0x716B_6D69


class MigrationError(Exception):
    """The database and the numbered files do not agree; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """A numbered SQL file: `0003_readings.sql` has number 3 and name `readings`."""

    number: int
    name: str
    sql: LiteralString
    digest: str


def known_migrations() -> list[Migration]:
    """All migrations that ship with this version, in order."""
    found: list[Migration] = []
    for file in files("services.store.migrations").iterdir():
        if file.name.endswith(".sql"):
            number, name = file.name.removesuffix(".sql").split("_", 1)
            text = file.read_text(encoding="utf-8")
            digest = hashlib.sha256(text.encode()).hexdigest()
            # The files are part of the program: as literal as a constant in the source.
            found.append(Migration(int(number), name, cast("LiteralString", text), digest))
    return sorted(found, key=lambda migration: migration.number)


def applied_migrations(connection: psycopg.Connection) -> dict[int, str]:
    """Number and digest of what has run; empty when nothing has."""
    exists = connection.execute("SELECT to_regclass('schema_migration') IS NOT NULL").fetchone()
    if exists is None or not exists[0]:
        return {}
    rows = connection.execute("SELECT number, digest FROM schema_migration").fetchall()
    return {int(number): str(digest) for number, digest in rows}


def pending_migrations(connection: psycopg.Connection) -> list[Migration]:
    """What has not run yet.

    Raises MigrationError when a file was edited after it ran, or the database is newer.
    """
    applied = applied_migrations(connection)
    known = known_migrations()
    newer = set(applied) - {migration.number for migration in known}
    if newer:
        raise MigrationError(
            f"the database has migration {max(newer)}, which this version does not know: "
            "run the version of Qingkong that made it, or a newer one"
        )
    for migration in known:
        if applied.get(migration.number, migration.digest) != migration.digest:
            raise MigrationError(
                f"migration {migration.number} ({migration.name}) was edited after it ran here: "
                "restore the released file and put the change into a new migration"
            )
    return [migration for migration in known if migration.number not in applied]


def migrate(url: str, report: Callable[[Migration], None] | None = None) -> list[Migration]:
    """Bring the database at `url` to this version and return what was applied.

    Two at once are safe: the second waits and finds nothing to do. Raises MigrationError, or
    psycopg.Error with the migration's transaction rolled back.
    """
    with psycopg.connect(url, autocommit=True, options="-c timezone=UTC0") as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migration (number integer PRIMARY KEY, "
            "name text NOT NULL, digest text NOT NULL, "
            "applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"
        )
        pending = pending_migrations(connection)
        for migration in pending:
            with connection.transaction():
                connection.execute(migration.sql)
                connection.execute(
                    "INSERT INTO schema_migration (number, name, digest) VALUES (%s, %s, %s)",
                    (migration.number, migration.name, migration.digest),
                )
            if report is not None:
                report(migration)
        return pending
