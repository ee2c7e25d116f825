"""Marks 标记 that loggers state by the flags of their records, entered when a day is over.

Each once: a mark that somebody withdrew or reviewed stays as that left it. A mark of the plant's
condition touches its hours, which are then judged with it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.mark_entry import NewMark
from schemas.marks import Mark, Review
from schemas.registry_words import BEIJING
from services.alerts.month_work import day_ends, touched_hours
from services.alerts.plant_reading import Asked
from services.rules.judging.burners import burns
from services.rules.judging.shelf import place_of
from services.rules.marks.kinds import kind_of
from services.rules.marks.logger_marks import Flagged, logger_marks
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.periods import Bounds, local_day
from services.rules.plant_view import PlantView, SubjectView
from services.store.flagged import StatedMark, read_flagged, stated_by_loggers
from services.store.instruments import Span
from services.store.judging import Work
from services.store.marks import MarkQuery, enter_marks, read_marks, write_version
from services.store.session import Session

_INSTANT: Final = timedelta(microseconds=1)
_WASTE: Final = "waste_incineration"
LOGGER: Final = "logger"


class _Statement(NamedTuple):
    """A mark to be entered; `bears` False: of what measures alone, which is nothing until accepted."""

    mark: NewMark
    bears: bool


def days_of(work: Work, now: datetime) -> list[Bounds]:
    """The days that are over of hours touched, and those whose last hour has reached a stage."""
    days = {local_day(hour, BEIJING) for hour in touched_hours(work) | day_ends(work)}
    return sorted(day for day in days if day.until <= now)


def state_marks(session: Session, asked: Asked, plant: int, days: Iterable[Bounds]) -> int:
    """Enter what the flags of these days state and is not known yet; how many marks that were.

    A run that goes on over midnight is a mark each day, of one event. A mark that nobody has looked
    at is lengthened when later records make its run longer. Raises psycopg.Error and SettingError.
    """
    number = 0
    for day in days:
        view = asked.library.plants.at(plant, day.until - _INSTANT)
        stated = _stated(session, asked, view, day)
        if not stated:
            continue
        subjects = [subject.row.id for subject in view.subjects()]
        known = stated_by_loggers(session, subjects, day.since, day.until)
        new = [one for one in stated if _key(one.mark) not in known]
        number += _enter(session, new, asked.now)
        believed = read_marks(session, MarkQuery(subjects, day.since, day.until))
        _lengthen(session, {_key(one.mark): one.mark for one in stated}, believed, asked.now)
    return number


def _enter(session: Session, new: Sequence[_Statement], now: datetime) -> int:
    """Only those that bear on a verdict touch hours."""
    for bears in (True, False):
        some = [one.mark for one in new if one.bears is bears]
        if some:
            enter_marks(session, some, now, touching=bears)
    return len(new)


def _stated(session: Session, asked: Asked, view: PlantView, day: Bounds) -> list[_Statement]:
    points = {
        point.point: (subject, point)
        for subject in view.subjects()
        for point in subject.points()
        if point.device is not None
    }
    records = read_flagged(session, Span(sorted(points), day.since, day.until))
    found: list[_Statement] = []
    for point, of_point in records.items():
        subject, registered = points[point]
        place = place_of(view, subject, registered)
        params = asked.library.shelf.parameters(MarkParameters, place, day.since)
        flagged = Flagged(subject.row.id, point, _sector(view, subject), asked.now)
        counts = LOGGER in params.counting_origins
        found += [
            _Statement(mark, counts or kind_of(mark.kind).is_condition)
            for mark in logger_marks(of_point, flagged, params)
        ]
    return found


def _sector(view: PlantView, subject: SubjectView) -> str:
    """Whose words the flags of start-up and shut-down are; none but incinerators send them."""
    units = view.units_of(subject.row.id) if subject.row.kind == "outlet" else (subject.row.id,)
    rows = [view.units[unit].row for unit in units if unit in view.units]
    waste = bool(rows) and all(burns(row) in {"household", "unsaid"} for row in rows)
    return _WASTE if waste else ""


def _lengthen(
    session: Session, stated: dict[StatedMark, NewMark], believed: Iterable[Mark], now: datetime
) -> None:
    for mark in believed:
        new = stated.get(_key(mark))
        untouched = mark.origin == LOGGER and mark.review is Review.CLAIMED
        if new is not None and untouched and new.until != mark.until:
            longer = mark._replace(until=new.until, evidence=new.evidence, actor=new.actor)
            write_version(session, longer, now)


def _key(mark: NewMark | Mark) -> StatedMark:
    return StatedMark(mark.kind, mark.subject, mark.point, mark.since)
