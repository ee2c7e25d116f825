"""The sheets of a workbook as rows of named values: headers are understood, cells are read.

It knows the layout of the registry's sheets, and neither other rows nor what is registered.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from openpyxl.utils import get_column_letter

from schemas.sentence import Sentence, term
from services.cases.registering.xlsx_cells import EMPTY, CellError, read_cell
from services.cases.registering.xlsx_file import Area, NoValue, RawSheet, Values
from services.cases.registering.xlsx_layout import Column, Sheet
from services.cases.registering.xlsx_problems import CellPlace, CellProblem

# What begins so is for people: sheets and columns of notes.
NOTE = "#"
TWICE = Sentence("this column stands here twice: keep one", "此列出现两次：请只保留一列")
NEEDED = Sentence("this column is missing: its rows need it", "缺少此列：各行都需要它")
NAMELESS = Sentence(
    "a value stands here without a header above: name the column or delete it",
    "此处有值而上方没有列名：请填写列名或删除该值",
)
UNWORKED = Sentence(
    "this formula has no value yet: open the file in Excel or WPS and save it",
    "公式尚未计算：请用 Excel 或 WPS 打开并保存",
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet: what its cells say by header; a bad cell is missing and `spoilt` names it."""

    row: int
    fields: dict[str, object]
    spoilt: tuple[str, ...] = ()


@dataclass
class Table:
    """A sheet that was understood; `letters` say where its columns stand.

    `misspelt` are columns that it seems to have under a header that is not understood.
    """

    order: int
    title: str
    letters: Mapping[str, str] = field(default_factory=dict[str, str])
    lines: list[Line] = field(default_factory=list[Line])
    misspelt: set[str] = field(default_factory=set[str])

    def place(self, row: int, header: str = "") -> CellPlace:
        return CellPlace(self.order, self.title, row, self.letters.get(header, ""), header)


@dataclass
class Book:
    """A workbook: its tables by the name of the sheet, and all that is wrong with its cells.

    `lost`: a whole sheet that seems to be meant could not be understood.
    """

    tables: dict[str, Table] = field(default_factory=dict[str, Table])
    problems: list[CellProblem] = field(default_factory=list[CellProblem])
    lost: bool = False


def read_book(raw: Iterable[RawSheet], layout: Iterable[Sheet]) -> Book:
    """Understand sheets and headers, and read every cell."""
    book, sheets = Book(), {sheet.name: sheet for sheet in layout}
    for order, one in enumerate(raw):
        if _for_people(one):
            continue
        table = Table(order, one.name)
        sheet = sheets.get(_first_word(one.name)) or _by_title(one.name, sheets)
        if sheet is None:
            near, choice = _nearest(one.name, [each.title for each in sheets.values()])
            book.lost = book.lost or near is not None
            sentence = Sentence(
                f"there is no such sheet here: {choice.marked} (a name beginning with # is skipped)",
                f"没有这个工作表：{choice.zh}（名称以 # 开头的工作表会跳过）",
            )
            book.problems.append(CellProblem(table.place(0), sentence))
        elif sheet.name in book.tables:
            other = book.tables[sheet.name].title
            sentence = Sentence(
                f"the sheet {other} says the same kind of thing: put the two together",
                f"与工作表“{other}”内容相同：请合并",
            )
            book.problems.append(CellProblem(table.place(0), sentence))
        else:
            book.tables[sheet.name] = table
            _Reading(book, sheet, table).read(one)
    if not book.tables and not book.problems:
        names = ", ".join(sheet.title for sheet in sheets.values())
        nothing = Sentence(
            f"no sheet has anything in it: write {names}", f"所有工作表都为空：可填写 {names}"
        )
        book.problems.append(CellProblem(CellPlace(0, ""), nothing))
    return book


def _for_people(sheet: RawSheet) -> bool:
    name = sheet.name.strip().lower()
    about = name.startswith((NOTE, "read me", "readme", "说明"))
    return about or not any(value is not None for row in sheet.rows for value in row)


def _first_word(text: str) -> str:
    words = text.split()
    return words[0].lower().rstrip("*") if words else ""


def _by_title(name: str, sheets: Mapping[str, Sheet]) -> Sheet | None:
    return next((one for one in sheets.values() if name.strip() in one.title.split()[1:]), None)


def _nearest(text: str, choices: list[str]) -> tuple[str | None, Sentence]:
    """What is probably meant, and a hint."""
    known = {choice.lower(): choice for choice in choices}
    known |= {_first_word(choice): choice for choice in choices}
    close = get_close_matches(_first_word(text), known, n=1, cutoff=0.5)
    if close:
        meant = known[close[0]]
        return meant, Sentence(f"did you mean {meant}?", f"是否指“{meant}”？")
    return None, Sentence(f"there is {', '.join(choices)}", f"可用 {'、'.join(choices)}")


@dataclass
class _Reading:
    """Reads one sheet into its table."""

    book: Book
    sheet: Sheet
    table: Table
    skipped: set[int] = field(default_factory=set[int])

    def read(self, raw: RawSheet) -> None:
        rows = raw.rows
        top = next(place for place, row in enumerate(rows) if any(v is not None for v in row))
        columns = self._columns(rows[top], top + 1)
        self.table.letters = {
            column.header: get_column_letter(place + 1)
            for place, column in enumerate(columns)
            if column is not None
        }
        for number, values in enumerate(rows[top + 1 :], top + 2):
            line = self._line(number, values, columns)
            if line is not None:
                self.table.lines.append(line)
        for area in raw.merged:
            first = rows[area.top - 1][area.left - 1 : area.left] if area.top <= len(rows) else ()
            if any(value is not None for value in first):
                self._refuse_merged(area, top + 1, columns)

    def _refuse_merged(self, area: Area, header_row: int, columns: list[Column | None]) -> None:
        """Of merged cells only the first has the value: the others would be taken as empty."""
        first = max(area.top, header_row + 1)
        merged = columns[area.left - 1 : area.right]
        column = next((one for one in merged if one is not None), None)
        if column is not None and first <= area.bottom:
            rows, width = area.bottom - area.top + 1, area.right - area.left + 1
            said = Sentence(
                f"merged cells{term('合并单元格')} ({rows} rows, {width} columns): unmerge"
                f" them{term('取消合并')} and write the value into each cell that it is meant for",
                f"合并单元格（{rows} 行 {width} 列）：请取消合并，并在每个单元格中填写",
            )
            self._wrong(first, column.header, said)

    def _columns(self, header: Values, row: int) -> list[Column | None]:
        """The column under each header; None where notes, an unknown header or nothing stand."""
        columns: list[Column | None] = []
        for place, value in enumerate(header):
            text = "" if value is None else str(value).strip()
            column = None if text.startswith(NOTE) else self._column(text)
            if text and column is None:
                self.skipped.add(place)
            if column is not None and column in columns:
                self._wrong_header(place, row, text, TWICE)
                self.skipped.add(place)
                column = None
            elif text and column is None and not text.startswith(NOTE):
                headers = [one.header for one in self.sheet.columns]
                near, hint = _nearest(text, headers)
                self.table.misspelt |= set() if near is None else {near}
                sentence = Sentence(
                    f"there is no such column here: {hint.marked} (# before a header skips it)",
                    f"没有这一列：{hint.zh}（列名前加 # 则跳过）",
                )
                self._wrong_header(place, row, text, sentence)
            columns.append(column)
        for one in self.sheet.columns:
            if one.role == "parent" and one.required and one not in columns:
                self.book.lost = True
                self._wrong(row, one.header, NEEDED)
        return columns

    def _column(self, text: str) -> Column | None:
        found = self.sheet.by_header.get(_first_word(text))
        if found is not None:
            return found
        names = ((self.sheet.zh(one.header), one) for one in self.sheet.columns)
        return next((one for name, one in names if name and name == text), None)

    def _wrong_header(self, place: int, row: int, text: str, sentence: Sentence) -> None:
        letter = get_column_letter(place + 1)
        where = CellPlace(self.table.order, self.table.title, row, letter, " ".join(text.split()))
        self.book.problems.append(CellProblem(where, sentence))

    def _wrong(self, row: int, header: str, sentence: Sentence) -> None:
        self.book.problems.append(CellProblem(self.table.place(row, header), sentence))

    def _line(self, row: int, values: Values, columns: list[Column | None]) -> Line | None:
        fields: dict[str, object] = {}
        spoilt: list[str] = []
        for place, value in enumerate(values):
            if value is None:
                continue
            column = columns[place] if place < len(columns) else None
            if column is None:
                self._stray(row, place, value)
                continue
            try:
                found = _cell(column, value)
            except CellError as error:
                self._wrong(row, column.header, error.said)
                spoilt.append(column.header)
                continue
            if found is not EMPTY:
                fields[column.header] = found
        return Line(row, fields, tuple(spoilt)) if fields or spoilt else None

    def _stray(self, row: int, place: int, value: object) -> None:
        """A value without a header must not be lost in silence; under one of notes it may stand."""
        if place not in self.skipped and str(value).strip():
            letter = get_column_letter(place + 1)
            where = CellPlace(self.table.order, self.table.title, row, letter, "no header")
            self.book.problems.append(CellProblem(where, NAMELESS))


def _cell(column: Column, value: object) -> object:
    if isinstance(value, NoValue):
        raise CellError(UNWORKED)
    return read_cell(column, value)


def lines_of(book: Book, name: str) -> Iterator[Line]:
    """The rows of a sheet; none where the workbook has no such sheet."""
    table = book.tables.get(name)
    return iter(table.lines if table else ())
