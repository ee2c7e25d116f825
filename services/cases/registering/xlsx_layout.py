"""Which sheets and columns a registry workbook has: read off the document's own models.

A field that the document gains has its column here by itself; nothing is listed by hand.
"""

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Annotated, Literal, TypeAlias, Union, cast, get_args, get_origin

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from schemas.registry import RegistryDocument
from services.cases.registering.xlsx_words import COLUMNS_ZH, SHEET_NAMES, SHEETS_ZH

Kind: TypeAlias = Literal["text", "number", "truth", "time", "date"]
Short: TypeAlias = Callable[[object], object]
KINDS: Mapping[object, Kind] = {
    str: "text",
    int: "number",
    float: "number",
    Decimal: "number",
    bool: "truth",
    datetime: "time",
    date: "date",
}
# Fields that tell entries of one list apart, where the model has them and they are required.
NAMING = ("code", "mn", "unit", "outlet")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header is the field's name in the YAML file.

    `many`: a list within the cell. `role`: a field of the entry, the name of the entry that it
    belongs to, or the short form of entries that also have a sheet of their own. `cleared`: what the
    field is when nothing is to stand in it, its default where it cannot be None.
    """

    header: str
    kind: Kind
    many: bool = False
    choices: tuple[str, ...] = ()
    required: bool = False
    note: str = ""
    role: Literal["field", "parent", "short"] = "field"
    cleared: object = None


@dataclass(frozen=True)
class Sheet:
    """A list of the document as flat rows; `parent` is the sheet of what the rows belong to."""

    name: str
    field: str
    part: type[BaseModel]
    parent: "Sheet | None"
    columns: tuple[Column, ...]
    short: Short | None

    @cached_property
    def by_header(self) -> Mapping[str, Column]:
        return {column.header: column for column in self.columns}

    @cached_property
    def parents(self) -> tuple["Sheet", ...]:
        """From the topmost down."""
        return () if self.parent is None else (*self.parent.parents, self.parent)

    @cached_property
    def dated(self) -> bool:
        """Whether several entries may have one name, at different times."""
        return "since" in self.part.model_fields

    @cached_property
    def naming(self) -> tuple[str, ...]:
        """Headers whose values together tell the entries of one parent apart."""
        own = {column.header: column for column in self.columns if column.role == "field"}
        named = [name for name in NAMING if name in own and (own[name].required or name == "code")]
        return (*named, "from") if self.dated else tuple(named)

    @cached_property
    def naming_short(self) -> str | None:
        """The short form whose first text names an entry that has no code of its own."""
        fields = self.part.model_fields
        if "code" not in fields or fields["code"].is_required():
            return None
        return next((column.header for column in self.columns if column.role == "short"), None)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Names of the fields that a new entry must have."""
        fields = self.part.model_fields
        return tuple(
            header_of(name, field) for name, field in fields.items() if field.is_required()
        )

    @property
    def referred(self) -> bool:
        """Whether rows elsewhere name entries of this sheet, beside those that belong to them."""
        return len(self.parents) < 2  # noqa: PLR2004 - plants, and what stands right below them

    @property
    def title(self) -> str:
        """`plants 排污单位`."""
        return f"{self.name} {SHEETS_ZH.get(self.name, '')}".strip()

    def zh(self, header: str) -> str:
        """The Chinese name of a column; empty where there is none."""
        return COLUMNS_ZH.get(f"{self.name}.{header}", COLUMNS_ZH.get(header, ""))


def own_header(sheet: Sheet) -> str:
    """How the rows of other sheets call the column that names an entry of this one."""
    return sheet.part.__name__.lower()


def header_of(name: str, field: FieldInfo) -> str:
    """The field's name in the file."""
    return str(field.validation_alias or name)


def workbook_sheets(document: type[BaseModel] = RegistryDocument) -> tuple[Sheet, ...]:
    """All sheets; a parent stands before its children."""
    return tuple(_sheets(document, None, set()))


def _sheets(part: type[BaseModel], parent: Sheet | None, taken: set[str]) -> Iterator[Sheet]:
    for name, field in part.model_fields.items():
        item = _item(field.annotation)
        child = None if item is None else _model(item)
        if child is None:
            continue
        title = SHEET_NAMES.get(name, name)
        if title in taken and parent is not None:
            title = f"{own_header(parent)}_{title}"
        taken.add(title)
        columns = (*_parent_columns(parent), *_columns(child))
        sheet = Sheet(title, name, child, parent, columns, _short(item))
        yield sheet
        yield from _sheets(child, sheet, taken)


def _parent_columns(parent: Sheet | None) -> Iterator[Column]:
    if parent is None:
        return
    for sheet in (*parent.parents, parent):
        note = (
            f"the {own_header(sheet)} that the row belongs to: its code in the sheet {sheet.name}"
        )
        yield Column(own_header(sheet), "text", required=True, note=note, role="parent")
    if parent.dated:
        note = f"`from` of the {own_header(parent)}, where its code stands there several times"
        yield Column(f"{own_header(parent)}_from", "time", note=note, role="parent")


def _columns(part: type[BaseModel]) -> Iterator[Column]:
    # What the part says itself stands before what it shares with others.
    ordered = sorted(
        part.model_fields.items(), key=lambda item: item[0] not in part.__annotations__
    )
    for name, field in ordered:
        header, note = header_of(name, field), field.description or ""
        item = _item(field.annotation)
        child = None if item is None else _model(item)
        if child is not None:
            if _short(item) is not None and not any(_children(child)):
                name_of = SHEET_NAMES.get(name, name)
                yield Column(
                    header,
                    "text",
                    many=True,
                    required=field.is_required(),
                    note=f"{note or _first_line(child)} Or rows in the sheet {name_of}".strip(),
                    role="short",
                )
            continue
        kind, choices = _kind(field.annotation if item is None else item)
        yield Column(
            *(header, kind, item is not None, choices, field.is_required(), note),
            cleared=None if field.is_required() or _nullable(field.annotation) else field.default,
        )


def _children(part: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for field in part.model_fields.values():
        item = _item(field.annotation)
        child = None if item is None else _model(item)
        if child is not None:
            yield child


def _first_line(part: type[BaseModel]) -> str:
    return (part.__doc__ or "").partition("\n")[0]


def _plain(annotation: object) -> Iterator[object]:
    """The types that a value may have, None and what Annotated adds left aside."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _plain(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _plain(member)
    elif annotation is not types.NoneType:
        yield annotation


def _nullable(annotation: object) -> bool:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _nullable(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return any(map(_nullable, get_args(annotation)))
    return annotation is types.NoneType


def _item(annotation: object) -> object | None:
    """What a list holds; None for what is no list."""
    found = [get_args(one)[0] for one in _plain(annotation) if get_origin(one) in (tuple, list)]
    return cast("object", found[0]) if found else None


def _model(annotation: object) -> type[BaseModel] | None:
    for one in _plain(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def _short(item: object) -> Short | None:
    """How the entry's short form, a lone text, becomes its fields."""
    if get_origin(item) is not Annotated:
        return None
    for note in cast("tuple[object, ...]", get_args(item)[1:]):
        if isinstance(note, BeforeValidator):
            return cast("Short", note.func)
    return None


def _choices(annotation: object) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from (str(member.value) for member in annotation)


def _kind(annotation: object) -> tuple[Kind, tuple[str, ...]]:
    found = list(_plain(annotation))
    choices = [choice for one in found for choice in _choices(one)]
    if choices:
        return "text", tuple(choices)
    kinds = {KINDS.get(one) for one in found}
    if len(kinds) > 1 or None in kinds:
        raise TypeError(f"a cell cannot hold {annotation}: give the field a scalar or list type")
    return cast("Kind", kinds.pop()), ()
