"""What was measured at a water point: its results with the flow beside them, ready for means.

It must not know means, limits, nor marks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from schemas.record import Record
from schemas.water import DueResults, WaterResult
from services.rules.exact import ZERO
from services.rules.water_cycle import (
    CHECK,
    NO_FLOW,
    SLOW_CODES,
    Judging,
    Span,
    WaterCycleParameters,
    due_results,
    overlap_s,
    results_of,
)
from services.rules.water_flow import Flow, Volume
from services.rules.water_parameters import WaterMeanParameters
from services.rules.water_validity import WaterJudge

PH, COLOUR, TEMPERATURE, FLOW = "w01001", "w01002", "w01010", "w00000"
UNAVERAGED = frozenset({PH, COLOUR, TEMPERATURE})
"""Judged by the range of their values and never averaged nor weighted (W03: HJ 356-2019, seen in
public code alone)."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WaterRules:
    """The parameters that the means of water rest on."""

    mean: WaterMeanParameters = field(default_factory=WaterMeanParameters)
    cycle: WaterCycleParameters = field(default_factory=WaterCycleParameters)


class Times(NamedTuple):
    """When standard samples were measured, and when marks take the data out."""

    checks: Sequence[Span] = ()
    out: Sequence[Span] = ()


NO_TIMES = Times()


@dataclass(frozen=True, slots=True)
class WaterPoint:
    """A point and its analyser; `cycle_s` None: continuous, or not registered."""

    point: int
    code: str
    cycle_s: int | None
    judge: WaterJudge

    def cycle(self, params: WaterCycleParameters) -> int | None:
        """The cycle of a slow analyser, s; None of a continuous instrument."""
        if self.cycle_s is None and self.code in SLOW_CODES:
            return params.default_cycle_s
        return self.cycle_s


@dataclass(frozen=True, slots=True)
class WaterSeries:
    """Results in order of time, and the flow while they stood; `doubts` names what they rest on."""

    at: WaterPoint
    rules: WaterRules
    cycle_s: int | None
    results: tuple[WaterResult, ...]
    flow: Flow | None
    checks: tuple[Span, ...]
    doubts: tuple[str, ...]

    def within(self, span: Span) -> list[WaterResult]:
        """The results sampled in [since, until); those in whose time nothing flowed say so.

        A result's time is that from its sampling to the next one, as far as it lies in the span.
        """
        found = [one for one in self.results if span[0] <= one.at < span[1]]
        if self.flow is None or self.rules.mean.zero_flow == "counted" or self.at.code == FLOW:
            return found
        return [
            one._replace(why=NO_FLOW) if one.valid and self._still(one, span) else one
            for one in found
        ]

    def volume(self, one: WaterResult, span: Span) -> Volume:
        """What flowed in a result's time within the span; nothing is known without a flow."""
        time_of = (one.at, min(one.until, span[1]))
        if self.flow is None:
            return Volume(ZERO, 0, overlap_s(time_of, time_of))
        return self.flow.volume(time_of)

    def counts(self, results: Sequence[WaterResult], span: Span) -> DueResults:
        """What became of what was due in the span; records count for a continuous instrument."""
        if self.cycle_s is None:
            return _continuous(results, span)
        slow = self.at.code in SLOW_CODES
        allowed_s = self.rules.cycle.check_allowance_s if slow else 0
        return due_results(results, span, self.cycle_s, allowed_s, self.checks)

    def _still(self, one: WaterResult, span: Span) -> bool:
        volume = self.volume(one, span)
        return volume.known_for(self.rules.mean.flow_percent) and not volume.amount


def water_series(
    at: WaterPoint,
    records: Iterable[Record],
    flow: Flow | None,
    rules: WaterRules,
    times: Times = NO_TIMES,
) -> WaterSeries:
    """The results of a point's records.

    A slow analyser shows a result only after its analysis: give records until at least two cycles
    after the period that is to be judged, and from one cycle before it.
    """
    kept = list(records)
    cycle_s = at.cycle(rules.cycle)
    if cycle_s is None:
        results = [_record_result(record, at.judge, times.checks) for record in kept]
        results.sort(key=lambda one: one.at)
    else:
        judging = Judging(at.judge, times.checks, rules.cycle.showing, times.out)
        results = results_of(kept, cycle_s, judging)
    doubts = [name for record in kept for name in at.judge.doubts(record)]
    if any(one.mixed for one in results):
        doubts += rules.cycle.unestablished(("showing",))
    if cycle_s is not None and at.cycle_s is None:
        doubts += rules.cycle.unestablished(("default_cycle_s",))
    return WaterSeries(
        at, rules, cycle_s, tuple(results), flow, tuple(times.checks), tuple(dict.fromkeys(doubts))
    )


def local_day(day: date, clock: tzinfo) -> Span:
    """From midnight to midnight of the site's clock, as UTC."""
    since = datetime.combine(day, time(), clock).astimezone(UTC)
    return since, since + DAY


def _record_result(record: Record, judge: WaterJudge, checks: Sequence[Span]) -> WaterResult:
    judged = judge(record)
    checked = any(since <= record.at < until for since, until in checks)
    return WaterResult(
        at=record.at,
        until=record.at + timedelta(seconds=record.span_s),
        value=judged.value,
        why=CHECK if checked else judged.why,
        dated=False,
        at_least=judged.at_least,
    )


def _continuous(results: Sequence[WaterResult], span: Span) -> DueResults:
    seconds = {"": 0, NO_FLOW: 0}
    for one in results:
        if one.why in seconds:
            seconds[one.why] += overlap_s((one.at, one.until), span)
    due_s = max(0, overlap_s(span, span) - seconds[NO_FLOW])
    still = sum(one.why == NO_FLOW for one in results)
    checked = sum(one.why == CHECK for one in results)
    valid = sum(one.valid for one in results)
    return DueResults(
        due=len(results),
        valid=valid,
        check=checked,
        no_flow=still,
        invalid=len(results) - valid - still - checked,
        missing=0,
        valid_s=min(due_s, seconds[""]),
        due_s=due_s,
    )
