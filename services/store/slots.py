"""Slots: who may continue which digest chain. An advisory lock on the very connection that writes.

With lock and writes on one connection, whoever lost the lock cannot commit any more.
"""

from services.store.connection import Connection

# First keys of our advisory locks; they have no meaning but to be always the same.
SLOT_LOCK = 0x716B_736C
WAITING_LOCK = 0x716B_7774


async def try_slot(connection: Connection, slot: int) -> bool:
    """Take the slot's lock if it is free; it lasts as long as the connection."""
    cursor = await connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (SLOT_LOCK, slot))
    row = await cursor.fetchone()
    return row is not None and row[0] is True


async def release_slot(connection: Connection, slot: int) -> None:
    """Give the slot back."""
    await connection.execute("SELECT pg_advisory_unlock(%s, %s)", (SLOT_LOCK, slot))


async def set_waiting(connection: Connection, *, waiting: bool) -> None:
    """Show, or stop showing, that this worker holds no slot and would like one."""
    await connection.execute("SELECT pg_advisory_unlock_shared(%s, 0)", (WAITING_LOCK,))
    if waiting:
        await connection.execute("SELECT pg_advisory_lock_shared(%s, 0)", (WAITING_LOCK,))


async def somebody_waits(connection: Connection) -> bool:
    """Whether a worker without a slot is there, in this database."""
    cursor = await connection.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s::bigint::oid"
        " AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
        (WAITING_LOCK,),
    )
    row = await cursor.fetchone()
    return row is not None and row[0] is True
