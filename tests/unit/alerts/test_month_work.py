"""Which months and days an evaluator's work bears on: few, so that months stay cheap."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.judgement import Stage
from schemas.registry_words import BEIJING
from services.alerts.logger_work import days_of
from services.alerts.month_work import months_of, plant_months
from services.rules.periods import Bounds, local_day, local_month
from services.store.judging import Due, Work

MARCH = datetime(2025, 2, 28, 16, tzinfo=UTC)  # 2025-03-01 00:00 in Beijing
APRIL = datetime(2025, 3, 31, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def due(since: datetime, hours: int, stage: Stage = Stage.FINAL) -> Work:
    return Work(1, {}, [Due(stage, since, since + hours * HOUR)])


def touched(*hours: datetime) -> Work:
    return Work(1, {7: list(hours)}, [])


def month(at: datetime) -> Bounds:
    return local_month(at, BEIJING)


@pytest.mark.parametrize(
    ("work", "now", "months"),
    [
        (due(MARCH + 5 * HOUR, 1), MARCH + 6 * HOUR, []),
        (due(MARCH + 23 * HOUR, 1), MARCH + DAY, [MARCH]),
        (due(MARCH + 23 * HOUR, 1), APRIL + DAY, []),
        (due(APRIL - HOUR, 1), APRIL + DAY, [MARCH]),
        (due(APRIL - 48 * HOUR, 96), APRIL + 2 * DAY, [MARCH, APRIL]),
        (touched(MARCH + 5 * HOUR), APRIL + DAY, [MARCH]),
        (touched(APRIL + DAY), APRIL + DAY, []),
    ],
    ids=[
        "an hour of the day",
        "a day's last hour, running",
        "a day's last hour, month over",
        "the month's last hour",
        "both sides of its end",
        "touched",
        "touched but not ended",
    ],
)
def test_a_month_is_judged_when_it_is_touched_or_an_end_is_reached(
    work: Work, now: datetime, months: list[datetime]
) -> None:
    assert months_of(work, now) == [month(one) for one in months]


def test_marks_of_loggers_are_looked_for_in_days_that_are_over() -> None:
    work = Work(1, {7: [MARCH + 2 * DAY]}, [Due(Stage.FINAL, MARCH, MARCH + 24 * HOUR)])

    assert days_of(work, MARCH + 2 * DAY + HOUR) == [local_day(MARCH, BEIJING)]


@pytest.mark.parametrize(
    ("work", "ended"),
    [
        (due(MARCH + 23 * HOUR, 1, Stage.PROVISIONAL), True),
        (due(MARCH, 48, Stage.PROVISIONAL), True),
        (due(MARCH + 22 * HOUR, 1, Stage.PROVISIONAL), False),
        (due(MARCH + 23 * HOUR, 1, Stage.FINAL), False),
        (due(MARCH + 23 * HOUR, 1, Stage.CLOSED), False),
        (touched(MARCH + 23 * HOUR), False),
    ],
    ids=["its last hour", "two days", "the hour before", "final", "closed", "touched"],
)
def test_a_day_ends_once_when_its_last_hour_is_first_judged(work: Work, *, ended: bool) -> None:
    assert plant_months(work, MARCH + 3 * DAY).day_ended is ended
