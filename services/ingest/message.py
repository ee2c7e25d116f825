"""One received message and the small interface every MQTT consumer offers the pipeline.

Knows no MQTT library: the pipeline sees nothing of the wire but this.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

SESSION_NOT_ENDED = "the broker was not reached and still keeps the session; retire it once more"


class Message(NamedTuple):
    """A message as it came from the broker; it is the broker's until its token is acknowledged.

    `token` is opaque and unique within a consumer, 0 for QoS 0 (nothing to acknowledge).
    `received_at_us` is microseconds since the epoch, UTC. `duplicate` is the broker's DUP flag:
    it says "may have been delivered before", never "has been stored before".
    """

    token: int
    topic: str
    payload: bytes
    received_at_us: int
    duplicate: bool
    qos: int


@dataclass(slots=True)
class ConsumerState:
    """What an operator may ask of a running consumer; counters only grow.

    `session_lost` counts connections on which the broker had forgotten the session: whatever was
    queued there is gone. `refused` names each filter the broker did not grant, with its reason.
    `connection_error` is why the consumer is not connected now, `None` while it is.
    """

    connected: bool = False
    connection_error: str | None = None
    connections: int = 0
    session_lost: int = 0
    refused: dict[str, str] = field(default_factory=dict[str, str])
    messages: int = 0
    payload_bytes: int = 0

    @property
    def reconnects(self) -> int:
        return max(self.connections - 1, 0)


class Consumer(Protocol):
    """Receives through one persistent session; acknowledges only what it is told to."""

    @property
    def state(self) -> ConsumerState: ...

    async def run(self) -> None:
        """Connect and stay connected until `close`; start it in a task group.

        Raises SessionTakenOver when another client connected under the same id.
        """
        ...

    async def ready(self) -> None:
        """Return once the broker has accepted a connection (at once if one was ever accepted)."""
        ...

    async def take(self, limit: int, timeout_s: float | None) -> list[Message]:
        """Wait for at least one message, give up to `limit` at once; empty after `timeout_s`.

        One taker at a time. Cancelling it loses nothing. Raises ConsumerClosed after `close`.
        """
        ...

    def acknowledge(self, tokens: Sequence[int]) -> None:
        """Tell the broker that these are durable; tokens of an older connection are ignored."""
        ...

    def pending(self) -> int:
        """Count the messages that were received and not yet taken."""
        ...

    def waiting(self) -> Sequence[Message]:
        """Give a copy of the messages that `pending` counts; they stay where they are."""
        ...

    def pause(self) -> None:
        """Stop reading from the broker while staying connected."""
        ...

    def resume(self) -> None: ...

    async def unsubscribe(self) -> None:
        """Return when the broker confirmed that the filters are gone; it goes on delivering."""
        ...

    async def disconnect(self, *, end_session: bool) -> None:
        """Send what is acknowledged and leave; `end_session` makes the broker forget the queue.

        Raises ConnectionError when the session was to be ended and the broker was out of reach.
        """
        ...

    async def close(self) -> None:
        """Leave and keep the session; harmless when repeated."""
        ...


class ConsumerClosed(Exception):  # noqa: N818 - a state of affairs, not a fault
    """Nothing can be taken any more: the consumer was closed or its session taken over."""


class SessionTakenOver(Exception):  # noqa: N818 - a state of affairs, not a fault
    """Another client holds this client id now; to reconnect would only throw it out in turn."""
