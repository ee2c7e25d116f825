"""The indicators together: each named once, with its needs, silent over honest hours."""

from typing import TypeVar

import numpy as np
import pytest

from schemas.parameter import Parameters, source_of
from services.rules.quality.indicators import INDICATORS, Indicator, Need, judge
from services.rules.quality.stillness import StillnessParameters
from tests.fixtures.quality_cases import case, lively, watched

Rule = TypeVar("Rule", bound=Parameters)
OWNERS = sorted({each.parameters for each in INDICATORS}, key=lambda owner: owner.__name__)


def test_each_indicator_stands_once_and_the_list_is_covered() -> None:
    names = [each.name for each in INDICATORS]
    numbers = {each.number for each in INDICATORS}

    assert len(names) == len(set(names))
    # F04 and F15 are judged elsewhere, F25 is no measurement.
    expected = {f"F{number:02}" for number in range(1, 26)} - {"F04", "F15", "F25"}
    assert numbers == expected | {"A09", "platform"}


@pytest.mark.parametrize("owner", OWNERS, ids=[owner.__name__ for owner in OWNERS])
def test_every_threshold_says_where_it_comes_from_in_two_languages(owner: type[Parameters]) -> None:
    for name, field in owner.model_fields.items():
        stated = field.json_schema_extra
        assert source_of(field).text, name
        assert field.description, name
        assert isinstance(stated, dict)
        assert stated["zh"], name


def test_fields_of_different_classes_do_not_share_a_name() -> None:
    fields = [name for owner in OWNERS for name in owner.model_fields]

    assert len(fields) == len(set(fields))


@pytest.mark.parametrize("indicator", INDICATORS, ids=[each.name for each in INDICATORS])
def test_an_indicator_is_silent_where_nothing_is_known(indicator: Indicator) -> None:
    assert judge(case(), indicators=(indicator,)) == ()
    assert judge(case(watched("a21002", np.full(48, np.nan))), indicators=(indicator,)) == () or (
        indicator.name == "unexplained_gap"
    )


def test_an_honest_month_of_an_outlet_gives_no_finding() -> None:
    load = 80 + 10 * np.sin(np.arange(744) / 11)
    oxygen = np.round(7 - 0.03 * load + np.random.default_rng(3).normal(0, 0.05, 744), 2)
    nox = watched("a21002", lively(744), limit=100.0, range_max=200.0, detection_limit=2.0)
    so2 = watched("a21026", lively(744, 20.0, seed=8), limit=35.0, range_max=100.0)

    made = case(nox, so2, watched("a19001", oxygen), watched("i33400", load))

    assert judge(made) == ()


def test_settings_come_from_whom_judge_is_given() -> None:
    values = np.concatenate([np.arange(40) * 0.7 + 20, [48.2] * 3])
    told = StillnessParameters(constant_hours=3, constant_samples=3, constant_odds=0.01)

    def settings(owner: type[Rule], /) -> Rule:
        return told if owner is StillnessParameters else owner()  # pyright: ignore[reportReturnType] - the class asked for

    chosen = [each for each in INDICATORS if each.name == "constant_value"]
    found = judge(case(watched("a21002", values)), settings, chosen)

    assert [each.rule for each in found] == ["constant_value"]
    assert Need.LIMIT not in chosen[0].needs
