"""A small form of the benchmark `cheats`: real and simulated hours, honest and not."""

import json
import os
from functools import cache

import pytest

from tests.bench.cheat_injections import CHEATS, Cheat
from tests.bench.cheat_material import WINDOW_H, Shown, turbine, turbine_path
from tests.bench.cheat_simulated import honest_month
from tests.bench.cheat_staged import STAGED, Staged
from tests.bench.cheats import Tally, of_half, real_false, real_trial, simulated_trial

SEEDS = range(1, 6, 2)
EASY = [
    each for each in STAGED if each.name in {"constant_values", "replayed_days", "forged_dilution"}
]


@cache
def whole() -> Shown:
    path = turbine_path()
    if path is None:
        assert "CI" not in os.environ, "QINGKONG_SHARED is not set"
        pytest.skip("QINGKONG_SHARED is not set: the gas turbine's file is not at hand")
    return turbine(path)


@pytest.mark.parametrize("cheat", CHEATS, ids=[each.name for each in CHEATS])
def test_a_cheat_in_real_hours_is_found_and_its_honest_twin_is_not(cheat: Cheat) -> None:
    tally = Tally()

    for seed in SEEDS:
        bad, honest = real_trial(whole(), cheat, seed)
        tally.add(found=bool(bad), cried=bool(honest))
        assert all(json.loads(json.dumps(each.evidence)) == each.evidence for each in bad)

    assert tally.found >= 2
    assert tally.cried <= 1


def test_twenty_real_days_give_next_to_no_false_findings() -> None:
    """The rates are per 1,000 channel-hours: here 20 days of two channels, 2.4 thousand with history."""
    rates = real_false(whole(), 5000, 5000 + WINDOW_H + 20 * 24)

    assert sum(rate for name, rate in rates.items() if name != "near_limit") < 2
    assert rates["replayed_block"] == rates["constant_value"] == 0


@pytest.mark.parametrize("staged", EASY, ids=[each.name for each in EASY])
def test_a_simulated_cheat_is_found_and_its_honest_twin_is_not(staged: Staged) -> None:
    assert simulated_trial(staged, "cement", 1) == (True, False)


def test_a_month_is_made_once() -> None:
    assert honest_month("cement", 1) is honest_month("cement", 1)


def test_precision_is_of_all_that_was_said() -> None:
    """Four trials: 3 found, 1 twin cried over: recall 3 / 4, precision 3 / (3 + 1)."""
    tally = Tally()
    for found, cried in ((True, False), (True, True), (True, False), (False, False)):
        tally.add(found=found, cried=cried)

    assert tally.figures("x") == {"x.recall": 0.75, "x.precision": 0.75}
    assert of_half(range(5), "odd") == [1, 3]
    assert of_half(range(5), "even") == [0, 2, 4]
