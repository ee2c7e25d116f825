"""Entries of the document as rows gave them, with their places; and the registered ones by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from services.cases.registering.xlsx_layout import Sheet
from services.cases.registering.xlsx_problems import CellPlace
from services.cases.registering.xlsx_rows import Table
from services.cases.registering.yaml_text import Path

Key = tuple[str, ...]
Fields = dict[str, object]


@dataclass(slots=True)
class Entry:
    """One entry of the document: what its row says, and the entries that belong to it.

    `row` is 0 where no row speaks of the entry itself; `place` is then the first row about it.
    `column` is the short form that the entry was written in, within the row of its parent. `bad`
    names fields that something wrong was told about.
    """

    sheet: Sheet
    table: Table
    row: int
    key: Key
    fields: Fields
    column: str = ""
    bad: set[str] = field(default_factory=set[str])
    children: dict[str, list["Entry"]] = field(default_factory=dict[str, list["Entry"]])

    def place(self, header: str = "") -> CellPlace:
        """Where a field of the entry stands."""
        return self.table.place(self.row, self.column or header)

    def chain(self, path: Path) -> tuple[list["Entry"], str]:
        """The entries that a place of the document lies in, from this one down, and the field."""
        entries: list[Entry] = [self]
        rest = list(path)
        while len(rest) > 1 and isinstance(rest[1], int):
            children = entries[-1].children.get(str(rest[0]), [])
            if rest[1] >= len(children):
                break
            entries.append(children[rest[1]])
            rest = rest[2:]
        return entries, next((key for key in rest if isinstance(key, str)), "")

    def find(self, path: Path) -> CellPlace:
        """The cell, or at least the row, that a place of the document stands in."""
        entries, header = self.chain(path)
        return entries[-1].place(header)


@dataclass(frozen=True)
class Known:
    """What is registered, in the words of the document; drawn up when first asked for."""

    layout: tuple[Sheet, ...]
    document: Callable[[], Fields]

    @cached_property
    def entries(self) -> Mapping[tuple[str, Key], Fields]:
        """The fields of each entry by its sheet and key."""
        return _index(self.document(), self.layout)


def _index(document: Fields, layout: tuple[Sheet, ...]) -> dict[tuple[str, Key], Fields]:
    found: dict[tuple[str, Key], Fields] = {}

    def add(parent: Sheet | None, above: Key, fields: Fields) -> None:
        for sheet in layout:
            if sheet.parent is not parent:
                continue
            for entry in plain_entries(sheet, fields.get(sheet.field)):
                key = (*above, name_of(sheet, entry))
                found.setdefault((sheet.name, key), entry)
                add(sheet, key, entry)

    add(None, (), document)
    return found


def plain_entries(sheet: Sheet, value: object) -> list[Fields]:
    """The entries of a list, short forms written out; a lone entry is a list of one."""
    if value is None:
        return []
    items = cast("list[object]", value if isinstance(value, list) else [value])
    return [
        cast("Fields", item if isinstance(item, dict) or not sheet.short else sheet.short(item))
        for item in items
    ]


def name_of(sheet: Sheet, fields: Mapping[str, object]) -> str:
    """What other rows call the entry: its code, or the first text of its short form."""
    value = fields.get("code")
    if value is None and sheet.naming_short is not None:
        value = fields.get(sheet.naming_short)
        while isinstance(value, list) and value:
            value = cast("list[object]", value)[0]
        if isinstance(value, dict):
            value = cast("Fields", value).get(sheet.naming_short)
    return value if isinstance(value, str) else ""
