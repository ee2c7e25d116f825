"""The plants one may see with their words, the worst first, and what is open about those of a page.

It must not know how they are shown.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from schemas.order import RUNNING
from services.api.access import Sight
from services.api.asking import When
from services.api.region_standing import PlantStanding, region_picture
from services.api.standing import asked_at
from services.rules.status import RANK, WORST_FIRST, Status, Word
from services.store.history_orders import OrdersAsked, page_of_orders
from services.store.status_cases import active_cases
from services.store.status_regions import RegionNode

PER_PAGE: Final = 50
MOST_ORDERS: Final = 1000


class Wanted(NamedTuple):
    """Which plants: of a region, named so, standing so; and which page of them, from 1."""

    region: str | None = None
    named: str | None = None
    word: Word | None = None
    page: int = 1


class PlantsFound(NamedTuple):
    """A page of plants. `counts` by word of all that the name and region leave; cases and orders by plant."""

    lines: Sequence[PlantStanding]
    counts: Mapping[Word, int]
    total: int
    page: int
    pages: int
    cases: Mapping[int, int]
    orders: Mapping[int, int]
    nodes: Sequence[RegionNode]


def find_plants(within: Sight, when: When, wanted: Wanted) -> PlantsFound:
    """Raises psycopg.Error; Problem where the region is not the caller's."""
    region = None if wanted.region is None else within.region(wanted.region)
    seen = region_picture(within, region, when)
    told = {one.plant.id for one in seen.plants}
    # Of plants that have no outlet yet nobody knows how they stand.
    bare = [one for one in seen.held if one.id not in told]
    nothing = Status(Word.UNKNOWN, None, sure=False)
    everything = [*seen.plants, *(PlantStanding(one, nothing, ()) for one in bare)]
    named = [one for one in everything if _is_named(one, wanted.named)]
    counts = Counter(one.status.word for one in named)
    chosen = [one for one in named if wanted.word in {None, one.status.word}]
    chosen.sort(key=lambda one: (RANK[one.status.word], one.plant.code))
    pages = max(-(-len(chosen) // PER_PAGE), 1)
    page = min(max(wanted.page, 1), pages)
    lines = chosen[(page - 1) * PER_PAGE : page * PER_PAGE]
    ids = [one.plant.id for one in lines]
    cases = Counter(
        one.plant for one in active_cases(within.session, asked_at(within.session, ids, when))
    )
    running = OrdersAsked(ids, states=sorted(RUNNING))
    orders = Counter(one.plant.id for one in page_of_orders(within.session, running, MOST_ORDERS))
    words = {word: counts[word] for word in WORST_FIRST if counts[word]}
    return PlantsFound(lines, words, len(chosen), page, pages, cases, orders, seen.nodes)


def _is_named(one: PlantStanding, part: str | None) -> bool:
    if part is None:
        return True
    wanted = part.strip().casefold()
    return wanted in one.plant.code.casefold() or wanted in one.plant.name.casefold()
