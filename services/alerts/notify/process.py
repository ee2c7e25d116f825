"""The notifying process: composes the channels, and connects again when the database is lost."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import random

import structlog

from schemas.notice import Channel
from services.alerts.notify.channel import Send
from services.alerts.notify.desk import Desk, Trusted, always
from services.alerts.notify.dispatcher import Dispatcher, Pace
from services.alerts.notify.email import Post, send_email
from services.alerts.notify.metrics import NotifyMetrics
from services.alerts.notify.mqtt import Brokers, send_mqtt
from services.alerts.notify.outbox import Outbox
from services.alerts.notify.robots import send_dingtalk, send_feishu, send_wecom
from services.alerts.notify.silenced import silenced_events
from services.alerts.notify.sms import send_sms
from services.alerts.notify.transport import Http
from services.alerts.notify.webhook import send_webhook
from services.runtime.addresses import Gate, Resolve
from services.runtime.backoff import Backoff
from services.runtime.broker_address import TlsFiles, tls_context
from services.runtime.clock import utc_now
from services.runtime.http import Health
from services.runtime.notify_settings import networks_of
from services.runtime.seal import seal_key_of
from services.runtime.settings import Settings
from services.runtime.smtp_address import smtp_address
from services.store.connection import connect_now
from services.store.errors import DatabaseError
from services.store.session import Session

LOG = structlog.stdlib.get_logger(__name__)
APPLICATION = "qingkong notify"
SICK_AFTER = timedelta(seconds=60)


@dataclass
class NotifyProcess:
    """Tells people until it is told to stop. `resolve`: how names are looked up; None: the system's.

    `trusted`: whether this host's clock may be.
    """

    settings: Settings
    database_url: str
    metrics: NotifyMetrics
    pace: Pace = field(default_factory=Pace)
    resolve: Resolve | None = None
    trusted: Trusted = always
    last_turn: datetime | None = None
    trouble: str = "not connected yet"

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set.

        Raises SettingsError, OSError or ssl.SSLError for settings that cannot be used.
        """
        channels = channels_of(self.settings, self.resolve)
        seal_key = seal_key_of(self.settings)
        backoff = Backoff()
        while not stop.is_set():
            began = self.last_turn
            try:
                await self._connected(channels, seal_key, stop)
            except* DatabaseError as errors:
                self.trouble = str(errors.exceptions[0]).strip()
                self.metrics.reconnects.inc()
                LOG.warning("notifying waits for the database", why=self.trouble)
            if not stop.is_set():
                backoff = Backoff() if self.last_turn != began else backoff.after_failure()
                await _wait(stop, backoff.wait_s(random))
        LOG.info("notifying stopped")

    def health(self) -> Health:
        """Well while turns end."""
        late = self.last_turn is None or utc_now() - self.last_turn > SICK_AFTER
        return Health(ok=not self.trouble and not late, checks={"outbox": self.trouble or "ok"})

    async def _connected(
        self, channels: Mapping[Channel, Send], seal_key: bytes | None, stop: asyncio.Event
    ) -> None:
        session = await asyncio.to_thread(connect_now, self.database_url, "alerts", APPLICATION)
        try:
            outbox = Outbox(session, silenced_events, self.settings.public_url)
            desk = Desk(outbox, self.metrics, seal_key, utc_now, self._turned, self._trusted)
            dispatcher = Dispatcher(desk, channels, self.metrics, self.pace)
            await dispatcher.run(stop)
        finally:
            await asyncio.to_thread(session.close)

    def _trusted(self, session: Session) -> str | None:
        why = self.trusted(session)
        if why is not None and why != self.trouble:
            LOG.error("nothing is sent", why=why)
            self.trouble = why
        return why

    def _turned(self, at: datetime) -> None:
        self.last_turn = at
        self.trouble = ""


def channels_of(settings: Settings, resolve: Resolve | None = None) -> Mapping[Channel, Send]:
    """Every channel, ready to send. Raises OSError or ssl.SSLError when a file is not usable."""
    gate = Gate(networks_of(settings.notify_allow_networks), resolve)
    trust = TlsFiles(ca=settings.notify_ca_file)
    tls = tls_context(trust)
    http = Http(gate, tls)
    url = settings.smtp_url
    server = None if url is None else smtp_address(url.get_secret_value())
    return {
        Channel.WEBHOOK: partial(send_webhook, http),
        Channel.EMAIL: partial(send_email, Post(server, settings.smtp_from, gate, tls)),
        Channel.MQTT: partial(send_mqtt, Brokers(gate, trust)),
        Channel.DINGTALK: partial(send_dingtalk, http),
        Channel.WECOM: partial(send_wecom, http),
        Channel.FEISHU: partial(send_feishu, http),
        Channel.SMS: partial(send_sms, http),
    }


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
