"""Where the broker is, as whom to connect, and how long to wait between attempts.

Pure but for reading the certificates that the settings name.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

SESSION_NEVER_EXPIRES = 0xFFFFFFFF
_DEFAULT_PORTS = {"mqtt": 1883, "mqtts": 8883}
_LARGEST_U16 = 65535


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """Everything a consumer needs to know; times in seconds, sizes in bytes.

    `url` is `mqtt://user:password@host:port` or `mqtts://...` (percent-encoded user and password).
    `client_id` is the slot. `receive_maximum` bounds what is held unacknowledged: four to five
    batches. `max_packet_size` must not be below the broker's own limit: a broker drops what is
    too large for a subscriber without a word, as if it had been delivered.
    `expects_session`: this slot has been used before, so a missing session means lost messages.
    `retiring`: take the subscriptions away on connecting instead of making them.
    """

    url: str = field(repr=False)
    client_id: str
    filters: tuple[str, ...]
    receive_maximum: int = 5000
    keep_alive_s: int = 30
    reply_timeout_s: float = 10.0
    backoff_first_s: float = 0.5
    backoff_limit_s: float = 30.0
    max_packet_size: int = 16 * 1024 * 1024
    max_pending_bytes: int = 128 * 1024 * 1024
    ca_path: Path | None = None
    certificate_path: Path | None = None
    key_path: Path | None = None
    expects_session: bool = False
    retiring: bool = False

    def __post_init__(self) -> None:
        address_of(self.url)
        for name, value in (
            ("receive_maximum", self.receive_maximum),
            ("keep_alive_s", self.keep_alive_s),
        ):
            if not 1 <= value <= _LARGEST_U16:
                raise ValueError(f"{name} is {value}; MQTT allows 1 to {_LARGEST_U16}")
        if not self.client_id or not self.filters:
            raise ValueError("an MQTT consumer needs a client id (its slot) and topic filters")


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """The parts of a broker's URL; prints without the password."""

    host: str
    port: int
    tls: bool
    username: str | None
    password: str | None = field(repr=False)


def address_of(url: str) -> BrokerAddress:
    """Take a broker's URL apart; raises ValueError that says what is wrong, without the URL."""
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError("the MQTT URL must look like mqtt://host:1883 or mqtts://host:8883")
    return BrokerAddress(
        host=parts.hostname,
        port=parts.port or _DEFAULT_PORTS[parts.scheme],
        tls=parts.scheme == "mqtts",
        username=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
    )


def tls_context(settings: ConsumerSettings) -> ssl.SSLContext | None:
    """Build the TLS context anew (certificates get renewed); None for mqtt://.

    Raises OSError when a named file is missing or no certificate.
    """
    if not address_of(settings.url).tls:
        return None
    context = ssl.create_default_context(cafile=settings.ca_path)
    if settings.certificate_path is not None:
        context.load_cert_chain(settings.certificate_path, settings.key_path)
    return context


def backoff_s(settings: ConsumerSettings, failures: int, random: Callable[[], float]) -> float:
    """Seconds to wait after so many failures in a row: doubling, the upper half of it random."""
    longest = min(settings.backoff_limit_s, settings.backoff_first_s * 2 ** min(failures, 16))
    return longest * (0.5 + random() / 2)
