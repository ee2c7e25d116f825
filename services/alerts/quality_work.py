"""Which days of a plant the indicators of data quality are put to, and what falls that they do not find again.

A day is looked at when its last hour is final and when it is closed, and once it is final whenever
one of its hours was touched: never for each hour. Whatever stands on a touched day is looked at with
it, for indicators look back a month.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from schemas.judgement import Finding, Stage
from schemas.registry_words import BEIJING
from services.alerts.plant_reading import Asked
from services.alerts.quality_reading import day_stage, quality_day
from services.rules.judging.case import Judgements
from services.rules.judging.quality_day import HISTORY
from services.rules.judging.quality_part import JUDGED_DAY, judge_quality
from services.rules.periods import Bounds, local_day
from services.store.beliefs import Stretch, read_findings
from services.store.judging import HOUR, Work
from services.store.session import Session

Key = tuple[str, int, int | None, datetime]


def judged_quality(session: Session, asked: Asked, work: Work) -> Judgements:
    """What the indicators find on the days that the work concerns, and what has fallen.

    The means of these days must be written. Raises psycopg.Error and SettingError.
    """
    touched = set(_touched_days(asked, work))
    days = touched | set(ended_days(work))
    found = Judgements()
    if not days:
        return found
    known = _standing(session, asked, work.plant, days)
    days |= concerned_days(known, touched)
    again = {_text(day): day for day in sorted(days)}
    newest: dict[Key, Finding] = {}
    for day in again.values():
        case = quality_day(session, asked, work.plant, day)
        for one in judge_quality(case) if case is not None else ():
            newest[_key(one)] = one
    for one in known:
        if _key(one) in newest and _day(one) not in again and _day(one) > _day(newest[_key(one)]):
            # A later day saw more of it.
            del newest[_key(one)]
        elif _key(one) not in newest and _day(one) in again:
            found.findings.append(replace(one, standing=False))
    found.findings += newest.values()
    return found


def _touched_days(asked: Asked, work: Work) -> Iterator[Bounds]:
    for hours in work.touched.values():
        for hour in hours:
            day = local_day(hour, BEIJING)
            if day_stage(asked, day) is not Stage.PROVISIONAL:
                yield day


def ended_days(work: Work) -> Iterator[Bounds]:
    """Days whose last hour the clock brings as final or closed."""
    for due in work.due:
        if due.stage is Stage.PROVISIONAL:
            continue
        day = local_day(due.since, BEIJING)
        while day.until <= due.until:
            if day.until - HOUR >= due.since:
                yield day
            day = local_day(day.until, BEIJING)


def concerned_days(known: Iterable[Finding], touched: Iterable[Bounds]) -> set[Bounds]:
    """Days of findings that rest on a touched one, and the days before where episodes go on from there."""
    found: set[Bounds] = set()
    for one in known:
        judged = _bounds(_day(one))
        for day in touched:
            if one.since < day.until and (one.until is None or one.until > day.since):
                found.add(judged)
                if one.since < judged.since:
                    found.add(local_day(judged.since - HOUR, BEIJING))
    return found


def _standing(
    session: Session, asked: Asked, plant: int, days: Iterable[Bounds]
) -> Sequence[Finding]:
    """What indicators found on any day that could see these."""
    view = asked.library.plants.at(plant, asked.now)
    since = min(day.since for day in days) - HISTORY
    until = max(day.until for day in days) + HISTORY
    subjects = [subject.row.id for subject in view.subjects()]
    stretch = Stretch(subjects, since, until, known=asked.known)
    return [one.row for one in read_findings(session, stretch) if JUDGED_DAY in one.row.evidence]


def _key(one: Finding) -> Key:
    return one.rule, one.subject, one.point, one.since


def _day(one: Finding) -> str:
    return str(one.evidence[JUDGED_DAY])


def _text(day: Bounds) -> str:
    return day.since.astimezone(BEIJING).date().isoformat()


def _bounds(day: str) -> Bounds:
    noon = datetime.combine(date.fromisoformat(day), time(12), BEIJING)
    return local_day(noon, BEIJING)
