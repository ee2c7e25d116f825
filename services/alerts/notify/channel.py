"""What every channel is: a message and a receiver in, nothing or a failure out.

It must not know any one channel.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import orjson

from schemas.notice import Delivery, Receiver


@dataclass(frozen=True, slots=True)
class Secrets:
    """A receiver's address with its tokens, and the secret that messages are signed with."""

    address: str = field(repr=False)
    secret: str = field(default="", repr=False)


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


def packed(secrets: Secrets) -> bytes:
    """To be sealed."""
    return orjson.dumps({"address": secrets.address, "secret": secrets.secret})


def unpacked(text: bytes) -> Secrets:
    """What was sealed."""
    found = orjson.loads(text)
    return Secrets(str(found["address"]), str(found["secret"]))


def text_of(config: dict[str, object], name: str, usual: str) -> str:
    """A word of a receiver's settings."""
    value = config.get(name, usual)
    return value if isinstance(value, str) else usual
