"""公布率 of a plant's outlets: which results its points owe, which stops excuse, rows and findings.

Whoever has a store hands over results and marks. It must not know where they are kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final, NamedTuple

from schemas.judgement import PerformanceRow, Stage
from schemas.manual import ManualResult
from schemas.marks import Mark
from schemas.registry_words import BEIJING
from services.rules.judging.burners import units_behind
from services.rules.judging.case import Judgements
from services.rules.judging.shelf import Shelf, place_of
from services.rules.manual_parameters import ManualDutyParameters
from services.rules.marks.intervals import Interval, joined, overlap
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.standing import Known, Standing
from services.rules.marks.timeline import timeline
from services.rules.periods import Bounds
from services.rules.plant_view import PlantView, PointView, SubjectView
from services.rules.publication import KINDS, Answer, Owed, PublishedKind, answered, intervals
from services.rules.publication_parameters import PublicationParameters, Step
from services.rules.publication_rates import (
    NOTHING_DUE,
    PERIODS,
    PUBLICATION,
    RULES,
    Spoken,
    low_publication,
    nothing_due,
    publication_rows,
    stage_of,
)

CLAIMED: Final = "exemption_claimed"
"""A doubt: a mark says that the plant stood, and nobody has accepted it; the result stays due."""
_STOPPED: Final = frozenset({"out_of_service"})


@dataclass(frozen=True, slots=True)
class Published:
    """A plant with all that is known of its results: every version by point, marks by subject.

    `window`: how long after all is due a rate may still be amended.
    """

    view: PlantView
    shelf: Shelf
    now: datetime
    window: timedelta
    versions: Mapping[int, Sequence[ManualResult]]
    marks: Mapping[int, Sequence[Mark]]
    zone: timezone = BEIJING


class OutletAnswers(NamedTuple):
    """What became of all results of a kind that an outlet owes over some time, in order."""

    outlet: SubjectView
    kind: PublishedKind
    answers: Sequence[Answer]


class _Stops(NamedTuple):
    """When an outlet stood by marks that count, and by any that may yet."""

    counted: Sequence[Interval]
    claimed: Sequence[Interval]


def longest_wait(view: PlantView, shelf: Shelf, at: datetime) -> timedelta:
    """So long after its interval a result of any point may be in time. Raises SettingError."""
    return max(
        (
            timedelta(days=max(params.self_days, params.supervisory_days))
            for outlet in view.outlets.values()
            for point in outlet.outward.values()
            for params in [
                shelf.parameters(PublicationParameters, place_of(view, outlet, point), at)
            ]
        ),
        default=timedelta(),
    )


def outlet_answers(of: Published, span: Bounds) -> list[OutletAnswers]:
    """Of each outlet and kind of which anything is due in intervals that end in the span.

    Raises SettingError.
    """
    found: list[OutletAnswers] = []
    for outlet in of.view.outlets.values():
        stops = _stops(of, outlet, span)
        for kind in KINDS:
            answers = [
                _answer(of, outlet, owed, stops)
                for point in outlet.outward.values()
                for owed in _owed(of, outlet, point, kind, span)
            ]
            if answers:
                answers.sort(key=_order)
                found.append(OutletAnswers(outlet, kind, answers))
    return found


def judge_publication(
    of: Published,
    several: Iterable[OutletAnswers],
    period: tuple[Step, Bounds],
    former: Iterable[PerformanceRow] = (),
) -> Judgements:
    """Rows of a month, quarter or year, and what is too low of one that is over.

    `former`: rows that are believed of it; those of which nothing is due any more are taken back.
    Raises SettingError.
    """
    step, bounds = period
    found = Judgements(asked=set(RULES[step]) if of.now >= bounds.until else set())
    for outlet, kind, answers in several:
        own = [one for one in answers if bounds.since < one.owed.span.until <= bounds.until]
        stage = stage_of(bounds, own, of.now, of.window)
        about = _spoken(of, outlet, kind, (step, bounds))
        found.performance += publication_rows(about, own, stage)
        place = place_of(of.view, outlet)
        params = (
            of.shelf.parameters(PublicationParameters, place, bounds.since),
            of.shelf.parameters(ManualDutyParameters, place, bounds.since),
        )
        finding = low_publication(about, own, stage, params)
        found.findings += [] if finding is None else [finding]
    found.performance += _taken_back(found.performance, former, period, of)
    return found


def _taken_back(
    rows: Sequence[PerformanceRow],
    former: Iterable[PerformanceRow],
    period: tuple[Step, Bounds],
    of: Published,
) -> Iterator[PerformanceRow]:
    step, bounds = period
    told = {(row.subject, row.measure, row.code) for row in rows}
    stage = Stage.PROVISIONAL if of.now < bounds.until else Stage.FINAL
    for row in former:
        of_it = (row.period, row.start) == (PERIODS[step], bounds.since)
        if not of_it or not row.measure.startswith(PUBLICATION):
            continue
        if (row.subject, row.measure, row.code) not in told and row.evidence != NOTHING_DUE:
            yield nothing_due(row, stage)


def _owed(
    of: Published, outlet: SubjectView, point: PointView, kind: PublishedKind, span: Bounds
) -> Iterator[Owed]:
    """An interval owes its result where that length was set as it began."""
    place = place_of(of.view, outlet, point)
    for every in ("week", "month", "quarter", "half_year", "year"):
        for one in intervals(every, span, of.zone):
            params = of.shelf.parameters(PublicationParameters, place, one.since)
            own = kind == "self"
            if every == (params.self_every if own else params.supervisory_every):
                days = params.self_days if own else params.supervisory_days
                yield Owed(point.point, point.code, kind, one, one.until + timedelta(days=days))


def _answer(of: Published, outlet: SubjectView, owed: Owed, stops: _Stops) -> Answer:
    place = place_of(of.view, outlet, outlet.outward[owed.code])
    params = of.shelf.parameters(PublicationParameters, place, owed.span.since)
    found = answered(owed, of.versions.get(owed.point, ()), of.now)
    if not found.counts:
        return found
    doubts = params.unestablished((f"{owed.kind}_days",))
    # What was sampled and told although the plant stood counts like any other.
    if found.state == "in_time" or params.stopped_excuses == "no":
        return found._replace(doubts=doubts)
    whole = Interval(*owed.span)
    if _covers(stops.counted, whole):
        return found._replace(state="excused", doubts=params.unestablished(("stopped_excuses",)))
    claimed = (CLAIMED,) if _covers(stops.claimed, whole) else ()
    return found._replace(doubts=(*doubts, *claimed))


def _order(one: Answer) -> tuple[datetime, str]:
    return one.owed.span.until, one.owed.code


def _covers(stops: Iterable[Interval], whole: Interval) -> bool:
    return any(one.since <= whole.since and whole.until <= one.until for one in stops)


def _stops(of: Published, outlet: SubjectView, span: Bounds) -> _Stops:
    """The outlet stood where a mark upon it says so, or marks upon all units that lead to it."""
    params = of.shelf.parameters(MarkParameters, place_of(of.view, outlet), span.since)
    own = _stops_of(of, outlet.row.id, params)
    units = [_stops_of(of, unit, params) for unit in units_behind(of.view, outlet.row.id)]
    counted = joined([*own.counted, *_common([one.counted for one in units])])
    claimed = joined([*own.claimed, *_common([one.claimed for one in units])])
    return _Stops(counted, claimed)


def _stops_of(of: Published, subject: int, params: MarkParameters) -> _Stops:
    marks = [mark for mark in of.marks.get(subject, ()) if mark.point is None]
    line = timeline(marks, Known(of.now, clock=of.zone), params).condition
    held = [one for one in line if one.kind.code in _STOPPED]
    counted = [one for one in held if one.standing is Standing.COUNTS]
    return _Stops(
        [Interval(one.since, one.until) for one in counted],
        [Interval(one.since, one.until) for one in held],
    )


def _common(several: Sequence[Sequence[Interval]]) -> list[Interval]:
    """The time that lies in all of them; none where there are none."""
    found = joined(several[0]) if several else []
    for other in several[1:]:
        pairs = [overlap(one, two) for one in found for two in joined(other)]
        found = [both for both in pairs if both is not None]
    return found


def _spoken(
    of: Published, outlet: SubjectView, kind: PublishedKind, period: tuple[Step, Bounds]
) -> Spoken:
    plant, row = of.view.row, outlet.row
    return Spoken(
        *(row.id, kind, *period, f"{plant.name}{row.name or row.code}"),
        *(f"{plant.code}/{row.code}", plant.region, of.zone),
    )
