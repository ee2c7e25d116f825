"""Who is told of a case, when and how: receivers, routes, and the messages that come of them.

All times are UTC; hours and days of the week in a route are those of Beijing.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.alert import AlertKind, AlertState, Detail, Event, Severity, Target
from schemas.sentence import Sentence, UnfitError

Language = Literal["zh", "en"]
MINUTES_OF_A_DAY = 1440
Name = Annotated[str, Field(pattern=r"^[^\s/]{1,64}$")]
"""Of a receiver or route: one word."""


class Channel(StrEnum):
    """By what way a receiver is told."""

    WEBHOOK = "webhook"
    EMAIL = "email"
    MQTT = "mqtt"
    DINGTALK = "dingtalk"  # 钉钉
    WECOM = "wecom"  # 企业微信
    FEISHU = "feishu"  # 飞书
    SMS = "sms"  # 短信


class Manner(StrEnum):
    """When a receiver hears of an event."""

    AT_ONCE = "at_once"
    GROUPED = "grouped"  # with what else happens at the plant
    DIGEST = "digest"  # once a day: what is long past pages nobody
    ESCALATION = "escalation"  # because nobody acknowledged it


class Form(StrEnum):
    """What a message holds."""

    EVENT = "event"
    GROUP = "group"
    DIGEST = "digest"
    ESCALATION = "escalation"
    TEST = "test"


class NoticeState(StrEnum):
    """What became of an event for a receiver."""

    WAITING = "waiting"
    SILENCED = "silenced"
    INHIBITED = "inhibited"
    BUNDLED = "bundled"  # it is part of a delivery
    NEEDLESS = "needless"  # somebody acknowledged it before it was due


class DeliveryState(StrEnum):
    """What became of a message. dead 死信: given up, until a person tries it again."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


TOLD = frozenset({Event.OPENED, Event.RAISED, Event.REOPENED, Event.RESOLVED, Event.ORDERED})
"""The events that a route tells unless it names others."""


class Escalation(BaseModel):
    """Who is told when nobody has acknowledged the case `after_min` minutes after it was told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after_min: int = Field(ge=1, le=10_080)
    receivers: tuple[Name, ...] = Field(min_length=1)


class Hours(BaseModel):
    """From one minute of Beijing's day (inclusive) to another (exclusive), also over midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    begin_min: int = Field(ge=0, lt=MINUTES_OF_A_DAY)
    end_min: int = Field(gt=0, le=MINUTES_OF_A_DAY)


class Route(BaseModel):
    """Which cases are told to whom. A matcher that is not given fits everything.

    Routes are tried by `place`; the first that fits ends the search unless it `goes_on`.
    `region` fits its whole subtree; `least` and all above; `days` are 1 (Monday) to 7.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    place: int = Field(default=100, ge=0, le=100_000)
    region: str | None = None
    plant: str | None = None
    kinds: frozenset[AlertKind] = frozenset()
    least: Severity = Severity.BLUE
    events: frozenset[Event] = TOLD
    hours: Hours | None = None
    days: frozenset[Annotated[int, Field(ge=1, le=7)]] = frozenset()
    receivers: tuple[Name, ...] = ()
    plant_contacts: bool = False
    escalations: tuple[Escalation, ...] = ()
    goes_on: bool = False
    at_once: Severity | None = Severity.RED
    group_wait_s: int = Field(default=30, ge=0, le=3600)
    group_interval_s: int = Field(default=300, ge=0, le=86_400)
    digest_over: int = Field(default=20, ge=1, le=10_000)
    digest_at_min: int = Field(default=510, ge=0, lt=MINUTES_OF_A_DAY)

    @model_validator(mode="after")
    def _tells_somebody(self) -> Self:
        if not self.receivers and not self.plant_contacts:
            raise UnfitError(
                Sentence(
                    "a route names at least one receiver, or the plant's contacts",
                    "路由须指定至少一个接收者，或指定企业联系人",
                )
            )
        return self


class Receiver(BaseModel):
    """A person, room or system that is told.

    `address` is fit to be shown; `sealed` holds the address with its tokens and the secret, and is
    opened only where a message is sent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    channel: Channel
    address: str
    config: dict[str, object] = Field(default_factory=dict)
    sealed: bytes | None = Field(default=None, repr=False)
    language: Language = "zh"
    active: bool = True


class Contact(NamedTuple):
    """A plant's contact 联系人: the receiver who is told of what concerns that plant."""

    plant: str
    receiver: str
    person: str


class Place(NamedTuple):
    """Where a case is, in codes and names; all empty: the platform.

    `regions` runs from the plant's own region up to the root.
    """

    plant: str = ""
    plant_zh: str = ""
    plant_en: str = ""
    regions: tuple[str, ...] = ()
    subject: str = ""
    subject_zh: str = ""
    point: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An event of a case with what is needed to decide who hears of it, and to say it.

    `open_kinds`: the kinds of the cases that are open at the same point; `devices`: those that
    serve its subject at the time, beside the target's own.
    """

    event: int
    alert: int
    version: int
    what: Event
    reason: str
    actor: str
    at: datetime
    made_at: datetime
    state: AlertState
    severity: Severity
    since: datetime
    until: datetime | None
    kind: AlertKind
    target: Target
    place: Place
    zh: str
    en: str
    clause: str
    sure: bool
    found_late: bool
    worst: Decimal | None = None
    detail: Detail = field(default_factory=dict[str, object])
    open_kinds: frozenset[AlertKind] = frozenset()
    devices: frozenset[int] = frozenset()


class Message(BaseModel):
    """What is sent: the same at every try.

    `items` is what a program reads, `more` how many of the events it leaves out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: Form
    title: str
    text: str
    short: str
    link: str | None = None
    items: tuple[dict[str, object], ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to a receiver. `key` is the same at every try, so that repeats can be dropped."""

    delivery: int
    key: UUID
    receiver: str
    message: Message
    state: DeliveryState
    tries: int
    next_at: datetime
    made_at: datetime
    sent_at: datetime | None = None
    last_error: str = ""
