"""A batch in the making: messages in, one BatchWrite out. Pure.

Frames of a known form go the fast way, all others the general one; both give the same rows.
Every byte of every message ends in the batch's block, and every frame with one letter: stored,
repeated or rejected.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from schemas.batch import BatchWrite, EventRow, NoteRow, ParameterRow, RejectRow
from schemas.lookup import Lookup
from schemas.series import Outcome, Series
from services.evidence.block import Entry, build_block, compress
from services.evidence.chain import block_digest
from services.hj212.dialect import DialectOf, strict
from services.hj212.frame import Piece
from services.hj212.shape import FastFrame
from services.ingest.admit import HOUR_US, Admitted, ClockGuard, Envelope, publisher_of, refused
from services.ingest.dialects import dialects_at
from services.ingest.heap import Heap
from services.ingest.hj212_statement import data_time_us, qn_us
from services.ingest.json_message import state_message
from services.ingest.json_rows import JSON_TOPIC, known_readings
from services.ingest.judge import RESENT, Judge
from services.ingest.memory import Memory
from services.ingest.message import Message
from services.ingest.pieces import (
    LARGE_BYTES,
    NOTHING,
    bounded,
    capped,
    crc_of,
    cut_as_kept,
    entries_of,
)
from services.ingest.plan import channel_key
from services.ingest.record import Rejection, Row
from services.ingest.statement import (
    MOST_ITEMS,
    TOO_MANY_ITEMS,
    Refused,
    Statement,
    count_items,
)
from services.ingest.words import reject_rows


@dataclass(slots=True)
class Draft:
    """Collects messages; `write` makes the batch of them."""

    lookup: Lookup
    guard: ClockGuard
    memory: Memory
    entries: list[Entry] = field(default_factory=list[Entry])
    devices: list[int] = field(default_factory=list[int])
    outcomes: list[str] = field(default_factory=list[str])
    straight: Heap = field(default_factory=Heap)
    suspect: Heap = field(default_factory=Heap)
    conditional: set[int] = field(default_factory=set[int])
    wordless: set[int] = field(default_factory=set[int])
    rejects: list[RejectRow] = field(default_factory=list[RejectRow])
    parameters: list[ParameterRow] = field(default_factory=list[ParameterRow])
    events: list[EventRow] = field(default_factory=list[EventRow])
    touched: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    new_chunks: int = 0
    messages: list[Message] = field(default_factory=list[Message])
    payload_bytes: int = 0
    # Frames of a device told apart, and why; places that hinge on policies; general check sums.
    notes: dict[tuple[int, str], int] = field(default_factory=dict[tuple[int, str], int])
    hinging: set[int] = field(default_factory=set[int])
    crcs: dict[str, int] = field(default_factory=dict[str, int])
    # From the time that the last frame of each device is dated to its receipt.
    lags_us: dict[int, int] = field(default_factory=dict[int, int])
    # The lengths of the pieces that a message was cut into once, by its token: kept frames are
    # read again under their old numbers, whatever was registered since.
    kept_cuts: Mapping[int, Sequence[int]] = field(default_factory=dict[int, Sequence[int]])
    # Added to all times that the senders state: for frames of a clock that is known to be wrong.
    clock_offset_us: int = 0
    # No chunk begins within an hour: one question does for all frames of the same one.
    _last_hour: tuple[Series, int] | None = None

    def add(self, messages: Sequence[Message]) -> None:
        """Decode and judge messages and take them into the batch."""
        self.messages += messages
        self.payload_bytes += sum([len(message.payload) for message in messages])
        frames = [message for message in messages if not message.topic.startswith(JSON_TOPIC)]
        usual = [message.payload for message in frames if len(message.payload) <= LARGE_BYTES]
        decoded = iter(self.memory.decoder.decode(usual))
        for message in messages:
            if message.topic.startswith(JSON_TOPIC):
                self._add_json(message)
            elif len(message.payload) > LARGE_BYTES:
                self._add_pieces(message, None)
            elif isinstance(found := next(decoded), list):
                self._add_pieces(message, found)
            elif not self._add_fast(message, found):
                whole = Piece(0, len(message.payload), frame=found.frame())
                self._add_pieces(message, [whole])

    def write(self, batch: int, slot: int, origin: str = "mqtt") -> BatchWrite:
        """The batch as the store takes it, under its number and slot."""
        block = build_block(self.entries)
        return BatchWrite(
            id=batch,
            slot=slot,
            origin=origin,
            block_bytes=len(block),
            block_digest=block_digest(block),
            packed_block=compress(block),
            received_us=[entry.received_us for entry in self.entries],
            devices=self.devices,
            outcomes="".join(self.outcomes),
            conditional=frozenset(self.conditional),
            straight=self.straight.pack(batch),
            straight_count=self.straight.count,
            suspect=self.suspect.pack(batch),
            touched=self.touched,
            rejects=self.rejects,
            parameters=self.parameters,
            events=self.events,
            wordless=frozenset(self.wordless),
            notes=[NoteRow(*key, frames) for key, frames in sorted(self.notes.items())],
        )

    def reject_all(self, reason: str, detail: str) -> None:
        """Turn everything in the batch into rejects: the database refuses it."""
        entries, devices = self.entries, self.devices
        self.straight, self.suspect = Heap(), Heap()
        for collected in (self.rejects, self.parameters, self.events, self.notes):
            collected.clear()
        self.conditional.clear()
        self.wordless.clear()
        self.touched.clear()
        self.outcomes = [Outcome.REJECTED] * len(entries)
        for seq, (entry, device) in enumerate(zip(entries, devices, strict=True)):
            rejection = Rejection(seq, None, device or None, reason, detail, (), whole=True)
            self.rejects += reject_rows(entry, [rejection], whole=True)

    def refuse(self, message: Message, reason: str, detail: str) -> None:
        """Take a message in as rejects, cut into its frames but not judged."""
        self.messages.append(message)
        whole = [Piece(0, len(message.payload), refusal=NOTHING)]
        is_json = message.topic.startswith(JSON_TOPIC)
        dialects: DialectOf | None = None
        # What cannot even be looked up may be what the fault is about.
        with suppress(Exception):
            publisher = publisher_of(message.topic)
            dialects = dialects_at(self.lookup, publisher, message.received_at_us)
        pieces = whole if is_json else bounded(message.payload, dialects or strict)
        for entry in entries_of(message, pieces):
            self._take(entry, refused(self._envelope(entry), None, Refused(reason, detail)))

    def _add_fast(self, message: Message, fast: FastFrame) -> bool:
        """Take in a frame whose every question has been answered before; False when one is open."""
        received_us = message.received_at_us
        time_us = None if fast.data_time is None else data_time_us(fast.data_time)
        sent_us = None if fast.qn is None else qn_us(fast.qn)
        if (
            time_us is None
            or self.clock_offset_us
            or self.guard.sending_refusal(sent_us, received_us) is not None
        ):
            return False
        plan = self.memory.plans_under(self.lookup).plan(fast, received_us, time_us)
        if (
            plan is None
            or plan.topic != message.topic
            or not self.guard.admits(plan.series, time_us, received_us)
        ):
            return False
        sampled_us = tuple([data_time_us(text) or 0 for text in fast.samples])
        if any(self.guard.sampling_refusal(at_us, received_us) for at_us in sampled_us):
            return False
        seq = len(self.entries)
        newer = self.memory.are_newer(plan.newest_keys, time_us)
        heap = self.straight if newer else self.suspect
        if not newer:
            self.conditional.add(seq)
        heap.add_frame(plan, fast, (time_us, received_us, sent_us or 0, sampled_us), seq)
        hour_us = time_us // HOUR_US * HOUR_US
        if (plan.series, hour_us) != self._last_hour:
            self._last_hour = (plan.series, hour_us)
            self.new_chunks += self.memory.opens_chunk(plan.series, time_us)
        for subject in plan.subjects:
            self.touched.add((subject, hour_us))
        if plan.resent:
            key = (plan.device, RESENT)
            self.notes[key] = self.notes.get(key, 0) + 1
        self.lags_us[plan.device] = received_us - time_us
        self.entries.append(Entry(message.topic, message.payload, received_us, 0))
        self.devices.append(plan.device)
        self.outcomes.append(Outcome.STORED)
        return True

    def _add_pieces(self, message: Message, pieces: Sequence[Piece] | None) -> None:
        publisher, received_us = publisher_of(message.topic), message.received_at_us
        dialects = dialects_at(self.lookup, publisher, received_us)
        if pieces is None or dialects is not None:
            taken = bounded(message.payload, dialects or strict)
        else:
            taken = capped(pieces, len(message.payload))
        if cuts := self.kept_cuts.get(message.token):
            taken = cut_as_kept(message.payload, taken, cuts, dialects or strict)
        registered = self.lookup.device(publisher, received_us)
        judge, room = self._judge, MOST_ITEMS
        for entry, piece in zip(entries_of(message, taken), taken, strict=True):
            kind = crc_of(piece)
            self.crcs[kind] = self.crcs.get(kind, 0) + 1
            admitted = judge.piece(piece, self._envelope(entry), registered)
            items = len(admitted.parameters) + len(admitted.events)
            if items > room:
                admitted = refused(self._envelope(entry), admitted.device, TOO_MANY_ITEMS)
            else:
                room -= items
            self._take(entry, admitted)

    def _add_json(self, message: Message) -> None:
        entry = Entry(message.topic, message.payload, message.received_at_us, 0)
        envelope = self._envelope(entry)
        stated = state_message(message.payload)
        if not isinstance(stated, Refused) and count_items(stated) > MOST_ITEMS:
            stated = Refused("schema", f"more than {MOST_ITEMS:,} items in one message: split it")
        if isinstance(stated, Refused):
            registered = self.lookup.device(envelope.publisher, message.received_at_us)
            device = None if registered is None else registered.id
            self._take(entry, refused(envelope, device, stated._replace(mn=envelope.publisher)))
            return
        if not (len(stated) == 1 and self._add_readings(entry, stated[0])):
            self._take(entry, self._judge.statements(stated, envelope))

    def _add_readings(self, entry: Entry, statement: Statement) -> bool:
        """Take in a message of readings whose places are all known; False when one is not."""
        seq = len(self.entries)
        plans = self.memory.plans_under(self.lookup)
        known = None
        if not self.clock_offset_us:
            known = known_readings(entry, statement, plans, self.guard, seq)
        if known is None:
            return False
        self.entries.append(entry)
        self.devices.append(known.device)
        self.outcomes.append(Outcome.STORED)
        self.touched.update(known.touched)
        self._note_lag(known.device, entry, known.rows)
        if not self._place_rows(known.rows):
            self.conditional.add(seq)
        return True

    @property
    def _judge(self) -> Judge:
        return Judge(self.lookup, self.guard, self.clock_offset_us)

    def _note_lag(self, device: int, entry: Entry, rows: Sequence[Row]) -> None:
        if rows:
            self.lags_us[device] = entry.received_us - rows[0].time_us

    def _envelope(self, entry: Entry) -> Envelope:
        return Envelope(entry.topic, entry.received_us, len(self.entries))

    def _take(self, entry: Entry, admitted: Admitted) -> None:
        seq = len(self.entries)
        self.entries.append(entry)
        self.devices.append(admitted.device or 0)
        self.outcomes.append(Outcome.REJECTED if admitted.refused else Outcome.STORED)
        self.rejects += reject_rows(entry, admitted.rejections, whole=admitted.refused)
        if admitted.hinges:
            self.hinging.add(seq)
        for note in admitted.notes:
            key = (admitted.device or 0, note)
            self.notes[key] = self.notes.get(key, 0) + 1
        if admitted.refused:
            return
        self._note_lag(admitted.device or 0, entry, admitted.rows)
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
        surely_new = False
        for row in rows:
            newer = self.memory.is_newer(channel_key(row.series, row.channel), row.time_us)
            (self.straight if newer else self.suspect).add_row(row)
            surely_new = surely_new or newer
            self.new_chunks += self.memory.opens_chunk(row.series, row.time_us)
        return surely_new

    @property
    def rows(self) -> int:
        """How many readings, rejects, parameters and events it has come to so far."""
        said = len(self.parameters) + len(self.events)
        return self.straight.count + self.suspect.count + len(self.rejects) + said
