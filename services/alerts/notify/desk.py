"""The one connection of a notifying process, used by one task at a time, in a thread of its own.

It must not know how a message is sent.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Final, ParamSpec, TypeVar

from schemas.notice import Delivery, Receiver
from services.alerts.notify.metrics import NotifyMetrics
from services.alerts.notify.outbox import Outbox
from services.cases.receiver_words import Secrets, unpacked
from services.runtime.seal import receiver_secret, unseal
from services.store.deliveries import (
    Room,
    claim,
    mark_failed,
    mark_sent,
    outbox_facts,
)
from services.store.receivers import read_receivers
from services.store.session import Session

P = ParamSpec("P")
T = TypeVar("T")
Trusted = Callable[[Session], str | None]
"""Says why nothing may be sent here now, for instance because the host's clock is wrong."""
TRUSTED_S: Final = 5.0
"""So often that is asked."""


def always(_: Session) -> str | None:
    """Where nobody asks whether the clock is right."""


@dataclass
class Desk:
    """What a dispatcher asks of the database. Everything raises DatabaseError."""

    outbox: Outbox
    metrics: NotifyMetrics
    seal_key: bytes | None
    clock: Callable[[], datetime]
    turned: Callable[[datetime], None]
    """Told of each turn that ended well."""
    trusted: Trusted = always
    why: str | None = None
    """Why nothing may be sent."""
    asked_s: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def turn(self, now: datetime) -> bool:
        """Events into notices, due notices into messages, and the numbers of both.

        False: this process may send nothing now. By a wrong clock an escalation comes too early.
        """
        return await self._do(self._turn, now)

    async def claim(
        self, most: int, each: int, flying: Mapping[str, int], lease: timedelta
    ) -> list[Delivery]:
        """What may be sent now, in order."""
        return await self._do(
            claim, self.outbox.session, Room(most, each, flying), self.clock(), lease
        )

    async def receiver(self, name: str) -> tuple[Receiver, Secrets | None] | None:
        """The receiver as it is believed now, and its secrets where they can be opened."""
        found = (await self._do(read_receivers, self.outbox.session)).get(name)
        return None if found is None else (found, opened(found, self.seal_key))

    async def sent(self, delivery: Delivery, now: datetime) -> None:
        """It has arrived."""
        await self._do(mark_sent, self.outbox.session, delivery, now)

    async def failed(
        self, delivery: Delivery, why: str, next_at: datetime | None, now: datetime
    ) -> None:
        """It has not; None: it is given up."""
        await self._do(mark_failed, self.outbox.session, delivery, why, next_at, now)

    async def _do(self, work: Callable[P, T], *args: P.args, **words: P.kwargs) -> T:
        async with self.lock:
            # Shielded: a thread cannot be cancelled, and the next one must not meet it halfway.
            return await asyncio.shield(asyncio.to_thread(work, *args, **words))

    def _turn(self, now: datetime) -> bool:
        if monotonic() - self.asked_s > TRUSTED_S:
            self.why = self.trusted(self.outbox.session)
            self.asked_s = monotonic()
        if self.why is not None:
            return False
        for one in self.outbox.take(now):
            self.metrics.notices.labels(one.state.value).inc()
        self.outbox.bundle(now)
        facts = outbox_facts(self.outbox.session)
        age = 0.0 if facts.oldest is None else (now - facts.oldest).total_seconds()
        self.metrics.outbox_age_s.set(max(0.0, age))
        self.metrics.waiting.set(facts.waiting)
        self.metrics.dead_letters.set(facts.dead)
        self.turned(now)
        return True


def opened(receiver: Receiver, seal_key: bytes | None) -> Secrets | None:
    """The address and secret of a receiver; None where they cannot be opened."""
    if receiver.sealed is None:
        return Secrets(receiver.address)
    if seal_key is None:
        return None
    found = unseal(seal_key, receiver.sealed, receiver_secret(receiver.name))
    return None if found is None else unpacked(found)
