"""How every command says that a plant, or what belongs to one, is not registered, and what may be meant."""

from collections.abc import Iterable
from difflib import get_close_matches

from schemas.sentence import Sentence, term

NAMED = 5
"""So many names are listed where none is near."""


def nearest(name: str, known: Iterable[str]) -> Sentence:
    """`did you mean P1?`, all names where there are few, else where to look."""
    names = sorted(known)
    close = get_close_matches(name, names, n=NAMED, cutoff=0.6)
    if close:
        return Sentence(f"did you mean {' or '.join(close)}?", f"是否指 {' 或 '.join(close)}？")
    if 0 < len(names) <= NAMED:
        return Sentence(f"there is {', '.join(names)}", f"现有 {'、'.join(names)}")
    return Sentence("see `qingkong registry export`", "请先在登记簿中查找")


def unknown_plant(code: str, known: Iterable[str]) -> Sentence:
    """Of a plant by its code, among the codes of all plants."""
    near = nearest(code, known)
    return Sentence(
        f"there is no plant {code or '(empty)'}{term('企业')}: {near.marked}",
        f"没有企业 {code or '（空）'}：{near.zh}",
    )


def unknown_subject(name: str, known: Iterable[str]) -> Sentence:
    """Of an outlet, unit or facility written `P1/DA001`, among the names of all."""
    near = nearest(name, known)
    return Sentence(
        f"there is no outlet, unit or facility {name}{term('排放口、生产设施、治理设施')} (written"
        f" PLANT/CODE, for instance P1/DA001): {near.marked}",
        f"没有排放口、生产设施或治理设施 {name}（写作 企业编码/编码，例如 P1/DA001）：{near.zh}",
    )
