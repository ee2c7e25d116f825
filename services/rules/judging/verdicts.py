"""The verdicts on the means of a point: by every limit that binds it then, with marks looked at.

It must not know how means are made, nor where marks and limits are kept.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from schemas.judgement import MeanRow, Outcome, Period, VerdictRow
from schemas.limits import Bound, LimitVersion
from schemas.marks import Mark
from schemas.registry_words import BEIJING
from schemas.water import WaterPart
from services.rules.exact import text, within
from services.rules.exceedance import OVER, Circumstances, JudgingRules, exempted
from services.rules.judged_number import Measured, judged_number
from services.rules.judged_number import Why as Lacking
from services.rules.limit_choice import judge_limits
from services.rules.marks.exemption import Around, Claim, Exceedance, Exemption, exemption
from services.rules.marks.intervals import Interval
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.marked_hour import HOUR_S, Why
from services.rules.marks.quota import used_before
from services.rules.marks.standing import Known
from services.rules.marks.timeline import Timeline, clipped, timeline
from services.rules.periods import Bounds, local_day, local_month

HOUR = timedelta(hours=1)
HourNumbers = dict[datetime, Decimal]
VOID = "void"
"""`why` of a verdict on a period that its limit says nothing of any more."""
_NOT_OVER = frozenset({Outcome.INVALID, Outcome.NO_DATA, Outcome.COMPLIANT})
_NOTHING_TO_MAKE = frozenset({Lacking.NO_OXYGEN, Lacking.NO_MASS, Lacking.NO_REMOVAL})
"""Why a number is not known of an hour in which nothing burns: the oxygen is that of air."""
Rest = Callable[[Sequence[Interval]], MeanRow | None]
"""The mean of the period's minutes outside these times; None where none is left."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The marks of an outlet and its unit on one line, and what their conditions ask for."""

    line: Timeline
    params: MarkParameters
    around: Around = field(default_factory=Around)
    zone: timezone = BEIJING


@dataclass(frozen=True, slots=True)
class Bench:
    """What the means of a point are judged with.

    `hours`: its hour rows, for marked days; `parts`: what a day of water was made of, instead of them.
    `standing_still`: every unit that leads to the outlet surely stood in all of the period. `rest`:
    of an hour, for marks that cover it in part.
    """

    versions: Sequence[LimitVersion]
    circumstances: Circumstances
    rules: JudgingRules
    marked: Marked | None = None
    hours: Mapping[datetime, MeanRow] = field(default_factory=dict[datetime, MeanRow])
    standing_still: bool = False
    rest: Rest | None = None
    parts: Sequence[WaterPart] = ()


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
    """Marks may exempt what is over; of what is not, nothing is judged while all surely stood still."""
    if row.outcome in OVER:
        return _marked(row, mean, bench)
    if not _may_be_stopped(row, mean, bench):
        return row
    if bench.standing_still or _out_of_service(mean, bench):
        return row._replace(
            outcome=Outcome.STOPPED, value=None, multiple=None, why=Outcome.STOPPED.value
        )
    return row


def _may_be_stopped(row: VerdictRow, mean: MeanRow, bench: Bench) -> bool:
    """Whether standing still explains it: it is not over, nor as measured where it was not converted."""
    if row.outcome in _NOT_OVER:
        return True
    bound = _bound(row, bench)
    if bound is None or row.why not in _NOTHING_TO_MAKE or mean.at_least:
        return False
    if row.why != Lacking.NO_OXYGEN:
        return True
    plain = bound._replace(reference_oxygen=None)
    number = judged_number(mean, plain, _measured(bench), None)
    return not isinstance(number, tuple) or within(number[0], bound, bench.rules.comparison)


def _bound(row: VerdictRow, bench: Bench) -> Bound | None:
    return next((one.bound for one in bench.versions if one.limit == row.limit), None)


def _marked(row: VerdictRow, mean: MeanRow, bench: Bench) -> VerdictRow:
    marked = bench.marked
    bound = _bound(row, bench)
    if marked is None or bound is None:
        return row
    exceedance = _exceedance(mean, bound, bench)
    found = exemption(marked.line, exceedance, marked.around, marked.params)
    rest = _rest(found, mean, bench, marked)
    if rest is not None:
        return _by_rest(row, found, rest, (bound, bench))
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


def _rest(found: Exemption, mean: MeanRow, bench: Bench, marked: Marked) -> MeanRow | None:
    """What is left of an hour that marks exempt in part, so that nothing else is open."""
    if mean.period is not Period.HOUR or found.claim is not Claim.CLAIMED or bench.rest is None:
        return None
    hour = Interval(mean.start, mean.start + HOUR)
    held = [one for one in clipped(marked.line.condition, hour) if one.kind.effect != "none"]
    spans = [Interval(one.since, one.until) for one in held]
    if found.claimed_s or found.seconds != sum(span.seconds for span in spans):
        return None
    return bench.rest(spans)


def _by_rest(
    row: VerdictRow, found: Exemption, rest: MeanRow, by: tuple[Bound, Bench]
) -> VerdictRow:
    """Exempt where the minutes without a mark keep the limit; over where they are over by themselves."""
    bound, bench = by
    number = judged_number(rest, bound, _measured(bench), None)
    keeps = isinstance(number, tuple) and within(number[0], bound, bench.rules.comparison)
    if not isinstance(number, tuple) or (keeps and rest.at_least):
        return exempted(row, found.claim.value, found.why.value, found.marks, found.doubts)
    claim, why = (Claim.EXEMPT, Why.EXEMPT) if keeps else (Claim.NONE, Why.REST_EXCEEDS)
    settled = exempted(row, claim.value, why.value, found.marks, found.doubts)
    left = {"rest": {"value": text(number[0]), "valid_s": rest.valid_s}}
    return settled._replace(evidence={**settled.evidence, **left})


def _measured(bench: Bench) -> Measured:
    code = str(bench.circumstances.facts.get("code") or "")
    return Measured(bench.circumstances.unit, code, bench.rules.conversion)


def _exceedance(mean: MeanRow, bound: Bound, bench: Bench) -> Exceedance:
    zone = bench.marked.zone if bench.marked else BEIJING
    bounds = bounds_of(mean, zone)
    measured = _measured(bench)
    hours: HourNumbers = {}
    weights: dict[datetime, Decimal] = {}
    rows = {mean.start: mean} if mean.period is Period.HOUR else bench.hours
    if bench.parts and mean.period is Period.DAY and bound.quantity == "concentration":
        rows = {part.at: mean._replace(value=part.value) for part in bench.parts}
        weights = {part.at: part.weight for part in bench.parts}
    for start, row in rows.items():
        if bounds.since <= start < bounds.until and row.valid:
            number = judged_number(row, bound, measured, None)
            if isinstance(number, tuple):
                hours[start] = number[0]
    comparison = bench.rules.comparison
    return Exceedance(
        bounds.since,
        bounds.until,
        measured.code,
        hours or None,
        lambda value: not within(value, bound, comparison),
        weights,
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
