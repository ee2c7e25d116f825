"""The hours that records bear on beside their own: results of water stand long, facilities are off over midnight.

It must not know how an hour is judged.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from schemas.record import Record
from schemas.registry_words import BEIJING
from schemas.series import Series
from services.rules.judging.records import HOUR
from services.rules.judging.water_part import REACH
from services.rules.periods import local_day
from services.rules.plant_view import PlantView, PointView
from services.rules.water_cycle import SLOW_CODES, WaterCycleParameters
from services.store.instruments import Span, read_instruments
from services.store.judging import hour_of
from services.store.session import Session
from services.store.window_records import read_records


def reached(
    session: Session,
    view: PlantView,
    hours: Sequence[datetime],
    before: datetime,
    lead: timedelta,
) -> list[datetime]:
    """The hours, those in which results shown within them were sampled, and those in which they stand.

    With an hour so late (`lead`) of a plant with facilities the first of the next day, which tells
    what goes on over midnight. Hours from `before` on are left. Raises psycopg.Error.
    """
    if any(group.serves for group in view.groups):
        hours = sorted({*hours, *_after_midnight(hours, before, lead)})
    points = [
        point
        for outlet in view.outlets.values()
        if outlet.row.medium == "water"
        for point in outlet.points()
    ]
    cycle = _longest_cycle(points)
    if not hours or not cycle:
        return list(hours)
    found = set(hours)
    for hour in hours:
        _add(found, hour, hour + cycle, before)
    span = Span([point.point for point in points], hours[0], hours[-1] + HOUR)
    for record in _dated(session, span, set(hours)):
        if record.sampled_at is not None and record.sampled_at >= record.at - REACH:
            _add(found, hour_of(record.sampled_at), record.at, before)
    return sorted(found)


def _after_midnight(hours: Sequence[datetime], before: datetime, lead: timedelta) -> list[datetime]:
    ends = {end for hour in hours if (end := local_day(hour, BEIJING).until) - hour <= lead}
    return [end for end in ends if end < before]


def _longest_cycle(points: Iterable[PointView]) -> timedelta:
    """For how long a result may stand; nothing where every instrument is continuous."""
    usual = WaterCycleParameters().default_cycle_s
    cycles = [
        point.cycle_s or (usual if point.code in SLOW_CODES else 0)
        for point in points
        if point.device is not None
    ]
    return min(timedelta(seconds=max(cycles, default=0)), REACH)


def _dated(session: Session, span: Span, hours: set[datetime]) -> Iterable[Record]:
    """The records of these hours that show a result sampled before their hour."""
    instruments = read_instruments(session, span)
    for series in (Series.MINUTE, Series.HOUR):
        for records in read_records(session, instruments, series, span.known).values():
            for record in records:
                hour = hour_of(record.at)
                if record.sampled_at is not None and record.sampled_at < hour and hour in hours:
                    yield record


def _add(found: set[datetime], since: datetime, until: datetime, before: datetime) -> None:
    while since < min(until, before):
        found.add(since)
        since += HOUR
