"""What the hours of several plants need to be judged, read together: few statements, however many plants.

What is read is as little as the hours need: minutes of air outlets for the hours themselves, states
and signals for the day so far and some hours before it, water from so long before as its analysers show results late.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import NamedTuple

from schemas.judgement import MeanRow, Period
from schemas.manual import ManualResult
from schemas.marks import Mark
from schemas.minutes import Minutes
from schemas.record import Record
from schemas.registry_words import BEIJING
from schemas.series import Series
from services.alerts.library import Library
from services.rules.judging.case import Delays, PlantDay
from services.rules.judging.facilities import lead_of, watched
from services.rules.judging.furnaces import furnaces
from services.rules.judging.records import HOUR, LONGEST, MINUTE_S, Recorded
from services.rules.judging.water_part import REACH
from services.rules.periods import Bounds, local_year
from services.rules.plant_view import PlantView
from services.store.as_known import EVERYTHING
from services.store.beliefs import Stretch, read_means
from services.store.instruments import Span, read_instruments
from services.store.manual_results import ResultQuery, read_results
from services.store.marks import MarkQuery, read_marks
from services.store.session import Session
from services.store.window_minutes import read_minutes
from services.store.window_records import Records, read_records, read_states

LONGEST_EVENT = timedelta(days=31)
"""A mark that began so long before its year still has its event reach into it."""
Lines = dict[tuple[int, str], list[Record]]
Hours = dict[tuple[int, str], dict[datetime, Minutes]]


class Asked(NamedTuple):
    """How all of the plants are judged; `known`: as was known below this position (None: now)."""

    library: Library
    now: datetime
    delays: Delays
    known: int | None = None


@dataclass(frozen=True)
class PlantPart:
    """Hours of a plant within one local day, in order."""

    library: Library
    plant: int
    day: Bounds
    hours: Sequence[datetime]

    @cached_property
    def view(self) -> PlantView:
        return self.library.plants.at(self.plant, self.hours[-1])

    @cached_property
    def outlet_points(self) -> list[int]:
        return [point.point for one in self.view.outlets.values() for point in one.points()]

    @cached_property
    def points_of_removal(self) -> list[int]:
        """Those of air outlets that are measured before treatment too."""
        return [
            point.point
            for one in self.view.outlets.values()
            if one.row.medium == "air" and one.inward
            for point in one.points()
        ]

    @cached_property
    def lead(self) -> timedelta:
        """So long before the day it is looked at what may last over midnight."""
        return lead_of(self.view, self.library.shelf, self.day.since)


@dataclass
class _Read:
    """Records of all plants by line; a line belongs to one point, hence to one plant."""

    minutes: Lines = field(default_factory=Lines)
    hours: Lines = field(default_factory=Lines)
    five_minutes: Lines = field(default_factory=Lines)
    states: Lines = field(default_factory=Lines)
    by_hour: Hours = field(default_factory=Hours)


def plant_days(session: Session, parts: Sequence[PlantPart], asked: Asked) -> list[PlantDay]:
    """The parts, all of one local day, with all that is known for them. Raises psycopg.Error."""
    day = parts[0].day
    recorded = _recorded(session, parts, asked)
    marks = _marks(session, parts, day, asked.known)
    points = [point for part in parts for point in part.outlet_points]
    manual = _manual(session, points, day, asked.known)
    over = asked.now >= day.until
    believed = _believed(session, points, day, asked.known) if over else {}
    earlier = _earlier(session, parts, asked.known) if over else {}
    return [
        PlantDay(
            view_at=partial(asked.library.plants.at, part.plant),
            hours=part.hours,
            recorded=recorded,
            limits=asked.library.limits,
            shelf=asked.library.shelf,
            now=asked.now,
            marks=marks,
            manual=manual,
            believed={key: row for point in part.outlet_points for key, row in believed[point]}
            if over
            else {},
            earlier={
                key: row
                for point in part.points_of_removal
                for key, row in earlier.get(point, ())
                if key[1] >= day.since - part.lead
            },
            delays=asked.delays,
        )
        for part in parts
    ]


def _recorded(session: Session, parts: Sequence[PlantPart], asked: Asked) -> Recorded:
    day = parts[0].day
    found = _Read()
    air: dict[tuple[datetime, datetime], list[int]] = {}
    water: dict[tuple[datetime, datetime], list[int]] = {}
    rest: list[int] = []
    lead = timedelta()
    over = asked.now >= day.until
    for part in parts:
        in_air, in_water, beside = _sorted_points(part)
        for span in runs(part.hours) if in_air else ():
            air.setdefault(span, []).extend(in_air)
        if in_water:
            # From the day's beginning, whichever hours are asked: where results begin must not
            # depend on it.
            last = day.until if over else part.hours[-1] + HOUR
            water.setdefault((day.since - REACH, last + REACH), []).extend(in_water)
        rest += [point for point in beside if point not in in_water]
        lead = max(lead, part.lead)
    for (since, until), points in air.items():
        _read_air(session, Span(points, since, until, asked.known), found)
    for (since, until), points in water.items():
        _read_water(session, Span(points, since, until, asked.known), found)
    until = min(day.until, asked.now)
    if rest and until > day.since:
        # An hour more: what holds as the lead begins was said before.
        _read_rest(session, Span(rest, day.since - lead - HOUR, until, asked.known), found)
    return Recorded(
        day.since,
        day.until,
        found.minutes,
        found.hours,
        found.five_minutes,
        found.states,
        found.by_hour,
    )


def _sorted_points(part: PlantPart) -> tuple[list[int], list[int], list[int]]:
    """Points of air outlets, of water outlets, and those whose whole day is looked at."""
    view = part.view
    air: list[int] = []
    water: list[int] = []
    rest = sorted(watched(view, part.library.shelf, part.day.since))
    # A furnace's temperature is judged by the day, also where it is a point of an outlet.
    rest += [point.point for one in furnaces(view) for point in one.points if point.side != "state"]
    for outlet in view.outlets.values():
        ids = [point.point for point in outlet.points()]
        if outlet.row.role == "bypass":
            rest += ids
        (air if outlet.row.medium == "air" else water).extend(ids)
    for subject in (*view.units.values(), *view.facilities.values()):
        rest += [point.point for point in subject.points()]
    return air, water, rest


def _read_air(session: Session, span: Span, found: _Read) -> None:
    instruments = read_instruments(session, span)
    minutes = read_minutes(session, instruments, span.known)
    for line, hours in minutes.items():
        found.by_hour.setdefault(line, {}).update(hours)
    _add(found.hours, read_records(session, instruments, Series.HOUR, span.known))
    long = {line[0] for line, hours in minutes.items() if any(map(_has_long, hours.values()))}
    if long:
        _read_tails(
            session, Span(sorted(long), span.since - LONGEST, span.since, span.known), found
        )


def _has_long(minutes: Minutes) -> bool:
    return any(part.span_s > MINUTE_S for part in minutes.parts)


def _read_tails(session: Session, span: Span, found: _Read) -> None:
    """What of longer records reaches into the first hour; an hour that is read whole stays whole."""
    instruments = read_instruments(session, span)
    for line, hours in read_minutes(session, instruments, span.known).items():
        of_line = found.by_hour.setdefault(line, {})
        for start, minutes in hours.items():
            of_line.setdefault(start, minutes)


def _read_water(session: Session, span: Span, found: _Read) -> None:
    instruments = read_instruments(session, span)
    _add(found.minutes, read_records(session, instruments, Series.MINUTE, span.known))
    _add(found.hours, read_records(session, instruments, Series.HOUR, span.known))


def _read_rest(session: Session, span: Span, found: _Read) -> None:
    instruments = read_instruments(session, span)
    _add(found.minutes, read_records(session, instruments, Series.MINUTE, span.known))
    _add(found.five_minutes, read_records(session, instruments, Series.FIVE_MINUTE, span.known))
    _add(found.states, read_states(session, span))


def _add(lines: Lines, more: Records) -> None:
    """A point may be looked at for two reasons: its records still come once, in order of time."""
    for line, records in more.items():
        known = lines.setdefault((line[0], line[1]), [])
        if known and records and records[0].at <= known[-1].at:
            merged = {record.at: record for record in (*known, *records)}
            known[:] = [merged[at] for at in sorted(merged)]
        else:
            known += records


def runs(hours: Iterable[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """Hours that follow each other without a gap, as [since, until)."""
    since = until = None
    for hour in hours:
        if since is None or until != hour:
            if since is not None and until is not None:
                yield since, until
            since = hour
        until = hour + HOUR
    if since is not None and until is not None:
        yield since, until


def _marks(
    session: Session, parts: Sequence[PlantPart], day: Bounds, known: int | None
) -> dict[int, list[Mark]]:
    """All marks of the plants whose year's pool the day draws on."""
    subjects = [subject.row.id for part in parts for subject in part.view.subjects()]
    since = local_year(day.since, BEIJING).since - LONGEST_EVENT
    found: dict[int, list[Mark]] = {}
    for mark in read_marks(session, MarkQuery(subjects, since, day.until, before=known)):
        found.setdefault(mark.subject, []).append(mark)
    return found


def _manual(
    session: Session, points: Sequence[int], day: Bounds, known: int | None
) -> dict[int, list[ManualResult]]:
    found: dict[int, list[ManualResult]] = {}
    query = ResultQuery(
        points=points,
        since=day.since,
        until=day.until,
        below=EVERYTHING if known is None else known,
    )
    for result in read_results(session, query):
        found.setdefault(result.point, []).append(result)
    return found


def _earlier(
    session: Session, parts: Sequence[PlantPart], known: int | None
) -> dict[int, list[tuple[tuple[int, datetime], MeanRow]]]:
    """Hour means before the day of outlets whose removal is known."""
    points = [point for part in parts for point in part.points_of_removal]
    since = parts[0].day.since
    if not points:
        return {}
    return _believed(session, points, Bounds(since - max(one.lead for one in parts), since), known)


def _believed(
    session: Session, points: Sequence[int], day: Bounds, known: int | None
) -> dict[int, list[tuple[tuple[int, datetime], MeanRow]]]:
    found: dict[int, list[tuple[tuple[int, datetime], MeanRow]]] = {one: [] for one in points}
    for one in read_means(session, Stretch(points, day.since, day.until, Period.HOUR, known)):
        found[one.row.point].append(((one.row.point, one.row.start), one.row))
    return found
