"""The registry's version, and the copy of it that ingest looks senders up in."""

from datetime import datetime
from typing import NamedTuple, cast

from services.store.connection import Connection

NOTIFIED = "qingkong_registry"
"""What NOTIFY calls when the registry has changed; the payload is the version."""


class HeldMn(NamedTuple):
    """An MN held from `since` until `until`; open where None."""

    mn: str
    since: datetime | None
    until: datetime | None


class SealedKey(NamedTuple):
    """An SM4 key of a device as it is kept, from `since` until `until`; open where None."""

    since: datetime | None
    until: datetime | None
    sealed: bytes


class LookupDevice(NamedTuple):
    """What ingest must know of a device to read and to doubt its messages."""

    id: int
    plant: int
    code: str
    protocol: str
    crc: str
    utc_offset_s: int
    realtime_interval_s: int
    minute_interval_s: int
    unflagged_as: str | None
    commissioned_at: datetime
    gateway: str | None
    policies: tuple[str, ...]
    mns: tuple[HeldMn, ...]
    keys: tuple[SealedKey, ...] = ()


class LookupChannel(NamedTuple):
    """A channel bound to a point of `subject` for an interval; open where None.

    A channel has as many of these as bindings.
    """

    id: int
    device: int
    code: str
    since: datetime | None
    until: datetime | None
    subject: int
    side: str


class LookupRows(NamedTuple):
    """All devices and channels as they were at `version`."""

    version: int
    devices: list[LookupDevice]
    channels: list[LookupChannel]


async def registry_version(connection: Connection) -> int:
    """The version of the last change; 0 when nothing was ever registered."""
    cursor = await connection.execute("SELECT COALESCE(max(version), 0) FROM registry_change")
    row = await cursor.fetchone()
    return cast("int", row[0]) if row else 0


async def last_change(connection: Connection) -> datetime | None:
    """When the registry was last changed; None when never."""
    cursor = await connection.execute("SELECT max(made_at) FROM registry_change")
    row = await cursor.fetchone()
    return cast("datetime | None", row[0]) if row else None


async def load_lookup(connection: Connection) -> LookupRows:
    """Read the whole copy in one snapshot; 10,000 devices of 10 channels take about a second.

    Keys are in it where the connection's role may read them. The connection must not be in a
    transaction already.
    """
    async with connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        version = await registry_version(connection)
        held, keys = await _held(connection), await _keys(connection)
        cursor = connection.cursor(binary=True)
        await cursor.execute(
            "SELECT id, plant, code, protocol, crc, utc_offset_s, realtime_interval_s,"
            " minute_interval_s, unflagged_as, commissioned_at, gateway, policies FROM device"
            " ORDER BY id"
        )
        rows = cast("list[tuple[int, *tuple[object, ...], list[str]]]", await cursor.fetchall())
        devices = [
            LookupDevice._make(
                (*row[:-1], tuple(row[-1]), tuple(held.get(row[0], ())), keys.get(row[0], ()))
            )
            for row in rows
        ]
        await cursor.execute(
            "SELECT channel.id, channel.device, channel.code, lower(binding.valid),"
            " upper(binding.valid), point.subject, point.side"
            " FROM channel JOIN channel_binding AS binding ON binding.channel = channel.id"
            " JOIN point ON point.id = binding.point ORDER BY channel.id, binding.valid"
        )
        found = cast("list[LookupChannel]", await cursor.fetchall())
        channels = [LookupChannel._make(row) for row in found]
    return LookupRows(version, devices, channels)


async def _held(connection: Connection) -> dict[int, list[HeldMn]]:
    held: dict[int, list[HeldMn]] = {}
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT device, mn, lower(valid), upper(valid) FROM device_mn ORDER BY device, valid"
    )
    rows = cast("list[tuple[int, str, datetime | None, datetime | None]]", await cursor.fetchall())
    for device, *interval in rows:
        held.setdefault(device, []).append(HeldMn._make(interval))
    return held


async def _keys(connection: Connection) -> dict[int, tuple[SealedKey, ...]]:
    """The keys of each device, the newest first; none where the role may not read them."""
    cursor = connection.cursor(binary=True)
    await cursor.execute("SELECT has_table_privilege('device_key', 'SELECT')")
    allowed = await cursor.fetchone()
    if not (allowed and allowed[0]):
        return {}
    await cursor.execute(
        "SELECT device, lower(valid), upper(valid), sealed FROM device_key"
        " ORDER BY device, valid DESC"
    )
    keys: dict[int, tuple[SealedKey, ...]] = {}
    rows = cast(
        "list[tuple[int, datetime | None, datetime | None, bytes]]", await cursor.fetchall()
    )
    for device, *key in rows:
        keys[device] = (*keys.get(device, ()), SealedKey._make(key))
    return keys
