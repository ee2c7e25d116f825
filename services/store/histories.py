"""The rows of everything that only grows, in the one order that never changes, as lines of text.

Order: position, then the row's key. What lies below the closed position is complete for ever.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import LiteralString, cast

from psycopg import sql

from services.store.connection import Connection
from services.store.registry import registry_version

# The form of the lines may depend on nothing that somebody could have set.
PIN_THE_FORM: tuple[LiteralString, ...] = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL timezone TO 'UTC0'",
    "SET LOCAL datestyle TO 'ISO, YMD'",
    "SET LOCAL intervalstyle TO 'postgres'",
    "SET LOCAL bytea_output TO 'hex'",
    "SET LOCAL extra_float_digits TO 1",
    "SET LOCAL client_encoding TO 'UTF8'",
    "SET LOCAL statement_timeout TO 0",
    "SET LOCAL idle_in_transaction_session_timeout TO 0",
)

# A column that came later may not change the lines of rows that have none of it: checkpoints of
# before cover them.
HISTORIES: Mapping[str, LiteralString] = {
    "reading_revision": """
        SELECT position, series, time, channel, value, minimum, maximum, converted, converted_min,
          converted_max, total, flag, span_s, sampled_at, sent_at, received_at, batch, seq
        FROM reading_revision
        WHERE position >= {since} AND position < {below}
        ORDER BY position, series COLLATE "C", channel, time, batch, seq, sent_at, value, minimum,
          maximum, converted, converted_min, converted_max, total, flag COLLATE "C", sampled_at""",
    "reject": """
        SELECT position, id, batch, seq, topic, mn, device, reason,
          detail || COALESCE(chr(31) || policy, ''), codes, whole, received_at, bytes
        FROM reject
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "reject_retry": """
        SELECT position, id, reject, retried_at, actor, clock_offset_s, batch, outcome
        FROM reject_retry
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "parameter": """
        SELECT position, id, device, about, code, value, effective_at, sent_at, received_at,
          batch, seq
        FROM parameter
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "device_event": """
        SELECT position, id, device, kind, about, code, text, happened_at, sent_at, received_at,
          batch, seq
        FROM device_event
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "frame_note": """
        SELECT position, batch, device, note, frames
        FROM frame_note
        WHERE position >= {since} AND position < {below}
        ORDER BY position, batch, device, note COLLATE "C" ASC""",
    "registry_change": """
        SELECT position, version, made_at, actor, source, summary
        FROM registry_change
        WHERE position >= {since} AND position < {below} ORDER BY position, version""",
    "registry_history": """
        SELECT position, id, table_name, row, changed_at
        FROM registry_history
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "checkpoint": """
        SELECT position, id, made_at, closed, body, key_id, signature
        FROM checkpoint
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "limit_version": """
        SELECT position, id, limit_key, point, valid, act, withdrawn, comparator, low, high, unit,
          quantity, averaging, reference_oxygen, condition, origin, standard, clause, confidence,
          verified, source, catalogue, reason, actor, approver, recorded_at
        FROM limit_version
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "rule_setting": """
        SELECT position, id, name, scope, scope_key, value, valid, reason, actor, recorded_at
        FROM rule_setting
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "mark": """
        SELECT position, id, mark_key, kind, subject, point, during, origin, planned, entered_at,
          evidence, review, reviewer, reason, withdrawn, actor, recorded_at
        FROM mark
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "manual_result": """
        SELECT position, id, result_key, point, kind, sampled, value, unit, converted,
          reference_oxygen, samples, method, laboratory, withdrawn, reason, actor, recorded_at
        FROM manual_result
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "mean": """
        SELECT position, id, start, point, period, stage, source, value, converted, valid_s, due_s,
          valid, at_least, mass, evidence, rules
        FROM mean
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "verdict": """
        SELECT position, id, start, point, limit_key, limit_version, period, stage, outcome, value,
          multiple, sure, doubts, why, evidence, rules
        FROM verdict
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "performance": """
        SELECT position, id, start, subject, measure, code, period, stage, numerator, denominator,
          sure, evidence, rules
        FROM performance
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "finding": """
        SELECT position, id, rule, subject, point, since, until, stage, standing, zh, en, clause,
          sure, doubts, evidence, rules, recorded_at
        FROM finding
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "receiver": """
        SELECT position, id, name, channel, address, config, sealed_digest, language, active, reason,
          actor, recorded_at
        FROM receiver
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "route": """
        SELECT position, id, name, rule, active, reason, actor, recorded_at
        FROM route
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "plant_contact": """
        SELECT position, id, plant, receiver, person, active, actor, recorded_at
        FROM plant_contact
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "silence": """
        SELECT position, id, silence_key, maintenance, region, plant, subject, device, kinds,
          severity, during, withdrawn, reason, actor, recorded_at
        FROM silence
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "alert_event": """
        SELECT position, id, alert, version, what, reason, actor, at, made_at, state, severity,
          since, until, detail
        FROM alert_event
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "order_event": """
        SELECT position, id, supervision_order, version, what, reason, actor, party, place, at,
          made_at, state, held_by, detail
        FROM order_event
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "contest_event": """
        SELECT position, id, contest, version, what, reason, actor, party, place, at, made_at, state,
          held_by, detail
        FROM contest_event
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    # The digest is taken of the bytes again: a checkpoint holds them, and not what is said of them.
    "attachment": """
        SELECT position, id, supervision_order, contest, version, name, media_type, length(bytes),
          sha256(bytes), actor, added_at
        FROM attachment
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "audit": """
        SELECT position, id, at, account, actor, way, action, object, plant, detail, request_id,
          address
        FROM audit
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
    "export": """
        SELECT position, id, name, what, format, query, as_of, columns, rows, bytes, digest, rows_digest,
          checkpoint, software, account, actor, began_at, made_at
        FROM export
        WHERE position >= {since} AND position < {below} ORDER BY position, id""",
}

REGISTRY: tuple[LiteralString, ...] = (
    'SELECT code, name, name_en, parent FROM region ORDER BY code COLLATE "C"',
    (
        "SELECT id, code, name, name_en, region, credit_code, permit, industry, longitude, latitude"
        " FROM plant ORDER BY id"
    ),
    "SELECT id, plant, kind, code, name FROM subject ORDER BY id",
    "SELECT id, medium, reference_oxygen, successor, merged_at, role FROM outlet ORDER BY id",
    "SELECT id, process, fuel, rated_capacity, rated_unit FROM process_unit ORDER BY id",
    (
        "SELECT id, treatment, design_capacity, design_unit, commissioned_on"
        " FROM treatment_facility ORDER BY id"
    ),
    "SELECT id, plant, code, needed FROM facility_group ORDER BY id",
    "SELECT facility_group, facility FROM facility_group_member ORDER BY facility_group, facility",
    (
        "SELECT facility_group, unit, outlet, place FROM facility_group_path"
        " ORDER BY facility_group, unit, outlet"
    ),
    (
        "SELECT id, plant, code, protocol, crc, utc_offset_s, realtime_interval_s, minute_interval_s,"
        " unflagged_as, commissioned_at, gateway FROM device ORDER BY id"
    ),
    "SELECT device, mn, valid FROM device_mn ORDER BY device, valid",
    "SELECT id, subject, side, code FROM point ORDER BY id",
    "SELECT id, device, code FROM channel ORDER BY id",
    "SELECT channel, point, rank, valid FROM channel_binding ORDER BY channel, valid",
    "SELECT old, channel FROM channel_merged ORDER BY old",
    (
        "SELECT channel, valid, unit, scale, range_min, range_max, cycle_s, sentinels, total_scale"
        " FROM channel_setting ORDER BY channel, valid"
    ),
)
# What came later than the first checkpoints: named only where there is any of it.
REGISTRY_LATER: tuple[LiteralString, ...] = (
    "SELECT id, policies FROM device WHERE policies <> '{}' ORDER BY id",
)


@asynccontextmanager
async def settled_view(connection: Connection) -> AsyncGenerator[int]:
    """One unchanging view of the database; gives the position below which it is complete."""
    async with connection.transaction():
        for statement in PIN_THE_FORM:
            await connection.execute(statement)
        cursor = await connection.execute("SELECT closed_position()::text")
        row = await cursor.fetchone()
        yield int(cast("str", row[0])) if row else 0


async def history_lines(
    connection: Connection, table: str, since: int, below: int
) -> AsyncIterator[tuple[int, bytes]]:
    """The rows with position in [since, below), each with its position, within a settled view."""
    query = sql.SQL(HISTORIES[table]).format(
        since=sql.Literal(str(since)), below=sql.Literal(str(below))
    )
    async for line in _lines(connection, query):
        yield int(line[: line.index(b"\t")]), line


async def registry_lines(connection: Connection) -> AsyncIterator[bytes]:
    """Every row of the registry, within a settled view."""
    for query in REGISTRY:
        yield query.encode()
        async for line in _lines(connection, sql.SQL(query)):
            yield line
    for query in REGISTRY_LATER:
        named = False
        async for line in _lines(connection, sql.SQL(query)):
            if not named:
                yield query.encode()
                named = True
            yield line


async def present_registry_version(connection: Connection) -> int:
    """The version that `registry_lines` shows, within the same settled view."""
    return await registry_version(connection)


async def _lines(connection: Connection, query: sql.Composable) -> AsyncIterator[bytes]:
    statement = sql.SQL("COPY ({query}) TO STDOUT").format(query=query)
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        async for line in copy:
            yield bytes(line)
