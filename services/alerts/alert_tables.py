"""Cases 告警, what happened to them and what became of them, as tables for people and JSON. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from rich import box
from rich.table import Table
from rich.text import Text

from schemas.alert import PLATFORM, Alert, AlertEvent, Severity
from schemas.registry_words import BEIJING
from services.rules.alerting.causes import CAUSES, DISPOSITIONS, Cause, state_words
from services.rules.alerting.kinds import KINDS
from services.rules.alerting.reasons import REASONS, Reason
from services.rules.alerting.words import SEVERITIES, event_words
from services.store.alert_lists import ListedAlert
from services.store.alert_rates import Rate

NOTHING: Final = "–"
STYLES: Final[Mapping[Severity, str]] = MappingProxyType(
    {
        Severity.BLUE: "blue",
        Severity.YELLOW: "yellow",
        Severity.ORANGE: "dark_orange",
        Severity.RED: "bold red",
    }
)
SPOKEN: Final = ("text", "note", "reason", "assignee", "said")
"""Where in the detail of an event a person's words are."""


def alerts_table(alerts: Iterable[ListedAlert]) -> Table:
    """One case in a few lines, the latest first."""
    table = _table(
        "case 编号\nseverity 等级", "kind 类别\nplace 位置", "from – to 起止", "state 状态"
    )
    for one in alerts:
        alert = one.alert
        table.add_row(
            Text(f"{alert.alert}\n{SEVERITIES[alert.severity]}", STYLES[alert.severity]),
            Text(f"{KINDS[alert.kind].zh}\n{place_said(one)}"),
            Text(f"{said(alert.since)}\n{said(alert.until)}"),
            Text("\n".join(_standing(alert))),
        )
    return table


def alert_text(one: ListedAlert, events: Sequence[AlertEvent]) -> Text:
    """A case with its sentences, its evidence and all that happened to it."""
    alert = one.alert
    info = KINDS[alert.kind]
    lines = [
        f"{alert.alert}  {info.zh} {info.en}  {place_said(one)}",
        f"  {alert.zh}",
        f"  {alert.en}",
        f"  from – to 起止: {said(alert.since)} – {said(alert.until)}",
        f"  spells 次数: {alert.spells}  severity 等级: {SEVERITIES[alert.severity]}",
        f"  state 状态: {'; '.join(_standing(alert))}",
        f"  basis 依据: {alert.clause or NOTHING}"
        + ("" if alert.sure else "  (未核实 rests on what is not established)"),
        f"  advice 建议: {info.advice_zh}",
        f"               {info.advice_en}",
        "  what happened 经过:",
        *(f"    {_event_said(event)}" for event in events),
    ]
    return Text("\n".join(lines))


def rates_table(rates: Iterable[Rate]) -> Table:
    """How many cases turned out to be what, by kind and rule: for thresholds to be tuned."""
    table = _table(
        "kind 类别\nrule 规则", "cases\n件数", "lapsed\n未成立", "confirmed\n属实",
        "instr.\n仪器", "exempt\n豁免", "test\n测试", "dupl.\n重复", "open\n未甄别",
    )  # fmt: skip
    for one in rates:
        waiting = one.active + one.undisposed
        counts = (
            one.cases, one.lapsed, one.confirmed, one.instrument, one.exempt, one.test,
            one.duplicate, waiting,
        )  # fmt: skip
        share = f" ({one.confirmed / one.disposed:.0%})" if one.disposed else ""
        cells = [str(count) for count in counts]
        cells[2] += share
        table.add_row(Text(f"{KINDS[one.kind].zh}\n{one.rule}".strip()), *cells)
    return table


def alert_json(one: ListedAlert) -> dict[str, object]:
    """A case for programs."""
    alert = one.alert
    return {
        "alert": alert.alert,
        "kind": alert.kind.value,
        "plant": one.plant,
        "plant_name": one.plant_name,
        "subject": one.subject,
        "device": one.device,
        "point": alert.target.point,
        "state": alert.state.value,
        "severity": alert.severity.value,
        "since": _iso(alert.since),
        "until": _iso(alert.until),
        "found_late": alert.found_late,
        "spells": alert.spells,
        "worst": None if alert.worst is None else str(alert.worst),
        "sure": alert.sure,
        "zh": alert.zh,
        "en": alert.en,
        "clause": alert.clause,
        "evidence": alert.evidence,
        "opened_at": _iso(alert.opened_at),
        "acknowledged_at": _iso(alert.acknowledged_at),
        "acknowledged_by": alert.acknowledged_by,
        "resolved_at": _iso(alert.resolved_at),
        "resolved_by": alert.resolved_by,
        "assignee": alert.assignee,
        "disposition": None if alert.disposition is None else alert.disposition.value,
        "cause": alert.cause,
        "duplicate_of": alert.duplicate_of,
        "version": alert.version,
    }


def event_json(event: AlertEvent) -> dict[str, object]:
    """An event for programs."""
    return {
        "version": event.version,
        "what": event.what.value,
        "reason": event.reason,
        "actor": event.actor,
        "at": _iso(event.at),
        "made_at": _iso(event.made_at),
        "state": event.state.value,
        "severity": event.severity.value,
        "since": _iso(event.since),
        "until": _iso(event.until),
        "detail": event.detail,
    }


def place_said(one: ListedAlert) -> str:
    """`P1 示例厂 DA001`, or the platform."""
    parts = (one.plant, one.plant_name, one.subject, one.device)
    return " ".join(part for part in parts if part) or "platform 平台"


def said(at: datetime | None) -> str:
    """A time in Beijing; what has no end yet goes on."""
    return "goes on 持续" if at is None else f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def words_in(event: AlertEvent) -> str:
    """What a person wrote with it."""
    found = (event.detail.get(name) for name in SPOKEN)
    return " ".join(one for one in found if isinstance(one, str) and one)


def _standing(alert: Alert) -> list[str]:
    words = state_words(alert)
    lines = [f"{words.zh} {words.en}"]
    if alert.acknowledged_by:
        lines.append(f"签收 {alert.acknowledged_by}")
    if alert.assignee:
        lines.append(f"负责 {alert.assignee}")
    if alert.disposition:
        cause = next((CAUSES[one].zh for one in Cause if one == alert.cause), alert.cause or "")
        lines.append(f"甄别 {DISPOSITIONS[alert.disposition].zh} {cause}".strip())
    if alert.found_late:
        lines.append("迟发现 found late")
    return lines


def _event_said(event: AlertEvent) -> str:
    zh, en = event_words(event.what, event.reason)
    why = next((REASONS[one].zh for one in Reason if one == event.reason), event.reason)
    actor = "" if event.actor == PLATFORM else f"  {event.actor}"
    words = words_in(event)
    return (
        f"{said(event.at)}  {zh} {en}（{why}）{SEVERITIES[event.severity]}{actor}"
        f"{'：' + words if words else ''}  [noticed 记录 {said(event.made_at)}]"
    )


def _table(*heads: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(BEIJING).isoformat()
