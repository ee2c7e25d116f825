"""How much water flowed in a time: the volume by which results are weighted and mass is made.

It must not know what is in the water.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from schemas.record import Record
from services.rules.exact import EXACT, QUOTIENT, ZERO, sum_of
from services.rules.water_cycle import Judge, Span, overlap_s

_LITRE = Decimal("0.001")
# Cubic metres and seconds of a unit of flow.
UNITS: Mapping[str, tuple[Decimal, int]] = {
    "L/s": (_LITRE, 1),
    "L/min": (_LITRE, 60),
    "L/h": (_LITRE, 3600),
    "m3/s": (Decimal(1), 1),
    "m3/min": (Decimal(1), 60),
    "m3/h": (Decimal(1), 3600),
    "m3/d": (Decimal(1), 86_400),
    "万m3/h": (Decimal(10_000), 3600),
    "万m3/d": (Decimal(10_000), 86_400),
    "km3/h": (Decimal(1000), 3600),
    "升/秒": (_LITRE, 1),
    "立方米/小时": (Decimal(1), 3600),
    "立方米/天": (Decimal(1), 86_400),
}


class UnitUnknown(ValueError):  # noqa: N818 - it is unknown, by whoever's error
    """A unit of flow that no volume can be made of; the message says which there are."""


class Volume(NamedTuple):
    """What flowed in `due_s` seconds: `amount` (m3) in the `covered_s` of them that are known."""

    amount: Decimal
    covered_s: int
    due_s: int

    @property
    def known(self) -> bool:
        """Whether every second is covered."""
        return self.due_s > 0 and self.covered_s >= self.due_s

    def known_for(self, percent: Decimal) -> bool:
        """Whether at least this share of the time is covered."""
        return self.due_s > 0 and self.covered_s * 100 >= percent * self.due_s

    def whole(self) -> Decimal:
        """The volume of all of the time, the mean flow standing for what is not covered."""
        if self.known or not self.covered_s:
            return self.amount
        return QUOTIENT.divide(EXACT.multiply(self.amount, self.due_s), self.covered_s)


@dataclass(frozen=True, slots=True)
class Flow:
    """Valid pieces of a flow, in order of time: (since, until, value in the unit)."""

    pieces: tuple[tuple[datetime, datetime, Decimal], ...]
    unit: str

    def volume(self, span: Span) -> Volume:
        """The volume of [since, until), each record's flow taken as even over its time.

        Sum exact, one division by the unit's seconds.
        """
        metres, seconds = UNITS[self.unit]
        first = max(0, bisect_left(self.pieces, span[0], key=lambda piece: piece[0]) - 1)
        amounts: list[Decimal] = []
        covered = 0
        for since, until, value in self.pieces[first:]:
            if since >= span[1]:
                break
            shared = overlap_s(span, (since, until))
            covered += shared
            amounts.append(EXACT.multiply(value, shared))
        amount = EXACT.multiply(sum_of(amounts), metres)
        return Volume(
            QUOTIENT.divide(amount, seconds) if amount else ZERO,
            covered,
            overlap_s(span, span),
        )

    def mean(self, span: Span) -> Decimal | None:
        """The mean flow of the covered part of a time, m3/s; None where nothing is covered."""
        volume = self.volume(span)
        return QUOTIENT.divide(volume.amount, volume.covered_s) if volume.covered_s else None


def flow_of(records: Iterable[Record], unit: str, judge: Judge) -> Flow:
    """The valid records of a flow meter. A record ends where the next one begins.

    Raises UnitUnknown.
    """
    if unit not in UNITS:
        raise UnitUnknown(f"no volume can be made of {unit!r}: register one of {', '.join(UNITS)}")
    valid = sorted((one for one in records if one.value is not None), key=lambda one: one.at)
    pieces: list[tuple[datetime, datetime, Decimal]] = []
    for place, record in enumerate(valid):
        judged = judge(record)
        if judged.why or judged.value is None:
            continue
        until = record.at + timedelta(seconds=record.span_s)
        if place + 1 < len(valid):
            until = min(until, valid[place + 1].at)
        pieces.append((record.at, until, judged.value))
    return Flow(tuple(pieces), unit)


def uncovered(span: Span, covered: Sequence[Span]) -> list[Span]:
    """What of [since, until) none of the intervals covers, in order."""
    since, until = span
    left: list[Span] = []
    for begins, ends in sorted(covered):
        if begins > since:
            left.append((since, min(begins, until)))
        since = max(since, ends)
        if since >= until:
            break
    if since < until:
        left.append((since, until))
    return [one for one in left if one[0] < one[1]]
