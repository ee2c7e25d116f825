"""Hints upon entering marks: others over the same time, and kinds of another sector. Never an error.

Pure: entries, known marks and the registry's rows are given.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from schemas.mark_entry import NewMark
from schemas.marks import Mark
from schemas.registry_rows import RegistryRows
from schemas.registry_words import shown
from schemas.sentence import Sentence, term
from services.rules.marks.kinds import kind_of

MOST: Final = 10
_EVER: Final = datetime.max.replace(tzinfo=UTC)
_POWER: Final = (
    "boiler",
    "turbine",
    "power",
    "cogen",
    "锅炉",
    "机组",
    "火电",
    "热电",
    "燃机",
    "汽轮",
)
_KILN: Final = ("cement", "kiln", "clinker", "水泥", "窑", "熟料")
_WASTE: Final = ("incinerat", "waste", "焚烧", "垃圾", "危废", "危险废物")
SECTORS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "waste_incineration": _WASTE,
        "hazardous_waste": _WASTE,
        "thermal_power": _POWER,
        "permit_power": _POWER,
        "permit_boiler": ("boiler", "锅炉"),
        "cement": _KILN,
        "permit_cement": _KILN,
        "paper": ("paper", "pulp", "造纸", "制浆", "纸"),
        "permit_ceramics_brick": ("ceramic", "brick", "tile", "陶瓷", "砖", "瓦"),
        "permit_sinter": ("sinter", "pellet", "烧结", "球团"),
    }
)
"""What the units or the industry of a plant of the sector are usually called; others fit all plants."""


def hints(entries: Sequence[NewMark], known: Iterable[Mark], rows: RegistryRows) -> list[Sentence]:
    """Sentences about what may be meant otherwise, the first of them."""
    found = list(dict.fromkeys([*_overlaps(entries, list(known), rows), *_misfits(entries, rows)]))
    left = len(found) - MOST
    more = [Sentence(f"and {left:,} more of this kind", f"另有 {left:,} 条同类提示")]
    return found[:MOST] + (more if left > 0 else [])


def _overlaps(
    entries: Sequence[NewMark], known: Sequence[Mark], rows: RegistryRows
) -> Iterator[Sentence]:
    for place, entry in enumerate(entries):
        for other in known:
            if _overlap(entry, other):
                yield _overlapping(
                    entry, other, rows, f"mark {other.mark}, ", f"标记 {other.mark} "
                )
        for other in entries[:place]:
            if _overlap(entry, other):
                yield _overlapping(entry, other, rows)


def _overlap(one: NewMark, other: NewMark | Mark) -> bool:
    """Upon the same subject, or the same instrument of it."""
    return (
        (one.subject, one.point) == (other.subject, other.point)
        and one.since < (other.until or _EVER)
        and other.since < (one.until or _EVER)
    )


def _overlapping(
    one: NewMark, other: NewMark | Mark, rows: RegistryRows, en: str = "", zh: str = ""
) -> Sentence:
    first, second = _said(one, rows), _said(other, rows)
    return Sentence(
        f"{first.marked} overlaps {en}{second.marked}{term('时段重叠')}",
        f"{first.zh} 与{zh or ' '}{second.zh} 时段重叠",
    )


def _said(mark: NewMark | Mark, rows: RegistryRows) -> Sentence:
    subject, kind = rows.subjects[mark.subject], kind_of(mark.kind)
    name = f"{rows.plants[subject.plant].code}/{subject.code}"
    span = f"{shown(mark.since)} → {shown(mark.until)}"
    return Sentence(f"{name}{term(kind.zh)} {span}", f"{name} {kind.zh} {span}")


def _misfits(entries: Iterable[NewMark], rows: RegistryRows) -> Iterator[Sentence]:
    for entry in entries:
        plant = rows.plants[rows.subjects[entry.subject].plant]
        units = [
            one for one in rows.subjects.values() if one.plant == plant.id and one.kind == "unit"
        ]
        said = [text for one in units for text in (one.process, one.fuel) if text]
        said += [plant.industry] if plant.industry else []
        if fits_sector(kind_of(entry.kind).sector, said):
            continue
        named = list(dict.fromkeys(said))
        yield Sentence(
            f"{entry.kind} is a kind of another sector than {plant.code} seems to be"
            f" of{term('标记种类与行业不符')} ({', '.join(named)}): see `qingkong marks kinds`",
            f"标记种类 {entry.kind} 与企业 {plant.code} 的行业（{'、'.join(named)}）似不相符：请核对种类",
        )


def fits_sector(sector: str, said: Sequence[str]) -> bool:
    """Whether a plant may be of the sector, by what its industry, processes and fuels are called."""
    words = SECTORS.get(sector)
    texts = [text.casefold() for text in said]
    return words is None or not texts or any(word in text for word in words for text in texts)
