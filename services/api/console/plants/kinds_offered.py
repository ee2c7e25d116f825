"""The kinds of marks a form offers for a plant: those of its own sector before those of others. Pure.

It must not know how they are shown.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.rules.marks.kinds import MarkKind, mark_kinds
from services.rules.marks.mark_hints import SECTORS, fits_sector


class KindGroup(NamedTuple):
    """Kinds under one heading. `sector` None: of all sectors that are not the plant's."""

    sector: str | None
    kinds: Sequence[MarkKind]


def kinds_offered(trade: Sequence[str]) -> list[KindGroup]:
    """By what the plant is said to do: its sectors, what fits every plant, and the others together.

    Where nothing is said of it, or nothing that any sector is known by, every sector may be its own.
    """
    groups = _by_sector()
    own = [sector for sector in groups if sector in SECTORS and fits_sector(sector, trade)]
    if not own:
        return [KindGroup(sector, kinds) for sector, kinds in groups.items()]
    every = [sector for sector in groups if sector not in SECTORS]
    other = [one for sector in groups if sector not in {*own, *every} for one in groups[sector]]
    found = [KindGroup(sector, groups[sector]) for sector in (*own, *every)]
    return [*found, KindGroup(None, other)] if other else found


def _by_sector() -> Mapping[str, list[MarkKind]]:
    found: dict[str, list[MarkKind]] = {}
    for kind in mark_kinds().values():
        found.setdefault(kind.sector, []).append(kind)
    return found
