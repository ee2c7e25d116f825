"""An outlet's assessed records put together from the registry, counts of arrival and beliefs.

Pure: whoever has a store reads, and hands over. It must not know where any of it is kept.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, cast

from schemas.judgement import MeanRow, Outcome, Period
from schemas.manual import ManualResult
from schemas.marks import Mark
from schemas.period_outcome import PeriodOutcome
from schemas.registry_rows import BindingRow, SubjectRow
from schemas.transmission import SeriesCount
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.standing import Known
from services.rules.marks.timeline import Timeline, timeline
from services.rules.plant_view import PlantRows, PlantView, PointView, SubjectView
from services.rules.transmission.parameters import Series, TransmissionParameters
from services.rules.transmission.records import (
    HOUR,
    NOTHING_MARKED,
    Arrival,
    Assessing,
    Factor,
    Medium,
    OutletRecords,
)

ASSESSED_ROLES = frozenset({None, "discharge"})
SERIES: Mapping[str, Series] = {"hour": "hour", "day": "day"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What was counted of a plant, by hour and code of its devices: twice, with two graces.

    `in_time`: with the graces of a first arrival. `in_window`: with the window for amendments as the
    grace of hours and days, seen from so much later.
    """

    in_time: Sequence[SeriesCount]
    in_window: Sequence[SeriesCount]


@dataclass(frozen=True, slots=True)
class Believed:
    """What is believed of a plant's points: means of hours and days, outcomes of hours, marks, results."""

    means: Sequence[MeanRow] = ()
    outcomes: Sequence[PeriodOutcome] = ()
    marks: Mapping[int, Sequence[Mark]] = field(default_factory=dict[int, Sequence[Mark]])
    manual: Mapping[int, Sequence[ManualResult]] = field(
        default_factory=dict[int, Sequence[ManualResult]]
    )


@dataclass(frozen=True, slots=True)
class Assessed:
    """An outlet with its records, and as of when and by which parameters it is assessed."""

    outlet: SubjectRow
    records: OutletRecords
    asked: Assessing


class _Code(NamedTuple):
    device: str
    part: str
    series: str
    since: datetime


def assessed_points(view: PlantView, params_of: Callable[[SubjectRow], Assessing]) -> list[int]:
    """The points of a plant that are assessed: what a reader needs beliefs of."""
    return [
        point.point
        for outlet in assessed_outlets(view)
        for point in factor_points(outlet, params_of(outlet.row).params)
    ]


def assessed_outlets(view: PlantView) -> list[SubjectView]:
    """Where a plant discharges: neither an inlet nor a bypass."""
    outlets = [one for one in view.outlets.values() if one.row.role in ASSESSED_ROLES]
    return sorted(outlets, key=lambda one: one.row.code)


def factor_points(outlet: SubjectView, params: TransmissionParameters) -> list[PointView]:
    """The points after treatment that measure a factor, in the order of the factors."""
    codes = params.air_factors if outlet.row.medium == "air" else params.water_factors
    return [outlet.outward[code] for code in codes if code in outlet.outward]


def missing_factors(outlet: SubjectView, params: TransmissionParameters) -> list[str]:
    """Factors that no point of the outlet measures: nothing is due of them, and none can come."""
    codes = params.air_factors if outlet.row.medium == "air" else params.water_factors
    return [code for code in codes if code not in outlet.outward]


def plant_records(
    rows: PlantRows,
    view: PlantView,
    told: tuple[Sent, Believed],
    params_of: Callable[[SubjectRow], tuple[Assessing, MarkParameters]],
) -> list[Assessed]:
    """Every assessed outlet of the plant with what it owed, what came and what is believed."""
    sent, believed = told
    due = _arrivals(rows, view, sent)
    means: defaultdict[tuple[int, Period], dict[datetime, MeanRow]] = defaultdict(dict)
    for row in believed.means:
        means[row.point, row.period][row.start] = row
    found: list[Assessed] = []
    for outlet in assessed_outlets(view):
        asked, marking = params_of(outlet.row)
        factors = [
            Factor(
                point.point,
                point.code,
                due.get((point.point, "hour"), {}),
                due.get((point.point, "day"), {}),
                means.get((point.point, Period.HOUR), {}),
                means.get((point.point, Period.DAY), {}),
                believed.manual.get(point.point, ()),
            )
            for point in factor_points(outlet, asked.params)
        ]
        line = _line(view, outlet, believed, asked, marking)
        medium = cast("Medium", outlet.row.medium)
        still = _still(outlet, believed.outcomes, line, asked)
        records = OutletRecords(outlet.row.id, medium, factors, line, still)
        found.append(Assessed(outlet.row, records, asked))
    return found


def _line(
    view: PlantView,
    outlet: SubjectView,
    believed: Believed,
    asked: Assessing,
    marking: MarkParameters,
) -> Timeline:
    """The marks of the outlet, and of its unit where it has but one."""
    units = view.units_of(outlet.row.id)
    subjects = (outlet.row.id, *(units if len(units) == 1 else ()))
    marks = [mark for subject in subjects for mark in believed.marks.get(subject, ())]
    if not marks:
        return NOTHING_MARKED
    return timeline(marks, Known(asked.now, clock=asked.zone), marking)


def _still(
    outlet: SubjectView, outcomes: Iterable[PeriodOutcome], line: Timeline, asked: Assessing
) -> frozenset[datetime]:
    """Hours judged as stopped that no mark of a stop touches: signals said so."""
    points = {point.point for point in outlet.points()}
    stops = [
        one for one in (*line.condition, *line.void) if one.kind.code in asked.params.stopped_kinds
    ]
    return frozenset(
        row.start
        for row in outcomes
        if row.point in points
        and row.outcome is Outcome.STOPPED
        and not any(one.since < row.start + HOUR and one.until > row.start for one in stops)
    )


def _arrivals(
    rows: PlantRows, view: PlantView, sent: Sent
) -> dict[tuple[int, Series], dict[datetime, Arrival]]:
    """By point and series. Due is what the main channel owed; what a spare sent counts as well."""
    bound = _bound(rows)
    later = {_code(one): one for one in sent.in_window if one.plant == view.row.code}
    found: defaultdict[tuple[int, Series], dict[datetime, Arrival]] = defaultdict(dict)
    spares: list[tuple[tuple[int, Series], datetime, Arrival]] = []
    for one in sent.in_time:
        series = SERIES.get(one.series)
        if series is None or one.plant != view.row.code:
            continue
        arrival = _arrival(one, later.get(_code(one)))
        for point, rank in _serving(bound.get((one.device, one.part), ()), one.since):
            if rank == "spare":
                spares.append(((point, series), one.since, arrival))
            elif rank == "main" and one.due:
                found[point, series][one.since] = arrival
    for key, at, arrival in spares:
        main = found[key].get(at)
        if main is not None:
            found[key][at] = Arrival(*(a or b for a, b in zip(main, arrival, strict=True)))
    return dict(found)


def _serving(bindings: Iterable[BindingRow], at: datetime) -> list[tuple[int, str]]:
    """The points, with the rank, that a channel is bound to at a time."""
    return [
        (one.point, one.rank)
        for one in bindings
        if one.since <= at and (one.until is None or at < one.until)
    ]


def _arrival(first: SeriesCount, later: SeriesCount | None) -> Arrival:
    in_time = first.in_time > 0
    came = in_time or first.late > 0
    in_window = in_time or (later is not None and later.in_time > 0)
    return Arrival(in_time, in_window, came, first.revised > 0)


def _code(one: SeriesCount) -> _Code:
    return _Code(one.device, one.part, one.series, one.since)


def _bound(rows: PlantRows) -> dict[tuple[str, str], Sequence[BindingRow]]:
    """Where each channel is bound, by its device and its code."""
    found: defaultdict[tuple[str, str], list[BindingRow]] = defaultdict(list)
    for bindings in rows.bindings.values():
        for one in bindings:
            found[rows.devices[one.channel].code, rows.codes[one.channel]].append(one)
    return dict(found)
