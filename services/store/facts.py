"""What a database tells about itself: versions, durability, roles, migrations, its clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import class_row

from services.store.connection import KEEPALIVES, Role
from services.store.migrations import MigrationError, pending_migrations

ROLES = tuple(f"qingkong_{role}" for role in get_args(Role))
STATEMENT_LIMIT = "-c statement_timeout=5s -c timezone=UTC0"


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """One row of facts; sizes in bytes, `clock` is the server's."""

    version: int
    timescaledb: str | None
    license: str | None
    clock: datetime
    standby: bool
    fsync: str
    full_page_writes: str
    synchronous_commit: str
    max_locks_per_transaction: int
    size_bytes: int
    data_directory: str | None


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """The server's row, its clock's lead over ours (s, give or take `clock_error_s`), and more."""

    server: ServerFacts
    clock_lead_s: float
    clock_error_s: float
    roles_missing: tuple[str, ...]
    roles_not_granted: tuple[str, ...]
    migrations_pending: tuple[str, ...]
    migration_fault: str | None


@dataclass(frozen=True, slots=True)
class NoDatabase:
    """The connection failed; `detail` is the server's or the driver's sentence, no secrets."""

    detail: str


def database_place(url: str) -> tuple[str, int] | None:
    """Host and port of the one TCP server that `url` names; None when it names another way.

    Raises ValueError, without the URL in its words, when it cannot be read.
    """
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise ValueError("not a connection URL or string of PostgreSQL") from error
    host, port = str(parts.get("host") or ""), str(parts.get("port") or 5432)
    if not host or host.startswith(("/", "@")) or "," in host:
        return None
    return host, int(port)


def read_facts(url: str, clock: Callable[[], datetime]) -> DatabaseFacts | NoDatabase:
    """Connect as the URL says, without taking a role, and look around; changes nothing."""
    try:
        address = make_conninfo(url, options=STATEMENT_LIMIT, **KEEPALIVES)
        with psycopg.connect(address, autocommit=True) as connection:
            return _facts(connection, clock)
    except psycopg.Error as error:
        return NoDatabase(str(error).strip())


def _facts(connection: psycopg.Connection, clock: Callable[[], datetime]) -> DatabaseFacts:
    server = _server(connection)
    before = clock()
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    after = clock()
    half = (after - before) / 2
    there = row[0] if row is not None else before
    missing, not_granted = _roles(connection)
    pending, fault = _migrations(connection)
    return DatabaseFacts(
        server=server,
        clock_lead_s=(there - (before + half)).total_seconds(),
        clock_error_s=half.total_seconds(),
        roles_missing=missing,
        roles_not_granted=not_granted,
        migrations_pending=pending,
        migration_fault=fault,
    )


def _server(connection: psycopg.Connection) -> ServerFacts:
    with connection.cursor(row_factory=class_row(ServerFacts)) as cursor:
        # pg_settings leaves out what this login may not see; current_setting would fail.
        cursor.execute(
            """
            SELECT current_setting('server_version_num')::integer AS version,
              (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS timescaledb,
              current_setting('timescaledb.license', true) AS license,
              clock_timestamp() AS clock,
              pg_is_in_recovery() AS standby,
              current_setting('fsync') AS fsync,
              current_setting('full_page_writes') AS full_page_writes,
              current_setting('synchronous_commit') AS synchronous_commit,
              current_setting('max_locks_per_transaction')::integer AS max_locks_per_transaction,
              pg_database_size(current_database()) AS size_bytes,
              (SELECT setting FROM pg_settings WHERE name = 'data_directory') AS data_directory
            """
        )
        row = cursor.fetchone()
    if row is None:
        raise psycopg.DataError("the server gave no facts")
    return row


def _roles(connection: psycopg.Connection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rows = connection.execute(
        """
        SELECT wanted.name, pg_roles.oid IS NOT NULL,
          coalesce(pg_has_role(pg_roles.oid, 'MEMBER'), false)
        FROM unnest(%s::text[]) AS wanted (name)
        LEFT JOIN pg_roles ON pg_roles.rolname = wanted.name
        ORDER BY wanted.name
        """,
        (list(ROLES),),
    ).fetchall()
    missing = tuple(str(name) for name, exists, _ in rows if not exists)
    not_granted = tuple(str(name) for name, exists, member in rows if exists and not member)
    return missing, not_granted


def _migrations(connection: psycopg.Connection) -> tuple[tuple[str, ...], str | None]:
    try:
        pending = pending_migrations(connection)
    except (MigrationError, psycopg.errors.InsufficientPrivilege) as error:
        return (), str(error).strip()
    return tuple(f"{migration.number:04}_{migration.name}" for migration in pending), None
