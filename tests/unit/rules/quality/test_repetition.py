"""Replayed blocks and copied days (F12): what cannot be chance, and what repeats honestly."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.quality.repetition import (
    RepetitionParameters,
    Search,
    copied_day,
    repeats,
    replayed_block,
)
from services.rules.quality.series import plain_series
from tests.fixtures.quality_cases import NAN, SINCE, case, floats, hours, lively, watched

DEFAULT = RepetitionParameters()


def replaying(days_back: int, count: int = 24) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    values = lively(744)
    back = 24 * days_back
    values[-count:] = values[744 - count - back : 744 - back]
    return values


def test_a_repeat_is_found_with_its_lag_and_its_bits() -> None:
    """1, 5, 2, 7, then 9, then 1, 5, 2, 7 again: lag 5.

    Changes: 4, -3, 5, 2, -8, 4, -3, 5; each of 4, -3, 5 twice of 8: 2 bits each; the block has its
    last three changes inside: 3 x 2 = 6 bits.
    """
    (found,) = repeats(floats([1, 5, 2, 7, 9, 1, 5, 2, 7]), Search(3, 3, 2, 8))

    assert (found.first, found.end, found.lag) == (5, 9, 5)
    assert found.bits == pytest.approx(6.0)


@pytest.mark.parametrize("days_back", [1, 2, 7, 30])
def test_a_replayed_day_is_found_up_to_thirty_days_back(days_back: int) -> None:
    (finding,) = replayed_block(case(watched("a21002", replaying(days_back))), DEFAULT)

    assert finding.evidence["lag_s"] == days_back * 86400
    assert int(str(finding.evidence["cells"])) >= 24
    assert f"与{days_back}天前" in finding.zh
    assert finding.since <= SINCE + timedelta(hours=720)


def test_some_hours_shown_again_within_a_day_are_enough() -> None:
    """12 hours of more than 8 bits each: about 90 bits >= 60."""
    (finding,) = replayed_block(case(watched("a21002", replaying(3, 12))), DEFAULT)

    assert float(str(finding.evidence["bits"])) > 60


def test_minutes_are_looked_at_where_the_hours_are_too_few() -> None:
    minutes = lively(1440, seed=5)
    minutes[-90:] = minutes[-90 - 720 : -720]
    made = watched("a21002", lively(24), minutes=plain_series(SINCE, minutes, 60))

    (finding,) = replayed_block(case(made), DEFAULT)

    assert "连续90个分钟值" in finding.zh


def coarse() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    dice = np.random.default_rng(1)
    return floats(np.clip(np.cumsum(dice.integers(-1, 2, 744)), -3, 3) * 0.1 + 2.0)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(np.full(744, 5.0), id="constant"),
        pytest.param(coarse(), id="steps of 0.1 between 1.7 and 2.3"),
        pytest.param(np.tile([0.0, 1.0], 372), id="on and off"),
        pytest.param(np.repeat(coarse()[:372], 2), id="a slow analyser with one decimal"),
        pytest.param(np.full(744, NAN), id="nothing"),
    ],
)
def test_series_of_few_values_repeat_themselves_honestly(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> None:
    """A change out of three has 1.6 bits: a chance block would need about 38 hours."""
    assert replayed_block(case(watched("a21002", values)), DEFAULT) == ()


@given(st.integers(0, 500))
def test_honest_hours_are_no_replay(seed: int) -> None:
    assert replayed_block(case(watched("a21002", lively(200, seed=seed))), DEFAULT) == ()


def test_an_old_replay_and_a_flagged_one_are_not_told() -> None:
    old = np.concatenate([replaying(2), lively(48, seed=9)])
    flagged = watched("a21002", hours(replaying(2), "N" * 720 + "C" * 24))

    assert replayed_block(case(watched("a21002", old)), DEFAULT) == ()
    assert replayed_block(case(flagged), DEFAULT) == ()


def test_a_copy_that_was_scaled_and_shaken_is_found() -> None:
    """0.9 times the hours of five days ago plus noise of 0.1 %: correlation over 0.999."""
    values = lively(744)
    noise = 1 + np.random.default_rng(2).normal(0, 0.001, 24)
    values[-24:] = values[-144:-120] * 0.9 * noise

    (finding,) = copied_day(case(watched("a21002", values)), DEFAULT)

    assert "自2026-03-26 00:00起24小时" in finding.zh
    assert float(str(finding.evidence["correlation"])) > 0.999


def test_an_exact_copy_a_flat_day_and_a_hole_are_not_its_business() -> None:
    flat = lively(744)
    flat[-24:] = 50 + 0.01 * np.arange(24)
    holed = replaying(2)
    holed[-3] = NAN

    assert copied_day(case(watched("a21002", replaying(2))), DEFAULT) == ()
    assert copied_day(case(watched("a21002", flat)), DEFAULT) == ()
    assert copied_day(case(watched("a21002", holed)), DEFAULT) == ()
    assert copied_day(case(watched("a21002", lively(40))), DEFAULT) == ()


@given(st.integers(0, 500))
def test_honest_days_are_no_copies(seed: int) -> None:
    assert copied_day(case(watched("a21002", lively(744, seed=seed))), DEFAULT) == ()


def test_what_a_bureau_sets_decides() -> None:
    loose = replace(case(watched("a21002", lively(744))))

    assert copied_day(loose, RepetitionParameters(likeness=0.5))
