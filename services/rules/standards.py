"""Which version of a standard is in force when, also where only its dates are known.

It must not know any limit: those are the catalogue's.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from schemas.parameter import Confidence

Figures = Literal["catalogue", "not read", "none"]
"""Where its limits are; `not read`: it has limits and nobody has read them; `none`: it has none."""
_FIGURES: Mapping[str, Figures] = {
    "catalogue": "catalogue",
    "not read": "not read",
    "none": "none",
}
_CONFIDENCE: Mapping[str, Confidence] = {"high": "high", "medium": "medium", "low": "low"}


@dataclass(frozen=True, slots=True)
class StandardVersion:
    """A standard, or an amendment of one, with the days from which it binds new and existing plants.

    A day is None where it is unknown or set by a notice; `until` is the first day on which it binds
    nobody. `confidence` is that of the dates. Titles are empty where they were not read.
    """

    standard: str
    title_zh: str
    title_en: str
    amendment: str
    new_from: date | None
    existing_from: date | None
    until: date | None
    replaces: str
    figures: Figures
    confidence: Confidence
    source: str
    note: str

    def binds(self, day: date, *, existing: bool) -> bool | None:
        """Whether it binds plants of that age on the day; None where its date is not known."""
        since = self.existing_from if existing else self.new_from
        if self.until is not None and day >= self.until:
            return False
        return None if since is None else since <= day


@cache
def standard_versions() -> tuple[StandardVersion, ...]:
    """All versions that are known of; read once."""
    text = (files("services.rules") / "standards.tsv").read_text(encoding="utf-8")
    return tuple(_version(row) for row in csv.DictReader(text.splitlines(), delimiter="\t"))


def unread_in_force(
    versions: Iterable[StandardVersion], standards: Iterable[str], day: date, *, existing: bool
) -> list[StandardVersion]:
    """Versions that bind, or may bind, in place of or beside these standards, with figures not read.

    A verdict by one of the `standards` on that day has each of them as a doubt.
    """
    named = set(standards)
    return [
        version
        for version in versions
        if version.figures == "not read"
        and (version.standard in named or any(_replaces(version, name) for name in named))
        and version.binds(day, existing=existing) is not False
    ]


def _replaces(version: StandardVersion, standard: str) -> bool:
    return bool(version.replaces) and version.replaces.startswith(standard)


def _version(row: Mapping[str, str]) -> StandardVersion:
    return StandardVersion(
        standard=row["standard"],
        title_zh=row["title_zh"],
        title_en=row["title_en"],
        amendment=row["amendment"],
        new_from=_day(row["new_from"]),
        existing_from=_day(row["existing_from"]),
        until=_day(row["until"]),
        replaces=row["replaces"],
        figures=_FIGURES[row["figures"]],
        confidence=_CONFIDENCE[row["confidence"]],
        source=row["source"],
        note=row["note"],
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
