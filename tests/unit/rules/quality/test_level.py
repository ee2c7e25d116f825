"""Values at the detection limit, negative, zero or over the range (F02, A09)."""

from datetime import timedelta

import numpy as np
import pytest

from services.rules.quality.level import LevelParameters, at_detection_limit, implausible_value
from tests.fixtures.quality_cases import SINCE, case, hours, lively, watched

DEFAULT = LevelParameters()


def test_a_day_at_the_detection_limit_after_a_lively_time_is_a_sign() -> None:
    """20 of 24 hours at 0.9 <= 1.0 x 1.0: 83.3 % >= 80 %; before, none of 48: 0 % <= 30 %."""
    values = np.concatenate([lively(48, 20.0), [0.9] * 20, [5.0] * 4])

    (finding,) = at_detection_limit(case(watched("a21026", values, detection_limit=1.0)), DEFAULT)

    assert "83.3 %的小时值不超过1 mg/m3" in finding.zh
    assert "before, in 0 %" in finding.en


@pytest.mark.parametrize(
    ("values", "limit"),
    [
        pytest.param([0.9] * 72, 1.0, id="it was always there"),
        pytest.param([9.0] * 48 + [0.9] * 19 + [9.0] * 5, 1.0, id="19 of 24 are 79 percent"),
        pytest.param([9.0] * 48 + [0.9] * 24, None, id="no detection limit is known"),
        pytest.param([0.9] * 24, 1.0, id="there is no time before"),
    ],
)
def test_what_is_usual_rare_or_unknown_is_none(values: list[float], limit: float | None) -> None:
    made = watched("a21026", values, detection_limit=limit)

    assert at_detection_limit(case(made), DEFAULT) == ()


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        pytest.param([5.0] * 20 + [-3.0] + [5.0] * 3, "negative_value", id="one negative hour"),
        pytest.param([5.0] * 20 + [0.0] * 4, "zero_value", id="four zero hours"),
        pytest.param([5.0] * 20 + [201.0] + [5.0] * 3, "over_range_value", id="an hour over 200"),
    ],
)
def test_implausible_values_shown_as_normal_are_found(values: list[float], rule: str) -> None:
    made = watched("a21026", values, range_max=200.0)

    (finding,) = implausible_value(case(made), DEFAULT)

    assert finding.rule == rule
    assert finding.since == SINCE + timedelta(hours=20)


def test_the_sentence_names_the_worst_value_and_the_range() -> None:
    made = watched("a21026", [5.0] * 20 + [201.0, 230.0] + [5.0] * 2, range_max=200.0)

    (finding,) = implausible_value(case(made), DEFAULT)

    assert "连续2个小时值为超量程值（最大绝对值230 mg/m3，量程上限200）" in finding.zh
    assert "the range ends at 200" in finding.en
    assert finding.sure


@pytest.mark.parametrize(
    ("values", "flags"),
    [
        pytest.param([5.0] * 20 + [-0.4] + [5.0] * 3, "N" * 24, id="noise about zero"),
        pytest.param([5.0] * 21 + [0.0] * 3, "N" * 24, id="three zero hours"),
        pytest.param([5.0] * 20 + [200.0] + [5.0] * 3, "N" * 24, id="just the range"),
        pytest.param([5.0] * 20 + [230.0] + [5.0] * 3, "N" * 20 + "TNNN", id="flagged T"),
        pytest.param([5.0] * 20 + [0.0] * 4, "N" * 20 + "FFFF", id="stopped"),
    ],
)
def test_noise_and_what_was_flagged_are_none(values: list[float], flags: str) -> None:
    made = watched("a21026", hours(values, flags), range_max=200.0, detection_limit=0.5)

    assert implausible_value(case(made), DEFAULT) == ()
