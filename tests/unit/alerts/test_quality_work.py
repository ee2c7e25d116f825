"""Which local days the indicators of data quality are put to."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.judgement import Finding, Stage
from services.alerts.quality_work import concerned_days, ended_days
from services.rules.judging.quality_part import JUDGED_DAY
from services.rules.periods import Bounds
from services.store.judging import Due, Work

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
START = datetime(2025, 3, 1, 16, tzinfo=UTC)  # midnight in Beijing


def day(number: int) -> Bounds:
    return Bounds(START + number * DAY, START + (number + 1) * DAY)


def finding(judged: int, since: float, until: float | None) -> Finding:
    """Found when the day of that number was judged; from and until such days after the start."""
    return Finding(
        "constant_value",
        1,
        7,
        START + since * DAY,
        None if until is None else START + until * DAY,
        Stage.FINAL,
        "恒值",
        "constant",
        "",
        sure=False,
        evidence={JUDGED_DAY: f"2025-03-{2 + judged:02}"},
    )


@pytest.mark.parametrize(
    ("stage", "since_h", "until_h", "days"),
    [
        pytest.param(Stage.PROVISIONAL, 0, 24, [], id="provisional: not yet"),
        pytest.param(Stage.FINAL, 0, 24, [0], id="a whole day"),
        pytest.param(Stage.FINAL, 23, 24, [0], id="its last hour alone"),
        pytest.param(Stage.FINAL, 0, 23, [], id="its last hour is missing"),
        pytest.param(Stage.FINAL, 5, 50, [0, 1], id="two days and some hours"),
        pytest.param(Stage.CLOSED, 23, 24, [0], id="closed"),
        pytest.param(Stage.FINAL, 24, 25, [], id="the first hour of the next"),
    ],
)
def test_a_day_is_due_with_its_last_hour_as_final_or_closed(
    stage: Stage, since_h: int, until_h: int, days: list[int]
) -> None:
    due = Due(stage, START + since_h * HOUR, START + until_h * HOUR)

    assert list(ended_days(Work(1, {}, [due]))) == [day(number) for number in days]


@pytest.mark.parametrize(
    ("known", "days"),
    [
        pytest.param(finding(2, 2.2, 2.5), [], id="on another day"),
        pytest.param(finding(1, 1.2, 1.5), [1], id="on the touched day"),
        pytest.param(finding(1, 0.8, 1.5), [0, 1], id="begun the day before"),
        pytest.param(finding(5, -1, 6), [4, 5], id="a window over it"),
        pytest.param(finding(2, 0.9, None), [1, 2], id="still open"),
    ],
)
def test_what_rests_on_a_touched_day_is_looked_at_with_it(known: Finding, days: list[int]) -> None:
    assert concerned_days([known], [day(1)]) == {day(number) for number in days}


def test_nothing_is_looked_at_where_nothing_was_touched() -> None:
    assert concerned_days([finding(1, 1.2, 1.5)], []) == set()
