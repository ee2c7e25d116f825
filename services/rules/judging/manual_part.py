"""What laboratories owe of an outlet in a month: samples while its device was out, comparisons that hold.

环发〔2009〕88号 article 9; HJ 355-2019 Table 1. An outage is what marks of a fault of the device say.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from schemas.judgement import Finding
from schemas.manual import ManualResult
from services.rules.judging.case import Judgements
from services.rules.judging.month_case import PlantMonth
from services.rules.judging.records import HOUR
from services.rules.judging.shelf import place_of
from services.rules.manual import NotCompared, Piece, compare
from services.rules.manual_duty import About, comparison_finding, sampling_findings
from services.rules.manual_parameters import ComparisonErrorParameters, ManualDutyParameters
from services.rules.marks.intervals import Interval, joined
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.standing import Known, Standing, Stretch
from services.rules.marks.timeline import timeline
from services.rules.plant_view import PointView, SubjectView

MANUAL_RULES: Final = frozenset(
    {"manual_sampling_interval", "manual_sampling_count", "manual_comparison"}
)
CLAIMED: Final = "outage_claimed"
"""A doubt: the outage is marked, and nobody has accepted the mark."""
BY_HOURS: Final = "automatic_by_hours"
"""A doubt: the automatic value of the sampling time is that of the hours it lies in."""


class _Outage(NamedTuple):
    span: Interval
    claimed: bool


def judge_manual(case: PlantMonth) -> Judgements:
    """Findings that begin in the month, or in what there is of it; nothing where results were not read."""
    if case.manual is None:
        return Judgements()
    found = Judgements(asked=set(MANUAL_RULES))
    for outlet in case.view.outlets.values():
        for point in outlet.outward.values():
            some = [*_sampling(case, outlet, point), *_comparisons(case, outlet, point)]
            month = case.month
            found.findings += [one for one in some if month.since <= one.since < month.until]
    return found


def compared_points(results: Iterable[ManualResult]) -> set[int]:
    """The points of which any result is to be compared."""
    return {one.point for one in results if one.kind == "comparison" and not one.withdrawn}


def _sampling(case: PlantMonth, outlet: SubjectView, point: PointView) -> Iterator[Finding]:
    """Of points with a limit alone: nobody samples oxygen for its own sake."""
    if not case.frame.limits.at(point.point, case.month.since):
        return
    params = case.frame.shelf.parameters(
        ManualDutyParameters, place_of(case.view, outlet), case.month.since
    )
    results = (case.manual or {}).get(point.point, ())
    for outage in _outages(case, outlet, point, params):
        about = _about(case, outlet, point)
        for one in sampling_findings(outage.span, results, about, case.frame.now, params):
            doubts = (*one.doubts, *((CLAIMED,) if outage.claimed else ()))
            yield replace(one, sure=not doubts, doubts=doubts)


def _outages(
    case: PlantMonth, outlet: SubjectView, point: PointView, params: ManualDutyParameters
) -> list[_Outage]:
    marks = [
        mark
        for mark in case.frame.marks.get(outlet.row.id, ())
        if mark.kind in params.outage_kinds and mark.point in {None, point.point}
    ]
    if not marks:
        return []
    rules = case.frame.shelf.parameters(
        MarkParameters, place_of(case.view, outlet), case.month.since
    )
    lane = timeline(marks, Known(case.frame.now, clock=case.frame.zone), rules).monitoring
    spans = joined(Interval(one.since, one.until) for one in lane)
    return [
        _Outage(span, _is_claimed(span, lane))
        for span in spans
        if span.until > case.month.since and span.since < case.month.until
    ]


def _is_claimed(span: Interval, lane: Sequence[Stretch]) -> bool:
    return any(
        one.standing is Standing.CLAIMED
        for one in lane
        if span.since <= one.since and one.until <= span.until
    )


def _comparisons(case: PlantMonth, outlet: SubjectView, point: PointView) -> Iterator[Finding]:
    results = (case.manual or {}).get(point.point, ())
    params = case.frame.shelf.parameters(
        ComparisonErrorParameters, place_of(case.view, outlet), case.month.since
    )
    pieces: list[Piece] = [
        (row.start, row.start + HOUR, row.value)
        for row in case.compared.get(point.point, ())
        if row.valid and row.value is not None
    ]
    for one in results:
        if one.kind != "comparison":
            continue
        compared = compare(one, pieces, point.code, params)
        if isinstance(compared, NotCompared):
            continue
        finding = comparison_finding(
            compared._replace(doubts=(*compared.doubts, BY_HOURS)),
            (one.since, one.until),
            _about(case, outlet, point),
        )
        if finding is not None:
            yield finding


def _about(case: PlantMonth, outlet: SubjectView, point: PointView) -> About:
    view = case.view.row
    return About(
        outlet.row.id,
        point.point,
        f"{view.name}{outlet.row.name or outlet.row.code} {point.code}",
        f"{view.code}/{outlet.row.code} {point.code}",
        point.unit or "",
        case.frame.zone,
        case.stage,
    )
