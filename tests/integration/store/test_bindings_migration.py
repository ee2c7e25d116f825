"""A database of before, where each binding of a code was a channel, is carried over whole."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import sql

from services.embedded.postgres import Postgres
from services.store.connection import connect_now
from services.store.migrations import known_migrations, migrate
from services.store.registry_read import read_registry
from tests.fixtures.readings import MINUTE, fill
from tests.fixtures.servers import GivenServer

BINDINGS = 8
NOON = datetime(2024, 6, 3, 12, tzinfo=UTC)
JULY = datetime(2024, 7, 1, tzinfo=UTC)
REGISTERED = """
INSERT INTO region (code, name) VALUES ('15', 'x');
INSERT INTO plant (code, name, region) VALUES ('P1', 'x', '15');
INSERT INTO subject (plant, kind, code, name) VALUES
  (1, 'outlet', 'DA001', 'x'), (1, 'outlet', 'DA002', 'x');
INSERT INTO outlet (id, medium) VALUES (1, 'air'), (2, 'air');
INSERT INTO device (plant, code, commissioned_at) VALUES (1, 'D1', '2024-01-01 00:00+00');
INSERT INTO device_mn (device, mn, valid) VALUES (1, 'MN-A', '[2024-01-01 00:00+00,)');
INSERT INTO point (subject, code) VALUES (1, 'a21026'), (2, 'a21026'), (1, 'a19001');
INSERT INTO channel (device, code, point, rank, valid) VALUES
  (1, 'a21026', 1, 'main', '[2024-01-01 00:00+00, 2024-07-01 00:00+00)'),
  (1, 'a19001', 3, 'main', '[2024-01-01 00:00+00,)'),
  (1, 'a21026', 2, 'main', '[2024-07-01 00:00+00, 2024-08-01 00:00+00)'),
  (1, 'a21026', 2, 'main', '[2024-08-01 00:00+00,)');
INSERT INTO channel_setting (channel, valid, unit, scale) VALUES
  (1, '(,)', 'mg/m3', 1), (2, '(,)', '%', 1), (3, '(,)', 'ppm', 2), (4, '(,)', 'ppm', 2);
INSERT INTO registry_change (actor, source, summary) VALUES ('x', 'x', '{}');
"""


@pytest.fixture
def connection(postgres: Postgres | GivenServer) -> Iterator[psycopg.Connection]:
    """Give a database as it was before, with a registry."""
    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            with psycopg.connect(postgres.url(name), autocommit=True) as connection:
                connection.execute(
                    "CREATE TABLE schema_migration (number integer PRIMARY KEY, name text NOT NULL,"
                    " digest text NOT NULL, applied_at timestamptz DEFAULT clock_timestamp())"
                )
                for one in known_migrations():
                    if one.number < BINDINGS:
                        connection.execute(one.sql)
                        connection.execute(
                            "INSERT INTO schema_migration (number, name, digest) VALUES (%s, %s, %s)",
                            (one.number, one.name, one.digest),
                        )
                connection.execute(REGISTERED)
                yield connection
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def url_of(connection: psycopg.Connection) -> str:
    info = connection.info
    return f"postgresql://{info.user}:{info.password}@{info.host}:{info.port}/{info.dbname}"


def test_the_lowest_id_of_a_code_stays_with_all_bindings_and_settings(
    connection: psycopg.Connection,
) -> None:
    migrate(url_of(connection))

    rows = read_registry(connection)
    assert {row.code: row.id for row in rows.channels.values()} == {"a21026": 1, "a19001": 2}
    assert [(row.point, row.until) for row in rows.bindings[1]] == [(1, JULY), (2, None)]
    assert [row[1:5] for row in rows.settings[1]] == [
        (None, JULY, "mg/m3", 1.0),
        (JULY, None, "ppm", 2.0),
    ]
    assert len(rows.settings[2]) == 1
    versions = connection.execute("SELECT source FROM registry_change ORDER BY version").fetchall()
    assert versions == [("x",), ("0008_bindings",)]


@pytest.mark.parametrize("table", ["reading_realtime", "reading_minute", "reading_day", "state"])
def test_readings_move_to_the_id_that_stays(connection: psycopg.Connection, table: str) -> None:
    fill(connection, table, [(NOON, 1, 1.0), (JULY, 3, 2.0), (JULY + 40 * 1440 * MINUTE, 4, 3.0)])

    migrate(url_of(connection))

    found = connection.execute(
        f"SELECT channel, value FROM {table} ORDER BY time".encode()  # noqa: S608 - a constant
    ).fetchall()
    assert found == [(1, 1.0), (1, 2.0), (1, 3.0)]
    assert connection.execute("SELECT FROM reading_revision").fetchall() == []


def test_where_two_meet_the_later_sent_is_believed_and_the_other_kept(
    connection: psycopg.Connection,
) -> None:
    fill(connection, "reading_minute", [(NOON, 1, 1.0), (NOON + MINUTE, 1, 10.0)])
    fill(connection, "reading_minute", [(NOON, 3, 2.0), (NOON + MINUTE, 3, 20.0)])
    fill(connection, "reading_minute", [(NOON, 4, 3.0)])
    connection.execute("DROP TRIGGER keep_revision ON reading_minute")
    sent = "UPDATE reading_minute SET batch = channel, sent_at = sent_at + %s WHERE value = %s"
    for value, seconds in ((1.0, 5), (2.0, 9), (3.0, 1), (10.0, 2), (20.0, 1)):
        connection.execute(sent, (timedelta(seconds=seconds), value))

    migrate(url_of(connection))

    believed = connection.execute("SELECT channel, value FROM reading_minute ORDER BY time")
    assert believed.fetchall() == [(1, 2.0), (1, 10.0)]
    kept = connection.execute("SELECT channel, series, value FROM reading_revision ORDER BY value")
    assert kept.fetchall() == [(1, "minute", 1.0), (1, "minute", 3.0), (1, "minute", 20.0)]


def test_revisions_are_evidence_and_stay_as_they_were_written(
    connection: psycopg.Connection,
) -> None:
    connection.execute(
        "INSERT INTO reading_revision (series, time, channel, value, span_s, received_at, batch, seq)"
        " VALUES ('minute', %(at)s, 3, 1, 60, %(at)s, 7, 0), ('minute', %(at)s, 2, 5, 60, %(at)s, 7, 1)",
        {"at": JULY},
    )

    migrate(url_of(connection))

    kept = connection.execute(
        "SELECT channel, value, batch FROM reading_revision ORDER BY position, channel DESC"
    ).fetchall()
    assert kept == [(3, 1.0, 7), (2, 5.0, 7), (1, 1.0, 7)]
    merged = connection.execute("SELECT * FROM channel_merged ORDER BY old").fetchall()
    assert merged == [(3, 1), (4, 1)]


def test_the_view_reads_the_carried_settings(connection: psycopg.Connection) -> None:
    fill(connection, "reading_hour", [(NOON, 1, 1.0), (JULY, 3, 2.0)])

    migrate(url_of(connection))

    with connect_now(url_of(connection), "api", "test") as reader:
        found = reader.execute("SELECT point, unit, value FROM measured_hour ORDER BY time")
        assert found.fetchall() == [(1, "mg/m3", 1.0), (2, "ppm", 4.0)]


def test_the_trigger_that_keeps_revisions_is_still_there(connection: psycopg.Connection) -> None:
    fill(connection, "reading_minute", [(JULY, 3, 1.0)])
    migrate(url_of(connection))

    connection.execute(
        "UPDATE reading_minute SET value = 2, sent_at = sent_at + INTERVAL '1 second',"
        " received_at = received_at + INTERVAL '1 second'"
    )

    kept = connection.execute("SELECT channel, value FROM reading_revision").fetchall()
    assert kept == [(1, 1.0)]
