"""Noise that is a pure function of its name and the time, so that a model needs no memory."""

from hashlib import blake2b
from math import cos, pi

_HALF = float(2**63)


def lattice(name: str, number: int) -> float:
    """An even chance between -1 and 1; always the same for the same name and number."""
    digest = blake2b(f"{name}:{number}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / _HALF - 1.0


def drift(name: str, at_s: int, period_s: int) -> float:
    """Noise between -1 and 1 that changes smoothly, with a new aim every `period_s` seconds."""
    number, passed_s = divmod(at_s, period_s)
    before, after = lattice(name, number), lattice(name, number + 1)
    return before + (after - before) * (1.0 - cos(pi * passed_s / period_s)) / 2.0
