"""How much of the environmental tax is due for a month."""

from decimal import Decimal

import pytest

from schemas.judgement import Outcome
from schemas.limits import Bound
from services.rules.tax_band import TaxParameters, tax_band
from tests.fixtures.judging import PLAIN

PARAMS = TaxParameters()
WITHIN = Outcome.COMPLIANT


@pytest.mark.parametrize(
    ("mean", "pay", "why", "formula"),
    [
        pytest.param(
            "25", "0.5", "far_under", "25 <= 50 x (1 - 0.5) = 25", id="half of it, exactly"
        ),
        pytest.param("25.1", "0.75", "under", "25.1 <= 50 x (1 - 0.3) = 35", id="a little more"),
        pytest.param("35", "0.75", "under", "35 <= 50 x (1 - 0.3) = 35", id="30 % under, exactly"),
        pytest.param("35.1", "1", "not_under", "35.1 > 35", id="not so far under"),
        pytest.param("60", "1", "not_under", "60 > 35", id="over"),
    ],
)
def test_the_band_is_by_the_monthly_mean(mean: str, pay: str, why: str, formula: str) -> None:
    """环境保护税法 art 13, limit 50: 50 x 0.7 = 35 pays 75 %, 50 x 0.5 = 25 pays 50 %."""
    found = tax_band(Decimal(mean), PLAIN, [WITHIN] * 3, PARAMS)

    assert found == (Decimal(pay), why, formula, ())


@pytest.mark.parametrize(
    ("outcomes", "pay", "why", "doubts"),
    [
        pytest.param([WITHIN, Outcome.STOPPED], "0.5", "far_under", (), id="none over"),
        pytest.param([WITHIN, Outcome.EXCEEDING], "1", "exceeded", (), id="one over"),
        pytest.param(
            [WITHIN, Outcome.AT_LEAST], "1", "exceeded", (), id="one over range and limit"
        ),
        pytest.param([WITHIN, Outcome.CLAIMED], None, "perhaps_exceeded", (), id="claimed"),
        pytest.param([WITHIN, Outcome.EXEMPT], None, "perhaps_exceeded", (), id="exempt"),
        pytest.param([WITHIN, Outcome.UNKNOWN], None, "perhaps_exceeded", (), id="unknown"),
        pytest.param(
            [WITHIN, Outcome.INVALID], "0.5", "far_under", ("periods_without_mean",), id="invalid"
        ),
        pytest.param([Outcome.NO_DATA], None, "perhaps_exceeded", (), id="nothing is known"),
        pytest.param([], None, "perhaps_exceeded", (), id="nothing was judged"),
    ],
)
def test_a_reduction_is_due_only_if_no_mean_was_over(
    outcomes: list[Outcome], pay: str | None, why: str, doubts: tuple[str, ...]
) -> None:
    found = tax_band(Decimal(20), PLAIN, outcomes, PARAMS)

    assert found.pay == (None if pay is None else Decimal(pay))
    assert (found.why, found.doubts) == (why, doubts)


def test_without_a_monthly_mean_nothing_is_known() -> None:
    assert tax_band(None, PLAIN, [WITHIN], PARAMS)[:2] == (None, "no_mean")


@pytest.mark.parametrize(
    "bound",
    [
        pytest.param(PLAIN._replace(quantity="rate", unit="kg/h"), id="mass rate"),
        pytest.param(Bound("between", Decimal(6), Decimal(9), "pH", "value", "instant"), id="pH"),
        pytest.param(Bound(">=", Decimal(95), None, "%", "removal", "hour"), id="removal"),
    ],
)
def test_only_upper_limits_of_concentrations_have_bands(bound: Bound) -> None:
    assert tax_band(Decimal(1), bound, [WITHIN], PARAMS).why == "not_this_limit"
