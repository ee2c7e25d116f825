"""Data that marks of instruments take out: they are there, and nothing is made of them.

MEE Announcement 2022 No. 21 art 6: data marked as those of equipment that calibrates, is serviced or
is out of order are invalid. It must not know means.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from schemas.marks import Mark
from schemas.minutes import Alike, Minutes
from schemas.record import Record
from services.rules.flags import MARKED
from services.rules.hour_oxygen import is_enough
from services.rules.judging.burners import units_behind
from services.rules.judging.case import Out, PlantDay
from services.rules.judging.outlet_hour import protocol_of
from services.rules.judging.records import HOUR, MAIN, SPARE, Recorded
from services.rules.judging.shelf import place_of
from services.rules.marks.intervals import Interval, overlap
from services.rules.marks.kinds import kind_of
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.standing import Known, StandingWhy, Stretch
from services.rules.marks.timeline import timeline, unusable
from services.rules.plant_view import PlantView, PointView, SubjectView
from services.rules.settings_catalogue import Place

_SECOND = timedelta(seconds=1)
Line = tuple[int, str]


def with_marks(case: PlantDay, view: PlantView) -> PlantDay:
    """The day with every record flagged that a mark takes out, and which times of which points those are.

    A record is out as soon as a part of its time is: nobody can tell its parts from each other. Of an
    hour of which minutes came, they tell what is left of it; where a device sends but hours, one is
    out if too little of it is left. A mark upon one instrument leaves the spare one beside it.
    """
    out = {
        point.point: found
        for subject in view.subjects()
        for point in subject.points()
        if (found := _outs(case, view, subject, point))
    }
    if not out:
        return case
    return replace(case, recorded=_cut(case, view, out), out=out)


def _outs(
    case: PlantDay, view: PlantView, subject: SubjectView, point: PointView
) -> tuple[Out, ...]:
    marks = [one for one in _upon(case, view, subject, point) if not kind_of(one.kind).is_condition]
    if not marks:
        return ()
    place = place_of(view, subject, point)
    params = case.shelf.parameters(MarkParameters, place, case.day.since)
    line = timeline(marks, Known(case.now, clock=case.zone), params)
    return tuple(_out(one, params) for one in unusable(line))


def _upon(
    case: PlantDay, view: PlantView, subject: SubjectView, point: PointView
) -> Iterator[Mark]:
    """The marks upon the instrument, or upon all of those of its outlet.

    A mark upon a unit is about what measures its own outlets; its signals, and those of facilities,
    are no such equipment: they are marked one by one.
    """
    for key in (subject.row.id, *_alone(view, subject)):
        for mark in case.marks.get(key, ()):
            general = mark.point is None and subject.row.kind == "outlet"
            if general or mark.point == point.point:
                yield mark


def _alone(view: PlantView, subject: SubjectView) -> tuple[int, ...]:
    if subject.row.kind != "outlet":
        return ()
    units = units_behind(view, subject.row.id)
    return units if len(units) == 1 else ()


def _out(one: Stretch, params: MarkParameters) -> Out:
    doubts = () if params.settled(one.kind) else (f"kind:{one.kind.key}",)
    if one.why is StandingWhy.ORIGIN:
        doubts += params.unestablished(("counting_origins",))
    return Out(one.since, one.until, one.kind.key, doubts, spare=one.mark.point is None)


def _cut(case: PlantDay, view: PlantView, out: Mapping[int, Sequence[Out]]) -> Recorded:
    recorded = case.recorded
    minutes, hours = dict(recorded.minutes), dict(recorded.hours)
    five, by_hour = dict(recorded.five_minutes), dict(recorded.by_hour)
    points = view.points()
    subjects = {one.row.id: one for one in view.subjects()}
    for point, outs in out.items():
        for rank in (MAIN, SPARE):
            key = (point, rank)
            those = [one for one in outs if rank == MAIN or one.spare]
            for lines in (minutes, five):
                if key in lines:
                    lines[key] = [_flagged(record, those) for record in lines[key]]
            if key in by_hour:
                by_hour[key] = {at: _parted(one, those) for at, one in by_hour[key].items()}
            if key in hours:
                place = place_of(view, subjects[points[point].subject], points[point])
                is_out = partial(_hour_is_out, case, (points[point], rank, place), those)
                hours[key] = [_flagged(one, those) if is_out(one) else one for one in hours[key]]
    return replace(recorded, minutes=minutes, hours=hours, five_minutes=five, by_hour=by_hour)


def _reason(since: datetime, span_s: int, outs: Iterable[Out]) -> str | None:
    until = since + span_s * _SECOND
    return next(
        (MARKED + one.kind for one in outs if one.since < until and since < one.until), None
    )


def _flagged(record: Record, outs: Iterable[Out]) -> Record:
    reason = _reason(record.at, record.span_s, outs)
    return record if reason is None else record._replace(flag=reason)


def _hour_is_out(
    case: PlantDay, line: tuple[PointView, str, Place], outs: Sequence[Out], record: Record
) -> bool:
    point, rank, place = line
    hour = Interval(record.at, record.at + HOUR)
    parts = [overlap(Interval(one.since, one.until), hour) for one in outs]
    covered_s = sum(part.seconds for part in parts if part is not None)
    if not covered_s:
        return False
    rules = case.shelf.hour_rules(protocol_of(point), place, case.day.since)
    sent = case.recorded.minutes_of(point.point, record.at, record.at + HOUR, rank)
    return bool(sent) or not is_enough(hour.seconds - covered_s, rules)


def _parted(minutes: Minutes, outs: Sequence[Out]) -> Minutes:
    """The hour's columns, those taken out apart from the others."""
    if _reason(minutes.start, HOUR // _SECOND, outs) is None:
        return minutes
    found: list[Alike] = []
    for part in minutes.parts:
        rows: dict[str | None, list[tuple[int, float | None]]] = {}
        for begin, value in zip(part.begins, part.values, strict=True):
            at = minutes.start + timedelta(microseconds=begin)
            flag = _reason(at, part.span_s, outs) or part.flag
            rows.setdefault(flag, []).append((begin, value))
        for flag, some in rows.items():
            begins, values = [one for one, _ in some], [one for _, one in some]
            found.append(Alike(part.span_s, flag, part.sentinel, part.range_max, begins, values))
    return Minutes(minutes.start, found)
