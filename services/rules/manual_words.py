"""The words of one laboratory result by column, and what is wrong with them.

It must not know where results belong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from services.rules.marks.mark_entries import EntryError, time_said

MOST = Decimal("1E12")


class Wrong(NamedTuple):
    """A sentence about a column; empty: about the whole row."""

    column: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.column}: {self.sentence}" if self.column else self.sentence


@dataclass
class Reading:
    """The words of one result, and what is wrong with them."""

    words: Mapping[str, str]
    wrong: list[Wrong] = field(default_factory=list[Wrong])

    def word(self, column: str) -> str:
        return self.words.get(column, "").strip()

    def refuse(self, column: str, sentence: str) -> None:
        self.wrong.append(Wrong(column, sentence))

    def number(self, column: str) -> Decimal | None:
        """The exact number of a column; None where it is empty, or is none."""
        text = self.word(column)
        if not text:
            return None
        if text.startswith(("<", "＜")):
            self.refuse(
                column,
                f"{text} is no number: below the detection limit write what the method prescribes, "
                "or leave it empty and give a reason",
            )
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number.copy_abs() > MOST:
            self.refuse(column, f"{text} is no number: write it like 12.5")
            return None
        return number

    def time(self, column: str) -> datetime | None:
        text = self.word(column)
        if not text:
            return None
        try:
            return time_said(column, text)
        except EntryError as error:
            self.refuse(column, "; ".join(error.sentences).removeprefix(f"{column} "))
            return None
