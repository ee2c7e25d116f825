"""The store's registry rows as the copy that ingest looks senders and codes up in."""

from datetime import datetime

from schemas.lookup import BEGINNING_US, END_US, Channel, Device, DeviceKey, Lookup
from schemas.policies import Policy
from services.hj212.dialect import SM4_KEY_BYTES
from services.runtime.seal import Opener, nothing_opens
from services.store.registry import LookupDevice, LookupRows

KNOWN = {policy.value: policy for policy in Policy}


def lookup_of(rows: LookupRows, opener: Opener = nothing_opens) -> Lookup:
    """Turn rows into a snapshot, keys opened; an MN held in two intervals gives two entries."""
    devices = [
        Device(
            id=row.id,
            mn=held.mn,
            from_us=_us(held.since, BEGINNING_US),
            to_us=_us(held.until, END_US),
            protocol=row.protocol,
            crc=row.crc,
            utc_offset_s=row.utc_offset_s,
            realtime_interval_s=row.realtime_interval_s,
            minute_interval_s=row.minute_interval_s,
            unflagged_as=row.unflagged_as,
            commissioned_us=_us(row.commissioned_at, BEGINNING_US),
            gateway=row.gateway,
            # One that a later version registered is unknown here, and ignored.
            policies=frozenset(KNOWN[name] for name in row.policies if name in KNOWN),
            keys=_opened(row, opener),
        )
        for row in rows.devices
        for held in row.mns
    ]
    channels = [
        Channel(
            row.id,
            row.device,
            row.code,
            _us(row.since, BEGINNING_US),
            _us(row.until, END_US),
            row.subject,
        )
        for row in rows.channels
    ]
    return Lookup(rows.version, devices, channels)


def closed_keys(rows: LookupRows, opener: Opener) -> list[str]:
    """The devices, by code, of which a key cannot be opened."""
    return [
        row.code
        for row in rows.devices
        if any(_usable(opener(row.id, key.sealed)) is None for key in row.keys)
    ]


def _opened(row: LookupDevice, opener: Opener) -> tuple[DeviceKey, ...]:
    return tuple(
        DeviceKey(
            _us(key.since, BEGINNING_US),
            _us(key.until, END_US),
            _usable(opener(row.id, key.sealed)),
        )
        for key in row.keys
    )


def _usable(opened: bytes | None) -> bytes | None:
    """What is no key of SM4 is as good as one that cannot be opened."""
    return opened if opened is not None and len(opened) == SM4_KEY_BYTES else None


def _us(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else round(moment.timestamp() * 1_000_000)
