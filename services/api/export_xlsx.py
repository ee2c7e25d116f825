"""An export as a workbook, written row by row to a temporary file, then handed on.

A sheet has a most of rows; nobody begins what does not fit. It must not know where lines come from.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol, cast

from xlsxwriter import Workbook  # pyright: ignore[reportMissingTypeStubs] - it ships none

from schemas.export import Column

MOST_ROWS: Final = 1_000_000
PIECE: Final = 256 * 1024
WIDTHS: Final = {"text": 14, "number": 11, "integer": 9, "flag": 7, "time": 20}
# The day that a spreadsheet counts from, and a fixed time so that equal rows make equal files.
DAY_0: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone
MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - as above


class _Sheet(Protocol):
    def write_string(self, row: int, column: int, text: str, style: object = None, /) -> int: ...
    def write_number(self, row: int, column: int, value: float, style: object = None, /) -> int: ...
    def write_boolean(self, row: int, column: int, value: object, /) -> int: ...
    def set_column(self, first: int, last: int, width: float, /) -> int: ...
    def freeze_panes(self, row: int, column: int, /) -> None: ...


class _Workbook(Protocol):
    def add_worksheet(self, name: str, /) -> _Sheet: ...
    def add_format(self, properties: Mapping[str, object], /) -> object: ...
    def set_properties(self, properties: Mapping[str, object], /) -> None: ...
    def close(self) -> None: ...


def xlsx_file(
    lines: Iterable[bytes], columns: Sequence[Column], about: Mapping[str, str]
) -> Generator[bytes]:
    """The pieces of the file; while it is being made they are empty."""
    with tempfile.TemporaryDirectory(prefix="qingkong-export-") as folder:
        path = Path(folder) / "export.xlsx"
        options = {"constant_memory": True, "tmpdir": folder}
        book = cast("_Workbook", cast("object", Workbook(str(path), options)))
        try:
            for _ in _written(book, lines, columns):
                yield b""
            _explain(book, about)
        finally:
            book.close()
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _written(book: _Workbook, lines: Iterable[bytes], columns: Sequence[Column]) -> Iterator[None]:
    book.set_properties({"created": MADE})
    sheet = book.add_worksheet("data 数据")
    bold = book.add_format({"bold": True})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, WIDTHS[column.kind])
        sheet.write_string(0, place, column.header, bold)
    sheet.freeze_panes(1, 0)
    writers = _writers(book, sheet, columns)
    row = 0
    for piece in lines:
        for cells in csv.reader(io.StringIO(piece.decode(), newline="")):
            row += 1
            for place, text in enumerate(cells):
                if text:
                    writers[place](row, place, text)
        yield


Write = Callable[[int, int, str], object]


def _writers(book: _Workbook, sheet: _Sheet, columns: Sequence[Column]) -> list[Write]:
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def text(row: int, place: int, said: str) -> object:
        # A string is never taken for a formula, whatever it begins with.
        return sheet.write_string(row, place, said)

    def number(row: int, place: int, said: str) -> object:
        return sheet.write_number(row, place, float(said))

    def flag(row: int, place: int, said: str) -> object:
        return sheet.write_boolean(row, place, said == "t")

    def time(row: int, place: int, said: str) -> object:
        try:
            days = (datetime.fromisoformat(said) - DAY_0).total_seconds() / 86_400
        except ValueError:
            return sheet.write_string(row, place, said)
        return sheet.write_number(row, place, days, moment)

    of_kind: Mapping[str, Write] = {
        "text": text,
        "number": number,
        "integer": number,
        "flag": flag,
        "time": time,
    }
    return [of_kind[column.kind] for column in columns]


def _explain(book: _Workbook, about: Mapping[str, str]) -> None:
    sheet = book.add_worksheet("about 说明")
    sheet.set_column(0, 0, WIDTHS["time"])
    for row, (name, value) in enumerate(about.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
