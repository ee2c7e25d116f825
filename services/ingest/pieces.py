"""The pieces of a payload, in bounded time whatever it holds. Pure.

What follows after too many pieces is one refused piece: kept whole, and replayable.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain

from services.evidence.block import Entry
from services.hj212.frame import CrcPolicy, Piece, Refusal, RefusalReason
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


def bounded(payload: bytes, policy: CrcPolicy) -> list[Piece]:
    """Decode a payload, and stop decoding after too many pieces."""
    decoder = StreamDecoder(policy)
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
