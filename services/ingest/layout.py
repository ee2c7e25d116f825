"""Rows of many frames of one shape, packed at once for binary COPY.

All frames of a shape give rows of the same layout: the same columns are NULL. So one template of
bytes is repeated for every frame and what varies is laid over it. Must equal `packing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from schemas.series import Series
from services.hj212.form import Shape
from services.ingest.packing import EPOCH_US, pack_row
from services.ingest.record import Row

Bytes = NDArray[np.uint8]
Places = NDArray[np.intp]

# Which fields of a frame's value fill which column of a row; the first one present counts.
MOMENTARY = {
    "value": ("rtd", "average", "rs"),
    "minimum": ("minimum",),
    "maximum": ("maximum",),
    "converted": ("zs_rtd", "zs_avg"),
    "converted_min": ("zs_min",),
    "converted_max": ("zs_max",),
    "total": ("total",),
}
PERIOD = MOMENTARY | {"value": ("average", "rtd"), "converted": ("zs_avg", "zs_rtd")}


class LaidOut(NamedTuple):
    """Where in a frame's packed rows each kind of field begins, in bytes."""

    template: Bytes
    times: Places
    channels: Places
    numbers: Places
    number_columns: list[int]
    flags: Places
    sampled: Places
    sent: Places
    received: Places
    batches: Places
    seqs: Places
    rows: int


def lay_out(shape: Shape, series: Series, span_s: int, *, sent: bool) -> LaidOut:
    """Find the layout of a shape's rows by packing a frame of it the plain way."""
    fields = MOMENTARY if series in {Series.REALTIME, Series.STATE} else PERIOD
    places = _Places()
    packed = b""
    for code in shape.codes:
        columns = {
            name: place for place, (owner, name) in enumerate(shape.columns) if owner == code
        }
        chosen = [_first(columns, names) for names in fields.values()]
        marks = Marks(code in shape.flags, code in shape.samples, sent)
        row = _marked_row(series, chosen, span_s, marks)
        places.note_row(len(packed), chosen, marks)
        packed += pack_row(row, 0)
    return places.laid_out(np.frombuffer(packed, np.uint8).copy())


def _first(columns: dict[str, int], names: tuple[str, ...]) -> int | None:
    return next((columns[name] for name in names if name in columns), None)


class Marks(NamedTuple):
    """Which of the columns that may be absent a row has, beside its numbers."""

    flag: bool
    sampled: bool
    sent: bool


def _marked_row(series: Series, chosen: Sequence[int | None], span_s: int, marks: Marks) -> Row:
    numbers = [None if place is None else 0.0 for place in chosen]
    letter = "N" if marks.flag else None
    sampled_us, sent_us = [EPOCH_US if there else None for there in marks[1:]]
    fields = (series, EPOCH_US, 0, *numbers, letter, span_s, sampled_us, sent_us, EPOCH_US, 0)
    return Row._make(fields)


@dataclass(slots=True)
class _Places:
    """Walks along the row format of `packing`: a length of four bytes before each column."""

    times: list[int] = field(default_factory=list[int])
    channels: list[int] = field(default_factory=list[int])
    numbers: list[int] = field(default_factory=list[int])
    number_columns: list[int] = field(default_factory=list[int])
    flags: list[int] = field(default_factory=list[int])
    sampled: list[int] = field(default_factory=list[int])
    sent: list[int] = field(default_factory=list[int])
    received: list[int] = field(default_factory=list[int])
    batches: list[int] = field(default_factory=list[int])
    seqs: list[int] = field(default_factory=list[int])

    def note_row(self, start: int, chosen: Sequence[int | None], marks: Marks) -> None:
        at = start + 2
        at = _column(self.times, at, 8)
        at = _column(self.channels, at, 4)
        for place in chosen:
            if place is None:
                at += 4
            else:
                at = _column(self.numbers, at, 8)
                self.number_columns.append(place)
        at = _column(self.flags, at, 1) if marks.flag else at + 4
        at += 8  # the span
        at = _column(self.sampled, at, 8) if marks.sampled else at + 4
        at = _column(self.sent, at, 8) if marks.sent else at + 4
        at = _column(self.received, at, 8)
        at = _column(self.batches, at, 8)
        _column(self.seqs, at, 4)

    def laid_out(self, template: Bytes) -> LaidOut:
        return LaidOut(
            template,
            np.array(self.times, np.intp),
            np.array(self.channels, np.intp),
            np.array(self.numbers, np.intp),
            self.number_columns,
            np.array(self.flags, np.intp),
            np.array(self.sampled, np.intp),
            np.array(self.sent, np.intp),
            np.array(self.received, np.intp),
            np.array(self.batches, np.intp),
            np.array(self.seqs, np.intp),
            len(self.times),
        )


def _column(places: list[int], at: int, width: int) -> int:
    """Note a column whose length stands at `at`; where the next one begins."""
    places.append(at + 4)
    return at + 4 + width


Times: TypeAlias = tuple[int, int, int, tuple[int, ...]]
"""DataTime, receipt, sending (0 for none) and times of sampling, in microseconds since 1970 UTC."""

FrameColumns: TypeAlias = tuple[
    int, int, int, tuple[int, ...], int, bytes, tuple[float, ...], tuple[bytes, ...]
]
"""What varies between frames of one layout: its `Times`, sequence, packed channels, numbers, flags.

A plain tuple: there is one for every frame.
"""


@dataclass(slots=True)
class Group:
    """Frames of one layout."""

    layout: LaidOut
    series: Series
    frames: list[FrameColumns] = field(default_factory=list[FrameColumns])

    @property
    def rows(self) -> int:
        """How many rows the group gives."""
        return len(self.frames) * self.layout.rows

    def pack(self, batch: int) -> bytes:
        """All rows of the group, as `packing.pack_rows` would give them."""
        layout, count = self.layout, len(self.frames)
        times, received, sent, sampled, seqs, channels, numbers, flags = zip(
            *self.frames, strict=True
        )
        out = np.repeat(layout.template[np.newaxis, :], count, axis=0)
        longs, ints = _overlapping(out, ">i8"), _overlapping(out, ">i4")
        longs[:, layout.times] = _moments(times)
        longs[:, layout.received] = _moments(received)
        longs[:, layout.sent] = _moments(sent)
        if len(layout.sampled):
            longs[:, layout.sampled] = np.array(sampled, np.int64) - EPOCH_US
        longs[:, layout.batches] = batch
        ints[:, layout.seqs] = np.array(seqs, ">i4")[:, np.newaxis]
        ints[:, layout.channels] = np.frombuffer(b"".join(channels), ">i4").reshape(count, -1)
        if layout.number_columns:
            columns = np.array(numbers, ">f8")[:, layout.number_columns]
            _overlapping(out, ">f8")[:, layout.numbers] = columns
        if len(layout.flags):
            letters = b"".join([letter for sent in flags for letter in sent])
            out[:, layout.flags] = np.frombuffer(letters, np.uint8).reshape(count, -1)
        return out.tobytes()


def _overlapping(rows: NDArray[np.uint8], form: str) -> NDArray[np.void]:
    """The rows seen as numbers of that form at every byte, so that they can be set at any place."""
    count, width = rows.shape
    kind = np.dtype(form)
    return np.ndarray((count, width - kind.itemsize + 1), kind, rows.data, 0, (width, 1))


def _moments(times_us: Sequence[int]) -> NDArray[np.int64]:
    return (np.array(times_us, np.int64) - EPOCH_US)[:, np.newaxis]
