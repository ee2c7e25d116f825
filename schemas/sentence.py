"""A sentence for people in both languages: what is wrong, or may be, and what to do.

It must not know who reads it.
"""

import re
from collections.abc import Iterable
from typing import Final, Self

_BEGIN, _END = "\ue000", "\ue001"
_TERM: Final = re.compile(f"{_BEGIN}.*?{_END}")


class Sentence(str):
    """English with the Chinese terms of the field, as the commands say it; each language alone beside.

    Terms are marked by `term`. `zh` is Chinese throughout but for codes, units and names of fields.
    """

    __slots__ = ("marked", "zh")

    marked: str
    zh: str

    def __new__(cls, en: str, zh: str) -> Self:
        """`en`: with its terms; `zh`: the same in Chinese, without a full stop."""
        made = super().__new__(cls, en.replace(_BEGIN, "").replace(_END, ""))
        made.marked = en
        made.zh = zh
        return made

    def __reduce__(self) -> tuple[type["Sentence"], tuple[str, str]]:
        return Sentence, (self.marked, self.zh)

    @property
    def en(self) -> str:
        """English alone."""
        return _TERM.sub("", self.marked)

    def within(self, en: str, zh: str) -> "Sentence":
        """The sentence after what says where it belongs: `row 3: `, `第 3 行：`."""
        return Sentence(f"{en}{self.marked}", f"{zh}{self.zh}")


def term(zh: str) -> str:
    """A Chinese term of the field after an English word, for who reads English: ` 限值`."""
    return f"{_BEGIN} {zh}{_END}"


def same(text: str) -> Sentence:
    """What reads alike in both languages: codes, numbers, what another program says."""
    return Sentence(text, text)


def joined(sentences: Iterable[Sentence]) -> Sentence:
    """All of them as one."""
    said = list(sentences)
    return Sentence("; ".join(one.marked for one in said), "；".join(one.zh for one in said))


class SentenceError(Exception):
    """Something cannot be done as asked; `said` says why and what to do."""

    def __init__(self, said: Sentence) -> None:
        super().__init__(said)
        self.said = said


class UnfitError(SentenceError, ValueError):
    """A value that cannot be taken; models raise it where they check."""


def sentence_in(error: Exception) -> Sentence:
    """What an error says; in both languages where it has them."""
    return error.said if isinstance(error, SentenceError) else same(str(error))
