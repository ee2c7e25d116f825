"""The fast way for frames of a form seen before; all others go the general way.

A frame's *head* is its header without QN (one per device and command), its *shape* the text of
its content with numbers, flags and times taken out. Results equal those of `stream.decode`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from services.hj212.crc import crc16_batch
from services.hj212.form import QN, Outline, Shape, outline
from services.hj212.frame import Crc, Frame, Piece, State, Value, Warn
from services.hj212.segment import LONGEST_SEGMENT
from services.hj212.stream import decode

_OPEN = b";CP=&&"
_OPEN_CP = re.compile(rb"CP[ \t]*=[ \t]*&&")
_HEAD_BYTES = 6
_SHAPES_PER_HEAD = 4
_TIMES_SEEN = 2
_HEADERS = tuple([b"##%04d" % length for length in range(LONGEST_SEGMENT + 1)])
_HEAD_WARNINGS = frozenset(
    (
        Warn.STRAY_COMMA,
        Warn.KEY_CASE,
        Warn.MISSING_QN,
        Warn.MISSING_ST,
        Warn.NO_MN,
        Warn.EMPTY_MN,
        Warn.MISSING_FLAG,
        Warn.PNUM_MISSING,
        Warn.VERSION_UNKNOWN,
    )
)
"""Warnings that the header alone causes: every frame with the same head has them."""


class Head:
    """What a header says, without its QN: `template` is a frame without times and values."""

    __slots__ = ("shapes", "template")

    def __init__(self, template: Frame) -> None:
        self.template = template
        self.shapes: list[Shape] = []


class FastFrame(NamedTuple):
    """One good frame, cheap to turn into rows: `numbers` stand for `shape.columns`, in order.

    `flags` and `samples` stand for `shape.flags` and `shape.samples`; `qn` (17 digits) and
    `data_time` (14 digits) are real times, or `None` when not sent. CRC is HJ 212's.
    """

    head: Head
    shape: Shape
    qn: bytes | None
    data_time: bytes | None
    numbers: tuple[float, ...]
    flags: tuple[bytes, ...]
    samples: tuple[bytes, ...]

    def frame(self) -> Frame:
        """Build the frame that the general decoder would have given."""
        if self.shape.states:
            return self._states_frame()
        fields: dict[str, dict[str, float | str]] = {}
        for code in self.shape.codes:
            fields[code] = {}
        for (code, name), number in zip(self.shape.columns, self.numbers, strict=True):
            fields[code][name] = number
        for code, flag in zip(self.shape.flags, self.flags, strict=True):
            fields[code]["flag"] = flag.decode()
        for code, sampled in zip(self.shape.samples, self.samples, strict=True):
            fields[code]["sample_time"] = sampled.decode()
        values = tuple([replace(Value(code), **sent) for code, sent in fields.items()])
        return replace(self._dated(), values=values)

    def _states_frame(self) -> Frame:
        pairs = zip(self.shape.columns, self.numbers, strict=True)
        states = tuple([State(code, int(number)) for (code, _), number in pairs])
        return replace(self._dated(), states=states)

    def _dated(self) -> Frame:
        return replace(
            self.head.template,
            qn=None if self.qn is None else self.qn.decode(),
            data_time_text=None if self.data_time is None else self.data_time.decode(),
        )


Decoded: TypeAlias = "FastFrame | list[Piece]"


class Remembered(NamedTuple):
    """How many headers, shapes, and outlines seen too rarely to be shapes a decoder holds."""

    heads: int
    shapes: int
    candidates: int


_Match: TypeAlias = tuple[Head, Shape, bytes | None, tuple[bytes, ...], bytes, bytes]
"""Head, shape, QN, groups of the shape's pattern, data segment, CRC. There is one for every frame."""


class ShapeDecoder:
    """Decodes payloads in batches; remembers at most `heads` headers and `shapes` shapes.

    Outlines waiting to become shapes are as bounded. Not for use by several threads at once.
    """

    def __init__(self, *, heads: int = 65_536, shapes: int = 4_096) -> None:
        self._most_heads = heads
        self._most_shapes = shapes
        self._heads: dict[bytes, Head] = {}
        self._shapes: dict[bytes, Shape] = {}
        self._candidates: dict[bytes, int] = {}
        self._waiting = 0

    @property
    def remembered(self) -> Remembered:
        return Remembered(len(self._heads), len(self._shapes), len(self._candidates))

    def decode(self, payloads: Sequence[bytes]) -> list[Decoded]:
        """Decode MQTT payloads by the standard; each gives what `decode(payload)` gives.

        A payload that is exactly one good frame of a known form comes as a `FastFrame`, every
        other one as pieces.
        """
        matches = [self._match(payload) for payload in payloads]
        checksums = crc16_batch([match[4] for match in matches if match is not None]).tolist()
        checksums.reverse()
        decoded: list[Decoded] = []
        for payload, match in zip(payloads, matches, strict=True):
            fast = None
            if match is not None and match[5] == b"%04X" % checksums.pop():
                fast = _fast_frame(match)
            decoded.append(self._general(payload) if fast is None else fast)
        return decoded

    def _match(self, payload: bytes) -> _Match | None:
        if payload.endswith(b"\r\n"):
            end = len(payload) - 6
        elif payload.endswith(b"\n"):
            end = len(payload) - 5
        else:
            end = len(payload) - 4
        length = end - _HEAD_BYTES
        if not 0 < length <= LONGEST_SEGMENT or payload[:_HEAD_BYTES] != _HEADERS[length]:
            return None
        request = QN.match(payload, _HEAD_BYTES)
        opening = payload.find(_OPEN, _HEAD_BYTES)
        head = self._heads.get(payload[request.end() - 1 if request else _HEAD_BYTES : opening])
        if head is None:
            return None
        for shape in head.shapes:
            found = shape.pattern.fullmatch(payload, opening, end)
            if found:
                shape.used = True
                return (
                    head,
                    shape,
                    request.group(1) if request else None,
                    found.groups(),
                    payload[_HEAD_BYTES:end],
                    payload[end : end + 4],
                )
        return None

    def _general(self, payload: bytes) -> list[Piece]:
        pieces = decode(payload)
        if len(pieces) == 1 and pieces[0].frame is not None:
            self._learn(payload, pieces[0].frame)
        return pieces

    def _learn(self, payload: bytes, frame: Frame) -> None:
        """Remember the form of a frame the general decoder read, when it comes a second time."""
        end = payload.rfind(b"&&")
        opening = payload.find(_OPEN)
        known = frame.crc is Crc.HJ212 and not (frame.infos or frame.words)
        if not known or not _HEAD_WARNINGS.issuperset(frame.warnings) or opening >= end:
            return
        request = QN.match(payload, _HEAD_BYTES)
        if (frame.qn is None) == (request is not None) or opening < 0:
            return
        text = payload[request.end() - 1 if request else _HEAD_BYTES : opening]
        form = outline(payload[opening + len(_OPEN) : end])
        if form is None or _OPEN_CP.search(text):
            return
        shape = self._shape(form)
        if shape is None:
            return
        head = self._heads.get(text)
        if head is None:
            if len(self._heads) >= self._most_heads:
                self._heads.clear()
            head = Head(replace(frame, qn=None, data_time_text=None, values=(), states=()))
            self._heads[text] = head
        if shape not in head.shapes:
            head.shapes = [shape, *head.shapes[: _SHAPES_PER_HEAD - 1]]

    def _shape(self, form: Outline) -> Shape | None:
        """Give the compiled shape of an outline, or `None` while it is too new or no room is."""
        shape = self._shapes.get(form.pattern)
        if shape is not None:
            return shape
        seen = self._candidates.pop(form.pattern, 0) + 1
        if seen < _TIMES_SEEN or not self._make_room():
            if len(self._candidates) >= self._most_shapes:
                self._candidates.clear()
            self._candidates[form.pattern] = seen
            return None
        shape = Shape(form)
        self._shapes[form.pattern] = shape
        return shape

    def _make_room(self) -> bool:
        """Drop the shapes that matched nothing since the last time; false if none is free.

        It is tried once for as many new shapes as there are places: compiling costs many frames.
        """
        if len(self._shapes) < self._most_shapes:
            return True
        self._waiting += 1
        if self._waiting < self._most_shapes:
            return False
        self._waiting = 0
        for pattern, shape in [*self._shapes.items()]:
            if shape.used:
                shape.used = False
            else:
                shape.retire()
                del self._shapes[pattern]
        return len(self._shapes) < self._most_shapes


def _fast_frame(match: _Match) -> FastFrame | None:
    head, shape, qn, groups, _, _ = match
    try:
        numbers = tuple(map(float, shape.pick_numbers(groups)))
    except ValueError:
        return None
    return FastFrame(
        head,
        shape,
        qn,
        groups[0] if shape.has_data_time else None,
        numbers,
        shape.pick_flags(groups),
        shape.pick_samples(groups),
    )
