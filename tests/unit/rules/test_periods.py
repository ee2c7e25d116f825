"""Days, months, quarters and years of a site's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Period
from schemas.registry_words import BEIJING
from services.rules.periods import (
    Bounds,
    begun_before,
    ended_at,
    local_day,
    local_month,
    local_quarter,
    local_year,
)

TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis adds the zone)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # pyright: ignore[reportArgumentType] (a date by its parts)


def test_a_day_begins_at_the_sites_midnight() -> None:
    assert local_day(utc(2026, 2, 28, 15, 59), BEIJING) == Bounds(
        utc(2026, 2, 27, 16), utc(2026, 2, 28, 16)
    )
    assert local_day(utc(2026, 2, 28, 16), BEIJING).since == utc(2026, 2, 28, 16)


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        pytest.param(utc(2026, 2, 10), 28 * 24, id="February"),
        pytest.param(utc(2028, 2, 10), 29 * 24, id="February of a leap year"),
        pytest.param(utc(2026, 11, 30, 16), 31 * 24, id="December by the site's clock"),
    ],
)
def test_a_month_has_its_hours(at: datetime, hours: int) -> None:
    assert local_month(at, BEIJING).hours == hours


def test_a_year_ends_where_the_next_begins() -> None:
    assert local_year(utc(2026, 12, 31, 15), BEIJING).until == utc(2026, 12, 31, 16)
    assert local_year(utc(2026, 12, 31, 16), BEIJING).since == utc(2026, 12, 31, 16)


def test_the_last_quarter_ends_with_the_year() -> None:
    assert local_quarter(utc(2026, 11, 1), BEIJING) == Bounds(
        utc(2026, 9, 30, 16), utc(2026, 12, 31, 16)
    )


@given(TIMES)
def test_periods_lie_in_each_other(at: datetime) -> None:
    day, month = local_day(at, BEIJING), local_month(at, BEIJING)
    quarter, year = local_quarter(at, BEIJING), local_year(at, BEIJING)

    assert year.since <= quarter.since <= month.since <= day.since <= at
    assert at < day.until <= month.until <= quarter.until <= year.until
    assert local_month(month.until - timedelta(seconds=1), BEIJING) == month


UNTIL = {
    Period.DAY: local_day,
    Period.MONTH: local_month,
    Period.QUARTER: local_quarter,
    Period.YEAR: local_year,
}


@given(TIMES, st.sampled_from(sorted(UNTIL)))
def test_what_began_before_the_bound_had_ended_and_nothing_else(
    at: datetime, period: Period
) -> None:
    bound = begun_before(at, period, BEIJING)

    running = UNTIL[period](at, BEIJING)
    last = UNTIL[period](running.since - timedelta(seconds=1), BEIJING)
    assert last.since < bound <= running.since
    assert last.until <= at


def test_an_hour_has_ended_with_its_last_moment() -> None:
    noon = utc(2026, 3, 4, 12)

    assert noon - timedelta(hours=1) < begun_before(noon, Period.HOUR, BEIJING) <= noon
    early = begun_before(noon - timedelta.resolution, Period.HOUR, BEIJING)
    assert early == noon - timedelta(hours=1)


@given(TIMES, st.sampled_from(sorted(UNTIL)))
def test_a_period_ends_where_the_next_begins(at: datetime, period: Period) -> None:
    since, until = UNTIL[period](at, BEIJING)

    assert ended_at(since, period, BEIJING) == until


def test_an_hour_and_five_minutes_end_after_their_length() -> None:
    noon = utc(2026, 3, 4, 12)

    ends = [ended_at(noon, one, BEIJING) for one in (Period.HOUR, Period.FIVE_MINUTE)]

    assert ends == [noon + timedelta(hours=1), noon + timedelta(minutes=5)]
