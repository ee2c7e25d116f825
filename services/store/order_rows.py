"""An order as a row of its table, and back; who reads and who writes one shares its columns."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple

from schemas.order import (
    Actor,
    Conclusion,
    Consequence,
    Detail,
    Dues,
    Level,
    Order,
    OrderDisposition,
    OrderEvent,
    OrderPlant,
    OrderState,
    OrderWhat,
    Party,
    Stage,
)

SELECT: LiteralString = """
SELECT one.id, one.region, one.year, one.serial, plant.id, plant.code, plant.name, plant.region,
  one.level, one.state, one.demand, one.basis, one.issued_at, one.issued_by, one.held_by,
  one.accept_due, one.answer_due, one.verify_due, one.total_due, one.clock_at, one.version,
  one.changed_at, one.rule_key, one.overdue, one.rounds, one.disposition, one.consequence,
  one.conclusion,
  ARRAY(SELECT alert FROM order_alert WHERE supervision_order = one.id ORDER BY alert)
FROM supervision_order AS one JOIN plant ON plant.id = one.plant
"""


class _Stored(NamedTuple):
    """The columns of SELECT in their order."""

    order: int
    region: str
    year: int
    serial: int
    plant: int
    plant_code: str
    plant_name: str
    plant_region: str
    level: str
    state: str
    demand: str
    basis: str
    issued_at: datetime
    issued_by: str
    held_by: str
    accept_due: datetime | None
    answer_due: datetime | None
    verify_due: datetime | None
    total_due: datetime | None
    clock_at: datetime
    version: int
    changed_at: datetime
    rule_key: str | None
    overdue: list[str]
    rounds: int
    disposition: str | None
    consequence: str | None
    conclusion: str | None
    alerts: list[int]


def order_of(row: Sequence[object]) -> Order:
    """The order of a row of SELECT."""
    one = _Stored._make(row)
    return Order(
        order=one.order,
        region=one.region,
        year=one.year,
        serial=one.serial,
        plant=OrderPlant(one.plant, one.plant_code, one.plant_name, one.plant_region),
        level=Level(one.level),
        state=OrderState(one.state),
        demand=one.demand,
        basis=one.basis,
        issued_at=one.issued_at,
        issued_by=one.issued_by,
        held_by=one.held_by,
        dues=Dues(one.accept_due, one.answer_due, one.verify_due, one.total_due),
        clock_at=one.clock_at,
        version=one.version,
        changed_at=one.changed_at,
        rule_key=one.rule_key,
        overdue=tuple(map(Stage, one.overdue)),
        rounds=one.rounds,
        conclusion=_conclusion(one),
        alerts=tuple(one.alerts),
    )


def values_of(order: Order) -> dict[str, object]:
    """The order's columns by name."""
    said = order.conclusion
    return {
        "order": order.order, "region": order.region, "year": order.year, "serial": order.serial,
        "plant": order.plant.id, "level": order.level.value, "state": order.state.value,
        "demand": order.demand, "basis": order.basis, "issued_at": order.issued_at,
        "issued_by": order.issued_by, "held_by": order.held_by, "accept_due": order.dues.accept,
        "answer_due": order.dues.answer, "verify_due": order.dues.verify,
        "total_due": order.dues.total, "overdue": [one.value for one in order.overdue],
        "clock_at": order.clock_at, "rounds": order.rounds,
        "disposition": None if said is None else said.disposition.value,
        "consequence": None if said is None else said.consequence.value,
        "conclusion": None if said is None else said.text, "rule_key": order.rule_key,
        "version": order.version, "changed_at": order.changed_at,
    }  # fmt: skip


def event_of(row: Sequence[object]) -> OrderEvent:
    """The event of a row: version, what, reason, actor, party, place, at, made_at, state, ..."""
    one = StoredEvent._make(row)
    actor = Actor(one.actor, Party(one.party), one.place)
    return OrderEvent(
        *(one.version, OrderWhat(one.what), one.reason, actor, one.at, one.made_at),
        *(OrderState(one.state), one.held_by, one.detail),
    )


class StoredEvent(NamedTuple):
    """The columns of an event of an order or contest, in their order."""

    version: int
    what: str
    reason: str
    actor: str
    party: str
    place: str
    at: datetime
    made_at: datetime
    state: str
    held_by: str
    detail: Detail


def _conclusion(one: _Stored) -> Conclusion | None:
    if one.disposition is None or one.consequence is None or one.conclusion is None:
        return None
    return Conclusion(
        OrderDisposition(one.disposition), Consequence(one.consequence), one.conclusion
    )
