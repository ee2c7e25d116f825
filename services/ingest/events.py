"""What can happen on a connection with the broker. Plain values, no library behind them."""

from dataclasses import dataclass, field
from enum import Enum

from services.ingest.message import Message


class Cause(Enum):
    """Why a connection is over."""

    UNREACHABLE = "the broker cannot be reached"
    REFUSED = "the broker refused the connection"
    TAKEN_OVER = "another client connected under this client id"
    SERVER_LEFT = "the broker ended the connection"
    PROTOCOL_ERROR = "the broker broke the protocol"
    SILENT = "the broker answers no ping"
    NO_REPLY = "the broker answers no request"


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker accepted us; with `session_present` it redelivers what was in flight."""

    session_present: bool


@dataclass(frozen=True, slots=True)
class SessionLost:
    """The broker knew no session where there had been one: what it had queued is gone."""


@dataclass(frozen=True, slots=True)
class SessionShortened:
    """The broker will forget the session this long after a disconnect, against our wish."""

    expiry_s: int


@dataclass(frozen=True, slots=True)
class SubscriptionRefused:
    """A filter that was not granted at QoS 1, or could not be taken away."""

    topic_filter: str
    reason: str


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The broker answered for all filters; these it granted."""

    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """The broker took the filters away; what is queued it still delivers."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing more will come from this session object; the connection is to be closed."""

    cause: Cause
    detail: str


Event = (
    Connected
    | SessionLost
    | SessionShortened
    | SubscriptionRefused
    | Subscribed
    | Unsubscribed
    | Closed
)


@dataclass(slots=True)
class Step:
    """What came of an input: apply the events, then keep the messages; send the bytes."""

    messages: list[Message] = field(default_factory=list[Message])
    events: list[Event] = field(default_factory=list[Event])
    send: bytes = b""
