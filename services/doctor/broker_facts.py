"""An experiment on a broker: what is to be tried, and what happened. Values only."""

from dataclasses import dataclass

from services.runtime.broker_address import BrokerAddress, TlsFiles

# The session expiry interval that means never (MQTT 5, section 3.1.2.11.2).
NEVER_EXPIRES = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Plan:
    """The experiment; `topic` and `name` must be nobody else's, `limit_s` bounds it as a whole."""

    address: BrokerAddress
    tls: TlsFiles
    name: str
    topic: str
    messages: int
    payload_bytes: int
    receive_maximum: int
    limit_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Announced:
    """What the broker said of itself in its CONNACK; None: no limit was named."""

    session_expiry_s: int | None
    max_packet_size: int | None
    publisher_window: int
    shared_subscriptions: bool


@dataclass(frozen=True, slots=True)
class BrokerFacts:
    """What happened. `taken` were acknowledged as received, `arrived` came after waking."""

    announced: Announced
    subscription_refused: str | None = None
    publication_refused: str | None = None
    sent: int = 0
    taken: int = 0
    session_kept: bool = False
    arrived: int = 0
    window: int = 0
    round_trip_s: float | None = None
