"""Clawback of premiums, case by case (发改价格[2014]536号)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.facility import Circumstance, ClawbackCase, Premium
from schemas.judgement import Outcome
from schemas.marks import Review
from services.rules.facility.clawback import HourFacts, clawback, clawback_sum
from services.rules.facility.clawback_parameters import ClawbackParameters
from tests.fixtures.facility_scene import at

PARAMS = ClawbackParameters()
SO2, NOX, DUST, ULTRA = (
    Premium.DESULPHURISATION,
    Premium.DENITRIFICATION,
    Premium.DUST,
    Premium.ULTRA_LOW,
)
KEPT, TAKEN, FINED, HEAVIER, OPEN = (
    ClawbackCase.KEPT,
    ClawbackCase.CONFISCATED,
    ClawbackCase.FINED,
    ClawbackCase.FINED_HEAVIER,
    ClawbackCase.UNDECIDED,
)
START, LOW, FAULT, FORCE, FAKED = (
    Circumstance.START_STOP,
    Circumstance.LOW_LOAD,
    Circumstance.CEMS_FAULT,
    Circumstance.FORCE_MAJEURE,
    Circumstance.TAMPERING,
)
GOOD = HourFacts(1, at(0), SO2, Outcome.COMPLIANT, Decimal("-0.5"), {}, None, Decimal(300_000))


def over(multiple: str, premium: Premium = SO2) -> HourFacts:
    return GOOD._replace(outcome=Outcome.EXCEEDING, multiple=Decimal(multiple), premium=premium)


@pytest.mark.parametrize(
    ("premium", "fen"),
    [
        pytest.param(SO2, "450000", id="300000 kWh x 1.5 fen"),
        pytest.param(NOX, "300000", id="300000 kWh x 1.0 fen"),
        pytest.param(DUST, "60000", id="300000 kWh x 0.2 fen"),
    ],
)
def test_less_than_twice_the_limit_loses_the_premium_alone(premium: Premium, fen: str) -> None:
    """SO2 49 against 35: 49/35 - 1 = 0.4 < 1. 300000 kWh x 1.5 fen = 450000 fen = 4500 yuan."""
    row = clawback(over("0.4", premium), PARAMS)

    assert (row.case, row.confiscated_fen, row.fine_at_most_fen) == (TAKEN, Decimal(fen), 0)
    assert (row.sure, row.doubts) == (True, ())


@pytest.mark.parametrize(
    ("multiple", "case"),
    [
        pytest.param("0.000000001", TAKEN, id="just over the limit"),
        pytest.param("0.999999999", TAKEN, id="just under twice the limit"),
        pytest.param("1", FINED, id="twice the limit"),
        pytest.param("7.5", FINED, id="far over"),
    ],
)
def test_from_twice_the_limit_on_a_fine_is_added(multiple: str, case: ClawbackCase) -> None:
    assert clawback(over(multiple), PARAMS).case is case


def test_a_fine_reaches_five_times_the_premium() -> None:
    """NOx 120 against 50: 120/50 - 1 = 1.4 >= 1. 300000 x 1.0 = 300000 fen and up to 1500000."""
    row = clawback(over("1.4", NOX), PARAMS)

    assert (row.confiscated_fen, row.fine_at_most_fen) == (300_000, 1_500_000)
    assert row.zh == (
        "2026-03-01 00:00起的一小时，脱硝电价（小时均值超标倍数1.4）：没收该时段加价款并处罚款。"
    )
    assert row.en == (
        "Hour from 2026-03-01 00:00, denitrification premium (hour mean / limit - 1 = "
        "1.4): confiscated and a fine."
    )


def test_a_compliant_hour_keeps_its_premium() -> None:
    row = clawback(GOOD, PARAMS)

    assert (row.case, row.confiscated_fen, row.fine_at_most_fen, row.sure) == (KEPT, 0, 0, True)


def test_without_energy_there_is_no_money() -> None:
    row = clawback(over("1.4")._replace(energy_kwh=None), PARAMS)

    assert (row.case, row.confiscated_fen, row.fine_at_most_fen) == (FINED, None, None)


@pytest.mark.parametrize(
    ("circumstance", "premium", "out_s", "case"),
    [
        pytest.param(START, SO2, 900, TAKEN, id="start with FGD out"),
        pytest.param(START, NOX, 900, TAKEN, id="start with denox out"),
        pytest.param(START, SO2, 0, FINED, id="start with FGD running excuses nothing"),
        pytest.param(START, DUST, 900, FINED, id="start is no excuse for dust"),
        pytest.param(LOW, NOX, 3600, TAKEN, id="low load with denox out"),
        pytest.param(LOW, SO2, 3600, FINED, id="low load is no excuse for SO2"),
        pytest.param(FAULT, DUST, None, TAKEN, id="fault of the CEMS"),
        pytest.param(FORCE, SO2, None, TAKEN, id="force majeure"),
    ],
)
def test_an_accepted_circumstance_costs_the_premium_and_no_fine(
    circumstance: Circumstance, premium: Premium, out_s: int | None, case: ClawbackCase
) -> None:
    facts = over("3", premium)._replace(
        circumstances={circumstance: Review.ACCEPTED}, treatment_out_s=out_s
    )

    row = clawback(facts, PARAMS)

    assert row.case is case
    assert row.sure
    assert row.circumstance is (circumstance if case is TAKEN else None)


def test_an_accepted_circumstance_costs_a_compliant_hour_too() -> None:
    facts = GOOD._replace(circumstances={START: Review.ACCEPTED}, treatment_out_s=60)

    assert clawback(facts, PARAMS).case is TAKEN


@pytest.mark.parametrize(
    ("facts", "case", "doubts"),
    [
        pytest.param(over("3"), FINED, ("claimed:force_majeure",), id="the fine stands for now"),
        pytest.param(over("0.4"), TAKEN, (), id="it would change nothing"),
        pytest.param(GOOD, OPEN, ("claimed:force_majeure",), id="a premium is not kept for sure"),
    ],
)
def test_a_claimed_circumstance_excuses_nothing_yet(
    facts: HourFacts, case: ClawbackCase, doubts: tuple[str, ...]
) -> None:
    row = clawback(facts._replace(circumstances={FORCE: Review.CLAIMED}), PARAMS)

    assert (row.case, row.doubts) == (case, doubts)
    assert row.sure == (not doubts)


@pytest.mark.parametrize("review", [Review.REJECTED, Review.LAPSED])
def test_a_refused_or_late_circumstance_is_none(review: Review) -> None:
    row = clawback(over("3")._replace(circumstances={FORCE: review}), PARAMS)

    assert (row.case, row.sure) == (FINED, True)


def test_a_start_of_which_nobody_knows_the_treatment_is_a_doubt() -> None:
    facts = over("3")._replace(circumstances={START: Review.ACCEPTED}, treatment_out_s=None)

    row = clawback(facts, PARAMS)

    assert (row.case, row.doubts) == (FINED, ("treatment_out",))


def test_tampering_goes_before_everything() -> None:
    facts = GOOD._replace(circumstances={FAKED: Review.ACCEPTED, FORCE: Review.ACCEPTED})

    row = clawback(facts, PARAMS)

    assert (row.case, row.circumstance) == (HEAVIER, FAKED)
    assert (row.confiscated_fen, row.fine_at_most_fen) == (450_000, None)


def test_suspected_tampering_is_a_doubt() -> None:
    facts = over("0.4")._replace(circumstances={FAKED: Review.CLAIMED})

    assert clawback(facts, PARAMS).doubts == ("claimed:tampering",)


@pytest.mark.parametrize(
    ("outcome", "multiple", "case", "doubts"),
    [
        pytest.param(Outcome.STOPPED, None, KEPT, (), id="stopped"),
        pytest.param(Outcome.EXCEEDING, None, OPEN, ("multiple",), id="over, nobody knows how far"),
        pytest.param(Outcome.AT_LEAST, "1.2", FINED, (), id="at least so far"),
        pytest.param(Outcome.AT_LEAST, "0.2", OPEN, ("multiple",), id="perhaps further"),
        pytest.param(Outcome.CLAIMED, "1.2", FINED, ("exemption_claimed",), id="claimed"),
        pytest.param(Outcome.EXEMPT, "1.2", OPEN, ("exempt",), id="exempt elsewhere"),
        pytest.param(Outcome.INVALID, None, OPEN, ("invalid",), id="invalid"),
        pytest.param(Outcome.NO_DATA, None, OPEN, ("no_data",), id="no data"),
        pytest.param(Outcome.UNKNOWN, None, OPEN, ("unknown",), id="unknown"),
    ],
)
def test_every_outcome_has_its_case(
    outcome: Outcome, multiple: str | None, case: ClawbackCase, doubts: tuple[str, ...]
) -> None:
    facts = GOOD._replace(outcome=outcome, multiple=None if multiple is None else Decimal(multiple))

    row = clawback(facts, PARAMS)

    assert (row.case, row.doubts) == (case, doubts)
    assert row.sure == (not doubts)


@pytest.mark.parametrize(
    ("connected", "fen"),
    [
        pytest.param(date(2015, 12, 31), Decimal(300_000), id="before 2016: 1.0 fen"),
        pytest.param(date(2016, 1, 1), Decimal(150_000), id="from 2016 on: 0.5 fen"),
        pytest.param(None, None, id="nobody knows since when"),
    ],
)
def test_the_ultra_low_premium_depends_on_the_year(
    connected: date | None, fen: Decimal | None
) -> None:
    row = clawback(over("0.4", ULTRA)._replace(connected_on=connected), PARAMS)

    assert (row.confiscated_fen, row.doubts) == (fen, ("ultra_low_like_others",))


def test_the_ultra_low_premium_may_be_left_undecided() -> None:
    params = ClawbackParameters(ultra_low_like_others=False)

    row = clawback(over("3", ULTRA), params)

    assert (row.case, row.doubts, row.confiscated_fen) == (OPEN, ("ultra_low_cases",), None)


def test_a_month_is_the_sum_of_its_hours() -> None:
    """0.4: 450000 fen. 1.4: 450000 fen and a fine of at most 2250000. 0.2 without energy: hours
    alone. Together 900000 fen and 2250000, one hour without money, one undecided."""
    facts = [
        GOOD,
        over("0.4"),
        over("1.4"),
        over("0.2")._replace(energy_kwh=None),
        GOOD._replace(outcome=Outcome.NO_DATA),
    ]

    found = clawback_sum(clawback(each, PARAMS) for each in facts)

    assert found.hours == {KEPT: 1, TAKEN: 2, FINED: 1, HEAVIER: 0, OPEN: 1}
    assert (found.confiscated_fen, found.fine_at_most_fen) == (900_000, 2_250_000)
    assert (found.unpriced_hours, found.sure) == (1, False)


@given(
    st.decimals("0.000000001", 20, places=9),
    st.decimals("0.000000001", 20, places=9),
    st.decimals(0, 1_000_000, places=3),
)
def test_more_excess_never_costs_less(one: Decimal, other: Decimal, energy: Decimal) -> None:
    less, more = sorted((one, other))

    rows = [clawback(over(str(each))._replace(energy_kwh=energy), PARAMS) for each in (less, more)]

    costs = [(row.confiscated_fen or 0) + (row.fine_at_most_fen or 0) for row in rows]
    assert costs[0] <= costs[1]
