"""What the vocabularies of orders and contests are called by people. It must not know any page."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from services.rules.supervision import words

Names = Mapping[str, tuple[str, str]]

_STATES_EN: Final = {
    "issued": "issued",
    "accepted": "accepted",
    "answered": "answered",
    "returned": "sent back",
    "verified": "verified",
    "closed": "closed",
    "filed": "on file",
    "withdrawn": "withdrawn",
}
_EVENTS_EN: Final = {
    "issued": "issued",
    "accepted": "accepted by the plant",
    "answered": "answered by the plant",
    "verified": "verified by the bureau",
    "returned": "sent back",
    "closed": "closed",
    "filed": "put on file",
    "withdrawn": "withdrawn",
    "extended": "deadline changed",
    "reminded": "reminder",
    "overdue": "overdue",
    "escalated": "escalated",
}
_STAGES_EN: Final = {
    "accept": "accept",
    "answer": "answer",
    "verify": "verify",
    "total": "close",
}
_LEVELS_EN: Final = {"ordinary": "ordinary", "listed": "listed"}
_DISPOSITIONS_EN: Final = {
    "confirmed": "confirmed",
    "partly": "confirmed in part",
    "unfounded": "not confirmed",
}
_CONSEQUENCES_EN: Final = {
    "none": "no consequence",
    "rectified": "put right",
    "ordered": "ordered to put right by a date",
    "penalty": "penalty proceedings",
    "transferred": "handed to another authority",
}
_PARTIES_EN: Final = {"platform": "platform", "bureau": "bureau", "plant": "plant"}
_CONTEST_STATES_EN: Final = {
    "filed": "waits for an answer",
    "upheld": "upheld",
    "partly": "upheld in part",
    "rejected": "rejected",
    "withdrawn": "withdrawn",
}
_CONTEST_EVENTS_EN: Final = {
    "filed": "filed",
    "answered": "answered",
    "withdrawn": "withdrawn",
    "reminded": "reminder",
    "overdue": "overdue",
    "escalated": "escalated",
}
_ABOUT_EN: Final = {
    "verdict": "verdict",
    "finding": "finding",
    "mark": "mark",
    "order": "order",
    "alert": "case",
}
NEEDED: Final[Names] = MappingProxyType({
    "judge_again": ("原因消除后重新判定", "judge the period again once its cause is mended"),
    "correct_limit": ("限值有误的，更正限值", "correct the limit where it was wrong"),
    "accept_mark": ("采纳标记", "accept the mark"),
    "dispose_alert": ("对相关告警进行甄别", "say of the case what it turned out to be"),
    "withdraw_order": ("撤销督办单", "withdraw the order"),
})  # fmt: skip


def _paired(zh: Iterable[tuple[str, str]], en: Mapping[str, str]) -> Names:
    return MappingProxyType({str(key): (name, en[str(key)]) for key, name in zh})


ORDER_VOCABULARIES: Final[Mapping[str, Names]] = MappingProxyType({
    "order_state": _paired(words.STATES.items(), _STATES_EN),
    "order_event": _paired(words.EVENTS.items(), _EVENTS_EN),
    "order_stage": _paired(words.STAGES.items(), _STAGES_EN),
    "order_level": _paired(words.LEVELS.items(), _LEVELS_EN),
    "order_disposition": _paired(words.DISPOSITIONS.items(), _DISPOSITIONS_EN),
    "consequence": _paired(words.CONSEQUENCES.items(), _CONSEQUENCES_EN),
    "party": _paired(words.PARTIES.items(), _PARTIES_EN),
    "contest_state": _paired(words.CONTEST_STATES.items(), _CONTEST_STATES_EN),
    "contest_event": _paired(words.CONTEST_EVENTS.items(), _CONTEST_EVENTS_EN),
    "contest_about": _paired(words.ABOUT.items(), _ABOUT_EN),
    "needed": NEEDED,
    "order_reason": MappingProxyType({
        key: (zh, key.replace("_", " ")) for key, zh in words.REASONS.items()
    }),
})  # fmt: skip
