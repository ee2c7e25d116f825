"""The flat rows of a workbook put together to plants with all they contain, each with its place.

What rows refer to but the file does not hold may stand in the registry; it knows no rules beyond.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import cast

from schemas.registry_words import beijing_time
from schemas.sentence import Sentence, sentence_in
from services.cases.registering.xlsx_entries import Entry, Fields, Key, Known, name_of
from services.cases.registering.xlsx_layout import Sheet, own_header
from services.cases.registering.xlsx_problems import CellProblem
from services.cases.registering.xlsx_rows import Book, Line, Table, lines_of


@dataclass
class Tree:
    """The regions and plants of a workbook, and what is wrong with how its rows hang together."""

    layout: tuple[Sheet, ...]
    book: Book
    known: Known
    top: dict[str, list[Entry]] = field(default_factory=dict[str, list[Entry]])
    problems: list[CellProblem] = field(default_factory=list[CellProblem])

    incomplete: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self.by_key: dict[tuple[str, Key], list[Entry]] = {}
        self.names: dict[tuple[str, Key], list[str]] = {}

    def grow(self) -> None:
        """Take every row, parents first."""
        for sheet in self.layout:
            table = self.book.tables.get(sheet.name)
            seen: dict[tuple[object, ...], int] = {}
            for line in lines_of(self.book, sheet.name):
                if table is not None:
                    self._take(sheet, table, line, seen)

    def _take(
        self, sheet: Sheet, table: Table, line: Line, seen: dict[tuple[object, ...], int]
    ) -> None:
        above = self._above(sheet, table, line)
        if above is None:
            return
        own = {
            name: value
            for name, value in line.fields.items()
            if sheet.by_header[name].role == "field"
        }
        name = name_of(sheet, line.fields)
        entry = Entry(sheet, table, line.row, (*above, name), own, bad={*line.spoilt})
        identity = (*above, line.fields.get(_from(sheet)), *self._identity(sheet, name, own))
        nameless = "code" in sheet.naming and not name
        if not line.spoilt and not nameless and identity in seen:
            names = [f"`{one}`" for one in sheet.naming]
            sentence = Sentence(
                f"the row repeats row {seen[identity]}: keep one of them, or tell them apart by "
                f"{' and '.join(names)}",
                f"与第 {seen[identity]} 行重复：请只保留一行，或以 {' 和 '.join(names)} 区分",
            )
            self.problems.append(CellProblem(entry.place(), sentence))
            return
        seen.setdefault(identity, line.row)
        if self._hang(entry, line, above):
            self._write_out(entry, line)

    def _identity(self, sheet: Sheet, name: str, fields: Fields) -> Iterator[object]:
        for header in sheet.naming:
            if header == "from":
                yield _moment(fields.get(header))
            else:
                yield name if header == "code" else fields.get(header)

    def _above(self, sheet: Sheet, table: Table, line: Line) -> Key | None:
        """The names of what the row belongs to; None where one is missing."""
        found: list[str] = []
        for parent in sheet.parents:
            header = own_header(parent)
            value = line.fields.get(header)
            if not isinstance(value, str):
                if header not in line.spoilt and header in table.letters:
                    sentence = Sentence(
                        f"`{header}` is missing: name the {header} that the row belongs to",
                        f"缺少 `{header}`：请填写该行所属的 {header}",
                    )
                    self.problems.append(CellProblem(table.place(line.row, header), sentence))
                self._spoil(sheet, tuple(found))
                return None
            found.append(value)
        return tuple(found)

    def _spoil(self, sheet: Sheet, above: Key) -> None:
        """Where a row is lost that others name, nobody may judge the plant without it."""
        if sheet.referred and above:
            self.incomplete.add(above[0])

    def _hang(self, entry: Entry, line: Line, above: Key) -> bool:
        """Put the entry where it belongs; False where that place is not to be found."""
        sheet = entry.sheet
        if sheet.parent is None:
            self.top.setdefault(sheet.field, []).append(entry)
        else:
            parent = self._parent(entry, line, above)
            if parent is None:
                return False
            parent.children.setdefault(sheet.field, []).append(entry)
        self._index(entry)
        return True

    def _index(self, entry: Entry) -> None:
        self.by_key.setdefault((entry.sheet.name, entry.key), []).append(entry)
        self.names.setdefault((entry.sheet.name, entry.key[:-1]), []).append(entry.key[-1])

    def _parent(self, entry: Entry, line: Line, above: Key) -> Entry | None:
        """The entry that a row belongs to; registered ones that the file leaves out get a stub."""
        sheet, found = entry.sheet, None
        for depth, parent in enumerate(sheet.parents):
            key = above[: depth + 1]
            candidates = self.by_key.get((parent.name, key), [])
            if parent is sheet.parent and parent.dated:
                wanted = line.fields.get(_from(sheet))
                of_time = _of_time(candidates, wanted)
                if len(of_time) != 1 and candidates:
                    self._refuse(entry, _from(sheet), _several(parent, candidates))
                    return None
                candidates = of_time
            if candidates:
                found = candidates[0]
                continue
            above_it, found = found, self._stub(entry, parent, key)
            if found is None:
                self._refuse(entry, own_header(parent), self._unknown(parent, key))
                self._spoil(sheet, above)
                return None
            if _from(sheet) in line.fields and parent is sheet.parent:
                found.fields["from"] = line.fields[_from(sheet)]
            siblings = self.top if above_it is None else above_it.children
            siblings.setdefault(parent.field, []).append(found)
            self._index(found)
        return found

    def _stub(self, entry: Entry, sheet: Sheet, key: Key) -> Entry | None:
        if (sheet.name, key) not in self.known.entries:
            return None
        return Entry(sheet, entry.table, entry.row, key, {"code": key[-1]})

    def _refuse(self, entry: Entry, header: str, sentence: Sentence) -> None:
        self.problems.append(CellProblem(entry.place(header), sentence))

    def _unknown(self, sheet: Sheet, key: Key) -> Sentence:
        names = {*self.names.get((sheet.name, key[:-1]), [])}
        names |= {
            other[-1]
            for name, other in self.known.entries
            if name == sheet.name and other[:-1] == key[:-1]
        }
        close = get_close_matches(key[-1], names, n=1)
        what = own_header(sheet)
        where = f" of {own_header(sheet.parent)} {key[-2]}" if sheet.parent else ""
        above = f"{own_header(sheet.parent)} {key[-2]} 的 " if sheet.parent else ""
        hint = f"did you mean {close[0]}?" if close else f"add it to the sheet {sheet.title}"
        meant = f"是否指 {close[0]}？" if close else f"请在工作表“{sheet.title}”中添加"
        return Sentence(
            f"{what} {key[-1]}{where} is neither in this file nor registered: {hint}",
            f"{above}{what} {key[-1]} 既不在文件中，也未登记：{meant}",
        )

    def _write_out(self, entry: Entry, line: Line) -> None:
        """Entries in their short form, within the row of what they belong to."""
        for child in self.layout:
            items = line.fields.get(child.field)
            column = entry.sheet.by_header.get(child.field)
            if child.parent is not entry.sheet or column is None or column.role != "short":
                continue
            if not items and child.field in line.fields:
                entry.fields[child.field] = []
            for item in cast("list[object]", items or []):
                short = self._short(entry, child, item)
                if short is not None:
                    entry.children.setdefault(child.field, []).append(short)

    def _short(self, entry: Entry, child: Sheet, item: object) -> Entry | None:
        try:
            fields = cast("Fields", child.short(item) if child.short else {})
        except ValueError as error:
            self._refuse(entry, child.field, sentence_in(error))
            entry.bad.add(child.field)
            return None
        return Entry(child, entry.table, entry.row, entry.key, fields, column=child.field)


def _from(sheet: Sheet) -> str:
    """The column that says which of several entries of one name a row belongs to."""
    return "" if sheet.parent is None else f"{own_header(sheet.parent)}_from"


def _moment(value: object) -> object:
    try:
        return beijing_time(value)
    except ValueError:
        return value


def _of_time(candidates: list[Entry], wanted: object) -> list[Entry]:
    """Of several entries of one name, the one that begins then; an unsaid time is the unsaid one."""
    if wanted is None and len(candidates) == 1:
        return candidates
    return [one for one in candidates if _moment(one.fields.get("from")) == _moment(wanted)]


def _several(parent: Sheet, candidates: list[Entry]) -> Sentence:
    what, name = own_header(parent), candidates[0].key[-1]
    rows = [str(one.row) for one in candidates]
    return Sentence(
        f"{what} {name} stands in row {' and '.join(rows)} of the sheet {parent.title}: give "
        f"`{what}_from` the `from` of the one that is meant",
        f"{what} {name} 见于工作表“{parent.title}”第 {'、'.join(rows)} 行：请在 `{what}_from` 中填写所指"
        "一行的 `from`",
    )
