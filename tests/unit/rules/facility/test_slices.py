"""Hours, days and months of a site's clock."""

import itertools
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Period
from schemas.registry_words import BEIJING
from services.rules.facility.course import Window, second_of, window_of
from services.rules.facility.slices import slices


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def test_a_day_begins_at_local_midnight() -> None:
    """00:30 on 2 March in Beijing is 16:30 UTC on 1 March: the day began at 16:00 UTC."""
    (day,) = slices(
        Period.DAY, window_of(beijing("2026-03-02T00:30"), beijing("2026-03-02T01:00")), BEIJING
    )

    assert day.since == second_of(datetime(2026, 3, 1, 16, tzinfo=UTC))
    assert day.until - day.since == 86_400


def test_months_have_their_lengths() -> None:
    found = slices(
        Period.MONTH, window_of(beijing("2027-12-31"), beijing("2028-03-01T00:00:01")), BEIJING
    )

    assert [(each.until - each.since) // 86_400 for each in found] == [31, 31, 29, 31]
    assert found[0].since == second_of(beijing("2027-12-01"))


def test_an_hour_may_begin_at_half_past() -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    window = Window(
        second_of(datetime(2026, 3, 1, 0, 40, tzinfo=UTC)),
        second_of(datetime(2026, 3, 1, 1, tzinfo=UTC)),
    )

    (hour,) = slices(Period.HOUR, window, india)

    assert hour.since == second_of(datetime(2026, 3, 1, 0, 30, tzinfo=UTC))


def test_other_periods_have_no_rates() -> None:
    with pytest.raises(ValueError, match="not of a five_minute"):
        slices(Period.FIVE_MINUTE, Window(0, 1), BEIJING)


@given(
    st.sampled_from([Period.HOUR, Period.DAY, Period.MONTH]),
    st.integers(0, 4_000_000_000),
    st.integers(1, 10_000_000),
)
def test_slices_touch_each_other_and_cover_the_window(
    period: Period, since: int, length: int
) -> None:
    window = Window(since, since + min(length, 500_000 if period is Period.HOUR else length))

    found = slices(period, window, BEIJING)

    assert all(one.until == after.since for one, after in itertools.pairwise(found))
    assert found[0].since <= window.since < found[0].until
    assert found[-1].since < window.until <= found[-1].until
