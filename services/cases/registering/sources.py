"""A registry file as it is given, YAML or workbook: its document, and what is wrong, each with its place.

It reads files; what a document changes is decided elsewhere, and so is who watches the progress.
"""

import zipfile
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import NamedTuple, Protocol

from schemas.registry import RegistryDocument
from schemas.sentence import Sentence, same
from services.cases.registering.document import Parsed, parse_document
from services.cases.registering.xlsx_document import FromWorkbook, document_of, read_workbook
from services.cases.registering.xlsx_entries import Fields
from services.cases.registering.xlsx_file import Advance, is_workbook
from services.cases.registering.xlsx_problems import (
    CellProblem,
    cell_problem_lines,
    placed_problems,
)
from services.cases.registering.xlsx_refusals import WorkbookError
from services.cases.registering.xlsx_rows import Book
from services.cases.registering.yaml_text import Path, Problem, problem_lines

Refusals = list[tuple[Path, Sentence]]
NOWHERE = same("")
Shown = Callable[[str, int | None], AbstractContextManager[Advance]]
"""Shows how far something is, out of a total where one is known; it is told of what is done."""


class Placed(NamedTuple):
    """What is wrong at a place of the file: `line 3, column 5: plants[0].mn`, or sheet, row, column."""

    place: Sentence
    sentence: Sentence


class Source(Protocol):
    """A file that was read."""

    def document(self, registered: Callable[[], Fields]) -> RegistryDocument:
        """What it says; `registered` gives the registry in plain values, where that is needed."""
        ...

    def lines(self, refused: Refusals) -> list[str]:
        """All that is wrong, what the comparison refused included; each line names file and place."""
        ...

    def placed(self, refused: Refusals) -> list[Placed]:
        """The same, place and sentence apart."""
        ...


class SourceError(Exception):
    """The file says nothing that can be used; `lines` say why, `placed` too, place and sentence apart."""

    def __init__(self, lines: list[str], placed: list[Placed]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
        self.placed = placed


@contextmanager
def unseen(_what: str, _total: int | None) -> Generator[Advance]:
    """Nobody looks on."""
    yield lambda _: None


def unpacked_bytes(file: File) -> int:
    """How large a file is where it is a workbook once it is unpacked, by what it says of itself.

    What is no workbook, or a broken one, is as large as it is. Raises OSError.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return file.stat().st_size


def read_source(file: File, shown: Shown = unseen) -> Source:
    """Read a file; raises SourceError."""
    if is_workbook(file):
        try:
            with shown("reading rows 读取", None) as advance:
                return _Workbook(file, read_workbook(file, advance), shown)
        except WorkbookError as error:
            raise SourceError([f"{file}: {error}"], [Placed(NOWHERE, error.said)]) from error
    parsed = parse_document(_text(file))
    if parsed.document is None:
        lines = problem_lines(str(file), parsed.problems)
        raise SourceError(lines, _placed(parsed.problems))
    return _Yaml(file, parsed, parsed.document)


def _text(file: File) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        said = Sentence(f"cannot be read: {error.strerror}", "无法读取")
    except UnicodeDecodeError as error:
        said = Sentence(
            f"is not UTF-8 (byte {error.start}): save it as UTF-8",
            f"不是 UTF-8 编码（第 {error.start} 字节）：请另存为 UTF-8",
        )
    placed = Placed(NOWHERE, said.within("the file ", "文件"))
    raise SourceError([f"{file} {said}"], [placed])


@dataclass(frozen=True)
class _Yaml:
    file: File
    parsed: Parsed
    said: RegistryDocument

    def document(self, registered: Callable[[], Fields]) -> RegistryDocument:
        del registered
        return self.said

    def lines(self, refused: Refusals) -> list[str]:
        return problem_lines(str(self.file), self._problems(refused))

    def placed(self, refused: Refusals) -> list[Placed]:
        return _placed(self._problems(refused))

    def _problems(self, refused: Refusals) -> list[Problem]:
        return [self.parsed.read.problem(path, sentence) for path, sentence in refused]


@dataclass
class _Workbook:
    file: File
    book: Book
    shown: Shown
    found: FromWorkbook | None = field(default=None)

    def document(self, registered: Callable[[], Fields]) -> RegistryDocument:
        plants = self.book.tables.get("plants")
        total = len(plants.lines) if plants else None
        with self.shown("checking rows 检查", total) as advance:
            self.found = document_of(self.book, registered, advance)
        return self.found.document

    def lines(self, refused: Refusals) -> list[str]:
        return cell_problem_lines(str(self.file), self._problems(refused))

    def placed(self, refused: Refusals) -> list[Placed]:
        found = placed_problems(self._problems(refused))
        return [Placed(one.place.said, one.sentence) for one in found]

    def _problems(self, refused: Refusals) -> list[CellProblem]:
        return self.book.problems if self.found is None else self.found.blame(refused)


def _placed(problems: list[Problem]) -> list[Placed]:
    return [Placed(_place(one), one.sentence) for one in sorted(problems)]


def _place(one: Problem) -> Sentence:
    return Sentence(
        f"line {one.line}, column {one.column}" + (f": {one.path}" if one.path else ""),
        f"第 {one.line} 行第 {one.column} 列" + (f"：{one.path}" if one.path else ""),
    )
