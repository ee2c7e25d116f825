"""What persons do with a supervision order 督办: each function gives the order after it, or refuses.

issued 下发, accepted 签收, answered 反馈, verified 核实 or returned 退回 (and answered again), closed
办结, filed 归档; withdrawn 撤销 with a reason. Pure; it must not know where orders are kept.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from schemas.attachment import NewAttachment
from schemas.order import (
    Conclusion,
    Dues,
    Level,
    Order,
    OrderPlant,
    OrderState,
    OrderStep,
    OrderWhat,
    Party,
    Stage,
)
from schemas.registry_words import BEIJING
from services.rules.supervision.attachments import attached_detail
from services.rules.supervision.authority import as_bureau, as_plant, with_reason
from services.rules.supervision.deadlines import term_end
from services.rules.supervision.order_steps import (
    ACTIVE_STAGES,
    RUNNING_IN_ORDER,
    Doing,
    awaited,
    check_due,
    dues_detail,
    in_state,
    late_by,
    stepped,
    without,
)
from services.rules.supervision.refusals import Refused
from services.rules.supervision.words import STAGES, STATES


@dataclass(frozen=True, slots=True)
class Draft:
    """An order that is about to be issued; `dues`: deadlines set for this order alone."""

    plant: OrderPlant
    region: str
    demand: str
    reason: str
    level: Level = Level.ORDINARY
    basis: str = ""
    alerts: tuple[int, ...] = ()
    dues: Dues = field(default_factory=Dues)
    rule_key: str | None = None


class Answer(NamedTuple):
    """What the plant answers 反馈: the cause, what it does about it, more words, files."""

    cause: str
    measures: str
    text: str = ""
    files: tuple[NewAttachment, ...] = ()


def issue(draft: Draft, by: Doing) -> OrderStep:
    """A new order, without its number yet. Raises Refused.

    The answer's time runs from the issue, so that not accepting gains none.
    """
    if draft.rule_key is None or by.actor.party is not Party.PLATFORM:
        as_bureau(by.actor, draft.region)
    if not draft.plant.region.startswith(draft.region):
        raise Refused(
            f"plant {draft.plant.code} does not lie in region {draft.region}: name a region it is in",
            f"企业 {draft.plant.code} 不在行政区 {draft.region}：请选择其所属行政区",
        )
    demand = with_reason(draft.demand, "what the plant has to do", "督办要求")
    reason = with_reason(draft.reason, "why it is issued", "督办原因")
    dues = _dues_at_issue(draft, by)
    order = Order(
        order=0, region=draft.region, year=by.now.astimezone(BEIJING).year, serial=0,
        plant=draft.plant, level=draft.level, state=OrderState.ISSUED, demand=demand,
        basis=draft.basis.strip(), issued_at=by.now, issued_by=by.actor.name,
        held_by=draft.region, dues=dues, clock_at=by.now, version=0, changed_at=by.now,
        rule_key=draft.rule_key, alerts=draft.alerts,
    )  # fmt: skip
    detail = {
        "plant": draft.plant.code, "level": draft.level.value, "demand": demand,
        "basis": order.basis, "alerts": list(draft.alerts), "dues": dues_detail(dues),
        "rule": draft.rule_key,
    }  # fmt: skip
    return stepped(order, by, (OrderWhat.ISSUED, reason), detail)


def accept(order: Order, by: Doing) -> OrderStep:
    """The plant has received it 签收. Raises Refused."""
    as_plant(by.actor, order.plant)
    in_state(order, OrderState.ISSUED)
    late = late_by(order, Stage.ACCEPT, by.now)
    after = replace(order, state=OrderState.ACCEPTED, overdue=without(order, Stage.ACCEPT))
    return stepped(after, by, (OrderWhat.ACCEPTED, "accepted"), late)


def answer(order: Order, said: Answer, by: Doing) -> OrderStep:
    """The plant says why it was so and what it does 反馈. Raises Refused."""
    as_plant(by.actor, order.plant)
    in_state(order, OrderState.ACCEPTED, OrderState.RETURNED)
    dues = order.dues._replace(verify=term_end(by.now, by.rules.verify_term, BEIJING))
    detail: dict[str, object] = {
        "cause": with_reason(said.cause, "the cause", "原因"),
        "measures": with_reason(said.measures, "the measures taken", "整改措施"),
        "text": said.text.strip(),
        "attachments": attached_detail(said.files),
        "dues": dues_detail(dues),
        **late_by(order, Stage.ANSWER, by.now),
    }
    after = replace(
        order,
        state=OrderState.ANSWERED,
        overdue=without(order, Stage.ANSWER),
        dues=dues,
    )
    reason = "answered_again" if order.rounds else "answered"
    return stepped(after, by, (OrderWhat.ANSWERED, reason), detail)


def verify(order: Order, reason: str, by: Doing) -> OrderStep:
    """The bureau found the answer true 核实, by what it says in `reason`. Raises Refused."""
    as_bureau(by.actor, order.plant.region)
    in_state(order, OrderState.ANSWERED)
    found = with_reason(reason, "what was checked and found", "核实情况")
    late = late_by(order, Stage.VERIFY, by.now)
    after = replace(order, state=OrderState.VERIFIED, overdue=without(order, Stage.VERIFY))
    return stepped(after, by, (OrderWhat.VERIFIED, found), late)


def send_back(order: Order, reason: str, by: Doing) -> OrderStep:
    """The answer will not do 退回: the plant answers again, within a time of its own.

    Also after it was verified, while the order is not closed. Raises Refused.
    """
    as_bureau(by.actor, order.plant.region)
    in_state(order, OrderState.ANSWERED, OrderState.VERIFIED)
    why = with_reason(reason, "why it is sent back", "退回理由")
    again = term_end(by.now, by.rules.again_term, BEIJING)
    dues = order.dues._replace(answer=again, verify=None)
    after = replace(
        order,
        state=OrderState.RETURNED,
        dues=dues,
        overdue=tuple(one for one in order.overdue if one is Stage.TOTAL),
        rounds=order.rounds + 1,
    )
    detail = {"round": after.rounds, "dues": dues_detail(dues)}
    return stepped(after, by, (OrderWhat.RETURNED, why), detail)


def close(order: Order, conclusion: Conclusion, contests: tuple[int, ...], by: Doing) -> OrderStep:
    """End it with a conclusion 办结, once it is verified and no contest of it is open.

    `contests`: open ones about the order. Raises Refused.
    """
    as_bureau(by.actor, order.held_by)
    in_state(order, OrderState.VERIFIED)
    if contests:
        numbers = ", ".join(map(str, contests))
        raise Refused(
            f"contest {numbers} about the order is not answered yet: answer it first",
            f"申诉 {numbers} 尚未答复：请先答复",
        )
    text = with_reason(conclusion.text, "the conclusion", "办结结论")
    said = conclusion._replace(text=text)
    after = replace(order, state=OrderState.CLOSED, overdue=(), conclusion=said)
    detail = {
        "disposition": said.disposition.value,
        "consequence": said.consequence.value,
        **late_by(order, Stage.TOTAL, by.now),
    }
    return stepped(after, by, (OrderWhat.CLOSED, text), detail)


def put_on_file(order: Order, reason: str, by: Doing) -> OrderStep:
    """Put a closed order on file 归档. Raises Refused."""
    as_bureau(by.actor, order.held_by)
    in_state(order, OrderState.CLOSED)
    after = replace(order, state=OrderState.FILED)
    return stepped(after, by, (OrderWhat.FILED, reason.strip() or "filed"), {})


def withdraw(order: Order, reason: str, by: Doing) -> OrderStep:
    """Take back an order that is not closed 撤销. Raises Refused."""
    as_bureau(by.actor, order.held_by)
    in_state(order, *RUNNING_IN_ORDER)
    why = with_reason(reason, "why it is withdrawn", "撤销理由")
    after = replace(order, state=OrderState.WITHDRAWN, overdue=())
    return stepped(after, by, (OrderWhat.WITHDRAWN, why), {})


def remind(order: Order, reason: str, by: Doing) -> OrderStep:
    """Remind by hand whoever is to act 催办. Raises Refused."""
    as_bureau(by.actor, order.plant.region)
    in_state(order, *RUNNING_IN_ORDER)
    detail = {"to": awaited(order).value, "by_hand": True}
    return stepped(order, by, (OrderWhat.REMINDED, reason.strip() or "by_hand"), detail)


def extend(order: Order, wanted: tuple[Stage, datetime], reason: str, by: Doing) -> OrderStep:
    """Set another deadline for a stage that runs 调整时限. Raises Refused."""
    stage, until = wanted
    as_bureau(by.actor, order.held_by)
    in_state(order, *RUNNING_IN_ORDER)
    if stage not in ACTIVE_STAGES[order.state]:
        raise Refused(
            f"no deadline to {stage.value} runs while the order is {order.state.value}: see it with"
            " `qingkong orders show`",
            f"当前状态“{STATES[order.state]}”没有“{STAGES[stage]}”时限",
        )
    why = with_reason(reason, "why the deadline is changed", "延期理由")
    former = order.dues.of(stage)
    dues = order.dues.having(stage, until)
    check_due(dues, stage, by.now)
    after = replace(order, dues=dues, overdue=without(order, stage))
    detail = {
        "stage": stage.value,
        "former": None if former is None else former.isoformat(),
        "dues": dues_detail(dues),
    }
    return stepped(after, by, (OrderWhat.EXTENDED, why), detail)


def _dues_at_issue(draft: Draft, by: Doing) -> Dues:
    """What was given, else the settings' terms; none of those reaches beyond the whole's."""
    rules, listed, given = by.rules, draft.level is Level.LISTED, draft.dues
    answer_term = (rules.listed_answer_term if listed else None) or rules.answer_term
    total_term = (rules.listed_total_term if listed else None) or rules.total_term
    total = given.total or term_end(by.now, total_term, BEIJING)
    dues = Dues(
        given.accept or min(total, term_end(by.now, rules.accept_term, BEIJING)),
        given.answer or min(total, term_end(by.now, answer_term, BEIJING)),
        None,
        total,
    )
    for stage in ACTIVE_STAGES[OrderState.ISSUED]:
        check_due(dues, stage, by.now)
    return dues
