"""A schematic map: where plants lie by their registered coordinates, scaled, with a light grid.

Pure. No tiles and no borders: it says how places lie to each other, not where roads run.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

WIDTH: Final = 760
HEIGHT: Final = 460
MARGIN: Final = 48
LEAST_SPAN: Final = 0.2
"""Degrees: plants of one town are not drawn as if they lay far apart."""
STEPS: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
MOST_LINES: Final = 7
SIZE: Final = 11.0
"""Of a plant's shape and its clearance, in the units of the drawing."""
LINE: Final = 16.0
WIDE: Final = 13.0
NARROW: Final = 7.5
ASCII: Final = 128
PLACES: Final = (
    ("start", 1.0, 0.0),
    ("end", -1.0, 0.0),
    ("middle", 0.0, -1.0),
    ("middle", 0.0, 1.0),
    ("start", 0.6, -0.8),
    ("start", 0.6, 0.8),
    ("end", -0.6, -0.8),
    ("end", -0.6, 0.8),
)


class Many(NamedTuple):
    """The plants of a region that are drawn as one: so many, and so many of them stand as it does."""

    plants: int
    standing: int


class Placed(NamedTuple):
    """A plant with its place in degrees (WGS 84 or as registered) and how it stands.

    `many`: it stands for the plants of a region, and its code and name are the region's.
    """

    code: str
    name: str
    word: str
    longitude: float
    latitude: float
    many: Many | None = None


class Dot(NamedTuple):
    """A plant (or the plants of a region) as drawn; `label` None: there is no room for its name."""

    code: str
    name: str
    word: str
    x: float
    y: float
    label: tuple[float, float, str] | None
    many: Many | None = None


class GridLine(NamedTuple):
    """A line of the grid at `at`, with its degrees in words."""

    at: float
    text: str


class Drawing(NamedTuple):
    """All that is drawn; `meridians` stand upright."""

    width: int
    height: int
    dots: Sequence[Dot]
    meridians: Sequence[GridLine]
    parallels: Sequence[GridLine]


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class _Frame(NamedTuple):
    """How degrees become places of the drawing."""

    longitude: float
    latitude: float
    scale: float
    shrink: float

    def x(self, longitude: float) -> float:
        return round(WIDTH / 2 + (longitude - self.longitude) * self.shrink * self.scale, 1)

    def y(self, latitude: float) -> float:
        return round(HEIGHT / 2 - (latitude - self.latitude) * self.scale, 1)


def drawn(plants: Sequence[Placed]) -> Drawing | None:
    """The plants in the order of who gets room for a name first; None: none has a place."""
    if not plants:
        return None
    east = [one.longitude for one in plants]
    north = [one.latitude for one in plants]
    middle = (min(north) + max(north)) / 2
    shrink = max(math.cos(math.radians(middle)), 0.05)
    scale = min(
        (WIDTH - 2 * MARGIN) / max((max(east) - min(east)) * shrink, LEAST_SPAN),
        (HEIGHT - 2 * MARGIN) / max(max(north) - min(north), LEAST_SPAN),
    )
    frame = _Frame((min(east) + max(east)) / 2, middle, scale, shrink)
    step = _step(max(WIDTH / (scale * shrink), HEIGHT / scale))
    half_east, half_north = WIDTH / (2 * scale * shrink), HEIGHT / (2 * scale)
    return Drawing(
        *(WIDTH, HEIGHT, _dots(plants, frame)),
        [
            GridLine(frame.x(at), _degrees(at, "E", "W"))
            for at in _lines(frame.longitude - half_east, frame.longitude + half_east, step)
        ],
        [
            GridLine(frame.y(at), _degrees(at, "N", "S"))
            for at in _lines(frame.latitude - half_north, frame.latitude + half_north, step)
        ],
    )


def _dots(plants: Sequence[Placed], frame: _Frame) -> list[Dot]:
    spots = [(frame.x(one.longitude), frame.y(one.latitude)) for one in plants]
    taken = [_Box(x - SIZE, y - SIZE, x + SIZE, y + SIZE) for x, y in spots]
    found: list[Dot] = []
    for one, (x, y) in zip(plants, spots, strict=True):
        label = _label(_words(one), x, y, taken)
        found.append(Dot(one.code, one.name, one.word, x, y, label, one.many))
    return found


def _words(one: Placed) -> str:
    """What stands beside it."""
    return one.name if one.many is None else f"{one.name} {one.many.standing}/{one.many.plants}"


def _label(name: str, x: float, y: float, taken: list[_Box]) -> tuple[float, float, str] | None:
    wide = sum(NARROW if ord(letter) < ASCII else WIDE for letter in name)
    for anchor, right, down in PLACES:
        at = x + right * (SIZE + 3)
        base = y + 5 + down * (SIZE + LINE / 2 + 2)
        left = {"start": at, "end": at - wide, "middle": at - wide / 2}[anchor]
        box = _Box(left, base - LINE + 3, left + wide, base + 3)
        inside = box.left >= 0 and box.right <= WIDTH and box.top >= 0 and box.bottom <= HEIGHT
        if inside and not any(box.meets(other) for other in taken):
            taken.append(box)
            return round(at, 1), round(base, 1), anchor
    return None


def _step(span: float) -> float:
    return next((step for step in STEPS if span / step <= MOST_LINES), STEPS[-1])


def _lines(low: float, high: float, step: float) -> Iterable[float]:
    first = math.ceil(low / step)
    last = math.floor(high / step)
    return [round(number * step, 6) for number in range(first, last + 1)]


def _degrees(at: float, positive: str, negative: str) -> str:
    return f"{abs(at):g}°{positive if at >= 0 else negative}"
