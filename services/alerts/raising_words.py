"""What a case about a limit or lacking data says, in sentences an operator reads at a glance. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from schemas.judgement import Outcome, Period
from schemas.registry_words import BEIJING
from services.rules.exact import in_brief, number_of
from services.rules.judging.quality_names import Named, named
from services.store.alert_places import Names, PlantName, SubjectName, place_said
from services.store.alert_sources import SeenVerdict

_MEANS: Final[Mapping[Period, Named]] = MappingProxyType(
    {
        Period.FIVE_MINUTE: Named("五分钟均值", "five-minute mean"),
        Period.HOUR: Named("均值", "hourly mean"),
        Period.DAY: Named("日均值", "daily mean"),
        Period.MONTH: Named("月均值", "monthly mean"),
    }
)


class Said(NamedTuple):
    """A sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Where:
    """An outlet, unit or facility with its plant; None where it is not registered."""

    plant: PlantName | None
    subject: SubjectName | None

    @classmethod
    def of(cls, names: Names, subject: int | None) -> "Where":
        found = None if subject is None else names.subjects.get(subject)
        return cls(None if found is None else names.plants.get(found.plant), found)

    @property
    def said(self) -> Said:
        """`XX厂 DA001`."""
        subject = "" if self.subject is None else self.subject.said
        plant = self.plant
        return Said(
            place_said("" if plant is None else plant.zh, subject),
            place_said("" if plant is None else plant.en, subject),
        )


def limit_said(where: Where, code: str, period: Period, over: Sequence[SeenVerdict]) -> Said:
    """One sentence for all the limits that a period exceeds, the worst first; none may be empty."""
    place, what = where.said, named(code)
    when = when_said(over[0].start, period)
    mean = _MEANS.get(period, Named("均值", "mean"))
    parts = [_against(row) for row in over]
    return Said(
        f"{place.zh} {what.zh} {when.zh} {mean.zh} {'；'.join(one.zh for one in parts)}",
        f"{place.en} {what.en} {when.en}: {mean.en} {'; '.join(one.en for one in parts)}",
    )


def lacking_said(where: Where, start: datetime, lacking: Sequence[tuple[str, SeenVerdict]]) -> Said:
    """Which points of an outlet have no valid data in an hour; with their codes."""
    place, when = where.said, when_said(start, Period.HOUR)
    zh = "、".join(f"{named(code).zh}{_valid(row).zh}" for code, row in lacking)
    en = ", ".join(f"{named(code).en}{_valid(row).en}" for code, row in lacking)
    return Said(
        f"{place.zh} {when.zh} 无有效数据：{zh}", f"{place.en} {when.en}: no valid data of {en}"
    )


def finding_said(where: Where, said: Said) -> Said:
    """What a finding says, with whom it is about."""
    place = where.said
    return Said(f"{place.zh}：{said.zh}" if place.zh else said.zh, f"{place.en}: {said.en}")


def when_said(start: datetime, period: Period) -> Said:
    """The period on the site's clock: 2026-11-21 14时."""
    local = start.astimezone(BEIJING)
    match period:
        case Period.DAY:
            return Said(f"{local:%Y-%m-%d}", f"{local:%Y-%m-%d}")
        case Period.MONTH:
            return Said(f"{local:%Y}年{local.month}月", f"{local:%Y-%m}")
        case _:
            return Said(f"{local:%Y-%m-%d %H}时", f"{local:%Y-%m-%d %H}:00")


def mapping_in(row: SeenVerdict, name: str) -> Mapping[str, object]:
    """A part of a verdict's evidence; empty where there is none."""
    found = (row.evidence or {}).get(name)
    return found if isinstance(found, Mapping) else {}  # pyright: ignore[reportUnknownVariableType] - JSON has text keys


def clause_in(row: SeenVerdict) -> str:
    """The standard and clause that the verdict's limit comes from."""
    law = mapping_in(row, "law")
    return f"{law.get('standard') or ''} {law.get('clause') or ''}".strip()


def _against(row: SeenVerdict) -> Said:
    limit = mapping_in(row, "limit")
    unit = limit.get("unit") or ""
    high, low = limit.get("high"), limit.get("low")
    bounds = number_of(high), number_of(low)
    value = "?" if row.value is None else in_brief(row.value, *bounds)
    compared, compared_en = f"超过限值 {high}", f"over the limit of {high}"
    if limit.get("comparator") == ">=":
        compared, compared_en = f"低于限值 {low}", f"under the limit of {low}"
    elif limit.get("comparator") == "between":
        compared, compared_en = f"超出限值范围 {low}~{high}", f"outside of {low} to {high}"
    least = row.outcome is Outcome.AT_LEAST
    times = _times(row.multiple)
    claimed = Said("（申请豁免待审核）", " (exemption claimed, not reviewed)")
    tail = claimed if row.outcome is Outcome.CLAIMED else Said("", "")
    return Said(
        f"{'至少 ' if least else ''}{value} {unit} {compared}{times.zh}{tail.zh}",
        f"{'at least ' if least else ''}{value} {unit} is {compared_en}{times.en}{tail.en}",
    )


def _times(multiple: Decimal | None) -> Said:
    """With 2 decimals 超标倍数; nothing where there is none."""
    if multiple is None or multiple <= 0:
        return Said("", "")
    return Said(f"（超标{multiple:.2f}倍）", f" ({multiple:.2f} times over)")


def _valid(row: SeenVerdict) -> Said:
    mean = mapping_in(row, "mean")
    valid, due = mean.get("valid_s"), mean.get("due_s")
    if valid is None or due is None:
        return Said("", "")
    return Said(f"（有效{valid}/{due}秒）", f" (valid {valid} of {due} s)")
