"""A registry's document as a workbook for people: headers in two languages, choices, notes, texts.

It writes plain values in the layout's columns; it must not know what is registered.
"""

import errno
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from xlsxwriter import Workbook  # pyright: ignore[reportMissingTypeStubs] - it ships none
from xlsxwriter.exceptions import (  # pyright: ignore[reportMissingTypeStubs] - it ships none
    FileCreateError,
)

from services.cases.registering.xlsx_cells import write_cell
from services.cases.registering.xlsx_entries import Fields, name_of, plain_entries
from services.cases.registering.xlsx_file import MAX_ROWS, Advance
from services.cases.registering.xlsx_layout import Column, Sheet, own_header, workbook_sheets
from services.cases.registering.xlsx_readme import README, readme_rows

WIDEST = 40
SAMPLE = 200
COLORS: Mapping[str, str] = {"parent": "#DDEBF7", "required": "#FCE4D6", "field": "#EDEDED"}
Cell = str | int | float
Row = dict[str, Cell]


class _Paper(Protocol):
    """A sheet of xlsxwriter, as far as it is used; rows and columns count from 0."""

    def write_string(self, row: int, column: int, text: str, style: object = None, /) -> int: ...
    def write_number(self, row: int, column: int, value: float, /) -> int: ...
    def write_comment(self, row: int, column: int, text: str, options: object, /) -> int: ...
    def set_row(self, row: int, height: float, /) -> int: ...
    def set_column(self, first: int, last: int, width: float, style: object = None, /) -> int: ...
    def freeze_panes(self, row: int, column: int, /) -> None: ...
    def autofilter(self, top: int, left: int, bottom: int, right: int, /) -> int: ...
    def data_validation(self, *place_and_rule: object) -> int: ...


class _Workbook(Protocol):
    def add_worksheet(self, name: str, /) -> _Paper: ...
    def add_format(self, properties: Mapping[str, object], /) -> object: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class _Formats:
    header: Mapping[str, object]
    text: object
    title: object
    prose: object


def write_workbook(
    file: Path,
    document: Fields,
    advance: Advance = lambda _: None,
    layout: tuple[Sheet, ...] | None = None,
    about: Iterable[tuple[str, ...]] | None = None,
) -> None:
    """Write the document as a workbook; raises OSError. `advance` hears of rows written.

    Layout and read-me are the registry's where none are given.
    """
    layout = workbook_sheets() if layout is None else layout
    rows: dict[str, list[Row]] = {sheet.name: [] for sheet in layout}
    _flatten(layout, document, None, {}, lambda sheet, row: rows[sheet.name].append(row))
    # Texts are texts: nothing in the registry is a formula, a link or a number in disguise.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = cast("_Workbook", Workbook(file, options))
    formats = _formats(workbook)
    prose = _readme(layout, readme_rows() if about is None else about)
    _write_readme(workbook.add_worksheet(README), prose, formats)
    for sheet in layout:
        _write_sheet(workbook.add_worksheet(sheet.title), sheet, rows[sheet.name], formats)
        advance(len(rows[sheet.name]))
    try:
        workbook.close()
    except FileCreateError as error:
        raise cast("OSError", error.args[0]) from None


def _flatten(
    layout: tuple[Sheet, ...],
    fields: Fields,
    parent: Sheet | None,
    above: Row,
    put: Callable[[Sheet, Row], object],
) -> None:
    """The entries below one entry as rows, each with the names of what it belongs to."""
    for sheet in layout:
        if sheet.parent is not parent:
            continue
        for entry in plain_entries(sheet, fields.get(sheet.field)):
            if parent is None or not _shortened(sheet, fields):
                put(sheet, above | _row(sheet, entry))
            below = {name: value for name, value in above.items() if not name.endswith("_from")}
            below[own_header(sheet)] = write_cell(_NAME, name_of(sheet, entry))
            if sheet.dated and "from" in entry:
                below[f"{own_header(sheet)}_from"] = cast("str", entry["from"])
            _flatten(layout, entry, sheet, below, put)


_NAME = Column("", "text")


def _shortened(sheet: Sheet, parent_fields: Fields) -> bool:
    """Whether the entries all stand in their short form within the row that they belong to."""
    value = parent_fields.get(sheet.field)
    items = cast("list[object]", value if isinstance(value, list) else [value])
    parent = sheet.parent
    column = None if parent is None else parent.by_header.get(sheet.field)
    return column is not None and all(isinstance(item, str) for item in items)


def _row(sheet: Sheet, entry: Fields) -> Row:
    row: Row = {}
    for column in sheet.columns:
        value = entry.get(column.header)
        if value is None or column.role == "parent":
            continue
        if column.role == "short":
            items = cast("list[object]", value if isinstance(value, list) else [value])
            if not all(isinstance(item, str) for item in items):
                continue
            value = items
        row[column.header] = write_cell(column, value)
    return row


def _formats(workbook: _Workbook) -> _Formats:
    header = {
        role: workbook.add_format(
            {"bold": True, "text_wrap": True, "bg_color": color, "border": 1, "valign": "top"}
        )
        for role, color in COLORS.items()
    }
    return _Formats(
        header,
        workbook.add_format({"num_format": "@"}),
        workbook.add_format({"bold": True}),
        workbook.add_format({"text_wrap": True, "valign": "top"}),
    )


def _write_sheet(paper: _Paper, sheet: Sheet, rows: list[Row], formats: _Formats) -> None:
    paper.freeze_panes(1, len(sheet.parents))
    paper.set_row(0, 32)
    for place, column in enumerate(sheet.columns):
        kind = "required" if column.required and column.role == "field" else column.role
        header = formats.header[kind if kind in formats.header else "field"]
        paper.write_string(0, place, f"{column.header}\n{sheet.zh(column.header)}".strip(), header)
        if note := column_note(column):
            paper.write_comment(0, place, note, {"x_scale": 2, "y_scale": 1 + len(note) // 200})
        number = column.kind == "number" and not column.many
        paper.set_column(
            place, place, _width(sheet, column, rows), None if number else formats.text
        )
        if column.choices and not column.many:
            _offer(paper, place, column)
    places = {column.header: place for place, column in enumerate(sheet.columns)}
    for number, row in enumerate(rows, 1):
        for header, value in row.items():
            place = places[header]
            written = (
                paper.write_string(number, place, value)
                if isinstance(value, str)
                else paper.write_number(number, place, value)
            )
            if written:
                # It leaves out what it cannot hold, and says so by a number alone.
                sentence = (
                    f"sheet {sheet.title} has no room for `{header}` in row {number + 1}: a cell "
                    f"holds 32,767 characters, a sheet {MAX_ROWS:,} rows; write YAML instead"
                )
                raise OSError(errno.EFBIG, sentence)
    paper.autofilter(0, 0, max(len(rows), 1), len(sheet.columns) - 1)


def _offer(paper: _Paper, place: int, column: Column) -> None:
    rule = {
        "validate": "list",
        "source": list(column.choices),
        "error_title": column.header,
        "error_message": "Choose one of the list, or `-` to clear 请从列表中选择",
        "error_type": "warning",
    }
    paper.data_validation(1, place, MAX_ROWS - 1, place, rule)


def column_note(column: Column) -> str:
    """What a column takes, for its header's comment and the read-me."""
    parts = [column.note.strip()]
    if column.choices:
        parts.append(f"{'any' if column.many else 'one'} of {', '.join(column.choices)}")
    if column.many:
        parts.append("several with commas between 多个值用逗号分隔")
    if column.kind == "date":
        parts.append("2024-05-01")
    if column.required and column.role == "field":
        parts.append("needed for a new entry 新增时必填")
    return "; ".join(part for part in parts if part)


def _width(sheet: Sheet, column: Column, rows: list[Row]) -> int:
    texts = [column.header, *(str(row.get(column.header, "")) for row in rows[:SAMPLE])]
    lengths = [*map(len, texts), 2 * len(sheet.zh(column.header))]
    return min(max(lengths) + 2, WIDEST)


def _write_readme(paper: _Paper, prose: Iterable[tuple[str, ...]], formats: _Formats) -> None:
    paper.set_column(0, 0, 18)
    paper.set_column(1, 1, 22)
    paper.set_column(2, 3, 60)
    for number, row in enumerate(prose):
        for place, text in enumerate(row):
            style = formats.title if len(row) == 1 or not place else formats.prose
            paper.write_string(number, place, text, style)


def _readme(
    layout: tuple[Sheet, ...], about: Iterable[tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    yield from about
    for sheet in layout:
        yield ()
        yield (sheet.title,)
        for column in sheet.columns:
            yield "", column.header, sheet.zh(column.header), column_note(column)
