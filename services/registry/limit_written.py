"""Limits as the entries of a file that, imported again, changes nothing; and as YAML, CSV, workbook."""

import csv
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import cast

import yaml

from schemas.registry_words import shown
from services.cases.registering.xlsx_cells import write_cell
from services.cases.registering.xlsx_entries import Fields
from services.cases.registering.xlsx_file import Advance
from services.cases.registering.xlsx_write import write_workbook
from services.registry.limit_file import LIMITS, limit_sheets
from services.rules.exact import text
from services.rules.limit_history import Binding

# A limit that was always there begins before anything that is kept.
ALWAYS = "1970-01-01"
ABOUT = (
    "One row is one limit of one point over one time: a row of the catalogue, or figures and where "
    "they stand. Try it: qingkong limits import FILE --dry-run. What stands in a row is said in "
    "full; what no row speaks of stays as it is. Times are Beijing time."
)
ABOUT_ZH = (
    "每行为一个监测点在一段时间内的一项限值：填写标准目录编号，或填写限值及其依据。先试运行："
    "qingkong limits import 文件 --dry-run。未列出的限值保持不变。时间为北京时间。"
)


def limit_fields(pieces: Iterable[Binding], named: Callable[[int], str]) -> list[Fields]:
    """An entry for each time that a limit binds; figures stand in full, also those of the catalogue."""
    return [_fields(piece, named) for piece in pieces]


def limits_yaml(entries: Iterable[Fields]) -> str:
    """The entries as YAML, a line each."""
    body = "".join(f"  - {_line(one)}\n" for one in entries)
    return f"{LIMITS}:\n{body}" if body else f"{LIMITS}: []\n"


def limits_csv(entries: Iterable[Fields]) -> str:
    """The entries as CSV with the workbook's headers."""
    [sheet] = limit_sheets()
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(column.header for column in sheet.columns)
    for entry in entries:
        cells = [
            "" if entry.get(column.header) is None else write_cell(column, entry[column.header])
            for column in sheet.columns
        ]
        writer.writerow(cells)
    return written.getvalue()


def write_limits_workbook(
    file: Path, entries: list[Fields], advance: Advance = lambda _: None
) -> None:
    """The entries as a workbook with choices, notes and a read-me; raises OSError."""
    write_workbook(file, {LIMITS: entries}, advance, limit_sheets(), _about())


def example_text() -> str:
    """The example in YAML, with its comments."""
    return (files("services.registry") / "limits_example.yaml").read_text(encoding="utf-8")


def example_fields() -> list[Fields]:
    """The example as plain values."""
    return cast("dict[str, list[Fields]]", yaml.safe_load(example_text()))[LIMITS]


def _about() -> Iterator[tuple[str, ...]]:
    yield ("Qingkong limits 晴空排放限值",)
    yield "how 用法", "", ABOUT, ABOUT_ZH
    yield ()
    yield "sheet 表", "column 列", "Chinese 中文", "what it takes 取值"


def _line(entry: Fields) -> str:
    return yaml.safe_dump(
        entry, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10**6
    ).strip()


def _fields(piece: Binding, named: Callable[[int], str]) -> Fields:
    since, until, one = piece
    bound, law = one.bound, one.law
    if bound is None:
        return {}
    fields: Fields = {
        "point": named(one.point),
        "limit": one.limit,
        "max": bound.high,
        "min": bound.low,
        "unit": bound.unit,
        "averaging": bound.averaging,
        "o2": bound.reference_oxygen,
        "from": ALWAYS if since is None else shown(since),
        "to": None if until is None else shown(until),
        "origin": law.origin,
        "standard": law.standard,
        "clause": law.clause or None,
        "source": law.source or None,
        "verified": law.verified,
        "confidence": law.confidence,
        "quantity": bound.quantity,
        "condition": bound.condition or None,
    }
    return {
        name: _number(value) if isinstance(value, Decimal) else value
        for name, value in fields.items()
        if value is not None
    }


def _number(value: Decimal) -> object:
    """A number where a float says the same, else its digits."""
    number = float(value)
    if Decimal(repr(number)) != value:
        return text(value)
    return int(number) if number.is_integer() else number
