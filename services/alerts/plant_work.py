"""A plant's hours read, judged and made ready to be written: one local day after the other.

What is read is as little as the hours need: minutes of air outlets for the hours themselves, states
and signals for the day so far, water from so long before as its analysers show results late.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from schemas.judgement import MeanRow, Period
from schemas.manual import ManualResult
from schemas.marks import Mark
from schemas.record import Record
from schemas.registry_words import BEIJING
from services.alerts.library import Library
from services.rules.judging.case import Delays, Judgements, PlantDay
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.records import HOUR, Recorded
from services.rules.judging.water_part import REACH
from services.rules.periods import Bounds, local_day, local_year
from services.rules.plant_view import PlantView
from services.store.as_known import EVERYTHING
from services.store.beliefs import Stretch, read_means
from services.store.instruments import Span
from services.store.manual_results import ResultQuery, read_results
from services.store.marks import MarkQuery, read_marks
from services.store.session import Session
from services.store.window_records import Records
from services.store.windows import Window, read_window

LONGEST_EVENT = timedelta(days=31)
"""A mark that began so long before its year still has its event reach into it."""
Lines = dict[tuple[int, str], list[Record]]


@dataclass(frozen=True, slots=True)
class PlantHours:
    """Hours of a plant, in order, to be judged at `now` with what a library holds."""

    library: Library
    plant: int
    hours: Sequence[datetime]
    now: datetime
    delays: Delays
    known: int | None = None
    """As was known below this position; None: now."""


def judged_days(session: Session, asked: PlantHours) -> Iterator[tuple[Bounds, Judgements]]:
    """What the hours of each local day come to. Raises psycopg.Error and SettingError."""
    for day, hours in groupby(asked.hours, lambda hour: local_day(hour, BEIJING)):
        yield day, judge_plant_day(_case(session, asked, day, list(hours)))


def _case(session: Session, asked: PlantHours, day: Bounds, hours: Sequence[datetime]) -> PlantDay:
    view_at = partial(asked.library.plants.at, asked.plant)
    view = view_at(hours[-1])
    over = asked.now >= day.until
    points = [point for outlet in view.outlets.values() for point in outlet.points()]
    ids = [point.point for point in points]
    return PlantDay(
        view_at=view_at,
        hours=hours,
        recorded=_recorded(session, asked, day, hours),
        limits=asked.library.limits,
        shelf=asked.library.shelf,
        now=asked.now,
        marks=_marks(session, view, day, asked.known),
        manual=_manual(session, ids, day, asked.known),
        believed=_believed(session, ids, day, asked.known) if over else {},
        delays=asked.delays,
    )


def _recorded(
    session: Session, asked: PlantHours, day: Bounds, hours: Sequence[datetime]
) -> Recorded:
    view = asked.library.plants.at(asked.plant, hours[-1])
    until = min(day.until, asked.now)
    air: list[int] = []
    water: list[int] = []
    rest: list[int] = []
    for outlet in view.outlets.values():
        ids = [point.point for point in outlet.points()]
        if outlet.row.role == "bypass":
            rest += ids
        (air if outlet.row.medium == "air" else water).extend(ids)
    for subject in (*view.units.values(), *view.facilities.values()):
        rest += [point.point for point in subject.points()]
    windows: list[Window] = []
    for since, end in runs(hours):
        windows.append(read_window(session, Span(air, since, end, asked.known)))
    if water:
        first = day.since if asked.now >= day.until else hours[0]
        last = day.until if asked.now >= day.until else hours[-1] + HOUR
        span = Span(water, first - REACH, last + REACH, asked.known)
        windows.append(read_window(session, span))
    if rest and until > day.since:
        windows.append(read_window(session, Span(rest, day.since, until, asked.known)))
    return Recorded(
        day.since,
        day.until,
        _merged(window.minutes for window in windows),
        _merged(window.hours for window in windows),
        _merged(window.five_minutes for window in windows),
        _merged(window.states for window in windows),
    )


def runs(hours: Iterable[datetime]) -> list[tuple[datetime, datetime]]:
    """Hours that follow each other without a gap, as [since, until)."""
    found: list[tuple[datetime, datetime]] = []
    for hour in hours:
        if found and found[-1][1] == hour:
            found[-1] = (found[-1][0], hour + HOUR)
        else:
            found.append((hour, hour + HOUR))
    return found


def _merged(several: Iterable[Records]) -> Lines:
    found: Lines = {}
    for lines in several:
        for line, records in lines.items():
            found.setdefault((line[0], line[1]), []).extend(records)
    return found


def _marks(
    session: Session, view: PlantView, day: Bounds, known: int | None
) -> dict[int, list[Mark]]:
    """All marks of the plant whose year's pool the day draws on."""
    subjects = [subject.row.id for subject in view.subjects()]
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


def _believed(
    session: Session, points: Sequence[int], day: Bounds, known: int | None
) -> dict[tuple[int, datetime], MeanRow]:
    stretch = Stretch(points, day.since, day.until, Period.HOUR, known)
    return {(one.row.point, one.row.start): one.row for one in read_means(session, stretch)}
