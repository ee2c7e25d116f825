"""The catalogue of emission limits that ships with the program, each row with where it was read.

A row is a fact only where figure, oxygen, averaging and dates were read; all others are proposals to
be confirmed. It must not know which point a limit binds.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, cast

from schemas.limits import Averaging, Bound, Comparator, Law, Origin, Quantity

Medium = Literal["air", "water"]
# What tells one row from another, in the order in which its key is drawn from them.
KEYED = (
    "standard", "clause", "industry", "unit_type", "process",
    "pollutant_en", "averaging", "fuel", "region", "condition",
)  # fmt: skip
_QUANTITIES: Mapping[str, Quantity] = {
    "kg/h": "rate",
    "% removal": "removal",
    "pH": "value",
    "dilution factor": "value",
    "grade": "value",
}
_UNITS: Mapping[str, str] = {"% removal": "%"}


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """A limit as its standard has it; texts are empty where nothing is known.

    `since` and `until` are days of the site's clock, `until` the first day on which the row holds no
    more; None: open, or set by a notice (`dates_note`). `region` are GB/T 2260 codes of provinces,
    none: everywhere. `mended` says what differs from the collection it was taken from, and why.
    """

    key: str
    standard: str
    clause: str
    industry: str
    unit_type: str
    process: str
    medium: Medium
    pollutant_zh: str
    pollutant_en: str
    code: str
    low: Decimal | None
    high: Decimal | None
    unit: str
    averaging: Averaging
    comparator: Comparator
    reference_oxygen: Decimal | None
    oxygen_evidence: str
    region: tuple[str, ...]
    fuel: str
    condition: str
    since: date | None
    until: date | None
    dates_note: str
    online: bool
    verified: bool
    confidence: str
    evidence: str
    source: str
    note: str
    mended: str

    @property
    def quantity(self) -> Quantity:
        """What the limit is put upon, told by its unit."""
        return _QUANTITIES.get(self.unit, "concentration")

    @property
    def requires(self) -> str:
        """What must be so before the row is assigned at all, as a condition: fuel and region."""
        fuel = [f"fuel={self.fuel}"] if self.fuel else []
        region = ["region=" + "|".join(self.region)] if self.region else []
        return ";".join(fuel + region)

    @property
    def origin(self) -> Origin:
        """ultra_low for the programmes of 超低排放, which are no standards."""
        return "ultra_low" if self.unit_type == "ultra-low" else "standard"

    def bound(self) -> Bound:
        """The numbers as they would bind a point, still under the row's own condition."""
        return Bound(
            self.comparator,
            self.low,
            self.high,
            _UNITS.get(self.unit, self.unit),
            self.quantity,
            self.averaging,
            self.reference_oxygen,
            self.condition,
        )

    def law(self) -> Law:
        """Where it stands, and whether all of it was read there."""
        return Law(
            self.origin,
            self.standard,
            self.clause,
            self.confidence,
            self.verified,
            self.source,
            self.key,
        )

    def span(self, clock: tzinfo) -> tuple[datetime | None, datetime | None]:
        """`since` and `until` as the beginnings of those days on the site's clock."""
        return _midnight(self.since, clock), _midnight(self.until, clock)

    def holds_on(self, day: date) -> bool:
        """Whether the day lies between its dates; a date that nobody knows shuts nothing out."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )

    def texts(self) -> tuple[str, ...]:
        """What a search in words looks through."""
        return (
            self.standard, self.clause, self.industry, self.unit_type, self.process, self.code,
            self.pollutant_zh, self.pollutant_en, self.fuel, self.condition, self.note,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; None or empty: any. Texts match parts of texts, in any case of letters.

    `text` may be several words, all of which must be found. `region` is a GB/T 2260 code of any
    length: rows of its province and rows that hold everywhere. `on`: rows that hold on that day.
    """

    standard: str = ""
    code: str = ""
    medium: Medium | None = None
    industry: str = ""
    text: str = ""
    region: str = ""
    on: date | None = None


@cache
def catalogue() -> Mapping[str, CatalogueRow]:
    """All rows by their keys, in the order of their standards; read once."""
    text = (files("services.rules") / "catalogue.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    return MappingProxyType({row["key"]: _row(row) for row in rows})


def found_rows(rows: Iterable[CatalogueRow], wanted: Wanted) -> list[CatalogueRow]:
    """Those that fit all that is wanted, in the order given."""
    return [row for row in rows if _fits(row, wanted) and _reads(row, wanted)]


def key_digest(fields: Mapping[str, str]) -> str:
    """The last part of a row's key: it changes only when what tells rows apart changes."""
    return sha256("\x1f".join(fields[name] for name in KEYED).encode()).hexdigest()[:10]


def _fits(row: CatalogueRow, wanted: Wanted) -> bool:
    return (
        (not wanted.code or row.code == wanted.code)
        and wanted.medium in (None, row.medium)
        and (not wanted.region or not row.region or wanted.region[:2] in row.region)
        and (wanted.on is None or row.holds_on(wanted.on))
    )


def _reads(row: CatalogueRow, wanted: Wanted) -> bool:
    words = [word.casefold() for word in wanted.text.split()]
    texts = "\n".join(row.texts()).casefold() if words else ""
    return (
        wanted.standard.casefold() in row.standard.casefold()
        and wanted.industry.casefold() in row.industry.casefold()
        and all(word in texts for word in words)
    )


def _row(row: Mapping[str, str]) -> CatalogueRow:
    last = _day(row["effective_to"])
    return CatalogueRow(
        key=row["key"],
        standard=row["standard"],
        clause=row["clause"],
        industry=row["industry"],
        unit_type=row["unit_type"],
        process=row["process"],
        medium=cast("Medium", row["medium"]),
        pollutant_zh=row["pollutant_zh"],
        pollutant_en=row["pollutant_en"],
        code=row["hj212_code"],
        low=_number(row["low"]),
        high=_number(row["high"]),
        unit=row["unit"],
        averaging=cast("Averaging", row["averaging"]),
        comparator=cast("Comparator", row["comparator"]),
        reference_oxygen=_number(row["reference_o2_percent"]),
        oxygen_evidence=row["o2_evidence"],
        region=tuple(row["region"].split(";")) if row["region"] else (),
        fuel=row["fuel"],
        condition=row["condition"],
        since=_day(row["effective_from"]),
        until=last and last + timedelta(days=1),
        dates_note=row["effective_note"],
        online=row["online"] == "yes",
        verified=row["ship"] == "fact",
        confidence=row["confidence"],
        evidence=row["evidence"],
        source=row["source"],
        note=row["note"],
        mended=row["mended"],
    )


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _midnight(day: date | None, clock: tzinfo) -> datetime | None:
    return day and datetime.combine(day, time(), clock)
