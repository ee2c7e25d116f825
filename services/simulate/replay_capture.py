"""A capture of HJ 212 bytes as the messages its loggers would have published.

Pure: bytes in, messages out, each with its bytes unchanged; what names no device is counted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.hj212.dialect import Dialect, always
from services.hj212.frame import CrcPolicy, Frame
from services.hj212.stream import StreamDecoder
from services.simulate.replay_csv import Timed

_UNFIT_FOR_A_TOPIC = frozenset("+#/\0")


@dataclass(slots=True)
class Skipped:
    """How many pieces of a capture no device could be named for, and their bytes."""

    pieces: int = 0
    size: int = 0


def capture_messages(chunks: Iterable[bytes], skipped: Skipped) -> Iterator[Timed]:
    """A message per frame, to its own MN; what is no frame goes into `skipped`.

    A frame is dated by its QN, else its DataTime, else the frame before it.
    """
    decoder = StreamDecoder(always(Dialect(crc=CrcPolicy.OFF)))
    held = bytearray()
    at_s = 0.0
    for chunk in _and_end(chunks):
        held += chunk or b""
        for piece in decoder.finish() if chunk is None else decoder.feed(chunk):
            payload = bytes(held[: piece.length])
            del held[: piece.length]
            mn = _mn(piece.frame)
            if piece.frame is None or mn is None:
                skipped.pieces += 1
                skipped.size += piece.length
                continue
            at_s = _sent_s(piece.frame) or at_s
            yield Timed(at_s, f"hj212/{mn}", payload)


def _and_end(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    yield from chunks
    yield None


def _mn(frame: Frame | None) -> str | None:
    """The MN of a frame, if it can stand in a topic."""
    mn = frame.mn if frame else None
    return mn if mn and _UNFIT_FOR_A_TOPIC.isdisjoint(mn) else None


def _sent_s(frame: Frame) -> float | None:
    at = frame.qn_time or frame.data_time
    return None if at is None else at.timestamp()
