"""How every command says that a plant, or what belongs to one, is not registered, and what may be meant."""

from collections.abc import Iterable
from difflib import get_close_matches

NAMED = 5
"""So many names are listed where none is near."""


def nearest(name: str, known: Iterable[str]) -> str:
    """`did you mean P1?`, all names where there are few, else where to look."""
    names = sorted(known)
    close = get_close_matches(name, names, n=NAMED, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(close)}?"
    if 0 < len(names) <= NAMED:
        return f"there is {', '.join(names)}"
    return "see `qingkong registry export`"


def unknown_plant(code: str, known: Iterable[str]) -> str:
    """Of a plant by its code, among the codes of all plants."""
    return f"there is no plant {code or '(empty)'} 企业: {nearest(code, known)}"


def unknown_subject(name: str, known: Iterable[str]) -> str:
    """Of an outlet, unit or facility written `P1/DA001`, among the names of all."""
    return (
        f"there is no outlet, unit or facility {name} 排放口、生产设施、治理设施 (written PLANT/CODE,"
        f" for instance P1/DA001): {nearest(name, known)}"
    )
