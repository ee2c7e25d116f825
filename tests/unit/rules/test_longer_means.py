"""Means of days and months out of the means of hours."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import MeanRow, Period, Stage
from schemas.registry_words import BEIJING
from services.rules.exact import kept
from services.rules.longer_means import LongMeanParameters, day_mean, month_mean
from services.rules.periods import Bounds, local_day, local_month

P = LongMeanParameters()
POINT = 7
DAY = local_day(datetime(2026, 3, 10, 4, tzinfo=UTC), BEIJING)
MARCH = local_month(datetime(2026, 3, 10, 4, tzinfo=UTC), BEIJING)
FEBRUARY = local_month(datetime(2026, 2, 10, 4, tzinfo=UTC), BEIJING)


def hour(start: datetime, value: str | None, stage: Stage = Stage.FINAL) -> MeanRow:
    """A valid hour, converted to 6 % as one and a half times as much; None: not a valid one."""
    number = None if value is None else Decimal(value)
    return MeanRow(
        point=POINT,
        period=Period.HOUR,
        start=start,
        stage=stage,
        source="computed",
        value=Decimal(999) if number is None else number,
        converted={} if number is None else {"6": number * Decimal("1.5")},
        valid_s=0 if number is None else 3600,
        due_s=3600,
        valid=number is not None,
        at_least=False,
        mass=None if number is None else number / 10,
        evidence={},
    )


def hours(since: datetime, values: Iterable[str | None]) -> list[MeanRow]:
    return [hour(since + timedelta(hours=k), value) for k, value in enumerate(values)]


def month_of_days(month: Bounds, valid_days: int, value: str = "30") -> list[MeanRow]:
    """All hours of a month; the days after the first `valid_days` have 19 valid ones."""
    rows: list[MeanRow] = []
    for day in range(month.hours // 24):
        valid = 24 if day < valid_days else 19
        rows += hours(month.since + timedelta(days=day), [value] * valid + [None] * (24 - valid))
    return rows


def test_a_day_by_hand() -> None:
    """GB 18484-2020 3.19: 10 h of 20, 10 h of 35, 4 not valid: (200 + 350) / 20 = 27.5 mg/m3."""
    found = day_mean(hours(DAY.since, ["20"] * 10 + ["35"] * 10 + [None] * 4), POINT, DAY, P)

    assert (found.value, found.valid, found.stage) == (Decimal("27.5"), True, Stage.FINAL)
    assert found.converted == {"6": Decimal("41.25")}
    assert (found.valid_s, found.due_s) == (20 * 3600, 24 * 3600)
    assert (found.period, found.start, found.source) == (Period.DAY, DAY.since, "computed")


def test_the_mass_of_a_day_is_that_of_its_hours() -> None:
    assert day_mean(hours(DAY.since, ["20"] * 24), POINT, DAY, P).mass == 48


@pytest.mark.parametrize(("known", "enough"), [(24, True), (20, True), (19, False)])
def test_a_day_says_of_how_many_hours_its_mass_is(known: int, *, enough: bool) -> None:
    rows = hours(DAY.since, ["20"] * 24)
    rows[known:] = [row._replace(mass=None) for row in rows[known:]]

    evidence = day_mean(rows, POINT, DAY, P).evidence

    assert (evidence["mass_hours"], evidence["mass_enough"]) == (known, enough)


def test_a_month_says_of_how_many_hours_its_mass_is() -> None:
    rows = hours(MARCH.since, ["20"] * MARCH.hours)
    rows[:4] = [row._replace(mass=None) for row in rows[:4]]

    evidence = month_mean(rows, POINT, MARCH, BEIJING, P).evidence

    assert (evidence["mass_hours"], evidence["mass_enough"]) == (740, True)


@pytest.mark.parametrize(("valid_hours", "valid"), [(19, False), (20, True), (24, True)])
def test_a_valid_day_has_20_valid_hours(valid_hours: int, valid: bool) -> None:  # noqa: FBT001 (a column of the table)
    rows = hours(DAY.since, ["30"] * valid_hours + [None] * (24 - valid_hours))

    found = day_mean(rows, POINT, DAY, P)

    assert (found.valid, found.value) == (valid, 30)
    assert found.converted == ({"6": 45} if valid else {})


def test_a_converted_mean_needs_its_own_20_hours() -> None:
    rows = hours(DAY.since, ["30"] * 24)
    rows[:5] = [row._replace(converted={}) for row in rows[:5]]

    found = day_mean(rows, POINT, DAY, P)

    assert (found.valid, found.converted) == (True, {})
    assert found.evidence["converted"] == {"6": 19}


def test_a_day_of_nothing_is_not_valid() -> None:
    found = day_mean([], POINT, DAY, P)

    assert (found.value, found.valid, found.mass, found.stage) == (
        None,
        False,
        None,
        Stage.PROVISIONAL,
    )


def test_hours_of_other_days_points_and_periods_are_left() -> None:
    own = hours(DAY.since, ["30"] * 24)
    others = [
        hour(DAY.until, "90"),
        hour(DAY.since - timedelta(hours=1), "90"),
        hour(DAY.since, "90")._replace(point=8),
        hour(DAY.since, "90")._replace(period=Period.DAY),
    ]

    assert day_mean([*own, *others], POINT, DAY, P) == day_mean(own, POINT, DAY, P)


@pytest.mark.parametrize(
    ("stages", "stage"),
    [
        pytest.param([Stage.FINAL] * 24, Stage.FINAL, id="final"),
        pytest.param([Stage.CLOSED] * 24, Stage.CLOSED, id="closed"),
        pytest.param([Stage.CLOSED] * 23 + [Stage.FINAL], Stage.FINAL, id="not all closed"),
        pytest.param(
            [Stage.CLOSED] * 23 + [Stage.PROVISIONAL], Stage.PROVISIONAL, id="one provisional"
        ),
        pytest.param([Stage.FINAL] * 23, Stage.PROVISIONAL, id="one not there"),
    ],
)
def test_a_day_is_as_final_as_the_least_of_its_hours(stages: list[Stage], stage: Stage) -> None:
    rows = [hour(DAY.since + timedelta(hours=k), "1", one) for k, one in enumerate(stages)]

    assert day_mean(rows, POINT, DAY, P).stage is stage


def test_a_day_with_a_valid_hour_over_range_is_at_least_so_much() -> None:
    rows = hours(DAY.since, ["30"] * 23 + [None])

    with_it = [*rows[1:], rows[0]._replace(at_least=True)]
    beside_it = [*rows[:-1], rows[-1]._replace(at_least=True)]

    assert day_mean(with_it, POINT, DAY, P).at_least
    assert not day_mean(beside_it, POINT, DAY, P).at_least


@given(st.lists(st.decimals(0, 500, places=9), min_size=24, max_size=24))
def test_a_day_lies_among_its_hours_in_any_order(values: list[Decimal]) -> None:
    rows = hours(DAY.since, [str(value) for value in values])

    found = day_mean(rows, POINT, DAY, P)

    assert found.value is not None
    assert min(values) <= found.value <= max(values)
    assert day_mean(rows[::-1], POINT, DAY, P) == found


@given(st.lists(st.integers(0, 3500), min_size=12, max_size=12))
def test_a_day_whose_exact_mean_is_the_limit_is_the_limit(halves: list[int]) -> None:
    rows = hours(
        DAY.since, [str(Decimal(3500 + side * half) / 100) for half in halves for side in (1, -1)]
    )

    assert day_mean(rows, POINT, DAY, P).value == 35


@pytest.mark.parametrize(
    ("month", "days", "valid"),
    [
        pytest.param(MARCH, 24, False, id="24 days are not enough"),
        pytest.param(MARCH, 25, True, id="25 are"),
        pytest.param(FEBRUARY, 22, False, id="22 are not in February"),
        pytest.param(FEBRUARY, 23, True, id="23 are in February"),
    ],
)
def test_a_valid_month_has_its_valid_days(month: Bounds, days: int, valid: bool) -> None:  # noqa: FBT001 (a column of the table)
    """HJ 76-2017 appendix B."""
    found = month_mean(month_of_days(month, days), POINT, month, BEIJING, P)

    assert (found.valid, found.value, found.period) == (valid, 30, Period.MONTH)
    assert (found.valid_s, found.due_s) == (days * 86400, month.hours * 3600)
    assert found.stage is Stage.FINAL


def test_a_month_by_hand() -> None:
    """March: day 1 has 20 valid hours of 60, the other 30 have 24 of 30.

    Of days: (60 + 30 x 30) / 31 = 960 / 31 = 30.967741935.
    Of hours: (20 x 60 + 720 x 30) / 740 = 22800 / 740 = 30.810810811.
    """
    rows = [
        *hours(MARCH.since, ["60"] * 20 + [None] * 4),
        *month_of_days(MARCH, 31)[24:],
    ]

    of_days = month_mean(rows, POINT, MARCH, BEIJING, P)
    of_hours = month_mean(rows, POINT, MARCH, BEIJING, LongMeanParameters(month_from="hours"))

    assert of_days.value == Decimal("30.967741935")
    assert of_hours.value == Decimal("30.810810811")
    assert of_days.converted == {"6": kept(Decimal(90 + 30 * 45) / 31)}


def test_a_month_is_provisional_while_an_hour_is_not_there() -> None:
    rows = month_of_days(MARCH, 31)[:-1]

    assert month_mean(rows, POINT, MARCH, BEIJING, P).stage is Stage.PROVISIONAL


def test_the_days_of_a_month_are_those_of_the_sites_clock() -> None:
    """An hour at 15:00 UTC of the last day belongs to the month, one at 16:00 to the next."""
    late = hour(datetime(2026, 3, 31, 16, tzinfo=UTC), "9000")
    rows = month_of_days(MARCH, 31)

    assert month_mean([*rows, late], POINT, MARCH, BEIJING, P) == month_mean(
        rows, POINT, MARCH, BEIJING, P
    )


def test_a_month_is_in_doubt_by_what_no_clause_was_read_for() -> None:
    settled = LongMeanParameters(valid_days=25, month_from="days")
    rows = month_of_days(MARCH, 31)

    by_default = month_mean(rows, POINT, MARCH, BEIJING, P)
    as_set = month_mean(rows, POINT, MARCH, BEIJING, settled)

    assert by_default.evidence["doubts"] == ["month_from", "valid_days"]
    assert as_set.evidence["doubts"] == []


def test_the_doubts_of_hours_are_those_of_their_day_and_month() -> None:
    rows = month_of_days(MARCH, 31)
    rows[0] = rows[0]._replace(evidence={"doubts": ["negatives"]})

    day = day_mean(rows, POINT, local_day(MARCH.since, BEIJING), P)
    month = month_mean(rows, POINT, MARCH, BEIJING, P)

    assert day.evidence["doubts"] == ["negatives"]
    assert month.evidence["doubts"] == ["month_from", "negatives", "valid_days"]
