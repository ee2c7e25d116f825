"""Sends what waits: claimed by a lease, a few at a time per receiver, tried again at growing intervals.

It must not know any channel. A message whose sending is not written down (a kill, a lost connection)
is sent again under the same key when its lease ends.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import random

import structlog

from schemas.notice import Channel, Delivery
from services.alerts.notify.channel import Letter, Send
from services.alerts.notify.desk import Desk
from services.alerts.notify.metrics import NotifyMetrics
from services.runtime.backoff import Backoff
from services.runtime.clock import utc_now
from services.runtime.signals import stopped_within

LOG = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How much at a time, how long, how often. Seconds.

    With the usual figures a message is given up after about nine hours.
    """

    most: int = 32
    each: int = 4
    send_s: float = 25.0
    lease_s: float = 60.0
    tries: int = 16
    retry: Backoff = field(default_factory=lambda: Backoff(first_s=5.0, limit_s=3600.0))
    pause_s: float = 0.5
    stop_s: float = 8.0


@dataclass
class Dispatcher:
    """Works the outbox of one database off until it is told to stop."""

    desk: Desk
    channels: Mapping[Channel, Send]
    metrics: NotifyMetrics
    pace: Pace = field(default_factory=Pace)
    clock: Callable[[], datetime] = utc_now
    flying: Counter[str] = field(default_factory=Counter[str])
    turned_s: float = float("-inf")
    may_send: bool = True

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; what is being sent then is finished, for `stop_s` at most.

        Raises DatabaseError, within an exception group where a try could not be written down.
        """
        async with asyncio.TaskGroup() as sending:
            tasks: set[asyncio.Task[None]] = set()
            while not stop.is_set():
                claimed = await self._claimed()
                for delivery in claimed:
                    name = f"delivery {delivery.delivery}"
                    task = sending.create_task(self._send(delivery), name=name)
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
                if claimed:
                    # More may wait than there was room for: go on as soon as there is some.
                    some = asyncio.FIRST_COMPLETED
                    await asyncio.wait(tasks, timeout=self.pace.pause_s, return_when=some)
                else:
                    await stopped_within(stop, self.pace.pause_s)
            if tasks:
                await asyncio.wait(tasks, timeout=self.pace.stop_s)
            for task in tasks:
                task.cancel()

    async def _claimed(self) -> list[Delivery]:
        free = self.pace.most - self.flying.total()
        elapsed_s = asyncio.get_running_loop().time()
        if elapsed_s - self.turned_s >= self.pace.pause_s:
            self.may_send = await self.desk.turn(self.clock())
            self.turned_s = elapsed_s
        if free <= 0 or not self.may_send:
            return []
        lease = timedelta(seconds=self.pace.lease_s)
        claimed = await self.desk.claim(free, self.pace.each, dict(self.flying), lease)
        for delivery in claimed:
            self.flying[delivery.receiver] += 1
        return claimed

    async def _send(self, delivery: Delivery) -> None:
        try:
            receiver = await self.desk.receiver(delivery.receiver)
            if receiver is None or not receiver[0].active:
                why = "the receiver is retired: `qingkong notify receivers add` brings it back"
                await self._failed(delivery, "none", why, final=True)
                return
            known, secrets = receiver
            channel = known.channel.value
            if secrets is None:
                why = (
                    "its address cannot be opened: the key it was sealed with is not "
                    "QINGKONG_SEAL_KEY; add the receiver again"
                )
            else:
                why = await self._tried(Letter(delivery, known, secrets, self.clock()))
            if why:
                await self._failed(delivery, channel, why)
            else:
                await self.desk.sent(delivery, self.clock())
                self.metrics.sent.labels(channel).inc()
        finally:
            self.flying[delivery.receiver] -= 1
            self.flying += Counter()

    async def _tried(self, letter: Letter) -> str:
        channel = letter.receiver.channel
        with self.metrics.send_s.labels(channel.value).time():
            try:
                async with asyncio.timeout(self.pace.send_s):
                    return await self.channels[channel](letter)
            except TimeoutError:
                return f"no end within {self.pace.send_s:g} s"
            except Exception as error:
                # One message that a channel fails on may not keep the others from going out.
                LOG.exception("a channel failed", channel=channel.value, key=letter.key)
                return f"the channel failed: {type(error).__name__}"

    async def _failed(
        self, delivery: Delivery, channel: str, why: str, *, final: bool = False
    ) -> None:
        now = self.clock()
        self.metrics.failed.labels(channel).inc()
        dead = final or delivery.tries >= self.pace.tries
        backoff = Backoff(self.pace.retry.first_s, self.pace.retry.limit_s, delivery.tries - 1)
        next_at = None if dead else now + timedelta(seconds=backoff.wait_s(random))
        await self.desk.failed(delivery, why, next_at, now)
        if dead:
            self.metrics.dead.labels(channel).inc()
        LOG.warning(
            "a message was given up" if dead else "a message failed",
            delivery=delivery.delivery,
            receiver=delivery.receiver,
            tries=delivery.tries,
            why=why,
        )
