"""What is said of steps of orders 督办 and contests 申诉 where they are told as events of cases.

It must not know what an order is: it knows the words by which cases name its steps.
"""

from collections.abc import Mapping
from typing import Final

from schemas.alert import Event
from services.rules.alerting.reasons import Reason

Pair = tuple[str, str]
ORDERED: Final[Mapping[str, Pair]] = {
    "issued": ("督办下发", "order issued"),
    "answered": ("督办反馈", "order answered"),
    "returned": ("督办退回", "answer sent back"),
    "closed": ("督办办结", "order closed"),
    "withdrawn": ("督办撤销", "order withdrawn"),
    "extended": ("督办时限调整", "deadline changed"),
    "reminded": ("督办催办", "order reminder"),
    "overdue": ("督办超期", "order overdue"),
    "escalated": ("督办升级", "order escalated"),
}
CONTESTED: Final[Mapping[str, Pair]] = {
    "contested": ("企业申诉", "contested"),
    "contest_answered": ("申诉答复", "contest answered"),
    "contest_withdrawn": ("申诉撤回", "contest withdrawn"),
    "contest_reminded": ("申诉催办", "contest reminder"),
    "contest_overdue": ("申诉超期", "contest overdue"),
    "contest_escalated": ("申诉升级", "contest escalated"),
}
OWN: Final[Mapping[tuple[Event, str], Pair]] = {
    (Event.OPENED, Reason.ORDER_ISSUED): ORDERED["issued"],
    (Event.ACKNOWLEDGED, Reason.ORDER_ACCEPTED): ("督办签收", "order accepted"),
    (Event.RESOLVED, Reason.ORDER_CLOSED): ORDERED["closed"],
    (Event.RESOLVED, Reason.ORDER_WITHDRAWN): ORDERED["withdrawn"],
    (Event.OPENED, Reason.CONTEST_FILED): ("企业申诉", "contest filed"),
    (Event.RESOLVED, Reason.CONTEST_ANSWERED): CONTESTED["contest_answered"],
    (Event.RESOLVED, Reason.CONTEST_WITHDRAWN): CONTESTED["contest_withdrawn"],
}
"""Of a case that stands for the order or contest itself."""
BY_HAND: Final[Pair] = ("已办结", "closed")
"""Of a case that a person closed; one that the platform cleared has recovered."""


def step_words(what: Event, reason: str) -> Pair | None:
    """In Chinese and English; None: no step of an order or contest, nor one by hand, of own words."""
    if what is Event.ORDERED:
        return ORDERED.get(reason)
    if what is Event.COMMENTED:
        return CONTESTED.get(reason)
    if what is Event.RESOLVED and reason == Reason.BY_PERSON:
        return BY_HAND
    return OWN.get((what, reason))
