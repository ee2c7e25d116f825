"""The mass emitted in an hour and over longer periods."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import MeanRow, Period, Stage
from schemas.registry_words import BEIJING
from services.rules.mass import MassHour, MassState, hour_mass, mass_hour, mass_sum
from services.rules.periods import local_day, local_month, local_year

START = datetime(2026, 3, 10, 16, tzinfo=UTC)
DAY = local_day(START, BEIJING)


def mean(value: str | None, *, valid: bool = True, start: datetime = START) -> MeanRow:
    """An hour's mean whose converted one is ten times as much."""
    number = None if value is None else Decimal(value)
    return MeanRow(
        point=1,
        period=Period.HOUR,
        start=start,
        stage=Stage.FINAL,
        source="computed",
        value=number,
        converted={} if number is None else {"6": number * 10},
        valid_s=3600,
        due_s=3600,
        valid=valid,
        at_least=False,
        mass=None,
        evidence={},
    )


def test_an_hours_mass_by_hand_is_of_the_measured_concentration() -> None:
    """G_h = 32.5 mg/m3 x 400,000 m3/h x 1e-6 = 13 kg, whatever the converted one is."""
    assert hour_mass(mean("32.5"), mean("400000"), "m3/h") == 13


def test_a_flow_per_second_by_hand() -> None:
    """32.5 mg/m3 x 100 m3/s x 3600 x 1e-6 = 11.7 kg."""
    assert hour_mass(mean("32.5"), mean("100"), "m3/s") == Decimal("11.7")


@pytest.mark.parametrize(
    ("concentration", "flow"), [("-0.5", "400000"), ("32.5", "-10"), ("-1", "-1")]
)
def test_a_mass_is_never_below_zero(concentration: str, flow: str) -> None:
    assert hour_mass(mean(concentration), mean(flow), "m3/h") == 0


@pytest.mark.parametrize(
    ("concentration", "flow"),
    [
        pytest.param(mean("1", valid=False), mean("1"), id="concentration not valid"),
        pytest.param(mean("1"), mean("1", valid=False), id="flow not valid"),
        pytest.param(mean(None), mean("1"), id="no concentration"),
        pytest.param(mean("1"), mean(None), id="no flow"),
    ],
)
def test_without_both_valid_means_the_mass_is_not_known(
    concentration: MeanRow, flow: MeanRow
) -> None:
    assert hour_mass(concentration, flow, "m3/h") is None


def test_means_of_different_hours_make_no_mass() -> None:
    with pytest.raises(ValueError, match="different hours"):
        hour_mass(mean("1"), mean("1", start=DAY.until), "m3/h")


def test_a_flow_of_another_unit_makes_no_mass() -> None:
    with pytest.raises(ValueError, match="L/s"):
        hour_mass(mean("1"), mean("1"), "L/s")


def test_a_day_by_hand() -> None:
    """G_d: 10 h of 13 kg and 2 substituted of 20 kg: 130 + 40 = 170 kg = 0.17 t; 5 h stopped, 7 missing."""
    at = [DAY.since + timedelta(hours=k) for k in range(24)]
    hours = [mass_hour(start, Decimal(13), stopped=False) for start in at[:10]]
    hours += [MassHour(start, MassState.SUBSTITUTED, Decimal(20)) for start in at[10:12]]
    hours += [mass_hour(start, Decimal(99), stopped=True) for start in at[12:17]]
    hours += [mass_hour(start, None, stopped=False) for start in at[17:20]]

    found = mass_sum(hours, DAY)

    assert (found.tonnes, found.measured_t, found.substituted_t) == (
        Decimal("0.170"),
        Decimal("0.130"),
        Decimal("0.040"),
    )
    assert (found.measured_h, found.substituted_h, found.stopped_h, found.missing_h) == (
        10,
        2,
        5,
        7,
    )


@given(st.lists(st.decimals(0, 500, places=9), min_size=72, max_size=72))
def test_days_make_the_month_and_the_year_exactly(masses: list[Decimal]) -> None:
    hours = [
        mass_hour(DAY.since + timedelta(hours=k), kg, stopped=False) for k, kg in enumerate(masses)
    ]

    days = [mass_sum(hours, local_day(DAY.since + timedelta(days=k), BEIJING)) for k in range(3)]
    month = mass_sum(hours, local_month(DAY.since, BEIJING))
    year = mass_sum(hours, local_year(DAY.since, BEIJING))

    assert sum(day.tonnes for day in days) == month.tonnes == year.tonnes == sum(masses) / 1000
    assert month.missing_h == 31 * 24 - 72


def test_only_a_measured_mass_may_decide() -> None:
    decides = [state for state in MassState if MassHour(START, state, Decimal(1)).decides]

    assert decides == [MassState.MEASURED]


def test_a_stopped_hour_emits_nothing_and_is_not_missing() -> None:
    found = mass_hour(START, None, stopped=True)

    assert (found.state, found.kg) == (MassState.STOPPED, 0)
