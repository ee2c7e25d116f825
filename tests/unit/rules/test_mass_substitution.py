"""What stands in for the mass of hours without valid data, by the table of HJ 75-2017."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.mass import MassHour, MassState, mass_hour
from services.rules.mass_substitution import SubstitutionParameters, gaps, substituted

P = SubstitutionParameters()
QUARTER = datetime(2026, 3, 31, 16, tzinfo=UTC)
HIGH, LOW, SHORT = Decimal(95), Decimal(80), Decimal(70)


def hours(masses: Iterable[int | str | None], first: datetime = QUARTER) -> list[MassHour]:
    """Hours of so many kg; None: missing; "stopped"."""
    return [
        mass_hour(
            first + timedelta(hours=k),
            Decimal(mass) if isinstance(mass, int) else None,
            stopped=mass == "stopped",
        )
        for k, mass in enumerate(masses)
    ]


def before(masses: list[int]) -> list[MassHour]:
    """Hours that end where the quarter begins."""
    return hours(masses, QUARTER - timedelta(hours=len(masses)))


@pytest.mark.parametrize(
    ("rate", "gap", "kg", "rule"),
    [
        pytest.param(HIGH, 24, 10, "max_180", id="a high rate, a short gap"),
        pytest.param(HIGH, 25, 20, "max_720", id="a high rate, a long gap"),
        pytest.param(Decimal(90), 1, 10, "max_180", id="90 % is high"),
        pytest.param(Decimal("89.9"), 1, 30, "max_2160", id="less is not"),
        pytest.param(LOW, 100, 30, "max_2160", id="a low rate, any gap"),
        pytest.param(Decimal(75), 1, 30, "max_2160", id="75 % is enough"),
    ],
)
def test_the_table_by_hand(rate: Decimal, gap: int, kg: int, rule: str) -> None:
    """Valid hours before: 2160th 30 kg, 720th 20 kg, 180th 10 kg, all others 5 kg, the 2161st 99."""
    history = [99, 30] + [5] * 1439 + [20] + [5] * 539 + [10] + [5] * 179

    found = substituted(hours([None] * gap), before(history), rate, P)

    assert {(hour.kg, hour.rule, hour.state) for hour in found} == {
        (Decimal(kg), rule, MassState.SUBSTITUTED)
    }


@pytest.mark.parametrize("rate", [SHORT, Decimal("74.999"), None], ids=str)
def test_under_75_percent_nothing_is_substituted(rate: Decimal | None) -> None:
    missing = hours([None] * 3)

    assert substituted(missing, before([5] * 200), rate, P) == missing


def test_a_substitute_names_the_hour_it_was_taken_from_and_decides_nothing() -> None:
    (found,) = substituted(hours([None]), before([5, 9, 9, 7]), HIGH, P)

    assert (found.kg, found.source) == (9, QUARTER - timedelta(hours=2))
    assert not found.decides


def test_hours_with_a_mass_stay_as_they_are() -> None:
    quarter = hours([4, None, 6, "stopped"])

    found = substituted(quarter, before([5] * 10), HIGH, P)

    assert [found[k] for k in (0, 2, 3)] == [quarter[k] for k in (0, 2, 3)]
    assert found[1].kg == 5


def test_a_gap_looks_back_on_the_hours_of_its_own_quarter_too() -> None:
    found = substituted(hours([8, 3, None]), before([5] * 10), HIGH, P)

    assert (found[2].kg, found[2].source) == (8, QUARTER)


def test_a_substitute_is_never_taken_from_another_substitute() -> None:
    found = substituted(hours([None, 2, None]), before([5, 1]), HIGH, P)

    assert [hour.source for hour in found] == [
        QUARTER - timedelta(hours=2),
        None,
        QUARTER - timedelta(hours=2),
    ]


def test_hours_out_of_control_look_back_from_the_last_passed_calibration() -> None:
    """The hour before the gap (50 kg) is later than the calibration and is not trusted."""
    passed = QUARTER + timedelta(hours=2)
    (*valid, gap) = hours([5, 6, 50, None])

    found = substituted([*valid, gap._replace(look_back_from=passed)], [], HIGH, P)

    assert (found[3].kg, found[3].source) == (6, QUARTER + timedelta(hours=1))


def test_stopped_hours_neither_count_in_a_gap_nor_end_it() -> None:
    quarter = hours([1, *[None] * 12, *["stopped"] * 30, *[None] * 12, 1, None])

    found = gaps(quarter)

    assert [len(gap.hours) for gap in found] == [24, 1]


def test_without_any_valid_hour_before_nothing_is_substituted() -> None:
    missing = hours([None, 5])

    assert substituted(missing, [], HIGH, P) == missing


def test_the_table_is_a_setting_and_a_doubt_until_set() -> None:
    strict = SubstitutionParameters(short_gap_window=2)

    (found,) = substituted(hours([None]), before([9, 5, 4]), HIGH, strict)

    assert (found.kg, found.rule) == (5, "max_2")
    assert "short_gap_window" in P.unestablished()
    assert "short_gap_window" not in strict.unestablished()


@given(st.lists(st.one_of(st.none(), st.integers(0, 50), st.just("stopped")), max_size=60))
def test_a_substitute_is_a_mass_that_was_measured_before(
    masses: list[int | str | None],
) -> None:
    quarter = hours(masses)

    found = substituted(quarter, before([3, 4]), HIGH, P)

    measured = {hour.start: hour.kg for hour in [*before([3, 4]), *quarter] if hour.decides}
    for hour in found:
        if hour.state is MassState.SUBSTITUTED:
            assert hour.source is not None
            assert hour.source < hour.start
            assert hour.kg == measured[hour.source]
    assert [hour.start for hour in found] == [hour.start for hour in quarter]
    assert not any(hour.state is MassState.MISSING for hour in found)
