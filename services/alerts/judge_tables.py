"""How judgements are shown: tables for people, plain values for programs. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from rich.table import Table
from rich.text import Text

from schemas.judgement import Outcome, Period, VerdictRow
from schemas.registry_words import BEIJING
from services.alerts.difference import Turned

WORDS: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.COMPLIANT: "达标 compliant",
        Outcome.EXCEEDING: "超标 exceeding",
        Outcome.AT_LEAST: "至少超标 exceeding at least",
        Outcome.CLAIMED: "超标（申请豁免） exemption claimed",
        Outcome.EXEMPT: "豁免 exempt",
        Outcome.STOPPED: "停运 stopped",
        Outcome.INVALID: "数据无效 invalid",
        Outcome.NO_DATA: "无数据 no data",
        Outcome.UNKNOWN: "未知 unknown",
    }
)
MOST_ROWS: Final = 200


class PointNames:
    """Points by id as people write them: P1/DA001/out/a21026."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self._names = names

    def __call__(self, point: int) -> str:
        return self._names.get(point, f"#{point}")


def turned_table(turns: Sequence[Turned], names: PointNames) -> Table:
    """What turns, the first rows of it."""
    table = Table(title="verdicts that turn 变化的判定", title_justify="left")
    for head in ("period", "point", "limit", "before", "after"):
        table.add_column(head, overflow="fold")
    for each in turns[:MOST_ROWS]:
        row = each.after
        table.add_row(
            _when(row),
            names(row.point),
            str(row.limit),
            "—" if each.before is None else _told(each.before),
            _told(row),
            style="bold" if each.outcome_turns else "",
        )
    return table


def explanation(row: VerdictRow, names: PointNames) -> Text:
    """A verdict with the numbers, the limit and the clause it rests on."""
    evidence = row.evidence
    law = _mapping(evidence.get("law"))
    mean = _mapping(evidence.get("mean"))
    lines = [
        f"{_when(row)}  {names(row.point)}  {_told(row)}  [{row.stage.value}]",
        f"  law 依据: {law.get('standard')} {law.get('clause')}"
        + ("" if law.get("verified") else "  (未核实 unverified)"),
    ]
    if "formula" in evidence:
        lines.append(f"  comparison 比较: {evidence['formula']}  ({evidence.get('number')})")
    lines.append(
        f"  mean 均值: {mean.get('valid_s')} of {mean.get('due_s')} s valid, {mean.get('source')}"
    )
    if row.doubts:
        lines.append(f"  rests on what is not established 依据未核实: {', '.join(row.doubts)}")
    if "exemption" in evidence:
        lines.append(f"  marks 标记: {evidence['exemption']}")
    return Text("\n".join(lines))


def summary(turns: Sequence[Turned], verdicts: Sequence[VerdictRow], *, written: bool) -> str:
    """One line: how many were judged, how many differ, how many turned their outcome."""
    outcomes = sum(each.outcome_turns for each in turns)
    new = sum(each.before is None for each in turns)
    more = f" (the first {MOST_ROWS} are shown)" if len(turns) > MOST_ROWS else ""
    tail = "written" if written else "nothing was written: leave out --dry-run to write it"
    return (
        f"{len(verdicts)} verdicts, {len(turns)} differ{more}: {new} new, "
        f"{outcomes} with another outcome; {tail}"
    )


def turned_json(
    turns: Iterable[Turned], names: PointNames, explained: Iterable[VerdictRow]
) -> dict[str, object]:
    """For programs: what turns, and the verdicts asked to be explained."""
    return {
        "turned": [
            {
                "before": None if each.before is None else _json(each.before, names),
                "after": _json(each.after, names),
            }
            for each in turns
        ],
        "verdicts": [{**_json(row, names), "evidence": dict(row.evidence)} for row in explained],
    }


def _json(row: VerdictRow, names: PointNames) -> dict[str, object]:
    return {
        "point": names(row.point),
        "period": row.period.value,
        "start": row.start.astimezone(BEIJING).isoformat(),
        "limit": row.limit,
        "version": row.version,
        "stage": row.stage.value,
        "outcome": row.outcome.value,
        "value": _text(row.value),
        "multiple": _text(row.multiple),
        "sure": row.sure,
        "doubts": list(row.doubts),
        "why": row.why,
    }


def _told(row: VerdictRow) -> str:
    value = "" if row.value is None else f" {_text(row.value)}"
    times = row.multiple
    over = f" ({_text(round(times, 2))}×)" if times is not None and times > 0 else ""
    return f"{WORDS[row.outcome]}{value}{over}"


def _when(row: VerdictRow) -> str:
    local = row.start.astimezone(BEIJING)
    return f"{local:%Y-%m-%d}" if row.period is not Period.HOUR else f"{local:%Y-%m-%d %H}时"


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}  # pyright: ignore[reportUnknownVariableType] - JSON has text keys
