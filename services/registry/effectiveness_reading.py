"""What the effectiveness of transmission needs of a plant, read from the store in one snapshot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.judgement import MeanRow, Period, VerdictRow
from schemas.manual import ManualResult
from schemas.marks import Mark
from schemas.registry_rows import PlantRow, RegistryRows, SubjectRow
from schemas.registry_words import BEIJING
from schemas.transmission import Graces, SeriesCount
from services.rules.judging.shelf import Shelf
from services.rules.manual_parameters import ManualDutyParameters
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.periods import Bounds, local_month
from services.rules.plant_view import Plants, PlantView
from services.rules.settings_catalogue import Place
from services.rules.transmission.gathering import (
    Assessed,
    Believed,
    Sent,
    assessed_points,
    plant_records,
)
from services.rules.transmission.parameters import TransmissionParameters
from services.rules.transmission.records import Assessing
from services.store.beliefs import Stretch, read_means, read_verdicts
from services.store.manual_results import ResultQuery, read_results
from services.store.marks import MarkQuery, read_marks
from services.store.session import Session
from services.store.transmission import series_counts
from services.store.transmission_span import Span


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which plant over which local days, as of when; `graces` say what is in time."""

    plant: PlantRow
    bounds: Bounds
    now: datetime
    graces: Graces


@dataclass(frozen=True, slots=True)
class PlantRead:
    """The plant as it was bound at the beginning, and its assessed outlets."""

    view: PlantView
    outlets: Sequence[Assessed]


def read_plant(session: Session, rows: RegistryRows, shelf: Shelf, wanted: Wanted) -> PlantRead:
    """The plant's outlets with all that they owed and what came. Raises psycopg.Error."""
    at = wanted.bounds.until - timedelta(microseconds=1)
    view = Plants(rows).at(wanted.plant.id, min(at, wanted.now))

    def assessing(outlet: SubjectRow) -> Assessing:
        place = _place(wanted.plant, outlet)
        params = shelf.parameters(TransmissionParameters, place, wanted.bounds.since)
        duty = shelf.parameters(ManualDutyParameters, place, wanted.bounds.since)
        return Assessing(wanted.now, params, duty, BEIJING)

    def ruled(outlet: SubjectRow) -> tuple[Assessing, MarkParameters]:
        place = _place(wanted.plant, outlet)
        marking = shelf.parameters(MarkParameters, place, wanted.bounds.since)
        return assessing(outlet), marking

    points = assessed_points(view, assessing)
    window = max(
        (assessing(outlet.row).window for outlet in view.outlets.values()), default=timedelta()
    )
    told = (_sent(session, wanted, window), _believed(session, view, points, wanted.bounds))
    return PlantRead(view, plant_records(rows, view, told, ruled))


def _place(plant: PlantRow, outlet: SubjectRow) -> Place:
    return Place(plant.region, plant.code, f"{plant.code}/{outlet.code}")


def _sent(session: Session, wanted: Wanted, window: timedelta) -> Sent:
    seconds = window // timedelta(seconds=1)
    patient = wanted.graces._replace(hour_s=seconds, day_s=seconds)
    in_time: list[SeriesCount] = []
    in_window: list[SeriesCount] = []
    until = min(wanted.bounds.until, _next_hour(wanted.now))
    for part in _months(Bounds(wanted.bounds.since, until)):
        span = Span(part.since, part.until, wanted.now, plant=wanted.plant.code)
        in_time += series_counts(session, span, wanted.graces, "code")
        # Seen from later by the window, so that what is over now is counted now.
        later = Span(part.since, part.until, wanted.now + window, plant=wanted.plant.code)
        in_window += series_counts(session, later, patient, "code")
    return Sent(in_time, in_window)


def _months(bounds: Bounds) -> Iterator[Bounds]:
    at = bounds.since
    while at < bounds.until:
        until = min(local_month(at, BEIJING).until, bounds.until)
        yield Bounds(at, until)
        at = until


def _next_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _believed(session: Session, view: PlantView, points: Sequence[int], bounds: Bounds) -> Believed:
    means: list[MeanRow] = []
    verdicts: list[VerdictRow] = []
    for part in _months(bounds):
        hours = Stretch(points, part.since, part.until, Period.HOUR)
        means += [one.row for one in read_means(session, hours)]
        days = hours._replace(period=Period.DAY)
        means += [one.row for one in read_means(session, days)]
        verdicts += [one.row for one in read_verdicts(session, hours)]
    query = ResultQuery(points=points, since=bounds.since, until=bounds.until)
    return Believed(means, verdicts, _marks(session, view, bounds), _manual(session, query))


def _marks(session: Session, view: PlantView, bounds: Bounds) -> dict[int, list[Mark]]:
    subjects = [one.row.id for one in view.subjects()]
    found: dict[int, list[Mark]] = {}
    for mark in read_marks(session, MarkQuery(subjects, bounds.since, bounds.until)):
        found.setdefault(mark.subject, []).append(mark)
    return found


def _manual(session: Session, query: ResultQuery) -> dict[int, list[ManualResult]]:
    found: dict[int, list[ManualResult]] = {}
    for result in read_results(session, query):
        found.setdefault(result.point, []).append(result)
    return found
