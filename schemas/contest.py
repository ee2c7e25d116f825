"""A contest 申诉: what a plant holds against a judgement about it, and what the bureau answered.

All times are UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from schemas.order import Actor, Detail, OrderPlant


class ContestAbout(StrEnum):
    """What is contested."""

    VERDICT = "verdict"  # 判定
    FINDING = "finding"  # 发现的问题
    MARK = "mark"  # 被驳回的标记
    ORDER = "order"  # 督办单
    ALERT = "alert"  # 告警


class ContestState(StrEnum):
    """filed 待答复; answered one of three ways; withdrawn by the plant 撤回."""

    FILED = "filed"
    UPHELD = "upheld"  # 成立
    PARTLY = "partly"  # 部分成立
    REJECTED = "rejected"  # 不成立
    WITHDRAWN = "withdrawn"


ANSWERS = frozenset({ContestState.UPHELD, ContestState.PARTLY, ContestState.REJECTED})


class Needed(StrEnum):
    """What has still to be done by a person once a contest is upheld."""

    JUDGE_AGAIN = "judge_again"
    CORRECT_LIMIT = "correct_limit"
    ACCEPT_MARK = "accept_mark"
    DISPOSE_ALERT = "dispose_alert"
    WITHDRAW_ORDER = "withdraw_order"


class Contested(NamedTuple):
    """The thing contested: its kind, its key in its table, and how people call it."""

    about: ContestAbout
    key: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Contest:
    """A contest as it stands; `contest` 0: not stored yet.

    Like an order it has a version, a deadline (`due`), a bureau that answers for it (`held_by`), a
    clock. `needed`: what a person has still to do since it was upheld.
    """

    contest: int
    plant: OrderPlant
    subject: Contested
    grounds: str
    state: ContestState
    filed_at: datetime
    filed_by: str
    region: str
    held_by: str
    due: datetime
    clock_at: datetime
    version: int
    changed_at: datetime
    overdue: bool = False
    answer: str = ""
    needed: tuple[Needed, ...] = ()
    alerts: tuple[int, ...] = ()

    @property
    def open(self) -> bool:
        return self.state is ContestState.FILED


class ContestWhat(StrEnum):
    """What happened to a contest."""

    FILED = "filed"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    REMINDED = "reminded"
    OVERDUE = "overdue"
    ESCALATED = "escalated"


class ContestEvent(NamedTuple):
    """One step of a contest, as `OrderEvent`."""

    version: int
    what: ContestWhat
    reason: str
    actor: Actor
    at: datetime
    made_at: datetime
    state: ContestState
    held_by: str
    detail: Detail


class ContestStep(NamedTuple):
    """A contest after what was decided, with the events that led there."""

    contest: Contest
    events: tuple[ContestEvent, ...]

    @property
    def read_version(self) -> int:
        """The version it was decided on (0: not stored)."""
        return self.contest.version - len(self.events)
