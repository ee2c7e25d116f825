"""A registry file as it is given, YAML or workbook: its document, and lines about what is wrong.

It reads files; what a document changes is decided elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Protocol

from schemas.registry import RegistryDocument
from services.registry.document import Parsed, parse_document
from services.registry.tables import problem_lines
from services.registry.xlsx_document import FromWorkbook, document_of, read_workbook
from services.registry.xlsx_entries import Fields
from services.registry.xlsx_file import WorkbookError, is_workbook
from services.registry.xlsx_problems import cell_problem_lines
from services.registry.xlsx_progress import shown_progress
from services.registry.xlsx_rows import Book
from services.registry.yaml_text import Path

Refusals = list[tuple[Path, str]]


class Source(Protocol):
    """A file that was read."""

    def document(self, registered: Callable[[], Fields]) -> RegistryDocument:
        """What it says; `registered` gives the registry in plain values, where that is needed."""
        ...

    def lines(self, refused: Refusals) -> list[str]:
        """All that is wrong, what the comparison refused included; each line names file and place."""
        ...


class SourceError(Exception):
    """The file says nothing that can be used; `lines` say why."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def read_source(file: File) -> Source:
    """Read a file; raises SourceError."""
    if is_workbook(file):
        try:
            with shown_progress("reading rows 读取") as advance:
                return _Workbook(file, read_workbook(file, advance))
        except WorkbookError as error:
            raise SourceError([f"{file}: {error}"]) from error
    parsed = parse_document(_text(file))
    if parsed.document is None:
        raise SourceError(problem_lines(str(file), parsed.problems))
    return _Yaml(file, parsed, parsed.document)


def _text(file: File) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError([f"{file} cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        line = f"{file} is not UTF-8 (byte {error.start}): save it as UTF-8"
        raise SourceError([line]) from error


@dataclass(frozen=True)
class _Yaml:
    file: File
    parsed: Parsed
    said: RegistryDocument

    def document(self, registered: Callable[[], Fields]) -> RegistryDocument:
        del registered
        return self.said

    def lines(self, refused: Refusals) -> list[str]:
        placed = [self.parsed.read.problem(path, sentence) for path, sentence in refused]
        return problem_lines(str(self.file), placed)


@dataclass
class _Workbook:
    file: File
    book: Book
    found: FromWorkbook | None = field(default=None)

    def document(self, registered: Callable[[], Fields]) -> RegistryDocument:
        plants = self.book.tables.get("plants")
        total = len(plants.lines) if plants else None
        with shown_progress("checking rows 检查", total) as advance:
            self.found = document_of(self.book, registered, advance)
        return self.found.document

    def lines(self, refused: Refusals) -> list[str]:
        problems = self.book.problems if self.found is None else self.found.blame(refused)
        return cell_problem_lines(str(self.file), problems)
