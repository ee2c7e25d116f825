"""A file of limits as it is given, YAML, workbook or CSV: its entries, and lines about what is wrong.

It reads files; what an entry changes is decided elsewhere.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path as File
from typing import cast

from pydantic import ValidationError

from schemas.limit_document import Limit, LimitsDocument
from schemas.sentence import same
from services.cases.registering.document import sentence_of
from services.cases.registering.xlsx_file import RawSheet, is_workbook, read_sheets
from services.cases.registering.xlsx_layout import Sheet, workbook_sheets
from services.cases.registering.xlsx_problems import CellProblem, cell_problem_lines
from services.cases.registering.xlsx_refusals import WorkbookError
from services.cases.registering.xlsx_rows import Line, Table, read_book
from services.cases.registering.yaml_text import Path, Read, problem_lines, read_yaml
from services.registry.xlsx_progress import shown_progress

LIMITS = "limits"
Wrong = tuple[int, str, str]
"""Of the entry counted from 0, the field (or empty) and a sentence."""


class LimitFileError(Exception):
    """The file says nothing that can be used; `lines` say why."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = list(lines)


@dataclass(frozen=True)
class LimitFile:
    """What a file says: entries that can be read, by their number, and what cannot."""

    entries: dict[int, Limit]
    told: Callable[[Sequence[Wrong]], list[str]]

    def lines(self, wrong: Sequence[Wrong]) -> list[str]:
        """All that is wrong, what the comparison found included; each line names file and place."""
        return self.told(wrong)


def limit_sheets() -> tuple[Sheet, ...]:
    """The one sheet of a workbook of limits."""
    return workbook_sheets(LimitsDocument)


def read_limit_file(file: File) -> LimitFile:
    """Read a file; raises LimitFileError."""
    if is_workbook(file):
        try:
            with shown_progress("reading rows 读取") as advance:
                return _of_sheets(file, read_sheets(file, advance))
        except WorkbookError as error:
            raise LimitFileError([f"{file}: {error}"]) from error
    text = _text(file)
    if not text.strip():
        raise LimitFileError([f"{file} is empty 空文件: see `qingkong limits example`"])
    if file.suffix.lower() == ".csv":
        rows = [[cell or None for cell in row] for row in csv.reader(StringIO(text, newline=""))]
        return _of_sheets(file, [RawSheet(LIMITS, list(rows))])
    return _of_yaml(file, read_yaml(text))


def _text(file: File) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise LimitFileError([f"{file} cannot be read: {error.strerror}"]) from error
    # Excel in Chinese saves CSV as GB 18030 unless it is told otherwise.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LimitFileError([f"{file} is neither UTF-8 nor GB 18030: save it as UTF-8"])


def _of_yaml(file: File, read: Read) -> LimitFile:
    problems = list(read.problems)
    found: dict[int, Limit] = {}
    if read.root is None and problems:
        raise LimitFileError(problem_lines(str(file), problems))
    value = cast("dict[str, object]", read.value) if isinstance(read.value, dict) else {}
    problems += [
        read.problem((key,), same(f"`{key}` is not known here: write `{LIMITS}`"))
        for key in value.keys() - {LIMITS}
    ]
    entries = value.get(LIMITS)
    if not isinstance(entries, list):
        said = same("write `limits:` and below it entries that begin with -")
        problems.append(read.problem((), said))
        entries = []
    for place, entry in enumerate(cast("list[object]", entries)):
        limit, wrong = _checked(entry)
        found |= {} if limit is None else {place: limit}
        problems += [
            read.problem((LIMITS, place, *path), same(sentence)) for path, sentence in wrong
        ]

    def told(wrong: Sequence[Wrong]) -> list[str]:
        placed = [
            read.problem((LIMITS, place, *([header] if header else [])), same(sentence))
            for place, header, sentence in wrong
        ]
        return problem_lines(str(file), [*problems, *placed])

    return LimitFile(found, told)


def _of_sheets(file: File, sheets: Iterable[RawSheet]) -> LimitFile:
    book = read_book(sheets, limit_sheets())
    table = book.tables.get(LIMITS, Table(0, LIMITS))
    found: dict[int, Limit] = {}
    problems = list(book.problems)
    for place, line in enumerate(table.lines):
        limit, wrong = _checked(line.fields)
        unread = {*line.spoilt, *table.misspelt}
        for path, sentence in wrong:
            header = next((key for key in path if isinstance(key, str)), "")
            if header not in unread:
                problems.append(CellProblem(table.place(line.row, header), same(sentence)))
        if limit is not None and not line.spoilt:
            found[place] = limit

    def told(wrong: Sequence[Wrong]) -> list[str]:
        placed = [_cell(table, table.lines[place], header, text) for place, header, text in wrong]
        return cell_problem_lines(str(file), [*problems, *placed])

    return LimitFile(found, told)


def _cell(table: Table, line: Line, header: str, sentence: str) -> CellProblem:
    where = table.place(line.row, header if header in line.fields else "")
    return CellProblem(where, same(sentence))


def _checked(fields: object) -> tuple[Limit | None, list[tuple[Path, str]]]:
    try:
        return Limit.model_validate(fields), []
    except ValidationError as error:
        return None, [
            (detail["loc"], sentence_of((LIMITS, 0, *detail["loc"]), detail))
            for detail in error.errors(include_url=False, include_context=True)
        ]
