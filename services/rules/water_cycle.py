"""From the records of a slow water analyser, which repeat one result until the next, to its results.

It must not know which records are valid (the caller says), nor what a mean is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from schemas.parameter import Parameters, Source, parameter
from schemas.record import Record
from schemas.water import DueResults, Judged, WaterResult

COD, NH3_N, TOTAL_P, TOTAL_N = "w01018", "w21003", "w21011", "w21001"
SLOW_CODES = frozenset({COD, NH3_N, TOTAL_P, TOTAL_N})
"""COD, NH3-N, TP, TN 化学需氧量、氨氮、总磷、总氮: what W04 and W07 speak of."""
CHECK, NO_FLOW, MARKED_OUT = "check", "no_flow", "marked"
CHECK_FLAG = "C"

Judge = Callable[[Record], Judged]
Span = tuple[datetime, datetime]
# The better of two results that fall into one slot counts.
_INVALID, _CHECKED, _FLOWLESS, _VALID = 1, 2, 3, 4
_RANKS = {CHECK: _CHECKED, NO_FLOW: _FLOWLESS, "": _VALID}


class WaterCycleParameters(Parameters):
    """The rhythm of slow analysers, and the automatic check of standard samples 标样核查."""

    default_cycle_s: int = parameter(
        7200,
        "s",
        Source("HJ 353/355-2019: one result per 1 to 2 h", "medium", from_memory=True),
        en="Cycle of a slow analyser whose channel has none registered",
        zh="未登记周期的慢速分析仪的测量周期",
        gt=0,
    )
    check_allowance_s: int = parameter(
        3600,
        "s",
        Source("national platform's client: 23 of 24 hours count as all", "medium"),
        en="Time a day that the automatic standard check may take without counting as missing",
        zh="自动标样核查每日可不计入应测的时间",
        ge=0,
    )
    showing: Literal["first", "every"] = parameter(
        "first",
        "",
        Source("what befalls an analyser later does not change what it measured", "ours"),
        en="A result is as valid as the first record that shows it; or only if every one is valid",
        zh="结果的有效性：first 以首条显示记录为准，every 须每条显示记录均有效",
    )


@dataclass
class _Group:
    at: datetime
    dated: bool
    shown: list[Record] = field(default_factory=list[Record])


@dataclass(frozen=True, slots=True)
class Judging:
    """What decides whether a result is valid: its records, and when it was sampled.

    `checks`: when standard samples were measured; `out`: when marks take the data out.
    """

    judge: Judge
    checks: Sequence[Span] = ()
    showing: Literal["first", "every"] = "first"
    out: Sequence[Span] = ()


def results_of(records: Iterable[Record], cycle_s: int, judging: Judging) -> list[WaterResult]:
    """One result per analysis, in order of time; `cycle_s` > 0.

    Records with one `sampled_at` are one result; where it is absent, or lies after the record that
    claims it, a run of equal values within `cycle_s` of the first is one. Value: the one shown
    longest. A result sampled within one of the checks, or flagged C first, is of a standard sample.
    """
    groups = sorted(_grouped(records, timedelta(seconds=cycle_s)), key=lambda one: one.at)
    cycle = timedelta(seconds=cycle_s)
    ends = [one.at for one in groups[1:]]
    found: list[WaterResult] = []
    for place, group in enumerate(groups):
        until = group.at + cycle
        if place < len(ends):
            until = min(until, ends[place])
        found.append(_result(group, until, judging))
    return found


def due_results(
    results: Iterable[WaterResult],
    period: Span,
    cycle_s: int,
    check_s: int = 0,
    checks: Sequence[Span] = (),
) -> DueResults:
    """What became of the results due in [since, until): one per `cycle_s`.

    Each result takes the slot nearest to its time, counted in cycles from the first one; so an
    analyser that runs faster for half a day does not make up for the other half. Of the check's time
    at most `check_s` seconds leave the denominator (W07: 23 of 24 hourly results count as all), and
    so does the time of results without flow, in which nothing was discharged (W06).
    """
    since, until = period
    period_s = (until - since) // timedelta(seconds=1)
    due = period_s // cycle_s
    slots = _slots([one for one in results if since <= one.at < until], cycle_s)
    ranks = Counter(slots.values())
    checked_s = max(ranks[_CHECKED] * cycle_s, sum(overlap_s(period, one) for one in checks))
    left_out = min(checked_s, check_s) + ranks[_FLOWLESS] * cycle_s
    due_s = max(0, period_s - left_out)
    return DueResults(
        due=max(due, len(slots)),
        valid=ranks[_VALID],
        check=ranks[_CHECKED],
        no_flow=ranks[_FLOWLESS],
        invalid=ranks[_INVALID],
        missing=max(0, due - len(slots)),
        valid_s=min(due_s, ranks[_VALID] * cycle_s),
        due_s=due_s,
    )


def one_due(results: Sequence[WaterResult]) -> DueResults:
    """An hour's one result of a slow analyser; none is due while nothing flows (W06)."""
    valid = sum(one.valid for one in results)
    still = sum(one.why == NO_FLOW for one in results)
    due_s = 0 if still and still == len(results) else 3600
    return DueResults(
        due=1,
        valid=min(1, valid),
        check=0,
        no_flow=still,
        invalid=len(results) - valid - still,
        missing=int(not results),
        valid_s=due_s if valid else 0,
        due_s=due_s,
    )


def overlap_s(one: Span, other: Span) -> int:
    """Whole seconds that two intervals share."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(0, shared // timedelta(seconds=1))


def _slots(results: Sequence[WaterResult], cycle_s: int) -> dict[int, int]:
    if not results:
        return {}
    first = min(one.at for one in results)
    cycle = timedelta(seconds=cycle_s)
    slots: dict[int, int] = {}
    for one in results:
        # Half-way lies with the earlier slot, so that half a cycle's rhythm fills no more than its time.
        slot = -((cycle - 2 * (one.at - first)) // (2 * cycle))
        slots[slot] = max(slots.get(slot, 0), _RANKS.get(one.why, _INVALID))
    return slots


def _grouped(records: Iterable[Record], cycle: timedelta) -> list[_Group]:
    groups: list[_Group] = []
    by_time: dict[datetime, _Group] = {}
    for record in sorted(records, key=lambda one: one.at):
        sampled = _sampled(record)
        if sampled is None and record.value is None:
            continue
        group = by_time.get(sampled) if sampled else _repeated(groups, record, cycle)
        if group is None:
            group = _Group(sampled or record.at, dated=sampled is not None)
            groups.append(group)
            if sampled:
                by_time[sampled] = group
        group.shown.append(record)
    return groups


def _sampled(record: Record) -> datetime | None:
    """A sample cannot be taken after the end of the time whose record shows its result."""
    sampled = record.sampled_at
    if sampled is None or sampled > record.at + timedelta(seconds=record.span_s):
        return None
    return sampled


def _repeated(groups: Sequence[_Group], record: Record, cycle: timedelta) -> _Group | None:
    if not groups:
        return None
    first = groups[-1].shown[0]
    same = first.value == record.value and record.at < first.at + cycle
    return groups[-1] if same else None


def _result(group: _Group, until: datetime, judging: Judging) -> WaterResult:
    judged = [(judging.judge(record), record.span_s) for record in group.shown]
    seconds: Counter[Judged] = Counter()
    for one, span_s in judged:
        seconds[one._replace(why="")] += span_s
    # Of values shown equally long the first one stays: a counter keeps the order of insertion.
    shown = max(seconds, key=lambda one: (one.value is not None, seconds[one]))
    return WaterResult(
        at=group.at,
        until=until,
        value=shown.value,
        why=_why(group, [one.why for one, _ in judged], judging),
        dated=group.dated,
        shown=len(group.shown),
        mixed=len({one for one, _ in judged}) > 1,
        at_least=shown.at_least,
    )


def _why(group: _Group, reasons: Sequence[str], judging: Judging) -> str:
    if _in_any(group.at, judging.checks) or group.shown[0].flag == CHECK_FLAG:
        return CHECK
    if _in_any(group.at, judging.out):
        return MARKED_OUT
    return reasons[0] if judging.showing == "first" else next(filter(None, reasons), "")


def _in_any(at: datetime, spans: Iterable[Span]) -> bool:
    return any(since <= at < until for since, until in spans)
