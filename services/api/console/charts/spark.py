"""A line of a few numbers, as small as a word: the places of a picture. Pure.

It must not know what the numbers are.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

WIDTH: Final = 120
HEIGHT: Final = 28
EDGE: Final = 3


class Spark(NamedTuple):
    """Lines as SVG has them (a gap begins a new one), the limit's height, and each number over it."""

    lines: Sequence[str]
    dots: Sequence[tuple[float, float]]
    over: Sequence[tuple[float, float]]
    limit: float | None
    width: int = WIDTH
    height: int = HEIGHT


def spark_of(
    numbers: Sequence[float | None], limit: float | None, low: float | None = None
) -> Spark | None:
    """The picture of numbers at even steps, None where there is none; no picture of nothing."""
    known = [one for one in numbers if one is not None]
    if not known:
        return None
    bounds = [one for one in (limit, low) if one is not None]
    least, most = min(*known, 0, *bounds), max(*known, *bounds, 0)
    span = (most - least) or 1.0
    step = (WIDTH - 2 * EDGE) / max(len(numbers) - 1, 1)

    def place(at: int, number: float) -> tuple[float, float]:
        height = HEIGHT - EDGE - (number - least) / span * (HEIGHT - 2 * EDGE)
        return round(EDGE + at * step, 1), round(height, 1)

    stretches: list[list[tuple[float, float]]] = [[]]
    over: list[tuple[float, float]] = []
    for at, number in enumerate(numbers):
        if number is None:
            stretches.append([])
            continue
        stretches[-1].append(place(at, number))
        if (limit is not None and number > limit) or (low is not None and number < low):
            over.append(place(at, number))
    return Spark(
        [" ".join(f"{x},{y}" for x, y in one) for one in stretches if len(one) > 1],
        [one[0] for one in stretches if len(one) == 1],
        over,
        None if limit is None else place(0, limit)[1],
    )
