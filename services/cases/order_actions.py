"""What persons and the platform do with supervision orders 督办: read, decide by the rules, write.

Each is one transaction: the order, its event, its files and what the cases it is about tell of it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from schemas.contest import ContestAbout, Contested, ContestState
from schemas.order import Conclusion, Dues, Level, Order, OrderPlant, OrderStep, Stage
from schemas.sentence import Sentence, term
from schemas.unknown_place import unknown_plant
from services.cases.acting import Acting
from services.cases.own_cases import refuse_own
from services.cases.told_alerts import order_with_case, tell_of_order
from services.rules.supervision import orders
from services.rules.supervision.attachments import taken
from services.rules.supervision.issuing import Issued
from services.rules.supervision.order_parameters import AttachmentParameters, OrderParameters
from services.rules.supervision.order_steps import Doing
from services.rules.supervision.orders import Answer, Draft
from services.rules.supervision.refusals import Refused
from services.store.attachments import add_attachments
from services.store.contests import ContestQuery, read_contests
from services.store.orders import (
    OrderConflict,
    insert_order,
    issuing_lock,
    order_numbered,
    plants_of_alerts,
    read_order,
    rule_was_used,
    write_order,
)
from services.store.session import Session
from services.store.supervision_places import plant_codes, plant_of_code

Decide = Callable[[Order, Doing], OrderStep]
NUMBER_PARTS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """An order that a person issues: on cases, or free, then with a plant's code.

    `region`: who issues; None: the plant's own.
    """

    demand: str
    reason: str
    plant: str | None = None
    alerts: tuple[int, ...] = ()
    level: Level = Level.ORDINARY
    basis: str = ""
    region: str | None = None
    dues: Dues = field(default_factory=Dues)


def issue_order(asked: Asked, by: Acting) -> OrderStep:
    """Issue an order by hand. Raises Refused, SettingError, psycopg.Error."""
    with issuing_lock(by.session):
        plant = _plant(by.session, asked)
        refuse_own(by.session, asked.alerts)
        draft = Draft(
            plant=plant, region=asked.region or plant.region, demand=asked.demand,
            reason=asked.reason, level=asked.level, basis=asked.basis, dues=asked.dues,
            alerts=tuple(sorted(set(asked.alerts))),
        )  # fmt: skip
        return _issue(draft, by)


def order_region(session: Session, asked: Asked) -> str:
    """The region that would issue: the one named, else the plant's. Raises Refused, psycopg.Error."""
    return asked.region or _plant(session, asked).region


def issue_by_rule(wanted: Issued, plant: OrderPlant, alerts: tuple[int, ...], by: Acting) -> bool:
    """Issue what a rule calls for unless it was issued before; whether it was issued now.

    Raises Refused, SettingError, psycopg.Error.
    """
    with issuing_lock(by.session):
        if rule_was_used(by.session, wanted.key):
            return False
        draft = Draft(
            plant=plant, region=plant.region, demand=wanted.demand, reason=wanted.reason,
            level=wanted.level, basis=wanted.basis, alerts=alerts, rule_key=wanted.key,
        )  # fmt: skip
        _issue(draft, by)
        return True


def accept_order(order: int, by: Acting) -> OrderStep:
    """The plant has received it 签收. All of these raise Refused, OrderConflict, psycopg.Error."""
    return change_order(order, by, orders.accept)


def answer_order(
    order: int, said: Answer, files: Iterable[tuple[str, bytes]], by: Acting
) -> OrderStep:
    """The plant answers 反馈, with files as names and bytes."""
    with by.session.transaction():
        rules = by.rules(AttachmentParameters, _known(by.session, order).plant)
        kept = taken(files, rules)
        handed = said._replace(files=kept)
        step = change_order(order, by, lambda known, doing: orders.answer(known, handed, doing))
        event = (step.order.version, by.actor.name, by.now)
        add_attachments(by.session, ("order", order), event, kept)
    return step


def verify_order(order: int, found: str, by: Acting) -> OrderStep:
    """The bureau checked the answer, and it is true 核实."""
    return change_order(order, by, lambda known, doing: orders.verify(known, found, doing))


def return_order(order: int, reason: str, by: Acting) -> OrderStep:
    """The answer will not do 退回."""
    return change_order(order, by, lambda known, doing: orders.send_back(known, reason, doing))


def close_order(order: int, conclusion: Conclusion, by: Acting) -> OrderStep:
    """End it 办结; not while a contest about it waits for an answer."""

    def decide(known: Order, doing: Doing) -> OrderStep:
        subject = Contested(ContestAbout.ORDER, order)
        query = ContestQuery(subject=subject, states=[ContestState.FILED])
        waiting = tuple(one.contest for one in read_contests(by.session, query))
        return orders.close(known, conclusion, waiting, doing)

    return change_order(order, by, decide)


def file_order(order: int, note: str, by: Acting) -> OrderStep:
    """Put it on file 归档."""
    return change_order(order, by, lambda known, doing: orders.put_on_file(known, note, doing))


def withdraw_order(order: int, reason: str, by: Acting) -> OrderStep:
    """Take it back 撤销."""
    return change_order(order, by, lambda known, doing: orders.withdraw(known, reason, doing))


def remind_order(order: int, reason: str, by: Acting) -> OrderStep:
    """Remind by hand whoever is to act 催办."""
    return change_order(order, by, lambda known, doing: orders.remind(known, reason, doing))


def extend_order(order: int, stage: tuple[Stage, datetime], reason: str, by: Acting) -> OrderStep:
    """Give a stage another deadline 调整时限."""
    return change_order(order, by, lambda known, doing: orders.extend(known, stage, reason, doing))


def change_order(order: int, by: Acting, decide: Decide) -> OrderStep:
    """One step of an order, decided on what is there and written where it still is.

    Raises Refused, OrderConflict, SettingError, psycopg.Error; nothing is written then.
    """
    with by.session.transaction():
        known = _known(by.session, order)
        if by.seen is not None and by.seen != known.version:
            raise OrderConflict(
                Sentence(
                    f"order {known.number}{term('督办单')} was changed since you looked at"
                    f" it{term('已被他人更新')}: look again",
                    f"督办单 {known.number} 已被他人更新：请重新读取后再试",
                )
            )
        step = decide(known, Doing(by.actor, by.now, by.rules(OrderParameters, known.plant)))
        write_step(by.session, step)
    return step


def write_step(session: Session, step: OrderStep) -> None:
    """Write a step and what the cases tell of it. Raises OrderConflict, psycopg.Error."""
    with session.transaction():
        write_order(session, step)
        tell_of_order(session, step)


def order_said(session: Session, text: str) -> Order:
    """An order by its number (1505-2026-0007) or its id. Raises Refused, psycopg.Error."""
    parts = text.strip().split("-")
    found: Order | None = None
    if all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):  # noqa: PLR2004 - fits an integer
        if len(parts) == 1:
            found = read_order(session, int(parts[0]))
        elif len(parts) == NUMBER_PARTS:
            found = order_numbered(session, parts[0], int(parts[1]), int(parts[2]))
    if found is None:
        raise _missing(text)
    return found


def _known(session: Session, order: int) -> Order:
    found = read_order(session, order)
    if found is None:
        raise _missing(str(order))
    return found


def _issue(draft: Draft, by: Acting) -> OrderStep:
    doing = Doing(by.actor, by.now, by.rules(OrderParameters, draft.plant))
    step = insert_order(by.session, orders.issue(draft, doing))
    return order_with_case(by.session, step, doing.rules)


def _plant(session: Session, asked: Asked) -> OrderPlant:
    """The one plant that is meant. Raises Refused."""
    found = plants_of_alerts(session, asked.alerts)
    missing = sorted(set(asked.alerts) - set(found))
    if missing:
        raise Refused(
            f"alert {missing[0]} is not there, or is about no plant: see `qingkong alerts list`",
            f"告警 {missing[0]} 不存在或不涉及企业",
        )
    if asked.plant is not None:
        named = plant_of_code(session, asked.plant)
        if named is None:
            known = unknown_plant(asked.plant, plant_codes(session))
            raise Refused(known.en, known.zh)
        found = {**found, 0: named}
    plants = {plant.id: plant for plant in found.values()}
    if len(plants) != 1:
        codes = ", ".join(sorted(plant.code for plant in plants.values())) or "none"
        raise Refused(
            f"an order is addressed to one plant, and {codes} is meant: name one, or its alerts",
            "一张督办单只能发给一家企业：请指定企业或其告警",
        )
    return next(iter(plants.values()))


def _missing(text: str) -> Refused:
    return Refused(f"there is no order {text}: see `qingkong orders list`", f"督办单 {text} 不存在")
