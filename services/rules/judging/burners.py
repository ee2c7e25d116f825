"""Which units burn waste, and of which kind, by what was registered of them; and what leads where.

MEE Order 10 (2019) is about household waste alone, GB 18484-2020 about hazardous waste.
"""

from typing import Final, Literal

from schemas.registry_rows import SubjectRow
from services.rules.plant_view import PlantView, SubjectView

Burns = Literal["household", "hazardous", "unsaid"]
"""`unsaid`: waste is burnt, and nobody registered which; it is judged as household waste, in doubt."""
KIND_UNSAID: Final = "incinerator_kind"
"""The doubt where the registry calls a unit an incinerator and says not of what."""
_HOUSEHOLD: Final = frozenset(
    {"waste_incinerator", "household_waste_incinerator", "生活垃圾焚烧炉", "垃圾焚烧炉"}
)
_HAZARDOUS: Final = frozenset(
    {"hazardous_waste_incinerator", "危险废物焚烧炉", "危废焚烧炉", "hazardous_incinerator"}
)
_UNSAID: Final = frozenset({"incinerator", "焚烧炉"})
_HOUSEHOLD_FUELS: Final = frozenset({"household waste", "msw", "生活垃圾", "垃圾"})
_HAZARDOUS_FUELS: Final = frozenset({"hazardous waste", "危险废物", "危废"})


def burns(unit: SubjectRow) -> Burns | None:
    """What kind of waste a unit burns by its process, else by its fuel; None: it is no incinerator."""
    process = (unit.process or "").strip().casefold()
    if process in _HOUSEHOLD:
        return "household"
    if process in _HAZARDOUS:
        return "hazardous"
    if process not in _UNSAID:
        return None
    fuel = (unit.fuel or "").strip().casefold()
    if fuel in _HAZARDOUS_FUELS:
        return "hazardous"
    return "household" if fuel in _HOUSEHOLD_FUELS else "unsaid"


def units_behind(view: PlantView, outlet: int) -> tuple[int, ...]:
    """The units that lead to the outlet: by its ways; where it has none, the units without any way."""
    by_ways = view.units_of(outlet)
    if by_ways or view.outlets[outlet].row.medium != "air":
        return by_ways
    led = {way.unit for group in view.groups for way in group.serves}
    return tuple(sorted(unit for unit in view.units if unit not in led))


def burnt_behind(view: PlantView, outlet: SubjectView) -> Burns | Literal["mixed"] | None:
    """What all units behind the outlet burn; `mixed`: not all the same, so that nobody can tell.

    None: no waste, or no unit is known to lead there.
    """
    kinds: set[Burns | None] = {
        burns(view.units[unit].row) for unit in units_behind(view, outlet.row.id)
    }
    if len(kinds) == 1:
        return kinds.pop()
    return "mixed" if kinds & {"household", "unsaid"} else None
