"""When 传输有效率 of a plant's months is counted anew, and the quarters and years made of them.

A running month once a day, as the day ends; a month that is over whenever one of its hours was
touched, and at the end of the day on which its stage has changed. It must not know how it is counted.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from schemas.judgement import PerformanceRow, Period
from schemas.registry_words import BEIJING
from services.alerts.plant_reading import Asked
from services.rules.judging.case import Judgements
from services.rules.judging.effectiveness_part import (
    Assessors,
    judge_effectiveness,
    judge_longer,
    outlet_days,
    stages_now,
)
from services.rules.periods import Bounds, local_month, local_quarter, local_year
from services.rules.transmission.parameters import Step
from services.rules.transmission.rates import EFFECTIVENESS
from services.store.assessed_records import AssessedRecords
from services.store.beliefs import Stretch, read_performance
from services.store.session import Session

_CHANGING: Final = timedelta(days=80)
"""So long after its beginning a month's stage may change: it closes on the 11th of the next one."""


def judged_effectiveness(
    session: Session, asked: Asked, plant: int, months: Sequence[Bounds], *, day_ended: bool
) -> Iterator[tuple[Bounds, Judgements]]:
    """These months, and where a day has ended those of another stage than they were counted at.

    A running month is counted only as a day ends. After the months the quarters and years of those
    that are over, out of what is kept of their months by then. Nothing where it is asked what was
    known before: arrivals are known as of now alone. Raises psycopg.Error and SettingError.
    """
    if asked.known is not None:
        return
    library = asked.library
    by = Assessors(library.plants, plant, library.shelf, asked.now, asked.graces)
    wanted = {month for month in months if day_ended or month.until <= asked.now}
    wanted |= set(_of_another_stage(session, by)) if day_ended else set()
    for month in sorted(wanted):
        days = outlet_days(AssessedRecords(session), by, month)
        yield month, judge_effectiveness(days, "month", by.view(month))
    over = [month.since for month in wanted if month.until <= asked.now]
    yield from _longer(session, by, "quarter", {local_quarter(at, BEIJING) for at in over})
    yield from _longer(session, by, "year", {local_year(at, BEIJING) for at in over})


def _longer(
    session: Session, by: Assessors, step: Step, spans: Iterable[Bounds]
) -> Iterator[tuple[Bounds, Judgements]]:
    for span in sorted(spans):
        rows = _kept_months(session, by, Bounds(span.since, min(span.until, by.now)))
        yield span, judge_longer(rows, step, by, span)


def _of_another_stage(session: Session, by: Assessors) -> Iterator[Bounds]:
    """Months that are over of which a rate is kept at another stage than theirs is now."""
    span = Bounds(by.now - _CHANGING - by.longest_window(), by.now)
    kept = _kept_months(session, by, span)
    for since in sorted({row.start for row in kept}):
        month = local_month(since, BEIJING)
        stages = stages_now(by, month)
        rows = [row for row in kept if row.start == since]
        if any(row.stage.value != stages.get(row.subject, row.stage.value) for row in rows):
            yield month


def _kept_months(session: Session, by: Assessors, span: Bounds) -> list[PerformanceRow]:
    """What is kept of the effectiveness of the span's months that are over."""
    outlets = sorted(by.view(span).outlets)
    if not outlets:
        return []
    rows = read_performance(session, Stretch(outlets, *span, Period.MONTH))
    return [
        one.row
        for one in rows
        if one.row.measure == EFFECTIVENESS and local_month(one.row.start, BEIJING).until <= by.now
    ]
