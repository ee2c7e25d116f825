"""What every channel is: a message and a receiver in, nothing or a failure out.

It must not know any one channel.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from schemas.notice import Delivery, Receiver
from services.cases.receiver_words import Secrets


@dataclass(frozen=True, slots=True)
class Letter:
    """One try of a delivery, at `now`."""

    delivery: Delivery
    receiver: Receiver
    secrets: Secrets
    now: datetime

    @property
    def key(self) -> str:
        """The same at every try."""
        return str(self.delivery.key)


Send: TypeAlias = Callable[[Letter], Awaitable[str]]
"""Sends a letter: empty when it has arrived, else why not, without secrets."""


def text_of(config: dict[str, object], name: str, usual: str) -> str:
    """A word of a receiver's settings."""
    value = config.get(name, usual)
    return value if isinstance(value, str) else usual
