"""What devices said of themselves, settings and events, as rows of a batch.

Each is kept once: who sends it again repeats it.
"""

from datetime import UTC, datetime, timedelta

from schemas.batch import BatchWrite
from services.store.connection import Connection

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(us: int) -> datetime:
    """Microseconds since 1970 UTC as an aware time."""
    return EPOCH + timedelta(microseconds=us)


def _moment_or_none(us: int | None) -> datetime | None:
    return None if us is None else moment(us)


async def insert_parameters(connection: Connection, write: BatchWrite) -> set[int]:
    """Insert what is not known yet; the places of the frames that said something new."""
    if not write.parameters:
        return set()
    rows = write.parameters
    cursor = await connection.execute(
        "INSERT INTO parameter (device, about, code, value, effective_at, sent_at, received_at,"
        " batch, seq)"
        " SELECT device, about, code, value, effective_at, sent_at, received_at, %s, seq"
        " FROM unnest(%s::integer[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],"
        " %s::timestamptz[], %s::timestamptz[], %s::integer[])"
        " AS said (device, about, code, value, effective_at, sent_at, received_at, seq)"
        " ON CONFLICT DO NOTHING RETURNING seq",
        (
            write.id,
            [row.device for row in rows],
            [row.about for row in rows],
            [row.code for row in rows],
            [row.value for row in rows],
            [moment(row.effective_us) for row in rows],
            [_moment_or_none(row.sent_us) for row in rows],
            [moment(row.received_us) for row in rows],
            [row.seq for row in rows],
        ),
    )
    return {int(str(row[0])) for row in await cursor.fetchall()}


async def insert_events(connection: Connection, write: BatchWrite) -> set[int]:
    """The same for events."""
    if not write.events:
        return set()
    rows = write.events
    cursor = await connection.execute(
        "INSERT INTO device_event (device, kind, about, code, text, happened_at, sent_at,"
        " received_at, batch, seq)"
        " SELECT device, kind, about, code, text, happened_at, sent_at, received_at, %s, seq"
        " FROM unnest(%s::integer[], %s::text[], %s::text[], %s::text[], %s::text[],"
        " %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::integer[])"
        " AS said (device, kind, about, code, text, happened_at, sent_at, received_at, seq)"
        " ON CONFLICT DO NOTHING RETURNING seq",
        (
            write.id,
            [row.device for row in rows],
            [row.kind for row in rows],
            [row.about for row in rows],
            [row.code for row in rows],
            [row.text for row in rows],
            [moment(row.happened_us) for row in rows],
            [_moment_or_none(row.sent_us) for row in rows],
            [moment(row.received_us) for row in rows],
            [row.seq for row in rows],
        ),
    )
    return {int(str(row[0])) for row in await cursor.fetchall()}
