"""A workbook's rows to the document that the YAML file would give, with a place for every error.

Pure: rows and what is registered come in; what the document changes is decided elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from schemas.registry import Plant, Region, RegistryDocument
from schemas.registry_words import FIRST_YEAR
from schemas.sentence import Sentence
from services.cases.registering.document import sentence_of
from services.cases.registering.xlsx_entries import Entry, Fields, Known
from services.cases.registering.xlsx_file import Advance, read_sheets
from services.cases.registering.xlsx_layout import workbook_sheets
from services.cases.registering.xlsx_problems import CellPlace, CellProblem
from services.cases.registering.xlsx_rows import Book, read_book
from services.cases.registering.xlsx_tree import Tree
from services.cases.registering.yaml_text import Path

MOST_PASSES = 5
Part = TypeVar("Part", Region, Plant)


@dataclass
class FromWorkbook:
    """The document of a workbook, and all that is wrong with its rows.

    With problems, bad rows and cells are left out of it or replaced: it serves to find more that is
    wrong, and may not be written. `lost` are sheets with such rows.
    """

    document: RegistryDocument
    regions: list[Entry]
    plants: list[Entry]
    problems: list[CellProblem]
    lost: frozenset[str] = frozenset()
    unjudged: bool = False

    def blame(self, found: Iterable[tuple[Path, Sentence]]) -> list[CellProblem]:
        """All problems, with what the comparison refuses at the cells that it speaks of.

        What may only follow from another problem is not told.
        """
        told = [self._told(path, sentence) for path, sentence in found if not self.unjudged]
        return self.problems + [problem for problem in told if problem is not None]

    def _told(self, path: Path, sentence: Sentence) -> CellProblem | None:
        if len(path) < 2 or not isinstance(path[1], int):  # noqa: PLR2004 - ("plants", 3, ...)
            return CellProblem(CellPlace(0, ""), sentence)
        top = self.regions if path[0] == "regions" else self.plants
        entries, header = top[path[1]].chain(path[2:])
        follows = (
            any(entry.bad for entry in entries[1:])
            or header in entries[0].bad
            or (header == "mn" and not self.lost.isdisjoint({"devices", "mns"}))
            or (header in {"region", "parent"} and "regions" in self.lost)
        )
        return None if follows else CellProblem(entries[-1].place(header), sentence)


def read_workbook(file: File, advance: Advance = lambda _: None) -> Book:
    """The rows of a file, with all that is wrong in its cells; raises WorkbookError."""
    return read_book(read_sheets(file, advance), workbook_sheets())


def document_of(
    book: Book, registered: Callable[[], Fields], advance: Advance = lambda _: None
) -> FromWorkbook:
    """Put the rows together and check every field.

    `registered` gives the registry as a document in plain values; it is asked only where rows
    leave out what the registry has. `advance` hears of plants done.
    """
    layout = workbook_sheets()
    tree = Tree(layout, book, Known(layout, registered))
    tree.grow()
    checking = _Checking(tree)
    regions = list(checking.valid(tree.top.get("regions", []), Region))
    plants = list(checking.valid(tree.top.get("plants", []), Plant, advance))
    document = RegistryDocument(
        regions=tuple(region for _, region in regions), plants=tuple(plant for _, plant in plants)
    )
    return FromWorkbook(
        document,
        [entry for entry, _ in regions],
        [entry for entry, _ in plants],
        book.problems + tree.problems + checking.problems,
        frozenset(checking.lost),
        book.lost,
    )


@dataclass
class _Checking:
    """Validates entries one after the other; what is wrong comes to `problems`."""

    tree: Tree
    problems: list[CellProblem] = field(default_factory=list[CellProblem])
    lost: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self.told = {problem.place for problem in self.tree.book.problems + self.tree.problems}

    def valid(
        self, entries: list[Entry], part: type[Part], advance: Advance = lambda _: None
    ) -> Iterator[tuple[Entry, Part]]:
        """The entries that can be compared, with what is bad in them left out or replaced."""
        for place, entry in enumerate(entries):
            advance(1)
            for _ in range(MOST_PASSES):
                self._prune(entry)
                try:
                    value = part.model_validate(self._fields(entry))
                except ValidationError as error:
                    self._note((entry.sheet.field, place), entry, error)
                else:
                    if entry.key[0] not in self.tree.incomplete:
                        yield entry, value
                    break

    def _prune(self, entry: Entry) -> None:
        """Take out entries with bad fields that no other row names."""
        if entry.bad:
            self.lost.add(entry.sheet.name)
        for name, children in entry.children.items():
            for child in children:
                self._prune(child)
            kept = [child for child in children if not child.bad or child.sheet.referred]
            if len(kept) < len(children):
                entry.children[name] = kept
                if not kept and name in entry.sheet.required:
                    entry.bad.add(name)

    def _note(self, path: Path, entry: Entry, error: ValidationError) -> None:
        for detail in error.errors(include_url=False, include_context=True):
            entries, header = entry.chain(detail["loc"])
            at = entries[-1]
            at.bad.add(header)
            where = at.place(header)
            unread = detail["type"] == "missing" and header in at.table.misspelt
            if where not in self.told and not unread:
                self.problems.append(CellProblem(where, _sentence(path, detail)))

    def _fields(self, entry: Entry) -> Fields:
        """The entry as the YAML file would have it."""
        fields = {name: value for name, value in entry.fields.items() if name not in entry.bad}
        for name, children in entry.children.items():
            if children:
                fields[name] = [self._fields(child) for child in children]
        missing = [name for name in entry.sheet.required if name not in fields]
        if missing and entry.key[-1] and not entry.column:
            known = self.tree.known.entries.get((entry.sheet.name, entry.key), {})
            fields |= {name: known[name] for name in missing if name in known}
        for name in missing:
            if name in entry.bad and name not in fields:
                fields[name] = _stand_in(entry, name)
        return fields


def _stand_in(entry: Entry, name: str) -> object:
    """Something for a bad field that an entry must have, so that the rest of it can be compared."""
    column = entry.sheet.by_header[name]
    if column.choices:
        return column.choices[0]
    match column.kind:
        case "time" | "date":
            return f"{FIRST_YEAR}-01-01"
        case "number" | "truth":
            return 1
        case "text":
            # Six digits at the most are a text, a code, an MN and a region.
            text = f"{entry.row % 10**6:06}"
            return [text] if column.many else text


def _sentence(path: Path, detail: ErrorDetails) -> Sentence:
    loc = detail["loc"]
    if detail["type"] == "missing" and loc and isinstance(loc[-1], int):
        name = next(key for key in reversed(loc) if isinstance(key, str))
        return Sentence(
            f"`{name}` has too few values: write {loc[-1] + 1} or more with commas between",
            f"`{name}` 的值过少：请填写 {loc[-1] + 1} 个或更多，以逗号分隔",
        )
    return sentence_of((*path, *loc), detail)
