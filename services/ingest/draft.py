"""A batch in the making: messages in, one BatchWrite out. Pure; the plain way, frame by frame.

Every byte of every message ends in the batch's block, and every frame with one letter: stored,
repeated or rejected.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.batch import BatchWrite, EventRow, ParameterRow, RejectRow
from schemas.lookup import Lookup
from schemas.series import Outcome, Series
from services.evidence.block import Entry, build_block
from services.hj212.frame import CrcPolicy
from services.hj212.stream import decode
from services.ingest.admit import Admitted, ClockGuard, Envelope, admit, refused, sender
from services.ingest.hj212_statement import state_frame
from services.ingest.json_message import state_message
from services.ingest.message import Message
from services.ingest.packing import pack_rows, pack_touched
from services.ingest.record import Row
from services.ingest.statement import Refused, Statement

HJ212_TOPIC = "hj212/"
JSON_TOPIC = "cems/v1/"
DAY_US = 86_400 * 1_000_000
# The width of each series' chunks, as the store's migration 0003 makes them.
CHUNK_US = {
    Series.REALTIME: DAY_US,
    Series.MINUTE: 7 * DAY_US,
    Series.HOUR: 90 * DAY_US,
    Series.DAY: 365 * DAY_US,
    Series.STATE: 7 * DAY_US,
}


@dataclass(slots=True)
class Memory:
    """What a slot remembers from batch to batch; all of it may be forgotten without harm.

    `newest_us` is the last time seen of each channel: what is newer cannot be known yet.
    """

    newest_us: dict[tuple[Series, int], int] = field(default_factory=dict[tuple[Series, int], int])
    chunks: set[tuple[Series, int]] = field(default_factory=set[tuple[Series, int]])


@dataclass(slots=True)
class Draft:
    """Collects messages; `write` makes the batch of them."""

    lookup: Lookup
    guard: ClockGuard
    memory: Memory
    entries: list[Entry] = field(default_factory=list[Entry])
    devices: list[int] = field(default_factory=list[int])
    outcomes: list[str] = field(default_factory=list[str])
    straight: dict[Series, list[Row]] = field(default_factory=dict[Series, list[Row]])
    suspect: dict[Series, list[Row]] = field(default_factory=dict[Series, list[Row]])
    conditional: set[int] = field(default_factory=set[int])
    wordless: set[int] = field(default_factory=set[int])
    rejects: list[RejectRow] = field(default_factory=list[RejectRow])
    parameters: list[ParameterRow] = field(default_factory=list[ParameterRow])
    events: list[EventRow] = field(default_factory=list[EventRow])
    touched: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    new_chunks: int = 0
    messages: list[Message] = field(default_factory=list[Message])

    def add(self, messages: Sequence[Message]) -> None:
        """Decode and judge messages and take them into the batch."""
        for message in messages:
            self.messages.append(message)
            if message.topic.startswith(JSON_TOPIC):
                self._add_json(message)
            else:
                self._add_hj212(message)

    def write(self, batch: int, slot: int, origin: str = "mqtt") -> BatchWrite:
        """The batch as the store takes it, under its number and slot."""
        return BatchWrite(
            id=batch,
            slot=slot,
            origin=origin,
            block=build_block(self.entries),
            received_us=[entry.received_us for entry in self.entries],
            devices=self.devices,
            outcomes="".join(self.outcomes),
            conditional=frozenset(self.conditional),
            straight={series: pack_rows(rows, batch) for series, rows in self.straight.items()},
            straight_count=sum(len(rows) for rows in self.straight.values()),
            suspect={series: pack_rows(rows, batch) for series, rows in self.suspect.items()},
            touched=pack_touched(self.touched, batch),
            rejects=self.rejects,
            parameters=self.parameters,
            events=self.events,
            wordless=frozenset(self.wordless),
        )

    def reject_all(self, reason: str, detail: str) -> None:
        """Turn everything in the batch into rejects: the database refuses it."""
        entries, devices = self.entries, self.devices
        for collected in (self.straight, self.suspect):
            collected.clear()
        for collected in (self.rejects, self.parameters, self.events):
            collected.clear()
        self.conditional.clear()
        self.wordless.clear()
        self.touched.clear()
        self.outcomes = [Outcome.REJECTED] * len(entries)
        for seq, (entry, device) in enumerate(zip(entries, devices, strict=True)):
            self.rejects.append(
                RejectRow(
                    seq=seq,
                    topic=entry.topic,
                    mn=None,
                    device=device or None,
                    reason=reason,
                    detail=detail,
                    codes=(),
                    whole=True,
                    received_us=entry.received_us,
                    frame=entry.frame,
                )
            )

    def _add_hj212(self, message: Message) -> None:
        publisher = message.topic.removeprefix(HJ212_TOPIC)
        registered = self.lookup.device(publisher, message.received_at_us)
        policy = CrcPolicy.STRICT if registered is None else CrcPolicy(registered.crc)
        start = 0
        for part, piece in enumerate(decode(message.payload, policy) or [None]):
            end = len(message.payload) if piece is None else start + piece.length
            entry = Entry(message.topic, message.payload[start:end], message.received_at_us, part)
            start = end
            envelope = self._envelope(entry)
            if piece is None or piece.frame is None:
                refusal = None if piece is None else piece.refusal
                why = Refused("empty", "the message is empty", publisher)
                if refusal is not None:
                    why = Refused(refusal.reason.value, refusal.detail, publisher)
                device = None if registered is None else registered.id
                self._take(entry, refused(envelope, device, why))
                continue
            device = sender(piece.frame.mn or "", envelope, self.lookup)
            if isinstance(device, Refused):
                self._take(entry, refused(envelope, None, device))
                continue
            statement = state_frame(piece.frame, device)
            if isinstance(statement, Refused):
                self._take(entry, refused(envelope, device.id, statement))
                continue
            self._take(entry, admit(statement, device, envelope, self.lookup, self.guard))

    def _add_json(self, message: Message) -> None:
        entry = Entry(message.topic, message.payload, message.received_at_us, 0)
        envelope = self._envelope(entry)
        stated = state_message(message.payload)
        if isinstance(stated, Refused):
            registered = self.lookup.device(envelope.publisher, message.received_at_us)
            device = None if registered is None else registered.id
            self._take(entry, refused(envelope, device, stated._replace(mn=envelope.publisher)))
            return
        self._take(entry, self._admit_all(stated, envelope))

    def _admit_all(self, statements: Sequence[Statement], envelope: Envelope) -> Admitted:
        whole = Admitted()
        for statement in statements:
            device = sender(statement.mn or envelope.publisher, envelope, self.lookup)
            if isinstance(device, Refused):
                part = refused(envelope, None, device)
            else:
                part = admit(statement, device, envelope, self.lookup, self.guard)
            whole.device = part.device if whole.device is None else whole.device
            whole.rows += part.rows
            whole.parameters += part.parameters
            whole.events += part.events
            whole.rejections += part.rejections
            whole.touched |= part.touched
        return whole

    def _envelope(self, entry: Entry) -> Envelope:
        return Envelope(entry.topic, entry.received_us, len(self.entries))

    def _take(self, entry: Entry, admitted: Admitted) -> None:
        seq = len(self.entries)
        self.entries.append(entry)
        self.devices.append(admitted.device or 0)
        self.outcomes.append(Outcome.REJECTED if admitted.refused else Outcome.STORED)
        self.rejects += [
            RejectRow(
                rejection.seq,
                entry.topic,
                rejection.mn,
                rejection.device,
                rejection.reason,
                rejection.detail,
                rejection.codes,
                admitted.refused,
                entry.received_us,
                entry.frame,
            )
            for rejection in admitted.rejections
        ]
        if admitted.refused:
            return
        self.parameters += admitted.parameters
        self.events += admitted.events
        self.touched |= admitted.touched
        surely_new = self._place_rows(admitted.rows)
        if not (admitted.rows or admitted.parameters or admitted.events):
            self.wordless.add(seq)
        elif not surely_new:
            self.conditional.add(seq)

    def _place_rows(self, rows: Sequence[Row]) -> bool:
        """Sort rows into straight and suspect; whether any went straight."""
        newest, chunks = self.memory.newest_us, self.memory.chunks
        surely_new = False
        for row in rows:
            key = (row.series, row.channel)
            if row.time_us > newest.get(key, row.time_us - 1):
                newest[key] = row.time_us
                self.straight.setdefault(row.series, []).append(row)
                surely_new = True
            else:
                self.suspect.setdefault(row.series, []).append(row)
            chunk = (row.series, row.time_us // CHUNK_US[row.series])
            if chunk not in chunks:
                chunks.add(chunk)
                self.new_chunks += 1
        return surely_new
