"""The pieces of a payload, in bounded time whatever it holds. Pure.

What follows after too many pieces is one refused piece: kept whole, and replayable.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain

from services.evidence.block import Entry
from services.hj212.dialect import DialectOf
from services.hj212.frame import Crc, Piece, Refusal, RefusalReason
from services.hj212.stream import StreamDecoder
from services.ingest.message import Message

# A payload longer than any logger sends at once is decoded piece by piece, to be able to stop.
LARGE_BYTES = 65_536
MOST_REFUSED = 1_000
MOST_PIECES = 20_000
TOO_MANY = Refusal(
    RefusalReason.NOISE,
    "too many pieces in one message, this one holds all that follows: send fewer frames at once",
)
NOTHING = Refusal(RefusalReason.NOISE, "the message is empty")


# The kind of check sum that a refused piece had, where the refusal is about it.
CRC_OF_REFUSAL = {RefusalReason.CRC_MISMATCH: Crc.BAD, RefusalReason.CRC_MISSING: Crc.MISSING}
UNKNOWN_CRC = "unknown"


def bounded(payload: bytes, dialects: DialectOf) -> list[Piece]:
    """Decode a payload, and stop decoding after too many pieces."""
    decoder = StreamDecoder(dialects)
    return capped(chain(decoder.feed(payload), decoder.finish()), len(payload))


def capped(pieces: Iterable[Piece], length: int) -> list[Piece]:
    """The pieces of a payload of so many bytes; never none, and never too many."""
    taken: list[Piece] = []
    refused = end = 0
    for piece in pieces:
        if refused >= MOST_REFUSED or len(taken) >= MOST_PIECES:
            return [*taken, Piece(end, length - end, refusal=TOO_MANY)]
        taken.append(piece)
        refused += piece.frame is None
        end = piece.offset + piece.length
    return taken or [Piece(0, length, refusal=NOTHING)]


def cut_as_kept(
    payload: bytes, pieces: list[Piece], cuts: Sequence[int], dialects: DialectOf
) -> list[Piece]:
    """The pieces of a payload that was cut into such lengths once, as many as then.

    Policies registered since may cut it otherwise; then each part is read alone.
    """
    if [piece.length for piece in pieces] == list(cuts):
        return pieces
    kept: list[Piece] = []
    for start, length in zip(accumulate(cuts, initial=0), cuts, strict=False):
        read = bounded(payload[start : start + length], dialects)
        alone = read[0] if len(read) == 1 else Piece(0, length, refusal=NOTHING)
        kept.append(Piece(start, length, alone.frame, alone.refusal))
    return kept


def crc_of(piece: Piece) -> str:
    """The kind of check sum of a piece, as it is counted."""
    if piece.frame is not None:
        return piece.frame.crc.value
    reason = None if piece.refusal is None else piece.refusal.reason
    kind = None if reason is None else CRC_OF_REFUSAL.get(reason)
    return UNKNOWN_CRC if kind is None else kind.value


def entries_of(message: Message, pieces: Sequence[Piece]) -> list[Entry]:
    """A message as its pieces are kept; together they are all of its bytes."""
    starts = accumulate((piece.length for piece in pieces), initial=0)
    return [
        Entry(
            message.topic,
            message.payload[start : start + piece.length],
            message.received_at_us,
            part,
        )
        for part, (start, piece) in enumerate(zip(starts, pieces, strict=False))
    ]
