"""The verdicts on the means of a point: by every limit that binds it then, with marks looked at.

It must not know how means are made, nor where marks and limits are kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from schemas.judgement import MeanRow, Outcome, Period, VerdictRow
from schemas.limits import LimitVersion
from schemas.marks import Mark
from schemas.registry_words import BEIJING
from services.rules.exact import within
from services.rules.exceedance import OVER, Circumstances, JudgingRules, exempted
from services.rules.judged_number import judged_number
from services.rules.limit_choice import judge_limits
from services.rules.marks.exemption import Around, Exceedance, Exemption, exemption
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.marked_hour import HOUR_S, Why
from services.rules.marks.quota import used_before
from services.rules.marks.standing import Known
from services.rules.marks.timeline import Timeline, timeline
from services.rules.periods import Bounds, local_day, local_month

HOUR = timedelta(hours=1)
HourNumbers = dict[datetime, Decimal]
VOID = "void"
"""`why` of a verdict on a period that its limit says nothing of any more."""
NOT_VALID = frozenset({Outcome.INVALID, Outcome.NO_DATA})


@dataclass(frozen=True, slots=True)
class Marked:
    """The marks of an outlet and its unit on one line, and what their conditions ask for."""

    line: Timeline
    params: MarkParameters
    around: Around = field(default_factory=Around)
    zone: timezone = BEIJING


@dataclass(frozen=True, slots=True)
class Bench:
    """What the means of a point are judged with. `hours`: its believed hour rows, for marked days.

    `standing_still`: every unit that leads to the outlet surely stood in all of the period.
    """

    versions: Sequence[LimitVersion]
    circumstances: Circumstances
    rules: JudgingRules
    marked: Marked | None = None
    hours: Mapping[datetime, MeanRow] = field(default_factory=dict[datetime, MeanRow])
    standing_still: bool = False


def marked_line(
    marks: Iterable[Mark], known: Known, params: MarkParameters, at: datetime
) -> Marked | None:
    """The line of all these marks, with the pools used before `at`; None without marks."""
    all_ = list(marks)
    if not all_:
        return None
    line = timeline(all_, known, params)
    return Marked(line, params, Around(used_s=used_before(line, at, known.clock)))


def verdicts_on(mean: MeanRow, bench: Bench) -> list[VerdictRow]:
    """A verdict by each limit that says something on the period, in the order of limits."""
    if not bench.versions:
        return []
    judged = judge_limits(mean, bench.versions, bench.circumstances, bench.rules)
    return [_settled(row, mean, bench) for row in judged.verdicts]


def void_verdicts(
    former: Iterable[VerdictRow], now: Iterable[VerdictRow], mean: MeanRow
) -> list[VerdictRow]:
    """Rows that withdraw what was judged before and is not judged any more, on this period."""
    spoken = {row.limit for row in now}
    return [
        row._replace(
            stage=mean.stage,
            outcome=Outcome.UNKNOWN,
            value=None,
            multiple=None,
            why=VOID,
            evidence={"void": "no limit binds here now"},
        )
        for row in former
        if row.limit not in spoken and row.why != VOID
    ]


def bounds_of(mean: MeanRow, zone: timezone) -> Bounds:
    """The time that the mean stands for."""
    match mean.period:
        case Period.DAY:
            return local_day(mean.start, zone)
        case Period.MONTH:
            return local_month(mean.start, zone)
        case _:
            return Bounds(mean.start, mean.start + HOUR)


def _settled(row: VerdictRow, mean: MeanRow, bench: Bench) -> VerdictRow:
    """Marks may exempt what is over; where nothing valid was measured, standing still explains it."""
    if row.outcome in OVER:
        return _marked(row, mean, bench)
    if row.outcome in NOT_VALID and (bench.standing_still or _out_of_service(mean, bench)):
        return row._replace(outcome=Outcome.STOPPED, why=Outcome.STOPPED.value)
    return row


def _marked(row: VerdictRow, mean: MeanRow, bench: Bench) -> VerdictRow:
    marked = bench.marked
    version = next((one for one in bench.versions if one.limit == row.limit), None)
    if marked is None or version is None or version.bound is None:
        return row
    found = exemption(marked.line, _exceedance(mean, version, bench), marked.around, marked.params)
    if found.why is Why.OUT_OF_SERVICE and _whole(found, mean, marked.zone):
        evidence = {**row.evidence, "marks": list(found.marks)}
        doubts = tuple(dict.fromkeys((*row.doubts, *found.doubts)))
        return row._replace(
            outcome=Outcome.STOPPED,
            why=found.why.value,
            evidence=evidence,
            doubts=doubts,
            sure=not doubts,
        )
    return exempted(row, found.claim.value, found.why.value, found.marks, found.doubts)


def _exceedance(mean: MeanRow, version: LimitVersion, bench: Bench) -> Exceedance:
    bound, unit = version.bound, bench.circumstances.unit
    zone = bench.marked.zone if bench.marked else BEIJING
    bounds = bounds_of(mean, zone)
    if bound is None:
        raise ValueError(f"version {version.version} withdraws its limit: nothing can exceed it")
    hours: HourNumbers = {}
    rows = {mean.start: mean} if mean.period is Period.HOUR else bench.hours
    for start, row in rows.items():
        if bounds.since <= start < bounds.until and row.valid:
            number = judged_number(row, bound, unit, None)
            if isinstance(number, tuple):
                hours[start] = number[0]
    comparison = bench.rules.comparison
    code = str(bench.circumstances.facts.get("code") or "")
    return Exceedance(
        bounds.since,
        bounds.until,
        code,
        hours or None,
        lambda value: not within(value, bound, comparison),
    )


def _whole(found: Exemption, mean: MeanRow, zone: timezone) -> bool:
    return found.seconds >= bounds_of(mean, zone).hours * HOUR_S


def _out_of_service(mean: MeanRow, bench: Bench) -> bool:
    """Whether marks that count say for all of the period that nothing was in service."""
    marked = bench.marked
    if marked is None:
        return False
    bounds = bounds_of(mean, marked.zone)
    empty = Exceedance(bounds.since, bounds.until, "", None, lambda _: True)
    found = exemption(marked.line, empty, marked.around, marked.params)
    return found.why is Why.OUT_OF_SERVICE and _whole(found, mean, marked.zone)
