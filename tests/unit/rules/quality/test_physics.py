"""What cannot be (F11, F17)."""

from dataclasses import replace

import numpy as np
import pytest

from services.rules.quality.physics import PhysicsParameters, flow_off_balance, order_violated
from tests.fixtures.quality_cases import case, watched

DEFAULT = PhysicsParameters()


def test_ammonia_nitrogen_over_total_nitrogen_cannot_be() -> None:
    """12 against 10 mg/L in 6 hours of 24 known for 10: 12 > 10 x 1.05; 6 of 10 are more than half."""
    nan = float("nan")
    part = watched("w21003", [nan] * 14 + [9.0] * 4 + [12.0] * 6)
    whole = watched("w21001", [10.0] * 24)

    (finding,) = order_violated(case(part, whole), DEFAULT)

    assert "有6小时高于总氮5 %以上（平均12对10 mg/L），违反物理规律" in finding.zh
    assert "was above TN by more than 5 % in 6 h" in finding.en
    assert finding.point == part.point


@pytest.mark.parametrize(
    ("small", "great"),
    [
        pytest.param([10.4] * 24, [10.0] * 24, id="four percent, within the error"),
        pytest.param([12.0] * 5 + [9.0] * 19, [10.0] * 24, id="five hours"),
        pytest.param([12.0] * 8 + [9.0] * 16, [10.0] * 24, id="a third of the day"),
    ],
)
def test_errors_of_measurement_are_none(small: list[float], great: list[float]) -> None:
    made = case(watched("w01017", small), watched("w01018", great))

    assert order_violated(made, DEFAULT) == ()


def test_bod_over_cod_and_more_after_treatment_than_before_cannot_be() -> None:
    bod = case(watched("w01017", [30.0] * 24), watched("w01018", [20.0] * 24))
    inlet = replace(watched("a21026", [80.0] * 24), side="in", point=90)
    treated = case(watched("a21026", [100.0] * 24), inlet)

    assert [each.rule for each in order_violated(bod, DEFAULT)] == ["order_violated"]
    (finding,) = order_violated(treated, DEFAULT)
    assert "二氧化硫（进口）" in finding.zh
    assert "SO2 before treatment" in finding.en
    assert finding.evidence["beside"] == 90


def test_flow_far_from_what_the_load_lets_expect_is_found() -> None:
    """Flow = 1000 x load for 480 hours; then 0.6 times that for a day: -40 %, more than 30 %."""
    load = 60.0 + np.arange(504) * 7 % 40
    flow = 1000 * load + np.tile([300.0, -300.0], 252)
    flow[-24:] *= 0.6

    (finding,) = flow_off_balance(case(watched("a00000", flow), watched("i33400", load)), DEFAULT)

    assert "偏差-40%，超过30 %" in finding.zh
    assert "where load lets expect" in finding.en


def test_flow_within_thirty_percent_or_without_a_load_is_none() -> None:
    load = 60.0 + np.arange(504) * 7 % 40
    flow = 1000 * load
    flow[-24:] *= 0.75

    assert flow_off_balance(case(watched("a00000", flow), watched("i33400", load)), DEFAULT) == ()
    assert flow_off_balance(case(watched("a00000", flow)), DEFAULT) == ()
