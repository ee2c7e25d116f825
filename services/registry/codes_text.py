"""Codes and commands of HJ 212 as people read them on a terminal and programs from a pipe."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.table import Table

from services.cases.registering.codes import ListedCode, ListedCommand

UNVERIFIED = "unverified 未核实"
FIELDS = (
    *("code", "code_2005", "name_zh", "name_en", "unit", "unit_total", "medium", "confidence"),
    *("format", "source", "note"),
)
Listed = Mapping[str, str]


def codes_table(codes: Iterable[ListedCode]) -> Table:
    """One entry a code; it fits a terminal of 80 columns."""
    headers = ("code\n编码", "2005", "name 名称", "unit\n单位", "source 来源")
    table = _table(headers, (6, 4, 27, 11, 22))
    for one in codes:
        source = one.source.partition(";")[0]
        table.add_row(
            one.code,
            one.code_2005,
            "\n".join(filter(None, (one.name_zh, one.name_en))),
            one.unit,
            source if one.verified else f"{UNVERIFIED}: {one.source}",
            style=None if one.verified else "yellow",
        )
    return table


def commands_table(commands: Iterable[ListedCommand]) -> Table:
    """One entry a command; it fits a terminal of 80 columns."""
    headers = ("CN", "name 名称", "kind\n类别", "version\n版本", "table 表", "source 来源")
    table = _table(headers, (4, 20, 8, 7, 13, 18))
    for one in commands:
        verified = one.confidence == "A"
        table.add_row(
            one.cn,
            f"{one.zh}\n{one.en}",
            "\n".join(map(str, one.kinds)),
            "\n".join(map(str, one.versions)),
            str(one.place),
            one.source if verified else f"{UNVERIFIED}: {one.source}",
            style=None if verified else "yellow",
        )
    return table


def _table(headers: Sequence[str], widths: Sequence[int]) -> Table:
    table = Table(*headers, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for column, width in zip(table.columns, widths, strict=True):
        column.max_width, column.overflow = width, "fold"
    return table


def codes_fields(codes: Iterable[ListedCode]) -> list[Listed]:
    """The fields of each code in their order."""
    told = [one.fields() for one in codes]
    return [{name: fields[name] for name in FIELDS} for fields in told]


def commands_fields(commands: Iterable[ListedCommand]) -> list[Listed]:
    """The fields of each command; `confidence` A is read in the standard, all else unverified."""
    return [
        {
            "cn": one.cn,
            "name_zh": one.zh,
            "name_en": one.en,
            "kinds": " ".join(map(str, one.kinds)),
            "versions": " ".join(map(str, one.versions)),
            "table": str(one.place),
            "confidence": "verified" if one.confidence == "A" else "unverified",
            "evidence": one.confidence,
            "source": one.source,
        }
        for one in commands
    ]


def separated(rows: Sequence[Listed], separator: str) -> str:
    """A header and one line a row, the fields apart by a tab or a comma; nothing without rows."""
    if not rows:
        return ""
    text = io.StringIO()
    writer = csv.DictWriter(text, [*rows[0]], delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_objects(rows: Iterable[Listed]) -> str:
    """A JSON list of objects, empty fields left out."""
    listed = [{name: value for name, value in row.items() if value} for row in rows]
    return json.dumps(listed, ensure_ascii=False, indent=2)
