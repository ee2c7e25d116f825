"""What the hours of several plants need to be judged, read together: few statements, however many plants.

What is read is as little as the hours need: minutes of air outlets for the hours themselves, states
and signals for the day so far and some hours before it, water from so long before as its analysers show results late.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import NamedTuple

from schemas.judgement import MeanRow, Period
from schemas.manual import ManualResult
from schemas.marks import Mark
from schemas.registry_words import BEIJING
from schemas.transmission import Graces
from services.alerts.library import Library
from services.alerts.record_reading import RecordsRead, read_air, read_days, read_rest, read_water
from services.alerts.wrong_clocks import wrong_clocks
from services.rules.judging.case import Delays, PlantDay
from services.rules.judging.facilities import lead_of, watched
from services.rules.judging.furnaces import furnaces
from services.rules.judging.records import HOUR, Recorded
from services.rules.judging.water_part import REACH
from services.rules.periods import Bounds, local_year
from services.rules.plant_view import PlantView
from services.store.as_known import EVERYTHING
from services.store.beliefs import Stretch, read_means
from services.store.instruments import Span
from services.store.manual_results import ResultQuery, read_results
from services.store.marks import MarkQuery, read_marks
from services.store.session import Session

LONGEST_EVENT = timedelta(days=31)
"""A mark that began so long before its year still has its event reach into it."""


class Asked(NamedTuple):
    """How all of the plants are judged; `known`: as was known below this position (None: now).

    `graces`: how long after its period a record still came in time.
    """

    library: Library
    now: datetime
    delays: Delays
    known: int | None = None
    graces: Graces = Graces()


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
    plants = [part.plant for part in parts]
    clocks = wrong_clocks(session, plants, day.since, day.until) if over else {}
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
            clocks=clocks,
        )
        for part in parts
    ]


def _recorded(session: Session, parts: Sequence[PlantPart], asked: Asked) -> Recorded:
    day = parts[0].day
    found = RecordsRead()
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
        read_air(session, Span(points, since, until, asked.known), found)
    for (since, until), points in water.items():
        read_water(session, Span(points, since, until, asked.known), found)
    until = min(day.until, asked.now)
    if rest and until > day.since:
        # An hour more: what holds as the lead begins was said before.
        read_rest(session, Span(rest, day.since - lead - HOUR, until, asked.known), found)
    if rest and over:
        read_days(session, Span(rest, day.since, day.until, asked.known), found)
    return Recorded(
        day.since,
        day.until,
        found.minutes,
        found.hours,
        found.five_minutes,
        found.states,
        found.by_hour,
        found.days,
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
