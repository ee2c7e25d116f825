"""What is wrong in a workbook, told by sheet, row, column and header."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.sentence import Sentence

MOST = 1000


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Where in a workbook: rows count from 1, the header being row 1; 0 is the whole sheet.

    `order` is the sheet's place in the file. `letter` is empty where the column is not there.
    """

    order: int
    sheet: str
    row: int = 0
    letter: str = ""
    header: str = ""

    def __str__(self) -> str:
        return str(self.said)

    @property
    def said(self) -> Sentence:
        """`sheet channels 通道, row 17, column F (range)`; empty: about the whole file."""
        if not self.sheet:
            return Sentence("", "")
        row = f", row {self.row}" if self.row else ""
        line = f"第 {self.row} 行" if self.row else ""
        column = f", column {self.letter}" if self.letter and self.header else ""
        letter = f"{self.letter} 列" if self.letter and self.header else ""
        name = f" ({self.header})" if self.header else ""
        return Sentence(
            f"sheet {self.sheet}{row}{column}{name}",
            f"工作表“{self.sheet}”{line}{letter}{f'（{self.header}）' if self.header else ''}",
        )


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A sentence that says what to do, and the place it is about."""

    place: CellPlace
    sentence: Sentence


def placed_problems(problems: Iterable[CellProblem]) -> list[CellProblem]:
    """Each once, sorted by place."""
    return sorted(
        set(problems),
        key=lambda one: (one.place.order, one.place.row, _column(one.place), one.sentence),
    )


def cell_problem_lines(file: str, problems: Iterable[CellProblem]) -> list[str]:
    """`FILE: sheet channels 通道, row 17, column F (range): …`, sorted by place.

    Of more than 1,000 the others are counted by sheet.
    """
    found = placed_problems(problems)
    lines = [
        f"{file}: {one.place}: {one.sentence}" if str(one.place) else f"{file}: {one.sentence}"
        for one in found[:MOST]
    ]
    left: dict[str, int] = {}
    for one in found[MOST:]:
        left[one.place.sheet] = left.get(one.place.sheet, 0) + 1
    return [
        *lines,
        *(f"{file}: sheet {sheet}: and {count:,} more" for sheet, count in left.items()),
    ]


def _column(place: CellPlace) -> tuple[int, str]:
    return len(place.letter), place.letter or place.header
