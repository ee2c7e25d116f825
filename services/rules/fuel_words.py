"""What registries, permits and standards call fuels, and whether one of these words means another.

It must not know what is burnt where.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class _Fuel(NamedTuple):
    """`general`: words for any of it; `kinds`: words for some of it alone."""

    general: tuple[str, ...]
    kinds: tuple[str, ...] = ()


COAL: Final = "coal"
_FUELS: Final[Mapping[str, _Fuel]] = {
    COAL: _Fuel(
        ("coal", "煤", "燃煤", "煤炭", "原煤"),
        ("coke", "焦炭", "lignite", "褐煤", "烟煤", "bituminous coal", "无烟煤", "anthracite"),
    ),
    "oil": _Fuel(("oil", "油", "燃油"), ("diesel", "柴油", "重油", "heavy oil")),
    "natural gas": _Fuel(("natural gas", "天然气"), ("lng", "cng")),
    "other gas": _Fuel(
        ("other gas", "煤气"), ("焦炉煤气", "高炉煤气", "coke-oven gas", "blast-furnace gas")
    ),
    "gas": _Fuel(("gas", "燃气", "气")),
}
_GASES: Final = frozenset({"natural gas", "other gas"})


def fuel_named(text: str) -> str | None:
    """Which of the fuels that standards tell apart a word means; None where that is not known."""
    said = text.strip().casefold()
    return next(
        (name for name, fuel in _FUELS.items() if said in (*fuel.general, *fuel.kinds)), None
    )


def is_fuel(said: str, wanted: str) -> bool | None:
    """Whether what is said to be burnt is what is wanted; None where the words leave it open.

    A kind of coal is coal; coal may or may not be that kind of it. A word that nobody knows may mean
    anything.
    """
    said, wanted = said.strip().casefold(), wanted.strip().casefold()
    if said == wanted:
        return True
    burnt, asked = fuel_named(said), fuel_named(wanted)
    if burnt is None or asked is None:
        return None
    if burnt == asked:
        fuel = _FUELS[asked]
        return True if wanted in fuel.general else None if said in fuel.general else False
    if asked == "gas":
        return burnt in _GASES
    return None if burnt == "gas" and asked in _GASES else False
