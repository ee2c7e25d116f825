"""What the case of an order 督办 or contest 申诉 without cases is to be: its sentence, severity, words.

It must not know where cases are kept.
"""

from collections.abc import Mapping
from typing import Final

from schemas.contest import Contest, ContestWhat
from schemas.order import Level, Order, OrderWhat
from services.rules.alerting.own_case import Matter
from services.rules.alerting.reasons import Reason
from services.rules.supervision.order_parameters import ContestParameters, OrderParameters
from services.rules.supervision.words import ABOUT, LEVELS

ORDER_TURNS: Final[Mapping[OrderWhat, Reason]] = {
    OrderWhat.ACCEPTED: Reason.ORDER_ACCEPTED,
    OrderWhat.CLOSED: Reason.ORDER_CLOSED,
    OrderWhat.WITHDRAWN: Reason.ORDER_WITHDRAWN,
}
"""Steps of an order that its own case takes with it."""
CONTEST_TURNS: Final[Mapping[ContestWhat, Reason]] = {
    ContestWhat.ANSWERED: Reason.CONTEST_ANSWERED,
    ContestWhat.WITHDRAWN: Reason.CONTEST_WITHDRAWN,
}


def order_about(order: Order) -> str:
    """The end of the key of an order's own case."""
    return f"order/{order.order}"


def contest_about(contest: Contest) -> str:
    """The same of a contest."""
    return f"contest/{contest.contest}"


def order_named(order: Order) -> dict[str, object]:
    """The order as each event of a case names it."""
    return {"order": order.order, "number": order.number, "level": order.level.value}


def contest_named(contest: Contest) -> dict[str, object]:
    """The contest likewise."""
    subject = contest.subject
    return {"contest": contest.contest, "about": subject.about.value, "title": subject.title}


def of_order(order: Order, rules: OrderParameters) -> Matter:
    """The matter of an order that has its number."""
    listed = order.level is Level.LISTED
    return Matter(
        about=order_about(order),
        plant=order.plant.id,
        severity=rules.listed_severity if listed else rules.ordinary_severity,
        reason=Reason.ORDER_ISSUED,
        zh=f"督办单 {order.number}（{LEVELS[order.level]}）：{order.demand}",
        en=f"Supervision order {order.number} ({order.level.value}): {order.demand}",
        clause=order.basis,
        named=order_named(order),
        minded_by=f"qingkong orders close {order.number}",
    )


def of_contest(contest: Contest, rules: ContestParameters) -> Matter:
    """The matter of a contest that has its number."""
    about, title = contest.subject.about, contest.subject.title
    return Matter(
        about=contest_about(contest),
        plant=contest.plant.id,
        severity=rules.contest_severity,
        reason=Reason.CONTEST_FILED,
        zh=f"申诉 {contest.contest}（{ABOUT[about]} {title}）：{contest.grounds}",
        en=f"Contest {contest.contest} of {about.value} {title}: {contest.grounds}",
        named=contest_named(contest),
        minded_by=f"qingkong contests answer {contest.contest}",
    )
