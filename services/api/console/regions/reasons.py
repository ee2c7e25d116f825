"""Why plants stand as they do, outlet by outlet, in the few words of a table. It must not know any page."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from services.api.asking import When
from services.api.console.shown import Lang
from services.api.console.words import word
from services.api.standing import Told, asked_at, picture
from services.rules.marks.kinds import mark_kinds
from services.rules.status import Status, Word
from services.store.accounting import one_snapshot
from services.store.session import Session

MOST: Final = 3
OF_PLANT: Final = ("全厂", "whole plant")
RULES: Final[Mapping[str, tuple[str, str]]] = {
    "not_judged": ("近期未判定", "not judged lately"),
    "no_limit": ("未配置限值", "no limit is set"),
    "over_limit_now": ("本时段投影超限", "the running hour comes to more than its limit"),
}
TELLING: Final = frozenset({
    Word.EXCEEDING, Word.CLAIMED, Word.WARNING, Word.NO_DATA, Word.UNKNOWN, Word.EXEMPT,
})  # fmt: skip
"""Words that are explained."""


class Why(NamedTuple):
    """One reason: which outlet, what, and the case it leads to (None: it is no case)."""

    outlet: str
    text: str
    alert: int | None
    sure: bool


def reasons_of(
    session: Session, plants: Sequence[int], when: When, lang: Lang
) -> dict[str, list[Why]]:
    """By the plant's code; at most a few of each plant. Raises psycopg.Error."""
    if not plants:
        return {}
    with one_snapshot(session):
        seen = picture(session, asked_at(session, plants, when))
    of_plant: dict[str, list[Told]] = {}
    for one in seen.outlets:
        of_plant.setdefault(one.outlet.plant_code, []).append(one)
    codes = {one.outlet.plant: one.outlet.plant_code for one in seen.outlets}
    places = {one.outlet.subject: one.outlet.code for one in seen.outlets}
    found: dict[str, list[Why]] = {}
    for case in seen.cases:
        if case.plant in codes and case.subject not in places:
            text = word("kind", case.kind, lang)
            own = Why(OF_PLANT[lang == "en"], text, case.id, case.sure)
            found.setdefault(codes[case.plant], []).append(own)
    for plant, told in of_plant.items():
        lines = [why for one in told for why in _whys(one.outlet.code, one.status, lang)]
        found[plant] = _once([*lines, *found.get(plant, [])])[:MOST]
    return found


def _whys(outlet: str, status: Status, lang: Lang) -> list[Why]:
    if status.word not in TELLING:
        return []
    return [
        Why(
            *(outlet, _text(one.kind, one.what, lang)),
            one.key if one.kind == "alert" else None,
            one.sure,
        )
        for one in status.reasons
        if one.word is status.word
    ]


def _text(kind: str, what: str, lang: Lang) -> str:
    if what in RULES:
        return RULES[what][lang == "en"]
    if kind == "verdict":
        return word("outcome", what, lang)
    if kind == "mark" and what in mark_kinds():
        named = mark_kinds()[what]
        return named.zh if lang == "zh" else named.en
    return word("kind", what, lang)


def _once(lines: Sequence[Why]) -> list[Why]:
    """Each (outlet, text) once, cases before what they rest on."""
    kept: dict[tuple[str, str], Why] = {}
    for one in sorted(lines, key=lambda one: one.alert is None):
        kept.setdefault((one.outlet, one.text), one)
    return list(kept.values())
