"""The second `Consumer`: aiomqtt 2.5 with paho's manual acknowledgement, for who prefers it.

It gives the same promises about messages at about a tenth of the speed. What it cannot do:
`pause` does not stop the socket (the window of unacknowledged messages does); a `close` while a
connection is being made waits for that; messages of QoS 0 are not held back; a topic that is not
UTF-8 raises inside paho.
"""

import asyncio
from collections.abc import Callable, Sequence

import aiomqtt
from paho.mqtt.client import Client as PahoClient
from paho.mqtt.client import ConnectFlags, MQTTMessage
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from services.ingest.broker import (
    SESSION_NEVER_EXPIRES,
    ConsumerSettings,
    tls_of,
    wait_s,
)
from services.ingest.events import (
    Cause,
    Closed,
    Connected,
    Event,
    SessionLost,
    Subscribed,
    SubscriptionRefused,
    Unsubscribed,
)
from services.ingest.inbox import Inbox
from services.ingest.message import (
    SESSION_NOT_ENDED,
    ConsumerState,
    Message,
    SessionTakenOver,
)
from services.runtime.broker_address import broker_address

_TAKEN_OVER = 0x8E


class _ManualClient(aiomqtt.Client):
    """aiomqtt with what version 2 keeps to itself: session present, DUP, when to acknowledge."""

    def __init__(
        self,
        accepted: Callable[["_ManualClient", ConnectFlags], None],
        received: Callable[[MQTTMessage], None],
        settings: ConsumerSettings,
    ) -> None:
        self._accepted = accepted
        self._received = received
        address = broker_address(settings.url)
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = SESSION_NEVER_EXPIRES
        properties.ReceiveMaximum = settings.receive_maximum
        properties.MaximumPacketSize = settings.max_packet_size
        super().__init__(
            address.host,
            address.port,
            username=address.username,
            password=address.password,
            identifier=settings.client_id,
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=False,
            keepalive=settings.keep_alive_s,
            timeout=settings.reply_timeout_s,
            properties=properties,
            tls_context=tls_of(settings),
        )
        self._client.manual_ack_set(on=True)

    def acknowledge(self, packet_id: int) -> None:
        self._client.ack(packet_id, 1)

    def leave(self, *, end_session: bool) -> None:
        properties = Properties(PacketTypes.DISCONNECT)
        if end_session:
            properties.SessionExpiryInterval = 0
        self._client.disconnect(properties=properties)

    def _on_connect(
        self,
        client: PahoClient,
        userdata: object,
        flags: ConnectFlags,
        reason_code: ReasonCode,
        properties: Properties | None = None,
    ) -> None:
        if not reason_code.is_failure:
            self._accepted(self, flags)
        super()._on_connect(client, userdata, flags, reason_code, properties)

    def _on_message(
        self,
        client: PahoClient,  # noqa: ARG002 - the signature is paho's
        userdata: object,  # noqa: ARG002 - as above
        message: MQTTMessage,
    ) -> None:
        self._received(message)


class PahoConsumer:
    """The `Consumer` on aiomqtt; the arguments are those of `MqttConsumer`."""

    def __init__(
        self,
        settings: ConsumerSettings,
        *,
        wall_clock_us: Callable[[], int],
        random: Callable[[], float],
        on_event: Callable[[Event], None],
    ) -> None:
        self._settings = settings
        self._wall_clock_us = wall_clock_us
        self._random = random
        self._on_event = on_event
        self._state = ConsumerState()
        self._inbox = Inbox()
        self._client: _ManualClient | None = None
        self._in_flight: dict[int, int] = {}  # packet id to token
        self._serial = 0
        self._stopping = asyncio.Event()
        self._ready = asyncio.Event()
        self._unsubscribed = asyncio.Event()
        self._expects_session = settings.expects_session
        self._retiring = settings.retiring

    @property
    def state(self) -> ConsumerState:
        return self._state

    async def run(self) -> None:
        """Stay connected until `close`; raises SessionTakenOver."""
        failures = 0
        loop = asyncio.get_running_loop()
        try:
            while not self._stopping.is_set():
                started = loop.time()
                await self._connect_and_wait()
                steady = loop.time() - started > self._settings.steady_s
                failures = 0 if steady else failures + 1
                await self._rest(wait_s(self._settings, failures, self._random))
        finally:
            self._stopping.set()
            self._inbox.close()

    async def ready(self) -> None:
        await self._ready.wait()

    async def take(self, limit: int, timeout_s: float | None) -> list[Message]:
        return await self._inbox.take(limit, timeout_s)

    def acknowledge(self, tokens: Sequence[int]) -> None:
        if self._client is None:
            return
        for token in tokens:
            packet_id = token & 0xFFFF
            if self._in_flight.get(packet_id) == token:
                del self._in_flight[packet_id]
                self._client.acknowledge(packet_id)

    def pending(self) -> int:
        return len(self._inbox)

    def waiting(self) -> Sequence[Message]:
        return self._inbox.waiting()

    def pause(self) -> None:
        """Do nothing: what is not acknowledged closes the window."""

    def resume(self) -> None:
        """Do nothing, see `pause`."""

    async def unsubscribe(self) -> None:
        self._retiring = True
        if self._client is not None:
            try:
                await self._take_filters_away(self._client)
            except aiomqtt.MqttError as error:
                self._state.connection_error = str(error)
        await self._unsubscribed.wait()

    async def disconnect(self, *, end_session: bool) -> None:
        self._stopping.set()
        self._inbox.close()
        if self._client is not None:
            self._client.leave(end_session=end_session)
        elif end_session:
            raise ConnectionError(SESSION_NOT_ENDED)

    async def close(self) -> None:
        await self.disconnect(end_session=False)

    async def _connect_and_wait(self) -> None:
        try:
            async with _ManualClient(self._accept, self._receive, self._settings) as client:
                if self._stopping.is_set():
                    return
                if self._retiring:
                    await self._take_filters_away(client)
                else:
                    await self._subscribe(client)
                async for _ in client.messages:  # none comes here; it ends with the connection
                    pass
        except (aiomqtt.MqttError, OSError, ValueError) as error:
            self._lost(error)
        finally:
            self._client = None
            self._state.connected = False

    def _accept(self, client: _ManualClient, flags: ConnectFlags) -> None:
        self._client = client
        self._in_flight.clear()
        state = self._state
        state.connected, state.connection_error = True, None
        state.connections += 1
        state.refused.clear()
        self._on_event(Connected(flags.session_present))
        if flags.session_present:
            self._inbox.drop_redelivered()
        elif self._expects_session:
            state.session_lost += 1
            self._on_event(SessionLost())
        self._expects_session = True
        self._ready.set()

    def _receive(self, message: MQTTMessage) -> None:
        token = 0
        if message.qos:
            self._serial += 1
            token = self._in_flight[message.mid] = self._serial << 16 | message.mid
        now_us = self._wall_clock_us()
        payload, duplicate = bytes(message.payload), bool(message.dup)
        self._inbox.put(
            [Message(token, message.topic, payload, now_us, duplicate, int(message.qos))]
        )
        self._state.messages += 1
        self._state.payload_bytes += len(payload)

    async def _subscribe(self, client: _ManualClient) -> None:
        options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
        filters = self._settings.filters
        codes = await client.subscribe([(pattern, options) for pattern in filters])
        granted: list[str] = []
        for pattern, code in zip(filters, codes, strict=True):
            if isinstance(code, ReasonCode) and code.value == 1:
                granted.append(pattern)
            else:
                self._state.refused[pattern] = str(code)
                self._on_event(SubscriptionRefused(pattern, str(code)))
        self._on_event(Subscribed(tuple(granted)))

    async def _take_filters_away(self, client: _ManualClient) -> None:
        await client.unsubscribe(list(self._settings.filters))
        self._unsubscribed.set()
        self._on_event(Unsubscribed())

    def _lost(self, error: Exception) -> None:
        if self._stopping.is_set():
            return
        cause = error.__cause__
        code = cause.rc if isinstance(cause, aiomqtt.MqttCodeError) else None
        taken = isinstance(code, ReasonCode) and code.value == _TAKEN_OVER
        text = str(cause or error)
        self._state.connection_error = text
        self._on_event(Closed(Cause.TAKEN_OVER if taken else Cause.SERVER_LEFT, text))
        if taken:
            raise SessionTakenOver(self._settings.client_id)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
