"""Orders 督办 and contests 申诉 as their events alone tell them: how they stood once.

It must not know up to which position the events were read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, cast

from schemas.contest import ANSWERS, Contest, ContestEvent, ContestWhat, Needed
from schemas.order import (
    Conclusion,
    Consequence,
    Dues,
    Order,
    OrderDisposition,
    OrderEvent,
    OrderState,
    OrderWhat,
    Stage,
)
from services.rules.supervision.order_steps import without

_DONE: Final[Mapping[OrderWhat, Stage]] = {
    OrderWhat.ACCEPTED: Stage.ACCEPT,
    OrderWhat.ANSWERED: Stage.ANSWER,
    OrderWhat.VERIFIED: Stage.VERIFY,
}


def order_as_known(order: Order, events: Sequence[OrderEvent]) -> Order:
    """The order after these events, which are its first ones in order, one at least.

    `order` gives what never changes: who issued what to whom. `clock_at` is that of the last event.
    """
    then = replace(
        order, state=OrderState.ISSUED, dues=Dues(), overdue=(), rounds=0, conclusion=None
    )
    for event in events:
        then = _step(then, event)
    last = events[-1]
    return replace(
        then,
        state=last.state,
        held_by=last.held_by,
        version=last.version,
        changed_at=last.made_at,
        clock_at=last.made_at,
    )


def contest_as_known(contest: Contest, events: Sequence[ContestEvent]) -> Contest:
    """The same of a contest."""
    then = replace(contest, overdue=False, answer="", needed=())
    for event in events:
        if event.what is ContestWhat.OVERDUE:
            then = replace(then, overdue=True)
        elif event.what is ContestWhat.WITHDRAWN:
            then = replace(then, overdue=False)
        elif event.state in ANSWERS and event.what is ContestWhat.ANSWERED:
            needed = cast("Sequence[str]", event.detail.get("needed", ()))
            then = replace(
                then, overdue=False, answer=event.reason, needed=tuple(map(Needed, needed))
            )
    last = events[-1]
    return replace(
        then,
        state=last.state,
        held_by=last.held_by,
        version=last.version,
        changed_at=last.made_at,
        clock_at=last.made_at,
    )


def _step(order: Order, event: OrderEvent) -> Order:
    order = _dated(order, event)
    what, detail, after = event.what, event.detail, order
    if what in _DONE:
        return replace(order, overdue=without(order, _DONE[what]))
    match what:
        case OrderWhat.OVERDUE:
            stage = Stage(str(detail["stage"]))
            after = replace(order, overdue=(*without(order, stage), stage))
        case OrderWhat.EXTENDED:
            after = replace(order, overdue=without(order, Stage(str(detail["stage"]))))
        case OrderWhat.RETURNED:
            left = tuple(one for one in order.overdue if one is Stage.TOTAL)
            after = replace(order, overdue=left, rounds=cast("int", detail["round"]))
        case OrderWhat.WITHDRAWN:
            after = replace(order, overdue=())
        case OrderWhat.CLOSED:
            after = replace(order, overdue=(), conclusion=_conclusion(event))
        case _:
            pass
    return after


def _dated(order: Order, event: OrderEvent) -> Order:
    """An event that sets deadlines names all that there are."""
    said = cast("Mapping[str, str] | None", event.detail.get("dues"))
    if said is None:
        return order
    dues = {stage: datetime.fromisoformat(at) for stage, at in said.items()}
    return replace(order, dues=Dues(**dues))


def _conclusion(event: OrderEvent) -> Conclusion:
    detail = event.detail
    return Conclusion(
        OrderDisposition(str(detail["disposition"])),
        Consequence(str(detail["consequence"])),
        event.reason,
    )
