"""Noise that is a pure function of its name and the hour: the same in any order and process.

Drift changes smoothly over hours and ten minutes and is seamless from hour to hour; quick noise
is new at every instant.
"""

from functools import cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from services.simulate.world import INSTANTS, STEP_S, Floats

HOUR_S = INSTANTS * STEP_S
_KNOTS = 6
_FINE, _SLOW = 0.55, 0.8


class Noise(NamedTuple):
    """Arrays (rows, INSTANTS) of standard deviation about 1."""

    drift: Floats
    quick: Floats


def generator(name: str, number: int = 0) -> np.random.Generator:
    """A generator that depends on the name and the number alone."""
    digest = blake2b(f"{name}#{number}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


def noise(name: str, begin_s: int, rows: int) -> Noise:
    """Noise of the hour from `begin_s` (a multiple of an hour)."""
    hour = begin_s // HOUR_S
    source = generator(name, hour)
    knots = source.standard_normal((rows, _KNOTS + 1))
    next_knots = generator(name, hour + 1).standard_normal((rows, _KNOTS + 1))
    ends = next_knots[:, (0, _KNOTS)]
    drift = np.hstack((knots, ends)) @ _weights()
    return Noise(drift, source.standard_normal((rows, INSTANTS)))


def drift_alone(name: str, begin_s: int) -> Floats:
    """One row of the drift of the hour from `begin_s`."""
    hour = begin_s // HOUR_S
    knots = generator(name, hour).standard_normal(_KNOTS + 1)
    ends = generator(name, hour + 1).standard_normal(_KNOTS + 1)[[0, _KNOTS]]
    return np.concatenate((knots, ends)) @ _weights()


@cache
def _weights() -> Floats:
    """What each knot gives to each instant: six and a seventh every ten minutes, two of hours."""
    place = np.arange(INSTANTS) / (INSTANTS / _KNOTS)
    weights = np.zeros((_KNOTS + 3, INSTANTS))
    near = np.clip(1.0 - np.abs(place[None, :] - np.arange(_KNOTS + 1)[:, None]), 0.0, 1.0)
    smooth = near * near * (3.0 - 2.0 * near)
    weights[:_KNOTS] = _FINE * smooth[:_KNOTS]
    weights[_KNOTS + 1] = _FINE * smooth[_KNOTS]
    passed = place / _KNOTS
    later = passed * passed * (3.0 - 2.0 * passed)
    weights[_KNOTS] = _SLOW * (1.0 - later)
    weights[_KNOTS + 2] = _SLOW * later
    return weights
