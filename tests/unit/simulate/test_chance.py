"""Noise that is a pure function of name and hour."""

import numpy as np
import pytest

from services.simulate.process.chance import HOUR_S, drift_alone, generator, noise
from services.simulate.world import INSTANTS

BEGIN_S = 1_768_406_400


def test_the_same_name_and_hour_give_the_same_numbers() -> None:
    one, same = noise("a", BEGIN_S, 3), noise("a", BEGIN_S, 3)

    assert np.array_equal(one.drift, same.drift)
    assert np.array_equal(one.quick, same.quick)


@pytest.mark.parametrize(
    ("name", "begin_s"),
    [
        pytest.param("b", BEGIN_S, id="another name"),
        pytest.param("a", BEGIN_S + HOUR_S, id="another hour"),
    ],
)
def test_another_name_or_hour_gives_others(name: str, begin_s: int) -> None:
    one, other = noise("a", BEGIN_S, 1), noise(name, begin_s, 1)

    assert not np.array_equal(one.quick, other.quick)
    assert not np.array_equal(one.drift, other.drift)


def test_drift_goes_on_from_hour_to_hour() -> None:
    course = np.hstack([noise("a", BEGIN_S + n * HOUR_S, 4).drift for n in range(48)])

    steps = np.abs(np.diff(course, axis=1))
    seams = steps[:, INSTANTS - 1 :: INSTANTS]
    assert steps.max() < 0.08
    assert seams.max() < 0.02


def test_drift_and_quick_noise_are_of_about_one_and_centred() -> None:
    hours = [noise("spread", BEGIN_S + n * HOUR_S, 8) for n in range(60)]

    drift = np.hstack([each.drift for each in hours])
    quick = np.hstack([each.quick for each in hours])
    assert drift.std() == pytest.approx(0.85, abs=0.15)
    assert drift.mean() == pytest.approx(0.0, abs=0.15)
    assert quick.std() == pytest.approx(1.0, abs=0.02)


def test_rows_are_strangers_to_each_other() -> None:
    rows = np.hstack([noise("rows", BEGIN_S + n * HOUR_S, 3).drift for n in range(200)])

    alike = np.asarray(np.corrcoef(rows), dtype=np.float64)

    assert np.abs(alike[np.triu_indices(3, 1)]).max() < 0.3


def test_a_lone_drift_is_seamless_too() -> None:
    course = np.concatenate([drift_alone("a", BEGIN_S + n * HOUR_S) for n in range(24)])

    assert np.abs(np.diff(course)).max() < 0.08


def test_generators_with_one_name_are_alike_and_independent() -> None:
    first = generator("x", 1).random(4)
    generator("x", 1).random(100)

    assert np.array_equal(first, generator("x", 1).random(4))
    assert not np.array_equal(first, generator("x", 2).random(4))
