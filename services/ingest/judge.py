"""What becomes of one piece of a payload, or of one JSON message: admitted or refused, and why.

Pure: it knows the registry's copy and the guard of clocks, and nothing of a batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.lookup import Device, Lookup
from schemas.policies import Policy
from services.hj212.frame import Crc, Frame, Piece, Refusal, RefusalReason
from services.ingest.admit import Admitted, ClockGuard, Envelope, admit, refused, sender
from services.ingest.dialects import unopened
from services.ingest.hj212_statement import hinges_on_policy, state_frame
from services.ingest.pieces import NOTHING
from services.ingest.statement import Refused, Statement, shifted

RESENT = "resent"
ENCRYPTED = "encrypted"
KEYS_MISSING = frozenset({RefusalReason.NO_KEY, RefusalReason.WRONG_KEY})
NOT_OPENED = (
    "the frame is encrypted, and a key of the device cannot be opened: start ingest with the "
    "QINGKONG_SEAL_KEY that it was sealed with, or set the key again, then retry"
)


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges by a snapshot of the registry; `clock_offset_us` is added to all stated times."""

    lookup: Lookup
    guard: ClockGuard
    clock_offset_us: int = 0

    def piece(self, piece: Piece, envelope: Envelope, publisher: Device | None) -> Admitted:
        """Judge a piece; `publisher` is the device that the topic names."""
        frame = piece.frame
        if frame is None:
            why = self._refusal(piece.refusal or NOTHING, envelope, publisher)
            return refused(envelope, None if publisher is None else publisher.id, why)
        found = self._sender(frame, envelope, publisher)
        if isinstance(found, Refused):
            return refused(envelope, None, found)
        device, needed = found
        statement = state_frame(frame, device)
        if isinstance(statement, Refused):
            admitted = refused(envelope, device.id, statement)
        else:
            needed += statement.needed
            admitted = self.statement(statement, device, envelope)
        admitted.notes, admitted.hinges = notes_of(frame, needed), hinges_on_policy(frame)
        return admitted

    def statement(self, statement: Statement, device: Device, envelope: Envelope) -> Admitted:
        """Judge what a device states."""
        if self.clock_offset_us:
            statement = shifted(statement, self.clock_offset_us)
        return admit(statement, device, envelope, self.lookup, self.guard)

    def statements(self, statements: Sequence[Statement], envelope: Envelope) -> Admitted:
        """Judge all that one JSON message states."""
        whole = Admitted()
        for statement in statements:
            device = sender(statement.mn or envelope.publisher, envelope, self.lookup)
            if isinstance(device, Refused):
                part = refused(envelope, None, device)
            else:
                part = self.statement(statement, device, envelope)
            whole.device = part.device if whole.device is None else whole.device
            whole.rows += part.rows
            whole.parameters += part.parameters
            whole.events += part.events
            whole.rejections += part.rejections
            whole.touched |= part.touched
        return whole

    def _refusal(self, refusal: Refusal, envelope: Envelope, publisher: Device | None) -> Refused:
        if refusal.reason in KEYS_MISSING:
            named = sender(refusal.mn, envelope, self.lookup)
            device = publisher if isinstance(named, Refused) else named
            if device is not None and unopened(device):
                return Refused(RefusalReason.NO_KEY.value, NOT_OPENED, envelope.publisher)
        return Refused(refusal.reason.value, refusal.detail, envelope.publisher, refusal.policy)

    def _sender(
        self, frame: Frame, envelope: Envelope, publisher: Device | None
    ) -> tuple[Device, tuple[str, ...]] | Refused:
        """Whose frame it is, and the policy without which it would be nobody's."""
        mn = frame.mn or ""
        found = sender(mn, envelope, self.lookup)
        if not isinstance(found, Refused):
            return found, ()
        if publisher is None or (mn and mn.casefold() != publisher.mn.casefold()):
            return found
        if Policy.MN_FROM_TOPIC in publisher.policies:
            return publisher, (Policy.MN_FROM_TOPIC.value,)
        return found._replace(policy=Policy.MN_FROM_TOPIC.value)


def notes_of(frame: Frame, needed: tuple[str, ...]) -> tuple[str, ...]:
    """What is told apart of a frame: the policies it needed, and what was unusual about it."""
    notes = [*frame.policies, *needed]
    if frame.rf == "1":
        notes.append(RESENT)
    if frame.encrypted:
        notes.append(ENCRYPTED)
    if frame.crc is not Crc.HJ212:
        notes.append(f"crc_{frame.crc.value}")
    return tuple(dict.fromkeys(notes))
