"""How judgements are shown: tables for people, plain values for programs. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Self

from rich.table import Table
from rich.text import Text

from schemas.judgement import Finding, Outcome, Period, VerdictRow
from schemas.registry_words import BEIJING
from services.alerts.by_hand import JudgedAgain
from services.alerts.difference import Change, Turned, change_of, outcome_turns
from services.rules.plant_view import PlantView

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
CHANGES: Final[Mapping[Change, str]] = MappingProxyType(
    {"new": "新增 new", "changed": "变化 changed", "fallen": "撤销 fallen"}
)
MOST_ROWS: Final = 200
_FORMS: Final[Mapping[Period, str]] = MappingProxyType(
    {
        Period.FIVE_MINUTE: "%Y-%m-%d %H:%M",
        Period.HOUR: "%Y-%m-%d %H时",
        Period.DAY: "%Y-%m-%d",
        Period.MONTH: "%Y-%m",
        Period.YEAR: "%Y",
    }
)


@dataclass(frozen=True, slots=True)
class Names:
    """Points and subjects by id as people write them: P1/DA001/out/a21026, P1/DA001."""

    points: Mapping[int, str]
    subjects: Mapping[int, str]

    @classmethod
    def of(cls, view: PlantView) -> Self:
        plant = view.row.code
        return cls(
            {
                point.point: f"{plant}/{subject.row.code}/{point.side}/{point.code}"
                for subject in view.subjects()
                for point in subject.points()
            },
            {subject.row.id: f"{plant}/{subject.row.code}" for subject in view.subjects()},
        )

    def point(self, point: int) -> str:
        return self.points.get(point, f"#{point}")

    def place(self, finding: Finding) -> str:
        """The point that a finding is about, else its subject."""
        if finding.point is not None:
            return self.point(finding.point)
        return self.subjects.get(finding.subject, f"#{finding.subject}")


def turned_table(turns: Sequence[Turned[VerdictRow]], names: Names) -> Table:
    """What turns, the first rows of it."""
    table = Table(title="verdicts that turn 变化的判定", title_justify="left")
    for head in ("period", "point", "limit", "before", "after"):
        table.add_column(head, overflow="fold")
    for each in turns[:MOST_ROWS]:
        row = each.after
        table.add_row(
            _when(row),
            names.point(row.point),
            str(row.limit),
            "—" if each.before is None else _told(each.before),
            _told(row),
            style="bold" if outcome_turns(each) else "",
        )
    return table


def explanation(row: VerdictRow, names: Names) -> Text:
    """A verdict with the numbers, the limit and the clause it rests on."""
    evidence = row.evidence
    law = _mapping(evidence.get("law"))
    mean = _mapping(evidence.get("mean"))
    lines = [
        f"{_when(row)}  {names.point(row.point)}  {_told(row)}  [{row.stage.value}]",
        f"  law 依据: {law.get('standard')} {law.get('clause')}"
        + ("" if law.get("verified") else "  (未核实 unverified)"),
    ]
    if "formula" in evidence:
        lines.append(f"  comparison 比较: {evidence['formula']}  ({evidence.get('number')})")
    lines.append(
        f"  mean 均值: {mean.get('valid_s')} of {mean.get('due_s')} s valid, {mean.get('source')}"
    )
    if row.doubts:
        doubts = ", ".join(row.doubts)
        lines.append(f"  rests on what is not established 依据未核实 (told below): {doubts}")
    if "exemption" in evidence:
        lines.append(f"  marks 标记: {evidence['exemption']}")
    return Text("\n".join(lines))


def findings_table(findings: Sequence[Turned[Finding]], names: Names) -> Table:
    """Findings that are new, say something else, or fall, the first rows of them."""
    table = Table(title="findings that turn 变化的发现", title_justify="left")
    for head in ("change", "place", "from – to", "finding"):
        table.add_column(head, overflow="fold")
    for each in findings[:MOST_ROWS]:
        row = each.after
        table.add_row(
            CHANGES[change_of(each)],
            names.place(row),
            f"{_moment(row.since)} –\n{_moment(row.until)}",
            Text(f"{row.zh}\n{row.en}"),
        )
    return table


def summary(done: JudgedAgain, *, written: bool) -> str:
    """What was judged, what turned, and how many rows that makes."""
    turns, findings = done.difference.verdicts(), done.difference.findings()
    outcomes = sum(outcome_turns(each) for each in turns)
    new = sum(each.before is None for each in turns)
    cut = max(len(turns), len(findings)) > MOST_ROWS
    more = f" (the first {MOST_ROWS} of each are shown)" if cut else ""
    changes = [change_of(each) for each in findings]
    counts = ", ".join(f"{changes.count(one)} {one}" for one in CHANGES if one in changes)
    rows = sum(done.news)
    tail = "written" if written else "nothing was written: leave out --dry-run to write it"
    return (
        f"{len(done.judged)} verdicts of hours, days and longer, {len(turns)} differ{more}: {new} new,"
        f" {outcomes} with another outcome; findings: {counts or 'none turns'};"
        f" {rows} rows in all ({done.news.means} means, {done.news.verdicts} verdicts,"
        f" {done.news.performance} rates, {done.news.findings} findings); {tail}"
    )


def judged_json(done: JudgedAgain, names: Names, *, written: bool) -> dict[str, object]:
    """For programs: what turns, how many rows that makes, and the verdicts asked to be explained."""
    return {
        "written": written,
        "judged": len(done.judged),
        "rows": done.news._asdict(),
        "turned": [
            {
                "before": None if each.before is None else _json(each.before, names),
                "after": _json(each.after, names),
            }
            for each in done.difference.verdicts()
        ],
        "findings": [
            {"change": change_of(each), **_finding_json(each.after, names)}
            for each in done.difference.findings()
        ],
        "verdicts": [
            {**_json(row, names), "evidence": dict(row.evidence)}
            for _, row in sorted(done.explained.items())
        ],
    }


def _finding_json(row: Finding, names: Names) -> dict[str, object]:
    return {
        "rule": row.rule,
        "place": names.place(row),
        "since": row.since.astimezone(BEIJING).isoformat(),
        "until": None if row.until is None else row.until.astimezone(BEIJING).isoformat(),
        "stage": row.stage.value,
        "standing": row.standing,
        "sure": row.sure,
        "doubts": list(row.doubts),
        "zh": row.zh,
        "en": row.en,
    }


def _json(row: VerdictRow, names: Names) -> dict[str, object]:
    return {
        "point": names.point(row.point),
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
    if row.period is Period.QUARTER:
        return f"{local:%Y}-Q{(local.month + 2) // 3}"
    return f"{local:{_FORMS[row.period]}}"


def _moment(at: datetime | None) -> str:
    return "…" if at is None else f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}  # pyright: ignore[reportUnknownVariableType] - JSON has text keys
