"""A day of a report shows the number that was compared, and the worst of its verdicts."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from schemas.judgement import Period
from schemas.registry_words import BEIJING
from services.api.console.reports.outlets import DayCell, Month, cells
from services.rules.periods import Bounds, local_month
from services.store.history_beliefs import MeanLine, VerdictLine

DAY = datetime(2026, 8, 9, 16, tzinfo=UTC)
LOCAL = date(2026, 8, 10)


def mean(*, valid: bool = True) -> MeanLine:
    return MeanLine(
        start=DAY,
        stage="final",
        source="computed",
        value=30.0,
        converted={},
        valid_s=86_400,
        due_s=86_400,
        valid=valid,
        at_least=False,
        mass=None,
        id=1,
        position="9",
        rules="1",
    )


def verdict(
    outcome: str, limit: int, value: str | None = "40", *, sure: bool = True
) -> VerdictLine:
    number = None if value is None else Decimal(value)
    return VerdictLine(
        DAY, limit, 1, "final", outcome, number, None, sure, [], "mean", limit, "9", "1"
    )


def test_a_day_without_a_limit_shows_its_mean() -> None:
    assert cells([mean()], []) == {LOCAL: DayCell(30.0, valid=True, outcome=None, sure=True)}


def test_a_day_with_a_limit_shows_what_was_compared() -> None:
    found = cells([mean()], [verdict("compliant", 1)])

    assert found[LOCAL] == DayCell(40.0, valid=True, outcome="compliant", sure=True)


def test_of_two_limits_the_worse_verdict_counts_in_any_order() -> None:
    over, under = verdict("exceeding", 1, "42"), verdict("compliant", 2, "41")

    found = [cells([mean()], given)[LOCAL] for given in ([over, under], [under, over])]

    assert {(one.value, one.outcome) for one in found} == {(42.0, "exceeding")}


def test_a_day_that_has_no_mean_is_told_by_its_verdict() -> None:
    found = cells([], [verdict("no_data", 1, None)])

    assert found[LOCAL] == DayCell(None, valid=False, outcome="no_data", sure=True)


def test_what_is_not_verified_stays_so() -> None:
    assert not cells([mean()], [verdict("exceeding", 1, sure=False)])[LOCAL].sure


def test_a_month_that_runs_owes_the_hours_that_are_over() -> None:
    since = datetime(2026, 7, 31, 16, tzinfo=UTC)
    bounds = Bounds(since, since + timedelta(days=31))

    assert Month(1, bounds, since + timedelta(hours=5, minutes=59), 9).hours == 5


def test_a_month_that_runs_counts_the_hours_and_days_that_have_ended() -> None:
    bounds = local_month(datetime(2026, 3, 4, tzinfo=BEIJING), BEIJING)
    month = Month(1, bounds, datetime(2026, 3, 4, 13, 30, tzinfo=BEIJING), 7)

    hours, days = (month.beliefs(1, period) for period in (Period.HOUR, Period.DAY))

    assert hours.since == days.since == bounds.since
    noon, begun = (datetime(2026, 3, 4, hour, tzinfo=BEIJING) for hour in (12, 13))
    assert noon < hours.until <= begun
    third = datetime(2026, 3, 3, tzinfo=BEIJING)
    assert third < days.until <= third + timedelta(days=1)
    just_begun = Month(1, bounds, bounds.since, 7)
    assert just_begun.ended(Period.DAY) == bounds.since
