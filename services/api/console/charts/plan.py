"""What the chart of a case shows: which points, over which time. It must not know how it is drawn."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from pydantic import BaseModel

from schemas.alert import AlertKind
from schemas.limits import LimitVersion
from schemas.registry_words import BEIJING
from services.api.models.alerts_read import AlertModel
from services.rules.judging.quality_names import named
from services.store.chart_outlets import outlets_behind, outlets_of_device
from services.store.limits import read_limits
from services.store.session import Session
from services.store.status_place import PlacePoint, PlantSubject, points_at, subjects_of

MOST: Final = 4
"""So many points of an outlet, those with a limit first."""
BEFORE: Final = timedelta(hours=6)
BEHIND: Final = timedelta(hours=2)
LONGEST: Final = timedelta(days=31)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
OF_A_DAY: Final = frozenset({AlertKind.LIMIT_DAY})


class ChartPoint(BaseModel):
    """A line of the chart."""

    subject: str
    side: str
    code: str
    zh: str
    en: str
    unit: str | None


class ChartPlan(BaseModel):
    """What is drawn: [since, until), with the case's own time shaded (`case_until` null: until now)."""

    plant: str | None
    subject: str | None
    now: datetime
    since: datetime
    until: datetime
    case_since: datetime
    case_until: datetime | None
    points: list[ChartPoint]


class LimitPiece(BaseModel):
    """Over [since, until) this bound holds at the point, as it was believed at the position asked."""

    point: str
    limit: int
    version: int
    since: datetime
    until: datetime
    low: float | None
    high: float | None
    unit: str
    quantity: str
    averaging: str
    reference_oxygen: float | None
    condition: str
    origin: str
    standard: str
    verified: bool


def range_of(case: AlertModel, now: datetime) -> tuple[datetime, datetime]:
    """From before it began to behind its end, whole days for what is judged by days.

    Of what lies ahead only the rest of the hour that runs is shown: there is nothing to see.
    """
    daily = case.kind in OF_A_DAY
    before, behind = (3 * DAY, DAY) if daily else (BEFORE, BEHIND)
    ends = case.until
    if ends is not None and daily:
        ends += DAY
    since = case.since - before
    running = now.replace(minute=0, second=0, microsecond=0) + HOUR
    until = min(running if ends is None else ends + behind, running, since + LONGEST)
    return since.astimezone(BEIJING), max(until, since + BEFORE).astimezone(BEIJING)


def plan_of(session: Session, plant: int | None, case: AlertModel, now: datetime) -> ChartPlan:
    """The chart of a case; `plant` is its plant's id. Raises psycopg.Error."""
    since, until = range_of(case, now)
    points: list[ChartPoint] = []
    if plant is not None:
        points = _points(session, plant, case)
    return ChartPlan(
        plant=case.plant,
        subject=case.subject,
        now=now,
        since=since,
        until=until,
        case_since=case.since,
        case_until=case.until,
        points=points,
    )


def _points(session: Session, plant: int, case: AlertModel) -> list[ChartPoint]:
    """The case's own point; else those it names; else what matters most at its outlet."""
    places = {one.id: one for one in subjects_of(session, plant)}
    known = points_at(session, list(places), case.since)
    own = {case.point} if case.point is not None else _named(case)
    chosen = [one for one in known if one.id in own]
    if not chosen:
        outlets = _outlets(session, plant, case, places.values())
        near = [one for one in known if one.subject in outlets and one.side == "out"]
        chosen = most_telling(near, read_limits(session, [one.id for one in near]))
    return [_shown(one, places[one.subject]) for one in chosen[:MOST]]


def _named(case: AlertModel) -> set[int]:
    """The points that the evidence of a case names, as that of missing data does."""
    told = case.evidence.get("points")
    if not isinstance(told, list):
        return set()
    lines = cast("list[object]", told)
    found = [cast("dict[str, object]", one).get("point") for one in lines if isinstance(one, dict)]
    return {one for one in found if isinstance(one, int)}


def _outlets(
    session: Session, plant: int, case: AlertModel, places: Iterable[PlantSubject]
) -> set[int]:
    """The outlets that a case is about: its own, that behind its facility, those of its logger."""
    if case.device is not None:
        return set(outlets_of_device(session, plant, case.device))
    own = next((one for one in places if one.code == case.subject), None)
    if own is None:
        return {one.id for one in places if one.kind == "outlet"}
    return {own.id} if own.kind == "outlet" else set(outlets_behind(session, own.id))


def most_telling(points: Sequence[PlacePoint], limits: Iterable[LimitVersion]) -> list[PlacePoint]:
    """Those with a limit first, else in the order of their codes."""
    limited = {one.point for one in limits if one.bound is not None}
    bound = [one for one in points if one.id in limited]
    return bound or list(points)


def _shown(point: PlacePoint, subject: PlantSubject) -> ChartPoint:
    names = named(point.code)
    return ChartPoint(
        subject=subject.code,
        side=point.side,
        code=point.code,
        zh=names.zh,
        en=names.en,
        unit=point.unit,
    )
