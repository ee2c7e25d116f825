"""The words of one laboratory result by column, and what is wrong with them.

It must not know where results belong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple, cast

from schemas.registry_words import beijing_time
from schemas.sentence import Sentence, sentence_in

MOST = Decimal("1E12")


class Wrong(NamedTuple):
    """A sentence about a column; empty: about the whole row."""

    column: str
    sentence: Sentence

    @property
    def said(self) -> Sentence:
        """With its column."""
        if not self.column:
            return self.sentence
        return self.sentence.within(f"{self.column}: ", f"{self.column}：")


@dataclass
class Reading:
    """The words of one result, and what is wrong with them."""

    words: Mapping[str, str]
    wrong: list[Wrong] = field(default_factory=list[Wrong])

    def word(self, column: str) -> str:
        return self.words.get(column, "").strip()

    def refuse(self, column: str, sentence: Sentence) -> None:
        self.wrong.append(Wrong(column, sentence))

    def number(self, column: str) -> Decimal | None:
        """The exact number of a column; None where it is empty, or is none."""
        text = self.word(column)
        if not text:
            return None
        if text.startswith(("<", "＜")):
            self.refuse(
                column,
                Sentence(
                    f"{text} is no number: below the detection limit write what the method "
                    "prescribes, or leave it empty and give a reason",
                    f"“{text}”不是数字：低于检出限时请按方法规定填写，或不填并说明理由",
                ),
            )
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number.copy_abs() > MOST:
            self.refuse(
                column,
                Sentence(
                    f"{text} is no number: write it like 12.5", f"“{text}”不是数字：例如 12.5"
                ),
            )
            return None
        return number

    def time(self, column: str) -> datetime | None:
        text = self.word(column)
        if not text:
            return None
        try:
            return cast("datetime", beijing_time(text))
        except ValueError as error:
            self.refuse(column, sentence_in(error).within(f"{text}: ", f"“{text}”："))
            return None
