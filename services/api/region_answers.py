"""A region's status as its answer shows it, written straight: of a thousand outlets it is long.

As RegionStatusModel writes it; a test holds both against each other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, cast

from services.api.region_standing import PlantStanding, RegionPicture
from services.rules.status import RANK, WORST_FIRST, Word, worst
from services.store.places import RegionRef
from services.store.status_regions import RegionNode

API: Final = "/api/v1"
MOST_ALIKE: Final = 10_000


class Counts:
    """How many plants and outlets stand so."""

    def __init__(self) -> None:
        self.plants: dict[str, int] = defaultdict(int)
        self.outlets: dict[str, int] = defaultdict(int)

    def add(self, one: PlantStanding) -> None:
        self.plants[one.status.word] += 1
        for word, count in alike(one.outlets).items():
            self.outlets[word] += count

    def told(self) -> dict[str, object]:
        return {"plants": words_counted(self.plants), "outlets": words_counted(self.outlets)}


def region_body(own: RegionRef, seen: RegionPicture) -> dict[str, object]:
    """All of the answer but when and as of what it is told."""
    parents = {node.code: node.parent for node in seen.nodes}
    counts: dict[str, Counts] = {}
    whole = Counts()
    for one in seen.plants:
        whole.add(one)
        for code in _up(one.plant.region, parents):
            counts.setdefault(code, Counts()).add(one)
    mine = next((node for node in seen.nodes if node.code == own.code), None)
    lines = sorted(seen.plants, key=lambda one: (RANK[one.status.word], one.plant.code))
    return {
        "region": _region(mine or RegionNode(own.code, own.zh, own.en, own.parent, 0)),
        "word": worst(one.status.word for one in lines),
        "counts": whole.told(),
        "below": [
            {
                "code": node.code,
                "zh": node.zh,
                "en": node.en,
                "parent": node.parent,
                "counts": counts.get(node.code, Counts()).told(),
            }
            for node in seen.nodes
            if node.code != own.code and own.code in _up(node.code, parents)
        ],
        "plants": _lines(lines),
    }


@lru_cache(MOST_ALIKE)
def alike(words: tuple[Word, ...]) -> Mapping[str, int]:
    """How many outlets of a plant stand so; the same for all plants whose outlets stand alike."""
    return words_counted(Counter(words))


def words_counted(words: Mapping[str, int] | Mapping[Word, int]) -> dict[str, int]:
    """The words that there are, the worst first."""
    known = cast("Mapping[str, int]", words)
    return {word.value: known[word] for word in WORST_FIRST if known.get(word)}


def _lines(plants: Sequence[PlantStanding]) -> list[dict[str, object]]:
    return [
        {
            "code": one.plant.code,
            "name": one.plant.name,
            "region": one.plant.region,
            "word": one.status.word,
            "stage": one.status.stage,
            "sure": one.status.sure,
            "outlets": alike(one.outlets),
            "link": f"{API}/plants/{one.plant.code}/status",
        }
        for one in plants
    ]


def _region(node: RegionNode) -> dict[str, object]:
    return node._asdict()


def _up(region: str, parents: Mapping[str, str | None]) -> Iterable[str]:
    """A region's code and those above it, as far as they are known."""
    code: str | None = region
    while code is not None:
        yield code
        code = parents.get(code)
