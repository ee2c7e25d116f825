"""What the database itself forbids: tried, not read from the catalogue."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from services.store.connection import Role, session_address

INSERT_READING = (
    "INSERT INTO reading_minute (time, channel, value, span_s, sent_at, received_at, batch, seq)"
    " VALUES ('2026-08-01T00:00:00Z', 1, 1, 60, '2026-08-01T00:00:01Z', '2026-08-01T00:00:02Z', 1, 0)"
)
INSERT_BATCH = (
    "INSERT INTO batch (id, slot, number, received_from, received_to, frames, stored, repeated,"
    " rejected, readings, revised, devices, received_ms, outcomes, block_bytes, previous, digest)"
    " VALUES (1, 0, 1, now(), now(), 1, 1, 0, 0, 1, 0, '{1}', '{0}', 's', 1,"
    " decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'))"
)
INSERT_REJECT = (
    "INSERT INTO reject (batch, seq, topic, reason, detail, whole, received_at, bytes)"
    " VALUES (1, 0, 't', 'r', 'd', true, now(), '')"
)
FORBIDDEN_TO_INGEST = {
    "delete a reading": "DELETE FROM reading_minute",
    "truncate readings": "TRUNCATE reading_minute",
    "rewrite a reading without a later time of sending": "UPDATE reading_minute SET value = 2",
    "move a reading": (
        "UPDATE reading_minute SET channel = 2, sent_at = now(), received_at = now()"
    ),
    "rewrite a batch": "UPDATE batch SET outcomes = 'x'",
    "delete a batch": "DELETE FROM batch",
    "drop the frames": "DELETE FROM batch_block",
    "delete a reject": "DELETE FROM reject",
    "rewrite a revision": "UPDATE reading_revision SET value = 2",
    "change the registry": "DELETE FROM device",
    "register a device": "INSERT INTO region VALUES ('99', 'x')",
    "take back what was touched": "DELETE FROM touched",
    "drop a table": "DROP TABLE batch",
    "set a key": "INSERT INTO device_key VALUES (1, tstzrange(NULL, NULL), '')",
    "take a key away": "DELETE FROM device_key",
    "rewrite a note": "UPDATE frame_note SET frames = 1",
    "forget a five-minute mean": "DELETE FROM reading_five_minute",
}
ONLY_GROWS = {
    "batch": "UPDATE batch SET outcomes = 'x'",
    "batch, deleting": "DELETE FROM batch",
    "reject": "DELETE FROM reject",
    "revision": "TRUNCATE reading_revision",
    "registry change": "DELETE FROM registry_change",
    "checkpoint": "TRUNCATE checkpoint",
    "parameter": "UPDATE parameter SET value = 'x'",
    "event": "DELETE FROM device_event",
    "note": "TRUNCATE frame_note",
    "limit": "UPDATE limit_version SET high = 1000",
    "setting of a rule": "DELETE FROM rule_setting",
    "mark": "UPDATE mark SET review = 'accepted'",
    "laboratory's result": "DELETE FROM manual_result",
    "mean": "UPDATE mean SET value = 0",
    "verdict": "UPDATE verdict SET outcome = 'compliant'",
    "verdict, truncating": "TRUNCATE verdict",
    "rate": "DELETE FROM performance",
    "finding": "UPDATE finding SET standing = false",
}
INSERT_VERDICT = (
    "INSERT INTO verdict (start, point, limit_key, limit_version, period, stage, outcome, sure, why,"
    " evidence, rules) VALUES ('2026-08-01T00:00:00Z', 1, 1, 1, 'hour', 'final', 'exceeding', true,"
    " 'mean', '{}', '1')"
)
JUDGING = {
    "mean": "INSERT INTO mean SELECT FROM mean",
    "verdict": INSERT_VERDICT,
    "the clock": "INSERT INTO judging SELECT 1, 'final', now(), now()",
    "take what was touched": "DELETE FROM touched",
}


@pytest.fixture
def filled(database: str) -> str:
    with psycopg.connect(
        session_address(database, "ingest", "fill"), autocommit=True
    ) as connection:
        for statement in (INSERT_READING, INSERT_BATCH, INSERT_REJECT):
            connection.execute(statement)
    return database


@pytest.mark.parametrize("statement", FORBIDDEN_TO_INGEST.values(), ids=FORBIDDEN_TO_INGEST.keys())
def test_ingest_may_not(filled: str, statement: str) -> None:
    with (
        psycopg.connect(session_address(filled, "ingest", "try"), autocommit=True) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


@pytest.mark.parametrize("statement", ONLY_GROWS.values(), ids=ONLY_GROWS.keys())
def test_even_the_owner_is_stopped_where_history_only_grows(filled: str, statement: str) -> None:
    with (
        psycopg.connect(filled, autocommit=True) as connection,
        pytest.raises(InsufficientPrivilege, match="only grows"),
    ):
        connection.execute(statement.encode())


@pytest.mark.parametrize("role", ["api", "alerts", "registrar"])
def test_no_other_service_writes_readings(filled: str, role: Role) -> None:
    with (
        psycopg.connect(session_address(filled, role, "try"), autocommit=True) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(INSERT_READING.encode())


def test_a_later_sent_value_replaces_and_the_old_one_is_kept(filled: str) -> None:
    with psycopg.connect(session_address(filled, "ingest", "try"), autocommit=True) as connection:
        connection.execute(
            "UPDATE reading_minute SET value = 2, sent_at = '2026-08-01T00:00:03Z',"
            " received_at = '2026-08-01T00:00:04Z'"
        )

        kept = connection.execute("SELECT series, value FROM reading_revision").fetchall()

    assert kept == [("minute", 1.0)]


def test_a_chunk_of_verdicts_only_grows_as_well(filled: str) -> None:
    with psycopg.connect(session_address(filled, "alerts", "judge"), autocommit=True) as alerts:
        alerts.execute(INSERT_VERDICT.encode())
    with psycopg.connect(filled, autocommit=True) as connection:
        [[chunk]] = connection.execute("SELECT show_chunks('verdict')::text").fetchall()

        for statement in (f"UPDATE {chunk} SET outcome = 'compliant'", f"DELETE FROM {chunk}"):  # noqa: S608 - a name of the catalogue
            with pytest.raises(InsufficientPrivilege, match="only grows"):
                connection.execute(statement.encode())


@pytest.mark.parametrize("role", ["ingest", "alerts", "api", "registrar"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET sure = true", "DELETE FROM {}", "TRUNCATE {}"])
def test_nobody_rewrites_a_verdict_through_its_chunk(filled: str, role: Role, verb: str) -> None:
    with psycopg.connect(filled, autocommit=True) as owner:
        owner.execute(INSERT_VERDICT.encode())
        [[chunk]] = owner.execute("SELECT show_chunks('verdict')::text").fetchall()

    for name in (chunk, "verdict"):
        with (
            psycopg.connect(session_address(filled, role, "try"), autocommit=True) as connection,
            pytest.raises(InsufficientPrivilege, match="permission denied"),
        ):
            connection.execute(verb.format(name).encode())


@pytest.mark.parametrize("statement", JUDGING.values(), ids=JUDGING.keys())
@pytest.mark.parametrize("role", ["ingest", "api", "registrar"])
def test_only_alerts_judges(filled: str, role: Role, statement: str) -> None:
    with (
        psycopg.connect(session_address(filled, role, "try"), autocommit=True) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


@pytest.mark.parametrize("table", ["limit_version", "rule_setting", "manual_result"])
@pytest.mark.parametrize("role", ["ingest", "alerts"])
def test_only_people_set_limits_and_enter_results(filled: str, role: Role, table: str) -> None:
    with (
        psycopg.connect(session_address(filled, role, "try"), autocommit=True) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(f"INSERT INTO {table} DEFAULT VALUES".encode())
