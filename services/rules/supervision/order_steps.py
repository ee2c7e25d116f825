"""What all steps of a supervision order share: who acts, in which state, which deadlines run. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from schemas.order import (
    RUNNING,
    Actor,
    Detail,
    Dues,
    Order,
    OrderEvent,
    OrderState,
    OrderStep,
    OrderWhat,
    Party,
    Stage,
)
from services.rules.supervision.order_parameters import OrderParameters
from services.rules.supervision.refusals import Refused
from services.rules.supervision.words import STAGES, STATES

ACTIVE_STAGES: dict[OrderState, tuple[Stage, ...]] = {
    OrderState.ISSUED: (Stage.ACCEPT, Stage.ANSWER, Stage.TOTAL),
    OrderState.ACCEPTED: (Stage.ANSWER, Stage.TOTAL),
    OrderState.RETURNED: (Stage.ANSWER, Stage.TOTAL),
    OrderState.ANSWERED: (Stage.VERIFY, Stage.TOTAL),
    OrderState.VERIFIED: (Stage.TOTAL,),
}
"""Which deadlines run in which state."""
RUNNING_IN_ORDER = tuple(state for state in OrderState if state in RUNNING)


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does it, when, and the settings that hold for the plant."""

    actor: Actor
    now: datetime
    rules: OrderParameters


def awaited(order: Order) -> Party:
    """Who is to act next."""
    waits_for_plant = {OrderState.ISSUED, OrderState.ACCEPTED, OrderState.RETURNED}
    return Party.PLANT if order.state in waits_for_plant else Party.BUREAU


def late_stages(order: Order, now: datetime) -> tuple[Stage, ...]:
    """The stages that are overdue 超期, whether the clock has told so yet or not."""
    running = ((stage, order.dues.of(stage)) for stage in ACTIVE_STAGES.get(order.state, ()))
    return tuple(stage for stage, due in running if due is not None and due <= now)


def late_by(order: Order, stage: Stage, now: datetime) -> dict[str, object]:
    """`late_s` for an event's detail where a stage was done after its deadline."""
    due = order.dues.of(stage)
    return {"late_s": int((now - due).total_seconds())} if due is not None and due <= now else {}


def dues_detail(dues: Dues) -> dict[str, str]:
    """Deadlines for an event's detail."""
    return {stage.value: due.isoformat() for stage in Stage if (due := dues.of(stage)) is not None}


def stepped(order: Order, by: Doing, what: tuple[OrderWhat, str], detail: Detail) -> OrderStep:
    """The order one version on, with the event of it; `what`: what happened, and its reason."""
    after = replace(order, version=order.version + 1, changed_at=by.now)
    event = OrderEvent(
        after.version, *what, by.actor, by.now, by.now, after.state, after.held_by, detail
    )
    return OrderStep(after, (event,))


def check_due(dues: Dues, stage: Stage, now: datetime) -> None:
    """Raises Refused where a stage's deadline lies behind, or after that of the whole."""
    due = dues.of(stage)
    if due is not None and due <= now:
        raise Refused(
            f"the deadline to {stage.value} does not lie ahead: give a later one",
            f"“{STAGES[stage]}”时限已过：请设定将来的时间",
        )
    if due is not None and dues.total is not None and due > dues.total:
        raise Refused(
            f"the deadline to {stage.value} lies after that of the whole order: move one of them",
            f"“{STAGES[stage]}”时限晚于办结时限：请调整",
        )


def in_state(order: Order, *states: OrderState) -> None:
    """Raises Refused unless the order is in one of the states."""
    if order.state in states:
        return
    wanted = " or ".join(one.value for one in states)
    zh = "、".join(STATES[one] for one in states)
    raise Refused(
        f"order {order.number} is {order.state.value} since its last step, and this is done while it"
        f" is {wanted}: see `qingkong orders show {order.number}`",
        f"督办单 {order.number} 当前为“{STATES[order.state]}”，仅在“{zh}”时可办理",
    )


def without(order: Order, stage: Stage) -> tuple[Stage, ...]:
    """The overdue stages but for this one."""
    return tuple(one for one in order.overdue if one is not stage)
