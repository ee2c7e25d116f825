"""One MQTT 5 connection of a persistent session, as a state machine.

Fed bytes and the monotonic clock, it gives back messages, events and bytes to send; it knows no
socket, no asyncio and no clock. What it has handed out stays in flight until it is acknowledged.
"""

from collections.abc import Sequence
from typing import SupportsInt

from mqtt5 import (
    ConnAckPacket,
    ConnectPacket,
    DisconnectPacket,
    DisconnectReasonCode,
    Packet,
    PingReqPacket,
    PingRespPacket,
    QoS,
    SubAckPacket,
    UnsubAckPacket,
    UnsubscribePacket,
)

from services.ingest.broker import SESSION_NEVER_EXPIRES, ConsumerSettings
from services.ingest.codec import (
    Violation,
    pubacks,
    read_answer,
    read_publish,
    reason,
    sized_part,
    subscribe,
)
from services.ingest.events import (
    Cause,
    Closed,
    Connected,
    SessionLost,
    SessionShortened,
    Step,
    Subscribed,
    SubscriptionRefused,
    Unsubscribed,
)
from services.ingest.message import Message
from services.runtime.broker_address import broker_address

_CONNECT_ID, _SUBSCRIBE_ID, _UNSUBSCRIBE_ID = 0, 1, 2
_FAILED = 0x80
_PUBLISH, _DUPLICATE = 0x30, 0x08
_PING_AFTER = 0.75  # of the keep-alive: the broker must have heard us before it is over


class Session:
    """Lives as long as one connection; `first_serial` keeps tokens unique over connections."""

    def __init__(
        self,
        settings: ConsumerSettings,
        *,
        expects_session: bool,
        retiring: bool,
        first_serial: int,
    ) -> None:
        self._settings = settings
        self._expects_session = expects_session
        self._retiring = retiring
        self._ping_interval_s = settings.keep_alive_s * _PING_AFTER
        self.serial = first_serial
        self.open = False  # between CONNACK and the end
        self.closed = False
        self.suspended = False
        self._in_flight: dict[int, int] = {}  # packet id to token
        self._outstanding: set[int] = set()  # requests that wait for their answer
        self._reply_by = self._sent_at = self._heard_at = 0.0
        self._pinged_at: float | None = None
        self._rest = bytearray()
        self._rest_wanted = 0

    @property
    def settled(self) -> bool:
        """Accepted, and no request of ours unanswered."""
        return self.open and not self._outstanding

    def connect(self, now: float) -> bytes:
        """Open with CONNECT; clean start is never set and the session never expires."""
        address = broker_address(self._settings.url)
        packet = ConnectPacket(
            self._settings.client_id,
            username=address.username,
            password=None if address.password is None else address.password.encode(),
            clean_start=False,
            session_expiry_interval=SESSION_NEVER_EXPIRES,
            keep_alive=self._settings.keep_alive_s,
            receive_max=self._settings.receive_maximum,
            max_packet_size=self._settings.max_packet_size,
        )
        self._heard_at = now
        return self._request(_CONNECT_ID, packet.write(), now)

    def receive(self, chunk: bytes, now: float, received_at_us: int) -> Step:
        """Take the next bytes of the stream, cut anywhere."""
        step = Step()
        if self.closed:
            return step
        self._heard_at = now
        self._pinged_at = None
        if self._rest:
            self._rest += chunk
            if len(self._rest) < self._rest_wanted:
                return step
            chunk = bytes(self._rest)
        try:
            used = self._read_packets(chunk, step, now, received_at_us)
        except Violation as violation:
            self._end(step, Cause.PROTOCOL_ERROR, str(violation))
            step.send += DisconnectPacket(reason_code=violation.code).write()
        else:
            self._rest = bytearray(chunk[used:])
        return step

    def acknowledge(self, tokens: Sequence[int], now: float) -> bytes:
        """PUBACK for each token that is in flight here; any other is passed over."""
        packet_ids: list[int] = []
        for token in tokens:
            if self._in_flight.get(token & 0xFFFF) == token:
                del self._in_flight[token & 0xFFFF]
                packet_ids.append(token & 0xFFFF)
        if self.closed or not packet_ids:
            return b""
        self._sent_at = now
        return pubacks(packet_ids)

    def unsubscribe(self, now: float) -> bytes:
        """Take the filters away; answered by Unsubscribed. Before CONNACK it waits for that."""
        self._retiring = True
        if not self.open:
            return b""
        packet = UnsubscribePacket(_UNSUBSCRIBE_ID, list(self._settings.filters))
        return self._request(_UNSUBSCRIBE_ID, packet.write(), now)

    def disconnect(self, *, end_session: bool) -> bytes:
        """Leave; the session stays with the broker unless it is ended (expiry 0)."""
        was_open, self.open, self.closed = self.open, False, True
        if not was_open:
            return b""
        return DisconnectPacket(session_expiry_interval=0 if end_session else None).write()

    def suspend(self) -> None:
        """Nothing will be read for a while: silence then says nothing about the broker."""
        self.suspended = True

    def resume(self, now: float) -> None:
        self.suspended = False
        self._reply_by = now + self._settings.reply_timeout_s
        if self._pinged_at is not None:
            self._pinged_at = now

    def next_deadline(self) -> float | None:
        """When `tick` wants to be called next, on the clock that was passed in."""
        deadlines = [self._ping_due()] if self.open else []
        if not self.suspended and not self.closed:
            if self._outstanding:
                deadlines.append(self._reply_by)
            if self._pinged_at is not None:
                deadlines.append(self._pinged_at + self._settings.reply_timeout_s)
        return min(deadlines, default=None)

    def tick(self, now: float) -> Step:
        """Do what is due: ping, or give the connection up."""
        step = Step()
        timeout_s = self._settings.reply_timeout_s
        listening = not self.suspended and not self.closed
        if listening and self._outstanding and now >= self._reply_by:
            self._end(step, Cause.NO_REPLY, f"nothing for {timeout_s:g} s")
        elif listening and self._pinged_at is not None and now >= self._pinged_at + timeout_s:
            self._end(step, Cause.SILENT, f"nothing for {now - self._heard_at:.1f} s")
        elif self.open and now >= self._ping_due():
            self._sent_at = now
            self._pinged_at = now if self._pinged_at is None else self._pinged_at
            step.send = PingReqPacket().write()
        return step

    def _ping_due(self) -> float:
        # Acknowledgements can go out on a connection that has been dead in the other direction
        # for long, so silence of either side asks for a ping.
        quiet_since = self._sent_at
        if not self.suspended and self._pinged_at is None:
            quiet_since = min(quiet_since, self._heard_at)
        return quiet_since + self._ping_interval_s

    def _request(self, packet_id: int, packet: bytes, now: float) -> bytes:
        self._outstanding.add(packet_id)
        self._sent_at = now
        self._reply_by = now + self._settings.reply_timeout_s
        return packet

    def _read_packets(self, stream: bytes, step: Step, now: float, received_at_us: int) -> int:
        start, size = 0, len(stream)
        largest = self._settings.max_packet_size
        while start < size and not self.closed:
            body, end = sized_part(stream, start + 1)
            if end - start > largest:
                text = f"a packet of {end - start} bytes"
                raise Violation(DisconnectReasonCode.PACKET_TOO_LARGE, text)
            if end == 0 or end > size:
                self._rest_wanted = end - start if end else size - start + 1
                break
            first = stream[start]
            if first & 0xF0 == _PUBLISH:
                qos = first >> 1 & 3
                topic, packet_id, payload = read_publish(stream, body, end, qos)
                token = self._token(topic, packet_id, qos)
                duplicate = bool(first & _DUPLICATE)
                step.messages.append(Message(token, topic, payload, received_at_us, duplicate, qos))
            else:
                self._answer(read_answer(memoryview(stream)[start:end]), step, now)
            start = end
        return start

    def _token(self, topic: str, packet_id: int, qos: int) -> int:
        """Put a message in flight; 0 for QoS 0. Raises Violation for what was never agreed."""
        if not self.open or not topic or qos > 1 or (qos and not packet_id):
            text = "a PUBLISH too early, of QoS 2, without topic or packet id"
            raise Violation(DisconnectReasonCode.PROTOCOL_ERROR, text)
        if qos == 0:
            return 0
        self.serial += 1
        token = self._in_flight[packet_id] = self.serial << 16 | packet_id
        if len(self._in_flight) > self._settings.receive_maximum:
            raise Violation(DisconnectReasonCode.RECEIVE_MAX_EXCEEDED, "more than agreed in flight")
        return token

    def _answer(self, packet: Packet, step: Step, now: float) -> None:
        match packet:
            case ConnAckPacket() if _CONNECT_ID in self._outstanding:
                self._accepted(packet, step, now)
            case SubAckPacket() if packet.packet_id == _SUBSCRIBE_ID:
                self._subscribed(packet, step)
            case UnsubAckPacket() if packet.packet_id == _UNSUBSCRIBE_ID:
                self._unsubscribed(packet, step)
            case DisconnectPacket():
                taken = packet.reason_code == DisconnectReasonCode.SESSION_TAKEN_OVER
                detail = reason(packet.reason_code)
                self._end(step, Cause.TAKEN_OVER if taken else Cause.SERVER_LEFT, detail)
            case PingRespPacket():
                pass  # whatever arrives is a sign of life
            case _:
                text = f"a {type(packet).__name__} that nothing asked for"
                raise Violation(DisconnectReasonCode.PROTOCOL_ERROR, text)

    def _accepted(self, packet: ConnAckPacket, step: Step, now: float) -> None:
        if int(packet.reason_code) >= _FAILED:
            self._end(step, Cause.REFUSED, reason(packet.reason_code))
            return
        self._outstanding.discard(_CONNECT_ID)
        self.open = True
        step.events.append(Connected(packet.session_present))
        if self._expects_session and not packet.session_present:
            step.events.append(SessionLost())
        expiry_s = packet.session_expiry_interval
        if expiry_s is not None and expiry_s < SESSION_NEVER_EXPIRES:
            step.events.append(SessionShortened(expiry_s))
        if packet.server_keep_alive:
            allowed_s = min(packet.server_keep_alive, self._settings.keep_alive_s)
            self._ping_interval_s = allowed_s * _PING_AFTER
        step.send += self.unsubscribe(now) if self._retiring else self._subscribe(now)

    def _subscribe(self, now: float) -> bytes:
        return self._request(_SUBSCRIBE_ID, subscribe(_SUBSCRIBE_ID, self._settings.filters), now)

    def _subscribed(self, packet: SubAckPacket, step: Step) -> None:
        granted: list[str] = []
        for pattern, code in self._answers(packet):
            if int(code) == QoS.AT_LEAST_ONCE:
                granted.append(pattern)
            else:
                step.events.append(SubscriptionRefused(pattern, reason(code)))
        step.events.append(Subscribed(tuple(granted)))

    def _unsubscribed(self, packet: UnsubAckPacket, step: Step) -> None:
        refused = [
            SubscriptionRefused(pattern, reason(code))
            for pattern, code in self._answers(packet)
            if int(code) >= _FAILED
        ]
        step.events += refused or [Unsubscribed()]

    def _answers(self, packet: SubAckPacket | UnsubAckPacket) -> list[tuple[str, SupportsInt]]:
        filters, codes = self._settings.filters, packet.reason_codes
        # The codec leaves out reason codes that it does not know.
        if packet.packet_id not in self._outstanding or len(codes) != len(filters):
            text = f"{len(codes)} known reason codes for {len(filters)} filters asked for"
            raise Violation(DisconnectReasonCode.PROTOCOL_ERROR, text)
        self._outstanding.discard(packet.packet_id)
        return list(zip(filters, codes, strict=True))

    def _end(self, step: Step, cause: Cause, detail: str) -> None:
        self.open, self.closed = False, True
        step.events.append(Closed(cause, detail))
