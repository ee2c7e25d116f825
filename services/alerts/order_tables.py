"""Orders as an auditor reads them on paper, as a list, as CSV and as JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from schemas.attachment import Attachment
from schemas.order import Actor, Order, OrderEvent, Party, Stage
from services.alerts.order_edge import beijing, csv_text, json_time
from services.rules.supervision.order_steps import ACTIVE_STAGES, awaited, late_stages
from services.rules.supervision.words import (
    CONSEQUENCES,
    DISPOSITIONS,
    EVENTS,
    LEVELS,
    PARTIES,
    STAGES,
    STATES,
    reason_text,
)

LABEL = 22
HOUR_S = 3600
ORDER_COLUMNS = (
    "number", "plant", "plant_name", "level", "state", "overdue", "held_by", "issued_at", "issued_by",
    "accept_due", "answer_due", "verify_due", "total_due", "rounds", "disposition", "consequence",
    "conclusion", "alerts", "demand", "basis",
)  # fmt: skip
EVENT_COLUMNS = (
    "number", "version", "at", "made_at", "what", "reason", "actor", "party", "place", "state",
    "held_by", "detail",
)  # fmt: skip
# What the lines above an event's detail say already, or what is for programs alone.
LEFT_OUT = {
    "by_hand",
    "attachments",
    "dues",
    "number",
    "plant",
    "rule",
    "demand",
    "basis",
    "level",
    "alerts",
}
WORDS = {
    "cause": "cause 原因", "measures": "measures 措施", "text": "text 说明", "to": "to 对象",
    "stage": "deadline to 时限", "due": "due 到期", "late_s": "late 超期", "region": "region 行政区",
    "from": "from 原行政区", "disposition": "disposition 甄别", "consequence": "consequence 处理",
    "round": "round 轮次", "former": "former deadline 原时限", "outcome": "outcome 结论",
    "needed": "still to do 待办", "title": "about 事项",
}  # fmt: skip


def orders_table(orders: Iterable[Order], now: datetime) -> Table:
    """One order in two lines."""
    table = Table(
        "number 单号\nplant 企业", "level 级别\nheld by 经办", "state 状态\nwaits for 待办",
        "due 到期\noverdue 超期",
        box=box.SIMPLE_HEAD, padding=0, pad_edge=False, collapse_padding=False,
    )  # fmt: skip
    for order in orders:
        late = late_stages(order, now)
        stages = ACTIVE_STAGES.get(order.state, ())
        due = min((at for one in stages if (at := order.dues.of(one)) is not None), default=None)
        waits = PARTIES[awaited(order)] if order.running else "–"
        table.add_row(
            Text(f"{order.number}\n{order.plant.code} {order.plant.name}"),
            f"{LEVELS[order.level]}\n{order.held_by}",
            f"{order.state.value} {STATES[order.state]}\n{waits}",
            f"{beijing(due)[:16]}\n{'、'.join(STAGES[one] for one in late) or '–'}",
        )
    return table


def order_text(
    order: Order, events: Sequence[OrderEvent], files: Sequence[Attachment], now: datetime
) -> Iterator[str]:
    """The whole order line by line: what is asked, deadlines, each step. Times are Beijing's."""
    yield f"supervision order 督办单 {order.number}    {order.level.value} {LEVELS[order.level]}"
    waits = awaited(order)
    place = order.plant.code if waits is Party.PLANT else order.held_by
    next_is = f", waits for {waits.value} {PARTIES[waits]} {place}" if order.running else ""
    yield _line("state 状态", f"{order.state.value} {STATES[order.state]}{next_is}")
    yield _line("plant 企业", f"{order.plant.code} {order.plant.name} ({order.plant.region})")
    yield _line(
        "issued by 下发", f"{order.issued_by}, region {order.region}, {beijing(order.issued_at)}"
    )
    yield _line("held by 经办", f"region {order.held_by}")
    yield _line("demand 要求", order.demand)
    if order.basis:
        yield _line("basis 依据", order.basis)
    if order.alerts:
        yield _line("alerts 告警", ", ".join(map(str, order.alerts)))
    yield "deadlines 时限 (Beijing time 北京时间; time limits are settings 时限为设定值)"
    for stage in Stage:
        yield _line(f"  {stage.value} {STAGES[stage]}", _due(order, stage, now))
    if order.conclusion is not None:
        said = order.conclusion
        words = f"{DISPOSITIONS[said.disposition]}，{CONSEQUENCES[said.consequence]}"
        yield _line(
            "conclusion 办结结论",
            f"{said.disposition.value}, {said.consequence.value} {words}: {said.text}",
        )
    yield f"history 办理过程 ({len(events)})"
    for event in events:
        named = f"{event.what.value} {EVENTS[event.what]}"
        yield from event_lines(event, named, [one for one in files if one.version == event.version])


def event_lines(event: OrderEvent, named: str, files: Iterable[Attachment]) -> Iterator[str]:
    """One step: when, what, who, why, what it says, and its files with their digests."""
    yield f"{event.version:>4}  {beijing(event.at)}  {named}  {actor_text(event.actor)}"
    if event.made_at != event.at:
        yield f"      written 记录于 {beijing(event.made_at)}"
    yield f"      {reason_text(event.reason)}"
    yield from detail_lines(event.detail.items())
    for one in files:
        yield (
            f"      attachment 附件 {one.attachment}: {one.name}, {one.media_type},"
            f" {one.size:,} bytes, SHA-256 {one.sha256}"
        )


def detail_lines(items: Iterable[tuple[str, object]]) -> Iterator[str]:
    """What an event says beside its reason, for people."""
    for name, value in items:
        if name in LEFT_OUT or value is None or value in ("", []):
            continue
        yield f"      {WORDS.get(name, name)}: {_shown(name, value)}"


def actor_text(actor: Actor) -> str:
    """Who, and for whom."""
    place = f" {actor.place}" if actor.place else ""
    return f"{actor.name} ({actor.party.value} {PARTIES[actor.party]}{place})"


def orders_csv(orders: Iterable[Order], now: datetime) -> str:
    """One order a row, times in Beijing time."""
    return csv_text(
        ORDER_COLUMNS, ([order_json(one, now)[name] for name in ORDER_COLUMNS] for one in orders)
    )


def events_csv(events: Iterable[tuple[Order, OrderEvent]]) -> str:
    """One step a row, times in Beijing time; its detail as JSON."""
    rows = (event_json(one) | {"number": order.number} for order, one in events)
    return csv_text(
        EVENT_COLUMNS,
        (
            [
                json.dumps(row[name], ensure_ascii=False) if name == "detail" else row[name]
                for name in EVENT_COLUMNS
            ]
            for row in rows
        ),
    )


def order_json(order: Order, now: datetime) -> dict[str, object]:
    """An order for programs, times in Beijing time."""
    said = order.conclusion
    dues = {f"{stage.value}_due": json_time(order.dues.of(stage)) for stage in Stage}
    return {
        "order": order.order, "number": order.number, "version": order.version,
        "plant": order.plant.code, "plant_name": order.plant.name, "region": order.region,
        "level": order.level.value, "state": order.state.value, "demand": order.demand,
        "basis": order.basis, "issued_at": json_time(order.issued_at),
        "issued_by": order.issued_by, "held_by": order.held_by, **dues,
        "overdue": " ".join(one.value for one in late_stages(order, now)), "rounds": order.rounds,
        "disposition": None if said is None else said.disposition.value,
        "consequence": None if said is None else said.consequence.value,
        "conclusion": None if said is None else said.text, "rule_key": order.rule_key,
        "alerts": " ".join(map(str, order.alerts)),
    }  # fmt: skip


def event_json(event: OrderEvent) -> dict[str, object]:
    """A step for programs, times in Beijing time."""
    return {
        "version": event.version, "what": event.what.value, "reason": event.reason,
        "actor": event.actor.name, "party": event.actor.party.value, "place": event.actor.place,
        "at": json_time(event.at), "made_at": json_time(event.made_at),
        "state": event.state.value, "held_by": event.held_by, "detail": dict(event.detail),
    }  # fmt: skip


def _due(order: Order, stage: Stage, now: datetime) -> str:
    due = order.dues.of(stage)
    if due is None:
        return "–"
    if stage not in ACTIVE_STAGES.get(order.state, ()):
        return f"{beijing(due)}  past this stage 已过此环节"
    if due > now:
        return beijing(due)
    return f"{beijing(due)}  overdue 超期 {_hours((now - due).total_seconds())}"


def _shown(name: str, value: object) -> str:
    if name == "late_s" and isinstance(value, int):
        return _hours(value)
    if name in {"due", "former"} and isinstance(value, str):
        return beijing(datetime.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - any detail
    return str(value)


def _hours(seconds: float) -> str:
    return f"{seconds / HOUR_S:.1f} h"


def _line(label: str, text: str) -> str:
    return f"{label}{' ' * max(0, LABEL - cell_len(label))} {text}"
