"""传输有效率 as people read it on a terminal, and as JSON values."""

from collections.abc import Iterable, Mapping

from rich import box
from rich.table import Table
from rich.text import Text

from schemas.judgement import Finding
from schemas.registry_words import BEIJING
from services.rules.exact import text
from services.rules.transmission.counting import Counted, Version
from services.rules.transmission.findings import shown_percent
from services.rules.transmission.rates import Effectiveness

VERSIONS: Mapping[Version, str] = {
    Version.FIRST: "first 首次",
    Version.BACKFILLED: "again 补传",
    Version.AUDITED: "audited 审核",
}
LEFT_OUT: Mapping[str, str] = {
    "stopped": "stopped 停运",
    "check": "check 标样核查",
    "short_day": "short day 运行不足日",
}
NOTED: Mapping[str, str] = {
    "unjudged": "not judged yet 未判定",
    "revised": "revised 修正",
    "too_late": "after the window 逾期补传",
    "void": "marked invalid 标记无效",
    "filled": "by laboratory 手工补充",
}
STAGES: Mapping[str, str] = {
    "provisional": "provisional 暂定",
    "final": "final 已到期",
    "closed": "closed 已截止",
}


def effectiveness_table(found: Iterable[tuple[str, Effectiveness]]) -> Table:
    """One line a rate and version; rates in %, cut after two decimals."""
    table = Table(
        *("whose 对象\nperiod 时段", "version\n版本", "due\n应传", "rec.\n实传", "valid\n有效"),
        *("transm.\n传输率", "valid.\n有效率", "effect.\n传输\n有效率"),
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    for column in table.columns[1:]:
        column.no_wrap = True
    for column in table.columns[2:]:
        column.justify = "right"
    for name, one in found:
        heads = [f"{name}", *_notes(one)]
        table.add_row(
            Text("\n".join(heads)),
            "\n".join(VERSIONS.values()),
            *("\n".join(cells) for cells in zip(*map(_cells, _counts(one)), strict=True)),
            end_section=True,
        )
    return table


def effectiveness_json(
    found: Iterable[tuple[str, Effectiveness]], lacking: Mapping[str, list[str]]
) -> list[dict[str, object]]:
    """Every number; percentages as text, exact to nine decimals; times in Beijing time."""
    return [
        {
            "name": name,
            "level": one.level,
            "code": one.code or None,
            "period": one.step,
            "since": one.bounds.since.astimezone(BEIJING).isoformat(),
            "until": one.bounds.until.astimezone(BEIJING).isoformat(),
            "stage": str(one.stage),
            "sure": one.sure,
            "doubts": list(one.doubts),
            "versions": {str(version): _count_json(one.counted(version)) for version in Version},
            "left_out": dict(one.tally.left_out),
            "noted": dict(one.tally.noted),
            "not_measured": lacking.get(name, []),
        }
        for name, one in found
    ]


def finding_json(finding: Finding) -> dict[str, object]:
    """A finding with its sentences and what it rests on."""
    return {
        "rule": finding.rule,
        "zh": finding.zh,
        "en": finding.en,
        "clause": finding.clause,
        "sure": finding.sure,
        "doubts": list(finding.doubts),
    }


def _count_json(count: Counted) -> dict[str, object]:
    rates = {
        "transmission_percent": count.transmission,
        "validity_percent": count.validity,
        "effectiveness_percent": count.effectiveness,
    }
    said = {name: None if rate is None else text(rate) for name, rate in rates.items()}
    return {**count._asdict(), **said}


def _counts(one: Effectiveness) -> list[Counted]:
    return [one.counted(version) for version in VERSIONS]


def _cells(count: Counted) -> list[str]:
    rates = (count.transmission, count.validity, count.effectiveness)
    return [f"{number:,}" for number in count] + [shown_percent(rate) for rate in rates]


def _notes(one: Effectiveness) -> list[str]:
    """The period, the stage, and what was left out, noted or doubted."""
    since = one.bounds.since.astimezone(BEIJING)
    notes = [f"{one.step} {since:%Y-%m-%d} {STAGES[one.stage]}"]
    if one.tally.left_out:
        notes.append("not due 不计入: " + _named(one.tally.left_out, LEFT_OUT))
    if one.tally.noted:
        notes.append(_named(one.tally.noted, NOTED))
    if one.doubts:
        notes.append("unsure 未确认: " + ", ".join(one.doubts))
    return notes


def _named(counts: Mapping[str, int], names: Mapping[str, str]) -> str:
    return ", ".join(f"{names.get(name, name)} {count:,}" for name, count in counts.items())
