"""What devices told beside readings: settings, events, and raw frames; a piece at a time.

It must not know what any of it means.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from services.evidence.kept import Held, KeptBatch
from services.store.session import Session


class Told(NamedTuple):
    """Of these devices, at [since, until), below a position; behind `after` (time, number)."""

    devices: Sequence[int]
    since: datetime
    until: datetime
    known: int
    after: tuple[datetime, int] | None = None


class DeviceSetting(NamedTuple):
    """A setting that a device said of itself; `about`: the pollutant or part."""

    id: int
    device: str
    about: str | None
    code: str
    value: str
    effective_at: datetime
    sent_at: datetime | None
    received_at: datetime
    batch: int
    seq: int


class DeviceHappening(NamedTuple):
    """An event that a device told."""

    id: int
    device: str
    kind: str
    about: str | None
    code: str | None
    text: str
    happened_at: datetime
    sent_at: datetime | None
    received_at: datetime
    batch: int
    seq: int


class KeptFrame(NamedTuple):
    """A frame of a device as it arrived, and where it stands in its slot's chain.

    `outcome` is the batch's letter for it (s, r, x); `frame` None: its block is no longer kept, or
    is damaged. `sha256` is of the frame's bytes, `digest` the batch's.
    """

    batch: int
    seq: int
    batch_from: datetime
    slot: int
    number: int
    outcome: str
    received_at: datetime
    topic: str | None
    frame: bytes | None
    sha256: bytes | None
    digest: bytes


SETTINGS = """
SELECT parameter.id, device.code, about, parameter.code, value, effective_at, sent_at, received_at,
  batch, seq
FROM parameter JOIN device ON device.id = parameter.device
WHERE device = ANY(%(devices)s) AND effective_at >= %(since)s AND effective_at < %(until)s
  AND (effective_at, parameter.id) > (%(after_at)s, %(after_id)s)
  AND position < %(known)s::text::xid8
ORDER BY effective_at, parameter.id LIMIT %(most)s
"""
HAPPENED = """
SELECT device_event.id, device.code, kind, about, device_event.code, text, happened_at, sent_at,
  received_at, batch, seq
FROM device_event JOIN device ON device.id = device_event.device
WHERE device = ANY(%(devices)s) AND happened_at >= %(since)s AND happened_at < %(until)s
  AND (happened_at, device_event.id) > (%(after_at)s, %(after_id)s)
  AND position < %(known)s::text::xid8
ORDER BY happened_at, device_event.id LIMIT %(most)s
"""
# The times of a batch's frames lie between its ends; a batch's frames arrive within seconds.
BATCHES = """
SELECT id, slot, number, origin, received_from, received_to, committed_at, frames, stored,
  repeated, rejected, readings, revised, devices, received_ms, outcomes, block_bytes, previous,
  digest
FROM batch
WHERE received_from >= %(since)s AND received_from < %(until)s
  AND (received_from, id) >= (%(after_at)s, %(after_id)s)
  AND devices && %(devices)s::integer[] AND position < %(known)s::text::xid8
ORDER BY received_from, id LIMIT %(most)s
"""
BLOCK = "SELECT block FROM batch_block WHERE batch = %s AND received_from = %s"
DEVICE = "SELECT id, code FROM device WHERE plant = %s AND code = %s"
DEVICES_OF = 'SELECT id, code FROM device WHERE plant = %s ORDER BY code COLLATE "C"'
PAGE_OF_BATCHES = 50


class DeviceRef(NamedTuple):
    """A logger of a plant."""

    id: int
    code: str


def device_by_code(session: Session, plant: int, code: str) -> DeviceRef | None:
    """Raises psycopg.Error."""
    row = session.execute(DEVICE, (plant, code)).fetchone()
    return None if row is None else DeviceRef._make(row)


def devices_of(session: Session, plant: int) -> list[DeviceRef]:
    """The loggers of a plant. Raises psycopg.Error."""
    return [DeviceRef._make(row) for row in session.execute(DEVICES_OF, (plant,)).fetchall()]


def read_settings_said(session: Session, told: Told, most: int) -> list[DeviceSetting]:
    """By the time they took effect. Raises psycopg.Error."""
    rows = session.execute(SETTINGS, _values(told, most), prepare=False).fetchall()
    return [DeviceSetting._make(row) for row in rows]


def read_happenings(session: Session, told: Told, most: int) -> list[DeviceHappening]:
    """By the time they happened. Raises psycopg.Error."""
    rows = session.execute(HAPPENED, _values(told, most), prepare=False).fetchall()
    return [DeviceHappening._make(row) for row in rows]


def read_frames(
    session: Session, told: Told, most: int, after_seq: int = -1
) -> Iterator[KeptFrame]:
    """At most `most` frames of the devices, by their batches and places in them.

    Goes on behind frame `after_seq` of the batch (time, number) of `told.after`. One block is held
    at a time. Raises psycopg.Error.
    """
    left = most
    place, seq = told.after, after_seq
    while left > 0:
        batches = _batches(session, told._replace(after=place), PAGE_OF_BATCHES)
        for batch in batches:
            behind = seq if place is not None and batch.id == place[1] else -1
            for frame in _frames(session, batch, frozenset(told.devices)):
                if frame.seq > behind and left > 0:
                    left -= 1
                    yield frame
            if left <= 0:
                return
        if len(batches) < PAGE_OF_BATCHES:
            return
        last = batches[-1]
        place, seq = (last.received_from, last.id), last.frames


def _batches(session: Session, told: Told, most: int) -> list[KeptBatch]:
    cursor = session.cursor(binary=True)
    cursor.execute(BATCHES, _values(told, most), prepare=False)
    return [KeptBatch._make(row) for row in cursor.fetchall()]


def _frames(session: Session, batch: KeptBatch, devices: frozenset[int]) -> Iterator[KeptFrame]:
    places = [seq for seq, device in enumerate(batch.devices) if device in devices]
    entries = held_batch(session, batch).entries()
    for seq in places:
        entry = entries[seq] if entries is not None and seq < len(entries) else None
        yield KeptFrame(
            batch.id,
            seq,
            batch.received_from,
            batch.slot,
            batch.number,
            batch.outcomes[seq],
            batch.received_from + (batch.received_ms[seq] * datetime.resolution * 1000),
            None if entry is None else entry.topic,
            None if entry is None else entry.frame,
            None if entry is None else sha256(entry.frame).digest(),
            batch.digest,
        )


def held_batch(session: Session, batch: KeptBatch) -> Held:
    """The batch with its block, which may be gone. Raises psycopg.Error."""
    cursor = session.cursor(binary=True)
    row = cursor.execute(BLOCK, (batch.id, batch.received_from)).fetchone()
    packed = row[0] if row else None
    return Held(batch, packed if isinstance(packed, bytes) else None)


def _values(told: Told, most: int) -> dict[str, object]:
    after_at, after_id = (told.since, -1) if told.after is None else told.after
    return {
        "devices": list(told.devices),
        "since": told.since,
        "until": told.until,
        "known": str(told.known),
        "after_at": after_at,
        "after_id": after_id,
        "most": most,
    }
