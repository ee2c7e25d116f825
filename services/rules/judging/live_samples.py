"""The valid numbers of a point over the last hour, as a limit is put upon them: record by record.

The same flags, spare channels and oxygen guard as in an hour's mean. It must not know limits' figures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from schemas.limits import Bound
from schemas.record import Record
from services.rules.conversion import MG_M3_OF, in_mg_m3
from services.rules.exact import EXACT, QUOTIENT, kept
from services.rules.flags import UNKNOWN_FLAG, Use
from services.rules.hour_minutes import lay_out
from services.rules.hour_oxygen import (
    PreparedOxygen,
    factors_over,
    no_oxygen,
    prepare,
)
from services.rules.hour_parameters import HourRules
from services.rules.judging.outlet_hour import CONCENTRATIONS, OXYGEN, protocol_of
from services.rules.judging.records import MAIN, SPARE, Lines
from services.rules.judging.shelf import Shelf
from services.rules.plant_view import PointView, SubjectView
from services.rules.settings_catalogue import Place

_SECOND = timedelta(seconds=1)
_ONE = Decimal(1)
_FLOAT = 0.001
"""So far from a limit a float says surely on which side of it a number lies."""


class LiveSample(NamedTuple):
    """A valid number in the unit of the limit over [since, until); `at_least`: the true one is more."""

    since: datetime
    until: datetime
    value: Decimal
    at_least: bool

    @property
    def seconds(self) -> int:
        return (self.until - self.since) // _SECOND


@dataclass(frozen=True)
class OutletSamples:
    """An outlet's records of the hour from `start`, up to `now`; oxygen is laid out once."""

    outlet: SubjectView
    minutes: Lines
    realtime: Lines
    start: datetime
    now: datetime
    shelf: Shelf
    place: Place
    whole: bool
    """Whether minutes come first (for an hour's mean); else realtime does (for a run)."""
    _oxygen: dict[str, PreparedOxygen] = field(default_factory=dict[str, PreparedOxygen])

    def of(self, point: PointView, bound: Bound) -> list[LiveSample] | None:
        """The point's valid numbers in order; None where its unit is not that of the limit.

        Converted to the limit's reference oxygen where it names one: what then has no usable oxygen
        beside it is no sample (HJ 75-2017, 折算).
        """
        rules = self._rules(point)
        scale = _scale(point, bound, rules)
        if scale is None:
            return None
        laid = lay_out(*self._records(point.point), self.start, rules)
        reference = bound.reference_oxygen
        line = None if reference is None else self._oxygen_beside(point).line(reference)
        found: list[LiveSample] = []
        for begin, end, taken in laid.numbers:
            first = begin
            pieces = ((end - begin, _ONE),) if line is None else factors_over(line, begin, end)
            for seconds, factor in pieces:
                since, first = first, first + seconds
                if isinstance(factor, Decimal):
                    value = EXACT.multiply(EXACT.multiply(taken.value, factor), scale)
                    found.append(LiveSample(*self._between(since, first), kept(value), taken.bound))
        return found

    def may_reach(self, point: PointView, bound: Bound, high: Decimal) -> bool:
        """False only where surely no number of the point is over that: by floats, at less cost."""
        rules = self._rules(point)
        scale = _scale(point, bound, rules)
        if scale is None:
            return False
        greatest = 0.0
        for record in chain.from_iterable(self._records(point.point)):
            use = rules.meanings.get(record.flag, UNKNOWN_FLAG).use
            if use is Use.LOWER_BOUND:
                return True
            if use is Use.NUMBER and record.value is not None and record.value > greatest:
                greatest = record.value
        factor = 1.0
        if bound.reference_oxygen is not None:
            placed = self._oxygen_beside(point).line(bound.reference_oxygen).placed
            factor = max(
                (float(one[2]) for one in placed if isinstance(one[2], Decimal)), default=0
            )
        return greatest * factor * float(scale) > float(high) * (1 - _FLOAT)

    def _between(self, first: int, last: int) -> tuple[datetime, datetime]:
        return self.start + first * _SECOND, self.start + last * _SECOND

    def rests_on(self, point: PointView) -> tuple[str, ...]:
        """What nobody vouches for of the way a point's numbers are taken."""
        rules = self._rules(point)
        laid = lay_out(*self._records(point.point), self.start, rules)
        return rules.flags.unestablished(laid.rests_on)

    def _rules(self, point: PointView) -> HourRules:
        return self.shelf.hour_rules(protocol_of(point), self.place, self.start)

    def _oxygen_beside(self, point: PointView) -> PreparedOxygen:
        side = point.side
        if side not in self._oxygen:
            codes = self.outlet.outward if side == "out" else self.outlet.inward
            oxygen = codes.get(OXYGEN)
            rules = self.shelf.hour_rules(protocol_of(oxygen), self.place, self.start)
            self._oxygen[side] = (
                no_oxygen(rules)
                if oxygen is None
                else prepare(*self._records(oxygen.point), self.start, rules)
            )
        return self._oxygen[side]

    def _records(self, point: int) -> tuple[list[Record], list[Record]]:
        main, spare = (
            merged(
                self._within(self.minutes, (point, rank)),
                self._within(self.realtime, (point, rank)),
                whole=self.whole,
            )
            for rank in (MAIN, SPARE)
        )
        return main, spare

    def _within(self, lines: Lines, key: tuple[int, str]) -> list[Record]:
        inside = (one for one in lines.get(key, ()) if one.at < self.now and _end(one) > self.start)
        return sorted(inside, key=_at)


def merged(minutes: Sequence[Record], realtime: Sequence[Record], *, whole: bool) -> list[Record]:
    """Records of both kinds, none where the other kind tells of the same time. Both in order of time.

    `whole`: realtime only behind the end of the last minute record. Else: minutes only before the
    first and behind the last realtime record, where they end before it or begin behind it.
    """
    if not minutes or not realtime:
        return [*minutes, *realtime]
    if whole:
        last = max(map(_end, minutes))
        return [*minutes, *(one for one in realtime if one.at >= last)]
    first, last = realtime[0].at, _end(realtime[-1])
    outside = (one for one in minutes if _end(one) <= first or one.at >= last)
    return sorted([*outside, *realtime], key=_at)


def _scale(point: PointView, bound: Bound, rules: HourRules) -> Decimal | None:
    """What a number of the point is in the limit's unit; None: the two cannot be compared."""
    if point.unit is None or point.unit == bound.unit:
        return Decimal(1)
    if point.unit not in CONCENTRATIONS or bound.unit not in MG_M3_OF:
        return None
    one = in_mg_m3(Decimal(1), point.unit, point.code, rules.conversion)
    return None if one is None else QUOTIENT.divide(one, MG_M3_OF[bound.unit])


def _at(record: Record) -> datetime:
    return record.at


def _end(record: Record) -> datetime:
    return record.at + record.span_s * _SECOND


def numbered(samples: Iterable[LiveSample]) -> Mapping[str, object]:
    """How many there are and what the newest says, for evidence."""
    several = list(samples)
    if not several:
        return {"samples": 0}
    last = several[-1]
    return {
        "samples": len(several),
        "newest": str(last.value),
        "newest_at": last.since.isoformat(),
        "newest_until": last.until.isoformat(),
    }
