"""A supervision order 督办: what is asked of a plant, how it stands, and each step it took.

All times are UTC. Overdue 超期 is a flag and no state: an order that is late goes the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

Detail = Mapping[str, object]
"""What an event says beside its reason, fit for JSON (times as text)."""


class Party(StrEnum):
    """Who acts: the platform by its rules and clock, a bureau for its region, a plant for itself."""

    PLATFORM = "platform"
    BUREAU = "bureau"
    PLANT = "plant"


class Actor(NamedTuple):
    """A person and for whom he acts; `place`: the bureau's region (GB/T 2260) or the plant's code."""

    name: str
    party: Party
    place: str = ""


CLOCK = Actor("platform", Party.PLATFORM)
"""Who acts where no person does."""


class Level(StrEnum):
    """How grave an order is."""

    ORDINARY = "ordinary"  # 一般督办
    LISTED = "listed"  # 挂牌督办


class OrderState(StrEnum):
    """issued, accepted, answered, then verified or returned (and answered again), closed, filed."""

    ISSUED = "issued"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    RETURNED = "returned"
    VERIFIED = "verified"
    CLOSED = "closed"
    FILED = "filed"
    WITHDRAWN = "withdrawn"


RUNNING = frozenset({
    OrderState.ISSUED, OrderState.ACCEPTED, OrderState.ANSWERED, OrderState.RETURNED,
    OrderState.VERIFIED,
})  # fmt: skip
"""In these somebody still has to do something."""


class Stage(StrEnum):
    """What a deadline is for; `total` is for the order as a whole."""

    ACCEPT = "accept"
    ANSWER = "answer"
    VERIFY = "verify"
    TOTAL = "total"


class Dues(NamedTuple):
    """Until when each stage has to be done; None: no deadline yet."""

    accept: datetime | None = None
    answer: datetime | None = None
    verify: datetime | None = None
    total: datetime | None = None

    def of(self, stage: Stage) -> datetime | None:
        """The deadline of one stage."""
        return self[tuple(Stage).index(stage)]

    def having(self, stage: Stage, at: datetime | None) -> "Dues":
        """The same with another deadline of one stage."""
        return self._replace(**{stage.value: at})


class OrderDisposition(StrEnum):
    """Of an order that ends: what the matter turned out to be 甄别."""

    CONFIRMED = "confirmed"  # 属实
    PARTLY = "partly"  # 部分属实
    UNFOUNDED = "unfounded"  # 不属实


class Consequence(StrEnum):
    """What followed for the plant 处理结果."""

    NONE = "none"  # 不予处理
    RECTIFIED = "rectified"  # 已整改
    ORDERED = "ordered"  # 责令限期整改
    PENALTY = "penalty"  # 立案处罚
    TRANSFERRED = "transferred"  # 移送其他部门


class Conclusion(NamedTuple):
    """With what an order is closed 办结结论."""

    disposition: OrderDisposition
    consequence: Consequence
    text: str


class OrderPlant(NamedTuple):
    """The plant that an order is addressed to; `region`: where it lies."""

    id: int
    code: str
    name: str
    region: str


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it stands. `order` 0 and `serial` 0: not stored yet.

    `region` issued it, and counts its numbers by `year`; `held_by` is who answers for it now, a
    higher one after escalation 升级. `overdue`: stages whose deadline has passed without their being
    done. `clock_at`: up to when the clock has told what was to be told. `rounds`: how often the
    plant was sent back. `version` counts the events.
    """

    order: int
    region: str
    year: int
    serial: int
    plant: OrderPlant
    level: Level
    state: OrderState
    demand: str
    basis: str
    issued_at: datetime
    issued_by: str
    held_by: str
    dues: Dues
    clock_at: datetime
    version: int
    changed_at: datetime
    rule_key: str | None = None
    overdue: tuple[Stage, ...] = ()
    rounds: int = 0
    conclusion: Conclusion | None = None
    alerts: tuple[int, ...] = field(default=())

    @property
    def number(self) -> str:
        """Region, year and serial: 1505-2026-0007."""
        return f"{self.region}-{self.year}-{self.serial:04d}"

    @property
    def running(self) -> bool:
        return self.state in RUNNING


class OrderWhat(StrEnum):
    """What happened to an order."""

    ISSUED = "issued"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    VERIFIED = "verified"
    RETURNED = "returned"
    CLOSED = "closed"
    FILED = "filed"
    WITHDRAWN = "withdrawn"
    EXTENDED = "extended"  # another deadline
    REMINDED = "reminded"
    OVERDUE = "overdue"
    ESCALATED = "escalated"


class OrderEvent(NamedTuple):
    """One step of an order: after it the order has this version and state.

    `reason` is a word of a small vocabulary, or what a person gave as reason. `at`: when it
    happened, for the clock when it was due; `made_at`: when the platform wrote it.
    """

    version: int
    what: OrderWhat
    reason: str
    actor: Actor
    at: datetime
    made_at: datetime
    state: OrderState
    held_by: str
    detail: Detail


class OrderStep(NamedTuple):
    """An order after what was decided, with the events that led there; none: nothing is new."""

    order: Order
    events: tuple[OrderEvent, ...]

    @property
    def read_version(self) -> int:
        """The version it was decided on (0: not stored); another one meanwhile refuses the step."""
        return self.order.version - len(self.events)
