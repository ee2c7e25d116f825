"""What is contested, in words: the title that was stored names kinds by their codes. Pure."""

from collections.abc import Mapping
from typing import Final

from schemas.contest import ContestAbout
from services.api.console.shown import Lang
from services.api.console.words import VOCABULARIES, word

_CODES: Final[Mapping[ContestAbout, tuple[str, ...]]] = {
    ContestAbout.VERDICT: ("period", "outcome"),
    ContestAbout.ALERT: ("kind",),
    ContestAbout.MARK: ("mark_kind",),
}
"""The vocabularies whose codes the title of such a thing holds; the place, time and number stay."""


def title_said(about: ContestAbout, title: str, lang: Lang) -> str:
    """`INC-POWER prewarning 2026-03-04 16:00` with the kind in words; else as it is."""
    return " ".join(_said(about, part, lang) for part in title.split(" "))


def _said(about: ContestAbout, part: str, lang: Lang) -> str:
    known = (one for one in _CODES.get(about, ()) if part in VOCABULARIES[one])
    vocabulary = next(known, None)
    return part if vocabulary is None else word(vocabulary, part, lang)
