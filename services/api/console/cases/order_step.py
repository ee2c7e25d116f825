"""What comes next of an order or contest: who has to do what, until when, and what one may do. Pure.

It must not know how it is shown.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from schemas.order import OrderState, Party
from services.api.callers import Caller, may
from services.api.models.orders_read import OrderModel
from services.api.permissions import Permission
from services.rules.supervision.order_steps import ACTIVE_STAGES

PLANT_ACTS: Final[Mapping[OrderState, tuple[str, ...]]] = {
    OrderState.ISSUED: ("accept",),
    OrderState.ACCEPTED: ("answer",),
    OrderState.RETURNED: ("answer",),
}
_WHILE_IT_RUNS: Final = ("remind", "extend", "withdraw")
BUREAU_ACTS: Final[Mapping[OrderState, tuple[str, ...]]] = {
    OrderState.ISSUED: _WHILE_IT_RUNS,
    OrderState.ACCEPTED: _WHILE_IT_RUNS,
    OrderState.RETURNED: _WHILE_IT_RUNS,
    OrderState.ANSWERED: ("verify", "return", *_WHILE_IT_RUNS),
    OrderState.VERIFIED: ("close", "return", *_WHILE_IT_RUNS),
    OrderState.CLOSED: ("file",),
}
STAGE_OF: Final[Mapping[str, str]] = {
    "accept": "accept",
    "answer": "answer",
    "verify": "verify",
    "close": "total",
}
WAITS_FOR_PLANT: Final = tuple(state.value for state in PLANT_ACTS)
WAITS_FOR_BUREAU: Final = (OrderState.ANSWERED.value, OrderState.VERIFIED.value)
ENDED: Final = (
    OrderState.CLOSED.value,
    OrderState.FILED.value,
    OrderState.WITHDRAWN.value,
)


class NextStep(NamedTuple):
    """Who has to do what, and until when; `act` empty: nobody has to do anything."""

    party: Party | None
    act: str
    due: datetime | None


def next_step(order: OrderModel) -> NextStep:
    """Of an order as it stands."""
    plants = PLANT_ACTS.get(order.state)
    acts = plants or BUREAU_ACTS.get(order.state, ())
    if not acts or acts[0] not in STAGE_OF:
        return NextStep(None, "", None)
    act = acts[0]
    due: datetime | None = getattr(order.dues, STAGE_OF[act])
    return NextStep(Party.PLANT if plants else Party.BUREAU, act, due)


def acts_of(order: OrderModel, caller: Caller) -> tuple[str, ...]:
    """What the caller may do with it now, what comes next first."""
    own = PLANT_ACTS.get(order.state, ()) if may(caller, Permission.ANSWER_ORDERS) else ()
    more = BUREAU_ACTS.get(order.state, ()) if may(caller, Permission.ISSUE_ORDERS) else ()
    return (*own, *more)


def running_stages(order: OrderModel) -> tuple[str, ...]:
    """The stages whose deadline runs now, and may be changed."""
    return tuple(stage.value for stage in ACTIVE_STAGES.get(order.state, ()))
