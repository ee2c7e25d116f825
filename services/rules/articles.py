"""Which article of which law a matter falls under on a day: data, since laws change.

From 2026-08-15 the Environmental Code 生态环境法典 takes the place of the articles of older laws. It
must not know what was found.
"""

import csv
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Article(NamedTuple):
    """An article in force from `since` up to, and not on, `until` (days of the site's clock; None: open).

    `says` is its content in own words, empty where it was not read.
    """

    matter: str
    law_zh: str
    law_en: str
    article: str
    since: date | None
    until: date | None
    says: str
    confidence: str
    source: str

    @property
    def zh(self) -> str:
        return f"《{self.law_zh}》第{self.article}条"

    @property
    def en(self) -> str:
        return f"{self.law_en}, article {self.article}"

    @property
    def sure(self) -> bool:
        """Whether the reference itself is established."""
        return self.confidence == "high"

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )


@cache
def articles() -> tuple[Article, ...]:
    """All references, read once."""
    text = (files("services.rules") / "articles.tsv").read_text(encoding="utf-8")
    return tuple(
        Article(
            row["matter"],
            row["law_zh"],
            row["law_en"],
            row["article"],
            _day(row["since"]),
            _day(row["until"]),
            row["says"],
            row["confidence"],
            row["source"],
        )
        for row in csv.DictReader(text.splitlines(), delimiter="\t")
    )


def articles_for(known: Iterable[Article], matter: str, day: date) -> tuple[Article, ...]:
    """What the matter falls under on the day of the act; () where nothing is known of it.

    For an act before a change of law that is milder, see the matter `milder_or_later_law`.
    """
    return tuple(one for one in known if one.matter == matter and one.holds_on(day))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
