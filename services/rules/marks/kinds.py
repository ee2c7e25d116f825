"""The kinds of marks as the rules name them: what each does, for how long, out of which pool.

The table is data with a source for each line; who entered a mark and when is not its business.
"""

import csv
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, NamedTuple, cast

from schemas.parameter import Confidence, Source

Family = Literal["condition", "monitoring", "equipment"]
"""工况标记, 自动监测异常标记 (2019 No. 50), 自动监测设备标记 (2022 No. 21)."""
Effect = Literal[
    "not_judged", "exempt", "invalid", "furnace_exempt", "furnace_invalid", "none", "unsettled"
]
"""not_judged: nothing is judged; exempt: an exceedance is none; invalid: the data are not used;
furnace_exempt, furnace_invalid: the same of the furnace's temperature; unsettled: not established."""
Condition = Literal["", "pm", "oxygen"]
"""What the effect asks for: particulate hourly means at most 150 mg/m3; oxygen near the ambient."""
Deadline = Literal["hour", "noon"]
UNKNOWN = "?"
NO_CAP = "-"


class MarkKind(NamedTuple):
    """A kind of mark. `codes`: the pollutants it is about, empty for all, `?` where not named.

    `cap_h`: the longest an event may last, None without a cap; `cap_known` False: there is one,
    or there may be, and nobody found it. `flags`: data flags of HJ 212 that say the same.
    """

    sector: str
    code: str
    zh: str
    en: str
    family: Family
    effect: Effect
    condition: Condition
    codes: tuple[str, ...]
    cap_h: Decimal | None
    cap_known: bool
    pool: str
    deadline: Deadline
    flags: tuple[str, ...]
    source: Source

    @property
    def key(self) -> str:
        """How marks name it."""
        return f"{self.sector}/{self.code}"

    @property
    def is_condition(self) -> bool:
        """Whether it is about the plant, and not about what measures it."""
        return self.family == "condition"


@cache
def mark_kinds() -> Mapping[str, MarkKind]:
    """All kinds by their key, in the order of the table."""
    text = (files("services.rules.marks") / "mark_kinds.tsv").read_text(encoding="utf-8")
    found = map(_kind, csv.DictReader(text.splitlines(), delimiter="\t"))
    return MappingProxyType({kind.key: kind for kind in found})


def kind_of(key: str) -> MarkKind:
    """The kind of that key; of an unknown one a condition whose effect nobody has settled."""
    kind = mark_kinds().get(key)
    if kind is not None:
        return kind
    sector, _, code = key.partition("/")
    return MarkKind(
        sector, code, key, key, "condition", "unsettled", "", (), None,
        cap_known=False, pool="", deadline="noon", flags=(), source=Source("", "low"),
    )  # fmt: skip


def kinds_named(text: str, sector: str | None = None) -> list[MarkKind]:
    """The kinds that a person may mean: by key, code, Chinese or English name."""
    wanted = text.strip().casefold()
    return [
        kind
        for kind in mark_kinds().values()
        if sector in (None, kind.sector)
        and wanted in {name.casefold() for name in (kind.key, kind.code, kind.zh, kind.en)}
    ]


def _kind(row: dict[str, str]) -> MarkKind:
    cap = row["cap_h"]
    return MarkKind(
        sector=row["sector"],
        code=row["code"],
        zh=row["zh"],
        en=row["en"],
        family=cast("Family", row["family"]),
        effect=cast("Effect", row["effect"]),
        condition=cast("Condition", row["condition"]),
        codes=tuple(row["pollutants"].split()),
        cap_h=None if cap in {UNKNOWN, NO_CAP} else Decimal(cap),
        cap_known=cap != UNKNOWN,
        pool=row["pool"],
        deadline=cast("Deadline", row["deadline"]),
        flags=tuple(row["flags"].split()),
        source=Source(row["source"], cast("Confidence", row["confidence"])),
    )
