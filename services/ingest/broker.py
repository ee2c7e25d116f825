"""As whom a slot connects to the broker, and how long it waits between attempts.

Pure but for reading the certificates that the settings name.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from services.runtime.backoff import Backoff
from services.runtime.broker_address import TlsFiles, broker_address, tls_context

SESSION_NEVER_EXPIRES = 0xFFFFFFFF
_LARGEST_U16 = 65535


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """Everything a consumer needs to know; times in seconds, sizes in bytes.

    `url` is `mqtt://user:password@host:port` or `mqtts://...` (percent-encoded user and password).
    `client_id` is the slot. `receive_maximum` bounds what is held unacknowledged: four to five
    batches. `max_packet_size` must not be below the broker's own limit: a broker drops what is
    too large for a subscriber without a word, as if it had been delivered.
    A connection that lasted `steady_s` begins the waits anew.
    `expects_session`: this slot has been used before, so a missing session means lost messages.
    `retiring`: take the subscriptions away on connecting instead of making them.
    """

    url: str = field(repr=False)
    client_id: str
    filters: tuple[str, ...]
    receive_maximum: int = 5000
    keep_alive_s: int = 15
    reply_timeout_s: float = 10.0
    backoff_first_s: float = 0.5
    backoff_limit_s: float = 10.0
    steady_s: float = 5.0
    max_packet_size: int = 16 * 1024 * 1024
    max_pending_bytes: int = 128 * 1024 * 1024
    ca_path: Path | None = None
    certificate_path: Path | None = None
    key_path: Path | None = None
    expects_session: bool = False
    retiring: bool = False

    def __post_init__(self) -> None:
        broker_address(self.url)
        for name, value in (
            ("receive_maximum", self.receive_maximum),
            ("keep_alive_s", self.keep_alive_s),
        ):
            if not 1 <= value <= _LARGEST_U16:
                raise ValueError(f"{name} is {value}; MQTT allows 1 to {_LARGEST_U16}")
        if not self.client_id or not self.filters:
            raise ValueError("an MQTT consumer needs a client id (its slot) and topic filters")


def tls_of(settings: ConsumerSettings) -> ssl.SSLContext | None:
    """The TLS context, built anew each time (certificates get renewed); None for mqtt://.

    Raises OSError when a named file is missing or no certificate.
    """
    if not broker_address(settings.url).tls:
        return None
    return tls_context(TlsFiles(settings.ca_path, settings.certificate_path, settings.key_path))


def wait_s(settings: ConsumerSettings, failures: int, random: Callable[[], float]) -> float:
    """Seconds to wait after so many failures in a row."""
    backoff = Backoff(settings.backoff_first_s, settings.backoff_limit_s, failures)
    return backoff.wait_s(random)
