"""The store's registry rows as the copy that ingest looks senders and codes up in."""

from datetime import datetime

from schemas.lookup import BEGINNING_US, END_US, Channel, Device, Lookup
from services.store.registry import LookupRows


def lookup_of(rows: LookupRows) -> Lookup:
    """Turn rows into a snapshot; an MN held in two intervals gives two entries."""
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


def _us(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else round(moment.timestamp() * 1_000_000)
