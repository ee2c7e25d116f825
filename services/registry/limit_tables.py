"""Limits, their history, the catalogue and verdicts that would turn, for terminals and as JSON."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from rich import box
from rich.table import Table
from rich.text import Text

from schemas.judgement import Outcome
from schemas.limits import Bound, LimitVersion
from schemas.registry_words import BEIJING, shown
from services.rules.catalogue import CatalogueRow
from services.rules.exact import text
from services.rules.limit_acts import figure
from services.rules.limit_history import Binding
from services.rules.limit_turning import Turning

Named = Callable[[int], str]
AVERAGING: Mapping[str, str] = {
    "hour": "hour 小时均值",
    "day": "day 日均值",
    "month": "month 月均值",
    "sample": "sample 单次",
    "instant": "instant 瞬时",
}
ORIGINS: Mapping[str, str] = {
    "standard": "standard 标准",
    "permit": "permit 排污许可",
    "ultra_low": "ultra-low 超低排放",
    "local": "local 地方标准",
    "order": "order 行政命令",
}
ACTS: Mapping[str, str] = {
    "assign": "assigned 设定",
    "change": "changed 变更",
    "correct": "corrected 更正",
    "withdraw": "withdrawn 撤销",
}
OUTCOMES: Mapping[Outcome | None, str] = {
    Outcome.COMPLIANT: "compliant 达标",
    Outcome.EXCEEDING: "exceeding 超标",
    Outcome.AT_LEAST: "exceeding at least 至少超标",
    Outcome.CLAIMED: "exemption claimed 申请豁免",
    Outcome.EXEMPT: "exempt 豁免",
    Outcome.STOPPED: "stopped 停运",
    Outcome.INVALID: "invalid 数据无效",
    Outcome.NO_DATA: "no data 无数据",
    Outcome.UNKNOWN: "unknown 未知",
    None: "not judged 不再判定",
}
FIRST_TURNS = 10
# Beside the longest key and the last column it leaves a terminal of 80 columns whole.
APPLIES_WIDTH = 28
VERIFIED = {True: "yes\n已核实", False: "no\n未核实"}
KNOWN = {True: "fact\n已核实", False: "setting\n未核实"}
Fields = dict[str, object]


def manner(bound: Bound | None) -> str:
    """`hour 小时均值 @6% O2`, and the condition where there is one."""
    if bound is None:
        return ""
    oxygen = f" @{text(bound.reference_oxygen)}% O2" if bound.reference_oxygen else ""
    condition = f"\n{bound.condition}" if bound.condition else ""
    return f"{AVERAGING[bound.averaging]}{oxygen}{condition}"


def limits_table(pieces: Iterable[Binding], named: Named) -> Table:
    """What binds which point, one entry a limit."""
    table = _table(
        *("key\n编号", "point 监测点\nstands in 依据", "limit 限值\naveraging 时段"),
        *("from 起\nto 止", "verif.\n核实"),
    )
    for since, until, one in pieces:
        law = one.law
        add(
            table,
            str(one.limit),
            f"{named(one.point)}\n{law.standard} {law.clause}".rstrip()
            + f"\n{ORIGINS[law.origin]}",
            f"{figure(one.bound)}\n{manner(one.bound)}",
            f"{shown(since)}\n{shown(until)}",
            VERIFIED[law.verified],
        )
    return table


def history_table(beliefs: Iterable[LimitVersion]) -> Table:
    """Every belief in the order of recording, with both times: valid, and recorded."""
    table = _table(
        *("version\n版本", "limit 限值\nstands in 依据", "valid 有效\nfrom 起, to 止"),
        *("recorded 记录\nby 操作人", "why 原因"),
    )
    for one in beliefs:
        who = one.actor + (f"\napproved 批准: {one.approver}" if one.approver else "")
        add(
            table,
            f"{one.version}\n@{one.position}",
            f"{figure(one.bound)}\n{manner(one.bound)}\n{one.law.standard} {one.law.clause}".strip(),
            f"{shown(one.since)}\n{shown(one.until)}",
            f"{one.recorded_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}\n{who}",
            f"{ACTS[one.act]}\n{one.reason}".rstrip(),
        )
    return table


def catalogue_table(rows: Sequence[CatalogueRow]) -> Table:
    """The shipped rows: a fact was read in full, a setting 未核实 must be confirmed by somebody.

    Keys are shown whole: they are to be copied.
    """
    table = _table("pollutant 污染物, limit 限值\nkey 编号", "for 适用", "conf.\n可信度")
    table.columns[0].min_width = max((len(row.key) for row in rows), default=0)
    table.columns[1].max_width = APPLIES_WIDTH
    for row in rows:
        scope = [row.industry, row.unit_type, row.process, row.requires]
        manual = [] if row.online else ["manual only 仅手工监测"]
        add(
            table,
            f"{row.pollutant_zh} {row.code}\n{figure(row.bound())}, {manner(row.bound())}\n{row.key}",
            "\n".join(one for one in [*scope, *manual] if one and one != "all"),
            f"{row.confidence}\n{KNOWN[row.verified]}",
        )
    return table


def add(table: Table, *cells: str) -> None:
    """A row of plain texts: what stands in brackets is no mark-up."""
    table.add_row(*(Text(cell) for cell in cells))


def turning_lines(found: Turning) -> list[str]:
    """How many stored verdicts another figure would turn, and the first of them."""
    counts = f"{len(found.turns):,} of {found.looked_at:,} stored verdicts would turn 判定将改变"
    lines = [counts if found.looked_at else "no verdict is stored for that time 该时段尚无判定"]
    if found.untold:
        lines.append(
            f"{found.untold:,} cannot be foretold: the new limit compares another quantity, oxygen,"
            " averaging or condition; the hours are judged anew 重新判定"
        )
    for verdict, outcome in found.turns[:FIRST_TURNS]:
        value = "–" if verdict.value is None else text(verdict.value)
        lines.append(
            f"  {verdict.period} {shown(verdict.start)}: {value}, {OUTCOMES[verdict.outcome]} →"
            f" {OUTCOMES[outcome]}"
        )
    if len(found.turns) > FIRST_TURNS:
        lines.append(f"  … and {len(found.turns) - FIRST_TURNS:,} more")
    return lines


def binding_json(piece: Binding, named: Named) -> Fields:
    """A limit in force; `from` and `to` are those of the time that it binds."""
    return {**version_json(piece.version, named), **_valid(piece.since, piece.until)}


def version_json(one: LimitVersion, named: Named) -> Fields:
    """A belief with all it says; numbers are texts, exact; times are Beijing time."""
    bound, law = one.bound, one.law
    said: Fields = {} if bound is None else {key: _plain(v) for key, v in bound._asdict().items()}
    return {
        "limit": one.limit,
        "point": named(one.point),
        **said,
        **law._asdict(),
        **_valid(one.since, one.until),
        "withdrawn": bound is None,
        "act": one.act,
        "reason": one.reason,
        "actor": one.actor,
        "approver": one.approver,
        "recorded_at": one.recorded_at.astimezone(BEIJING).isoformat(),
        "version": one.version,
        "position": one.position,
    }


def turning_json(found: Turning) -> Fields:
    """The same as `turning_lines`, all of them."""
    turns: Sequence[Fields] = [
        {
            "period": str(verdict.period),
            "start": verdict.start.astimezone(BEIJING).isoformat(),
            "stage": str(verdict.stage),
            "value": _plain(verdict.value),
            "was": str(verdict.outcome),
            "would_be": None if outcome is None else str(outcome),
        }
        for verdict, outcome in found.turns
    ]
    return {"verdicts": found.looked_at, "untold": found.untold, "turn": turns}


def catalogue_json(row: CatalogueRow) -> Fields:
    """A row of the catalogue."""
    bound = {key: _plain(value) for key, value in row.bound()._asdict().items()}
    return {
        "key": row.key,
        "code": row.code,
        "pollutant": row.pollutant_zh,
        "pollutant_en": row.pollutant_en,
        "industry": row.industry,
        "unit_type": row.unit_type,
        "process": row.process,
        "medium": row.medium,
        **bound,
        **row.law()._asdict(),
        "requires": row.requires,
        "from": None if row.since is None else row.since.isoformat(),
        "to": None if row.until is None else row.until.isoformat(),
        "dates_note": row.dates_note,
        "online": row.online,
        "evidence": row.evidence,
        "note": row.note,
        "mended": row.mended,
    }


def _valid(since: datetime | None, until: datetime | None) -> Fields:
    return {
        "from": None if since is None else since.astimezone(BEIJING).isoformat(),
        "to": None if until is None else until.astimezone(BEIJING).isoformat(),
    }


def _plain(value: object) -> object:
    return text(value) if isinstance(value, Decimal) else value


def _table(*names: str) -> Table:
    return Table(*names, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
