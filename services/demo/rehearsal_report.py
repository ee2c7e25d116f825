"""How a rehearsal went, in words and as a document. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table

from schemas.alert import Severity
from schemas.registry_words import BEIJING
from services.demo.rehearsal_truth import Expected, Raised, Verdict
from services.rules.alerting.kinds import KINDS

SHOWN: Final = 20
MONTH_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Size:
    """How much was played."""

    plants: int
    days: float
    messages: int
    took_s: float

    @property
    def plant_months(self) -> float:
        return self.plants * self.days / MONTH_DAYS


def picture(verdict: Verdict, size: Size) -> RenderableType:
    """Tables for a terminal."""
    parts: list[RenderableType] = [_incidents(verdict), _kinds(verdict, size)]
    if verdict.missed:
        parts.append(_listed("missed 漏报", [_wanted(one) for one in verdict.missed]))
    if verdict.doubled:
        doubles = [f"{_wanted(one)}: {len(alerts)} alerts" for one, alerts in verdict.doubled]
        parts.append(_listed("doubled 重复", doubles))
    if verdict.unexplained:
        parts.append(
            _listed("explained by no incident 误报", [_seen(one) for one in verdict.unexplained])
        )
    return Group(*parts)


def document(verdict: Verdict, size: Size) -> dict[str, object]:
    """The same for machines."""
    return {
        "plants": size.plants,
        "days": size.days,
        "messages": size.messages,
        "seconds": round(size.took_s, 1),
        "found": len(verdict.found),
        "missed": [_wanted(one) for one in verdict.missed],
        "doubled": [_wanted(one) for one, _ in verdict.doubled],
        "alerts": {kind.value: count for kind, count in sorted(verdict.kinds.items())},
        "false": [_seen(one) for one in verdict.unexplained],
        "false_per_plant_month": round(len(verdict.unexplained) / size.plant_months, 4),
        "false_of_weight_per_plant_month": round(weighty(verdict) / size.plant_months, 4),
    }


def sentence(verdict: Verdict, size: Size) -> str:
    """One line of it."""
    rate = len(verdict.unexplained) / size.plant_months
    return (
        f"{size.plants} plants, {size.days:g} days, {size.messages:,} messages in "
        f"{size.took_s:.0f} s: {len(verdict.found)} incidents found, {len(verdict.missed)} missed "
        f"漏报, {len(verdict.doubled)} doubled 重复, {rate:.2f} false alerts 误报 per plant-month "
        f"({weighty(verdict) / size.plant_months:.2f} without warnings 不含预警)"
    )


def weighty(verdict: Verdict) -> int:
    """False alerts of kinds that begin at yellow or above: blue ones wake nobody."""
    return sum(KINDS[one.kind].base is not Severity.BLUE for one in verdict.unexplained)


def _incidents(verdict: Verdict) -> Table:
    table = Table("incident 事件", title="What had to be raised 应报", title_justify="left")
    for name in ("expected 应报", "found 已报", "missed 漏报", "doubled 重复"):
        table.add_column(name, justify="right")
    found = Counter(one.share for one, _ in verdict.found)
    missed = Counter(one.share for one in verdict.missed)
    doubled = Counter(one.share for one, _ in verdict.doubled)
    for share in sorted(found.keys() | missed.keys()):
        counts = (found[share] + missed[share], found[share], missed[share], doubled[share])
        table.add_row(share, *map(str, counts))
    return table


def _kinds(verdict: Verdict, size: Size) -> Table:
    table = Table("alert 告警", title="What was raised 实报", title_justify="left")
    for name in ("raised 告警数", "false 误报", "per plant-month 每厂每月误报"):
        table.add_column(name, justify="right")
    false = Counter(one.kind for one in verdict.unexplained)
    for kind, count in sorted(verdict.kinds.items()):
        rate = false[kind] / size.plant_months
        table.add_row(f"{KINDS[kind].zh} {kind.value}", str(count), str(false[kind]), f"{rate:.3f}")
    return table


def _listed(title: str, lines: list[str]) -> Table:
    table = Table(title, title_justify="left", show_header=True)
    for line in lines[:SHOWN]:
        table.add_row(line)
    if len(lines) > SHOWN:
        table.add_row(f"... and {len(lines) - SHOWN} more; --json has them all")
    return table


def _wanted(one: Expected) -> str:
    span = f"{_when(one.since)} to {_when(one.until)}"
    place = f"{one.plant}/{'|'.join(sorted(one.codes)) or '*'} {one.pollutant}".rstrip()
    return f"{one.kind.value} at {place}, {span} ({one.share})"


def _seen(one: Raised) -> str:
    until = "now" if one.until is None else _when(one.until)
    place = f"{one.plant}/{one.code} {one.pollutant}".rstrip()
    return f"{one.kind.value} #{one.alert} at {place}, {_when(one.since)} to {until}"


def _when(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%m-%d %H:%M}"


def by_plant(verdict: Verdict) -> Mapping[str, int]:
    """False alerts of each plant that has any."""
    return Counter(one.plant for one in verdict.unexplained)


def lines(verdict: Verdict) -> Iterator[str]:
    """All that was missed, doubled or false."""
    yield from (f"missed: {_wanted(one)}" for one in verdict.missed)
    yield from (f"doubled: {_wanted(one)}" for one, _ in verdict.doubled)
    yield from (f"false: {_seen(one)}" for one in verdict.unexplained)
