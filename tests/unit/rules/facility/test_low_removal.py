"""Finding low_removal: hours in a row, and days, under the target."""

from decimal import Decimal

import pytest

from schemas.judgement import Finding, Stage
from schemas.registry_words import BEIJING
from services.rules.facility.low_removal import Case, Target, low_removal, usual_target
from services.rules.facility.removal import RemovalHour, Removes, Side
from services.rules.facility.removal_parameters import RemovalParameters
from tests.fixtures.facility_scene import at, second

PARAMS = RemovalParameters(
    efficiency_formula="mass_else_converted", production_share=100, low_hours=3, day_hours=20
)
FGD = usual_target("desulphurisation", PARAMS)


def hours(removed: dict[int, int]) -> list[RemovalHour]:
    """1000 mg/m3 x 10 m3/s in; of it so many per cent removed in each hour of the day."""
    return [
        RemovalHour(
            second(60 * number),
            Side(Decimal(1000), Decimal(10), None),
            Side(Decimal(1000 - 10 * share), Decimal(10), None),
        )
        for number, share in removed.items()
    ]


def found_for(
    removed: dict[int, int], target: Target | None = FGD, params: RemovalParameters = PARAMS
) -> tuple[Finding, ...]:
    assert target is not None
    case = Case(Removes(21, "a21026", Stage.FINAL), target, "FGD1", "SO2", BEIJING)
    return low_removal(case, hours(removed), params)


def test_three_hours_in_a_row_under_ninety() -> None:
    """85, 80, 84 %: in 30000, out 1500 + 2000 + 1600 = 5100; eta = 1 - 5100/30000 = 83 %."""
    (found,) = found_for({0: 95, 1: 85, 2: 80, 3: 84, 4: 92})

    assert (found.rule, found.subject) == ("low_removal", 21)
    assert (found.since, found.until) == (at(60), at(240))
    assert found.sure
    assert found.zh == (
        "2026-03-01 01:00:00至04:00:00，FGD1对SO2的去除效率为83%，低于90%，"
        "按质量（进口合计30000，出口合计5100，3个小时）。"
    )
    assert found.en == (
        "2026-03-01 01:00:00 to 04:00:00, FGD1 removed 83 % of SO2, under "
        "90 %, by mass (in 30000, out 5100, 3 hours)."
    )
    assert "综合脱硫效率达到90%以上" in found.clause


@pytest.mark.parametrize(
    "removed",
    [
        pytest.param({1: 85, 2: 80}, id="two hours"),
        pytest.param({1: 85, 2: 80, 4: 80, 5: 80}, id="an hour without efficiency parts them"),
        pytest.param({1: 85, 2: 80, 3: 90, 4: 80, 5: 80}, id="exactly 90 % is not under 90 %"),
        pytest.param({}, id="nothing judged"),
    ],
)
def test_less_is_no_finding(removed: dict[int, int]) -> None:
    assert found_for(removed) == ()


def test_a_run_may_reach_the_last_hour_there_is() -> None:
    (found,) = found_for({21: 80, 22: 80, 23: 80})

    assert (found.since, found.until) == (at(21 * 60), at(1440))


def test_a_day_may_be_under_though_no_hours_follow_each_other() -> None:
    """Hours of 95 and 80 % by turns, 20 of them: 87.5 % of the day."""
    (found,) = found_for({number: 80 if number % 2 else 95 for number in range(20)})

    assert (found.since, found.until) == (at(0), at(1440))
    assert found.evidence["period"] == "day"
    assert found.evidence["efficiency"] == "0.875"


def test_a_day_needs_its_hours() -> None:
    assert found_for({number: 80 if number % 2 else 95 for number in range(19)}) == ()


def test_a_day_and_a_run_that_begin_together_are_one_finding() -> None:
    found = found_for({number: 80 if number < 3 else 91 for number in range(20)})
    both = found_for({number: 80 if number < 10 else 91 for number in range(20)})

    assert [each.until for each in found] == [at(1440)]
    assert [each.evidence["period"] for each in both] == ["day"]


def test_denitrification_has_seventy() -> None:
    target = usual_target("denitrification", PARAMS)

    assert found_for({0: 70, 1: 70, 2: 70}, target) == ()
    assert len(found_for({0: 69, 1: 69, 2: 69}, target)) == 1


def test_other_treatments_have_no_usual_target() -> None:
    assert usual_target("bag_filter", PARAMS) is None


def test_a_target_from_memory_is_a_doubt() -> None:
    nmhc = Target(PARAMS.nmhc_petrochemical, "GB 31570-2015", "nmhc_petrochemical")

    (found,) = found_for({0: 94, 1: 94, 2: 94}, nmhc)

    assert (found.sure, found.doubts) == (False, ("nmhc_petrochemical",))


def test_defaults_of_ours_are_doubts() -> None:
    (found,) = found_for({0: 80, 1: 80, 2: 80}, params=RemovalParameters())

    assert found.doubts == ("efficiency_formula", "production_share", "low_hours")
