"""SM4 keys of devices, sealed: set and listed. It must not know how a key is sealed.

A key never changes: a new one ends the validity of the one before it, which stays for backfill.
"""

from datetime import datetime
from typing import NamedTuple, cast

import psycopg

from services.store.registry import SealedKey
from services.store.registry_write import RegistryChange, record_change


class KeyConflict(Exception):  # noqa: N818 - it is a conflict, by whoever's error
    """The key cannot be set; the message says why and what to do."""


class KnownDevice(NamedTuple):
    """A device by its id, with the MN by which it was asked for."""

    id: int
    plant: str
    code: str
    mn: str


class ListedKey(NamedTuple):
    """A key as it is kept, and whose it is."""

    device: KnownDevice
    key: SealedKey


def device_of(connection: psycopg.Connection, mn: str, at: datetime) -> KnownDevice | None:
    """The device that held the MN at that time. Raises psycopg.Error."""
    row = connection.execute(
        "SELECT device.id, plant.code, device.code, device_mn.mn FROM device_mn"
        " JOIN device ON device.id = device_mn.device JOIN plant ON plant.id = device.plant"
        " WHERE device_mn.mn = %s AND device_mn.valid @> %s::timestamptz",
        (mn, at),
    ).fetchone()
    return None if row is None else KnownDevice._make(row)


def mn_known(connection: psycopg.Connection, mn: str) -> bool:
    """Whether any device holds, held or will hold the MN. Raises psycopg.Error."""
    query = "SELECT FROM device_mn WHERE mn = %s LIMIT 1"
    return connection.execute(query, (mn,)).fetchone() is not None


def set_key(
    connection: psycopg.Connection,
    device: KnownDevice,
    key: tuple[bytes, datetime],
    change: RegistryChange,
) -> int:
    """Let a sealed key be valid from a time on; gives the registry's new version.

    Within the caller's `registry_lock`. Raises KeyConflict when a key begins then or later,
    psycopg.Error otherwise.
    """
    sealed, since = key
    later = connection.execute(
        "SELECT lower(valid) FROM device_key WHERE device = %s AND lower(valid) >= %s"
        " ORDER BY valid LIMIT 1",
        (device.id, since),
    ).fetchone()
    if later is not None:
        begins = cast("datetime", later[0]).isoformat()
        raise KeyConflict(
            f"{device.mn} has a key that begins at {begins}: a new one must begin later (--from)"
        )
    connection.execute(
        "UPDATE device_key SET valid = tstzrange(lower(valid), %(since)s)"
        " WHERE device = %(device)s AND valid @> %(since)s::timestamptz",
        {"device": device.id, "since": since},
    )
    connection.execute(
        "INSERT INTO device_key (device, valid, sealed) VALUES (%s, tstzrange(%s, NULL), %s)",
        (device.id, since, sealed),
    )
    return record_change(connection, change)


def list_keys(connection: psycopg.Connection) -> list[ListedKey]:
    """All keys, by plant and device, the newest first. Raises psycopg.Error."""
    rows = connection.execute(
        "SELECT device.id, plant.code, device.code, COALESCE((SELECT mn FROM device_mn"
        "   WHERE device_mn.device = device.id ORDER BY valid DESC LIMIT 1), ''),"
        " lower(device_key.valid), upper(device_key.valid), device_key.sealed"
        " FROM device_key JOIN device ON device.id = device_key.device"
        " JOIN plant ON plant.id = device.plant"
        " ORDER BY plant.code, device.code, device_key.valid DESC"
    ).fetchall()
    return [
        ListedKey(
            KnownDevice._make(cast("tuple[int, str, str, str]", row[:4])),
            SealedKey._make(cast("tuple[datetime, datetime | None, bytes]", row[4:])),
        )
        for row in rows
    ]
