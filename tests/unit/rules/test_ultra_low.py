"""The month of an ultra-low plant."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Outcome
from services.rules.catalogue import catalogue
from services.rules.ultra_low import UltraLowParameters, factors_of, ultra_low_month

PARAMS = UltraLowParameters()
PM, SO2, NOX = "a34013", "a21026", "a21002"
ALL = frozenset({PM, SO2, NOX})
WITHIN, OVER = Outcome.COMPLIANT, Outcome.EXCEEDING
GOOD = dict.fromkeys(ALL, WITHIN)
Hour = dict[str, Outcome]


def hours(within: int, *others: tuple[int, Hour]) -> list[Hour]:
    return [GOOD] * within + [GOOD | change for count, change in others for _ in range(count)]


@pytest.mark.parametrize(
    ("month", "share", "said"),
    [
        pytest.param(hours(95, (5, {PM: OVER})), "0.95", "reached", id="95 of 100"),
        pytest.param(hours(94, (6, {PM: OVER})), "0.94", "missed", id="94 of 100"),
        pytest.param(hours(19, (1, {PM: OVER, NOX: OVER})), "0.95", "reached", id="one hour, once"),
        pytest.param(
            hours(95, (5, {SO2: OVER}), (30, {NOX: Outcome.STOPPED})),
            "0.95", "reached", id="stopped hours are left out",
        ),
        pytest.param(
            hours(95, (5, {SO2: OVER}), (9, {NOX: Outcome.INVALID})),
            "0.95", "reached", id="hours with an invalid factor are no valid hours",
        ),
        pytest.param(
            hours(90, (5, {SO2: OVER, NOX: Outcome.INVALID}), (5, {PM: OVER})),
            "0.9", "missed", id="an hour that is over is over though another factor is dark",
        ),
        pytest.param(
            hours(94, (5, {PM: OVER}), (1, {PM: Outcome.CLAIMED})),
            str(94 / Decimal(99)), "unknown", id="a claimed hour decides",
        ),
        pytest.param(
            hours(99, (1, {PM: Outcome.UNKNOWN})), "1", "reached", id="it does not decide"
        ),
        pytest.param(hours(0, (9, {PM: Outcome.NO_DATA})), None, "no_hours", id="nothing valid"),
        pytest.param([], None, "no_hours", id="no hours"),
    ],
)  # fmt: skip
def test_95_percent_of_hours_must_have_all_factors_within(
    month: list[Hour], share: str | None, said: str
) -> None:
    """环大气[2019]35号: at least 95 % of a month's hourly means, with all of PM, SO2 and NOx within."""
    found = ultra_low_month(month, ALL, PARAMS)

    assert found.month == said
    assert found.share == (None if share is None else Decimal(share))
    assert found.doubts == ()


def test_every_hour_is_counted_in_one_place() -> None:
    month = hours(3, (2, {PM: OVER}), (4, {PM: Outcome.CLAIMED}), (5, {PM: Outcome.EXEMPT}))

    found = ultra_low_month(month, ALL, PARAMS)

    assert (found.within, found.over, found.open_, found.left_out) == (3, 2, 4, 5)


def test_a_factor_that_is_not_told_makes_no_valid_hour() -> None:
    found = ultra_low_month([{PM: WITHIN, SO2: WITHIN}], ALL, PARAMS)

    assert found.month == "no_hours"


@pytest.mark.parametrize(
    ("process", "factors"),
    [
        pytest.param("sinter machine head / shaft furnace", ALL, id="three factors"),
        pytest.param("coal charging, pushing", frozenset({PM}), id="dust alone"),
        pytest.param("coke dry quenching", frozenset({PM, SO2}), id="two"),
        pytest.param("no such unit", frozenset[str](), id="not in the programme"),
    ],
)
def test_the_factors_are_those_of_the_type_of_unit(process: str, factors: frozenset[str]) -> None:
    assert factors_of(catalogue().values(), process) == factors


def test_a_unit_without_factors_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match="name its process"):
        ultra_low_month([], frozenset(), PARAMS)


@given(st.integers(0, 200), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_what_is_reached_or_missed_stays_so_however_open_hours_end(
    within: int, over: int, open_: int, turned: int
) -> None:
    good = min(turned, open_)
    unsettled = hours(within, (over, {PM: OVER}), (open_, {PM: Outcome.CLAIMED}))
    ended = hours(within + good, (over + open_ - good, {PM: OVER}))

    before, after = (ultra_low_month(month, ALL, PARAMS).month for month in (unsettled, ended))

    assert before in {after, "unknown"}
