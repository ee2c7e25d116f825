"""Many plants of a map drawn as the regions they lie in: one sign for each, with the worst word. Pure.

It must not know how a map is drawn.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from services.api.console.regions.drawn_map import Many, Placed
from services.api.console.shown import Lang
from services.rules.status import RANK, Word
from services.store.status_regions import RegionNode

MOST_DRAWN: Final = 150
"""More plants than that are no picture: they are drawn by region."""


def gathered(
    placed: Sequence[tuple[Placed, str]], own: str, nodes: Mapping[str, RegionNode], lang: Lang
) -> list[Placed]:
    """The plants (each with its region's code) as they are drawn in the region `own`.

    Few as they are; many by the regions just below, where they lie on the whole, those of no region
    below as they are. The worst first, and where plants are left, no more than can be drawn.
    """
    if len(placed) <= MOST_DRAWN:
        return [one for one, _ in placed]
    groups: dict[str, list[Placed]] = {}
    alone: list[Placed] = []
    for one, region in placed:
        below = _below(region, own, nodes)
        if below is None:
            alone.append(one)
        else:
            groups.setdefault(below, []).append(one)
    regions = [_one(nodes[code], some, lang) for code, some in groups.items()]
    return sorted([*regions, *alone[:MOST_DRAWN]], key=lambda one: RANK[Word(one.word)])


def _below(region: str, own: str, nodes: Mapping[str, RegionNode]) -> str | None:
    """Which region just below `own` it lies in."""
    code: str | None = region
    while code is not None and code in nodes:
        if nodes[code].parent == own:
            return code
        code = nodes[code].parent
    return None


def _one(node: RegionNode, plants: Sequence[Placed], lang: Lang) -> Placed:
    word = min((one.word for one in plants), key=lambda word: RANK[Word(word)])
    count = len(plants)
    return Placed(
        *(node.code, node.zh if lang == "zh" else node.en, word),
        *(
            sum(one.longitude for one in plants) / count,
            sum(one.latitude for one in plants) / count,
        ),
        Many(count, sum(one.word == word for one in plants)),
    )
