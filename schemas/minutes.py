"""An hour's minute records held as columns: most of them differ in their time and number alone."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, overload

from schemas.record import Record

SECOND_US = 1_000_000


class Alike(NamedTuple):
    """Records that share all but time and number; `begins` in microseconds of the hour, in order."""

    span_s: int
    flag: str | None
    sentinel: bool
    range_max: float | None
    begins: Sequence[int]
    values: Sequence[float | None]


class Minutes(Sequence[Record]):
    """The records that begin in the hour from `start`, in order of time.

    They hold what a mean needs: no extremes, converted numbers, totals or times of sampling. Records
    are made when one is asked for, so that whoever reads `parts` instead pays for none.
    """

    __slots__ = ("_records", "parts", "start")

    def __init__(self, start: datetime, parts: Sequence[Alike]) -> None:
        self.start = start
        self.parts = tuple(parts)
        self._records: list[Record] | None = None

    def __len__(self) -> int:
        return sum(len(part.begins) for part in self.parts)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        return self._made()[index]

    def __iter__(self) -> Iterator[Record]:
        return iter(self._made())

    def _made(self) -> list[Record]:
        if self._records is None:
            found = [
                Record(
                    self.start + timedelta(microseconds=begin),
                    part.span_s,
                    value,
                    part.flag,
                    range_max=part.range_max,
                    sentinel=part.sentinel,
                )
                for part in self.parts
                for begin, value in zip(part.begins, part.values, strict=True)
            ]
            self._records = sorted(found, key=_at)
        return self._records


def _at(record: Record) -> datetime:
    return record.at
