"""The formulae of flue gas, each with numbers worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.rules.conversion import (
    MOLAR_MASS,
    ConversionParameters,
    GasState,
    OxygenReason,
    actual_flow,
    actual_from_standard,
    at_reference_oxygen,
    dry_from_wet,
    dry_standard_flow,
    flow_m3_h,
    mass_kg_h,
    mg_m3_from_ppm,
    no2_from_no,
    oxygen_behind,
    oxygen_factor,
    ppm_from_mg_m3,
    standard_from_actual,
    wet_from_dry,
)
from services.rules.exact import kept

P = ConversionParameters()
NUMBERS = st.decimals("0.001", 5000, places=3)
OXYGEN = st.decimals(0, "19.99", places=2)
STACK = GasState(Decimal(120), Decimal(-200), Decimal(101325), Decimal(8))


def near(found: Decimal | OxygenReason, expected: str, places: str = "1E-6") -> bool:
    return isinstance(found, Decimal) and abs(found - Decimal(expected)) < Decimal(places)


def test_dry_basis_by_hand() -> None:
    """G01: 46 mg/m3 wet with 8 % moisture: 46 / (1 - 0.08) = 46 / 0.92 = 50."""
    assert dry_from_wet(Decimal(46), Decimal(8)) == 50


def test_standard_state_by_hand() -> None:
    """G02: 50 x 101325 / (101325 - 200) x (273 + 120) / 273 = 50 x 1.0019778 x 1.4395604 = 72.1204."""
    assert near(standard_from_actual(Decimal(50), STACK, P), "72.1204", "1E-4")


def test_reference_oxygen_by_hand() -> None:
    """G03: 30 mg/m3 at 9 % to 6 %: 30 x (21 - 6) / (21 - 9) = 30 x 15 / 12 = 37.5."""
    assert at_reference_oxygen(Decimal(30), Decimal(9), Decimal(6), P) == Decimal("37.5")


@pytest.mark.parametrize(
    ("code", "mg_m3"),
    [
        pytest.param("a21026", "2.857142857", id="SO2 64 / 22.4"),
        pytest.param("a21002", "2.053571429", id="NOx as NO2 46 / 22.4"),
        pytest.param("a21003", "1.339285714", id="NO 30 / 22.4"),
    ],
)
def test_one_ppm_by_hand(code: str, mg_m3: str) -> None:
    """G04: 1 ppm x M / 22.4."""
    assert kept(mg_m3_from_ppm(Decimal(1), MOLAR_MASS[code], P)) == Decimal(mg_m3)


def test_no_counts_as_no2_by_hand() -> None:
    """G04: 60 mg/m3 NO x 46 / 30 = 92 mg/m3 NO2."""
    assert no2_from_no(Decimal(60)) == 92


def test_velocity_to_flow_by_hand() -> None:
    """G05: F 20 m2, Kv 0.95, Vp 10 m/s: 3600 x 20 x 9.5 = 684,000 m3/h.

    Dry standard: x 273 / 393 x 101125 / 101325 x 0.92 = x 0.694656489 x 0.998026154 x 0.92:
    684,000 x 0.694656489 = 475,145.038; x 0.998026154 = 474,207.175; x 0.92 = 436,270.60 m3/h.
    """
    actual = actual_flow(Decimal(20), Decimal(10), Decimal("0.95"))

    assert actual == 684_000
    assert near(dry_standard_flow(actual, STACK, P), "436270.60", "0.01")


def test_mass_by_hand() -> None:
    """G06: 32.5 mg/m3 x 400,000 m3/h = 13,000,000 mg/h = 13 kg/h."""
    assert mass_kg_h(Decimal("32.5"), Decimal(400_000)) == 13


@pytest.mark.parametrize(("mg_m3", "flow"), [(-1, 1000), (1, -1000), (-1, -1000), (0, 1000)])
def test_mass_is_never_below_zero(mg_m3: int, flow: int) -> None:
    assert mass_kg_h(Decimal(mg_m3), Decimal(flow)) == 0


def test_a_flow_in_seconds_is_3600_times_one_in_hours() -> None:
    assert flow_m3_h(Decimal(100), "m3/s") == 360_000
    assert flow_m3_h(Decimal(100), "m3/h") == 100


def test_a_flow_in_another_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="m3/h, m3/s"):
        flow_m3_h(Decimal(1), "L/s")


@pytest.mark.parametrize(
    ("oxygen", "found"),
    [
        pytest.param("-0.01", OxygenReason.NEGATIVE, id="negative"),
        pytest.param("0", Decimal(15) / 21, id="zero is a number"),
        pytest.param("19.99", Decimal(15) / Decimal("1.01"), id="just under the guard"),
        pytest.param("20", OxygenReason.NEAR_AMBIENT, id="at the guard"),
        pytest.param("20.99", OxygenReason.NEAR_AMBIENT, id="where it would blow up"),
        pytest.param("21", OxygenReason.ABOVE_AMBIENT, id="where the formula ends"),
        pytest.param("25", OxygenReason.ABOVE_AMBIENT, id="no oxygen of a flue gas"),
    ],
)
def test_the_oxygen_guard(oxygen: str, found: Decimal | OxygenReason) -> None:
    factor = oxygen_factor(Decimal(oxygen), Decimal(6), P)

    if isinstance(found, OxygenReason):
        assert factor is found
    else:
        assert near(factor, str(found))


def test_the_guard_is_a_setting() -> None:
    strict = ConversionParameters(oxygen_guard=Decimal(19))

    assert oxygen_factor(Decimal("19.5"), Decimal(6), strict) is OxygenReason.NEAR_AMBIENT


@pytest.mark.parametrize("reference", ["-1", "21", "30"])
def test_a_reference_that_cannot_be_is_refused(reference: str) -> None:
    with pytest.raises(ValueError, match="reference oxygen"):
        oxygen_factor(Decimal(5), Decimal(reference), P)


@given(NUMBERS, OXYGEN)
def test_at_the_reference_itself_nothing_changes(value: Decimal, oxygen: Decimal) -> None:
    assert at_reference_oxygen(value, oxygen, oxygen, P) == value


@given(NUMBERS, OXYGEN, OXYGEN)
def test_more_air_never_makes_the_converted_value_less(
    value: Decimal, one: Decimal, other: Decimal
) -> None:
    less, more = (at_reference_oxygen(value, o, Decimal(6), P) for o in sorted((one, other)))

    assert isinstance(less, Decimal)
    assert isinstance(more, Decimal)
    assert less <= more


@given(NUMBERS, OXYGEN, st.sampled_from([Decimal(6), Decimal(11), Decimal("3.5")]))
def test_the_oxygen_behind_a_converted_value_is_found_again(
    value: Decimal, oxygen: Decimal, reference: Decimal
) -> None:
    converted = at_reference_oxygen(value, oxygen, reference, P)
    assert isinstance(converted, Decimal)

    behind = oxygen_behind(value, converted, reference, P)

    assert behind is not None
    assert kept(behind) == oxygen


def test_no_oxygen_makes_something_nothing() -> None:
    assert oxygen_behind(Decimal(5), Decimal(0), Decimal(6), P) is None


@given(NUMBERS, st.decimals(0, "99.9", places=1))
def test_wet_and_dry_undo_each_other(value: Decimal, moisture: Decimal) -> None:
    assert kept(wet_from_dry(dry_from_wet(value, moisture), moisture)) == kept(value)


@given(NUMBERS, st.decimals(-100, 900, places=1), st.decimals(-5000, 5000, places=0))
def test_actual_and_standard_state_undo_each_other(
    value: Decimal, temperature: Decimal, gauge: Decimal
) -> None:
    gas = GasState(temperature, gauge, Decimal(88_000))

    assert kept(actual_from_standard(standard_from_actual(value, gas, P), gas, P)) == kept(value)


@given(NUMBERS, st.sampled_from(sorted(MOLAR_MASS)))
def test_ppm_and_mg_undo_each_other(value: Decimal, code: str) -> None:
    mass = MOLAR_MASS[code]

    assert kept(ppm_from_mg_m3(mg_m3_from_ppm(value, mass, P), mass, P)) == kept(value)


@given(NUMBERS, st.decimals(-100, 900, places=1), st.decimals(0, 99, places=1))
def test_concentration_and_flow_convert_against_each_other(
    value: Decimal, temperature: Decimal, moisture: Decimal
) -> None:
    """What the gas loses in volume its concentration gains: the mass stays."""
    assume(moisture < 99)
    gas = GasState(temperature, Decimal(0), Decimal(95_000), moisture)
    concentration = dry_from_wet(standard_from_actual(value, gas, P), moisture)

    mass = mass_kg_h(concentration, dry_standard_flow(Decimal(1_000_000), gas, P))

    assert kept(mass) == kept(value)


@pytest.mark.parametrize(
    "gas",
    [
        pytest.param(GasState(Decimal(-273), Decimal(0), Decimal(101325)), id="absolute zero"),
        pytest.param(GasState(Decimal(20), Decimal(-2), Decimal(1)), id="less than a vacuum"),
    ],
)
def test_a_gas_that_cannot_be_is_refused(gas: GasState) -> None:
    with pytest.raises(ValueError, match="no gas is at"):
        standard_from_actual(Decimal(1), gas, P)


@pytest.mark.parametrize("moisture", ["-1", "100", "120"])
def test_a_moisture_that_cannot_be_is_refused(moisture: str) -> None:
    with pytest.raises(ValueError, match="moisture"):
        dry_from_wet(Decimal(1), Decimal(moisture))


def test_only_the_guard_is_not_established() -> None:
    assert P.unestablished() == ("oxygen_guard",)
