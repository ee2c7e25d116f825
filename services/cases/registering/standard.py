"""Facts that ship with the program: codes of HJ 212-2017 with their units, and regions.

Each code carries its source in the file; what no source gives (a unit, say) is absent here too.
"""

import csv
from importlib.resources import files
from typing import NamedTuple

from schemas.registry_rows import RegionRow


class StandardCode(NamedTuple):
    """A code of HJ 212-2017, annex B (or its 2005 form); unit None where unknown."""

    name: str
    name_en: str
    unit: str | None
    medium: str = ""


def standard_codes() -> dict[str, StandardCode]:
    """By code; codes of 2005 too, and of 2017 where both are one text."""
    found: dict[str, StandardCode] = {}
    text = (files("services.cases.registering") / "hj212_codes.tsv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t"))
    for column in ("code_2005", "code_2017"):
        for row in rows:
            if row[column]:
                found[row[column]] = StandardCode(
                    row["name_zh"], row["name_en"], row["unit"] or None, row["medium"]
                )
    return found


def standard_regions() -> dict[str, RegionRow]:
    """Inner Mongolia and its leagues and cities, Guangxi and its cities (GB/T 2260)."""
    text = (files("services.cases.registering") / "regions.csv").read_text(encoding="utf-8")
    return {
        row["code"]: RegionRow(row["code"], row["name_zh"], row["name_en"], row["parent"] or None)
        for row in csv.DictReader(text.splitlines())
    }
