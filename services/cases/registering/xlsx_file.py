"""An Excel file to its sheets as rows of plain values; what is no such file is one sentence.

It must not know what the sheets mean.
"""

import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook

from schemas.sentence import Sentence
from services.cases.registering.xlsx_refusals import (
    CUT_OFF,
    EMPTY_FILE,
    ENCRYPTED,
    MISNAMED,
    MISSING,
    NO_WORKBOOK,
    OLDER,
    PROTECTED,
    WorkbookError,
)

MAX_BYTES = 512 * 1024 * 1024
MAX_ROWS = 1_048_576
# Of a sheet, empty ones to the left of others counted in; an entry has some 20.
MAX_CELLS = 100_000_000
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FORMULA = re.compile(rb"<(\w+:)?f[ >/]")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']([^\"']+)[\"']")
# A tag is never longer than this where it matters here.
LONGEST_TAG = 1000
# What openpyxl raises where the parts of a workbook are not what they should be.
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)

Values = Sequence[object]
Advance = Callable[[int], object]


class NoValue(NamedTuple):
    """A formula that nothing has worked out yet."""

    formula: str


class Area(NamedTuple):
    """Merged cells: first and last row and column, counted from 1."""

    left: int
    top: int
    right: int
    bottom: int


class RawSheet(NamedTuple):
    """A sheet: its name and its rows from row 1, each as long as its last cell with a value."""

    name: str
    rows: list[Values]
    merged: tuple[Area, ...] = ()


class _Scanned(NamedTuple):
    """What the parts of a workbook have that its values do not show; `merged` by part."""

    formulas: bool
    merged: dict[str, tuple[Area, ...]]


class _Worksheet(Protocol):
    @property
    def title(self) -> str: ...
    def reset_dimensions(self) -> None: ...
    def iter_rows(self, *, values_only: bool) -> Iterator[Values]: ...


def is_workbook(file: Path) -> bool:
    """Whether the file is meant as a workbook, by its name or its first bytes."""
    if file.suffix.lower() in SUFFIXES:
        return True
    try:
        with file.open("rb") as stream:
            head = stream.read(len(_OLE))
    except OSError:
        return False
    return head.startswith((b"PK\x03\x04", _OLE))


def read_sheets(file: Path, advance: Advance) -> list[RawSheet]:
    """All sheets with their values; `advance` hears of rows read, some at a time.

    Formulas give the value that was worked out last. Raises WorkbookError.
    """
    with _sentences(), warnings.catch_warnings():
        # Of styles and extensions that openpyxl leaves out; none bears a value.
        warnings.simplefilter("ignore")
        scanned = _checked(file)
        # Opened here, so that it is closed again however openpyxl fails.
        with file.open("rb") as stream:
            values = load_workbook(stream, read_only=True, data_only=True)
            sheets = [
                RawSheet(sheet.title, _rows(sheet, advance), scanned.merged.get(_part(sheet), ()))
                for sheet in _worksheets(values)
            ]
        if scanned.formulas:
            sheets = list(_marked(file, sheets))
    return sheets


@contextmanager
def _sentences() -> Generator[None]:
    try:
        yield
    except WorkbookError:
        raise
    except FileNotFoundError:
        raise WorkbookError(MISSING) from None
    except (PermissionError, IsADirectoryError) as error:
        raise WorkbookError(
            Sentence(f"it cannot be read: {error.strerror}", "文件无法读取")
        ) from None
    except _BROKEN as error:
        raise WorkbookError(
            Sentence(
                "the workbook is damaged or cut off: open it in Excel or WPS, mend it and save it "
                f"again ({type(error).__name__})",
                "工作簿已损坏或不完整：请用 Excel 或 WPS 打开、修复并重新保存",
            )
        ) from error


def _checked(file: Path) -> _Scanned:
    """Refuse what is no workbook or far too big; gives what else its sheets have."""
    _refuse_older(file)
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        raise WorkbookError(_no_zip(file)) from None
    with archive:
        parts = archive.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise WorkbookError(ENCRYPTED)
        if sum(part.file_size for part in parts) > MAX_BYTES:
            most = MAX_BYTES >> 20
            raise WorkbookError(
                Sentence(
                    f"unpacked it is larger than {most} MiB: split it by plants, and delete "
                    "pictures and empty formatted rows",
                    f"解压后超过 {most} MiB：请按企业拆分，并删除图片和带格式的空行",
                )
            )
        names = [part.filename for part in parts]
        if "xl/workbook.xml" not in names:
            raise WorkbookError(NO_WORKBOOK)
        sheets = [name for name in names if name.startswith("xl/worksheets/")]
        found = {name: _scan(archive, name) for name in sheets}
    return _Scanned(
        any(formulas for formulas, _ in found.values()),
        {name: merged for name, (_, merged) in found.items()},
    )


def _refuse_older(file: Path) -> None:
    with file.open("rb") as stream:
        head = stream.read(len(_OLE))
        if not head:
            raise WorkbookError(EMPTY_FILE)
        if head != _OLE:
            return
        if _ENCRYPTED in stream.read(MAX_BYTES):
            raise WorkbookError(PROTECTED)
    raise WorkbookError(OLDER)


def _no_zip(file: Path) -> Sentence:
    with file.open("rb") as stream:
        head = stream.read(4)
    if head.startswith(b"PK"):
        return CUT_OFF
    return MISNAMED


def _scan(archive: zipfile.ZipFile, name: str) -> tuple[bool, tuple[Area, ...]]:
    """Whether a sheet has formulas, and its merged cells."""
    rest, formulas = b"", False
    merged: dict[bytes, Area] = {}
    with archive.open(name) as part:
        while chunk := part.read(1 << 20):
            text = rest + chunk
            formulas = formulas or _FORMULA.search(text) is not None
            for reference in cast("list[bytes]", _MERGED.findall(text)):
                merged[reference] = _area(reference.decode("ascii"))
            rest = text[max(text.rfind(b"<"), len(text) - LONGEST_TAG) :]
    return formulas, tuple(merged.values())


def _area(reference: str) -> Area:
    # Without rows or without columns it is damaged: openpyxl refuses it too, later.
    return Area._make(cast("tuple[int, int, int, int]", range_boundaries(reference)))


def _part(sheet: _Worksheet) -> str:
    """The name of the part that the sheet is in; openpyxl has no public name for it."""
    return str(vars(sheet).get("_worksheet_path", "")).removeprefix("/")


def _worksheets(workbook: Workbook) -> list[_Worksheet]:
    return cast("list[_Worksheet]", workbook.worksheets)


def _rows(sheet: _Worksheet, advance: Advance = lambda _: None) -> list[Values]:
    # The size that a file states for a sheet may be wrong: too small would lose rows.
    sheet.reset_dimensions()
    rows: list[Values] = []
    cells = 0
    for row in sheet.iter_rows(values_only=True):
        # Cells that only have a format come as well, as far as Excel's last column.
        rows.append(_to_last_value(row))
        cells += len(row)
        if len(rows) > MAX_ROWS:
            raise WorkbookError(
                Sentence(
                    f"sheet {sheet.title} has more than {MAX_ROWS:,} rows: split it",
                    f"工作表“{sheet.title}”超过 {MAX_ROWS:,} 行：请拆分",
                )
            )
        if cells > MAX_CELLS:
            raise WorkbookError(
                Sentence(
                    f"sheet {sheet.title} has more than {MAX_CELLS:,} cells: delete the columns to "
                    "the right of the last header, formats and all, or split it",
                    f"工作表“{sheet.title}”超过 {MAX_CELLS:,} 个单元格：请删除最后一个列名右侧的列"
                    "（含格式），或拆分",
                )
            )
        if len(rows) % 1000 == 0:
            advance(1000)
    return rows


def _to_last_value(row: Values) -> Values:
    if not row or row[-1] is not None:
        return row
    length = next((place for place in range(len(row), 0, -1) if row[place - 1] is not None), 0)
    return row[:length]


def _marked(file: Path, sheets: list[RawSheet]) -> Iterator[RawSheet]:
    """The sheets, where a formula that has no value stands as NoValue."""
    with file.open("rb") as stream:
        written = load_workbook(stream, read_only=True, data_only=False)
        for sheet, formulas in zip(sheets, _worksheets(written), strict=True):
            pairs = zip_longest(sheet.rows, _rows(formulas), fillvalue=())
            rows = [_row_marked(values, row) for values, row in pairs]
            yield sheet._replace(rows=rows)


def _row_marked(values: Values, formulas: Values) -> Values:
    return [
        NoValue(str(formula)) if value is None and formula is not None else value
        for value, formula in zip_longest(values, formulas)
    ]
