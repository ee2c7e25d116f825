"""One MQTT 5 conversation over a blocking socket, for looking at a broker closely.

The client library of the publishers hides what is of interest here: whether a session was
present, which limits the broker announced, and unacknowledged messages. It must not know what
is concluded.
"""

import ssl
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Self, SupportsInt

from mqtt5 import (
    ConnAckPacket,
    ConnectPacket,
    DisconnectPacket,
    Packet,
    PubAckPacket,
    QoS,
    SubAckPacket,
    SubscribePacket,
    TopicFilter,
    read,
)

from services.doctor.finding import Unreachable
from services.doctor.reach import connect
from services.runtime.broker_address import BrokerAddress

ANSWER_S = 5.0
FAILED = 0x80
KEEP_ALIVE_S = 60
# What ingest takes; a broker drops in silence what is larger than its reader takes.
PACKET_LIMIT = 16 * 1024 * 1024
PIECE = 65_536


class LoginRefusedError(Exception):
    """The broker does not let us in; the message is its reason."""


class TalkError(Exception):
    """The broker hung up, was silent or said what does not belong here."""


class CannotConnectError(Exception):
    """No connection; `why` says it in one word."""

    def __init__(self, why: Unreachable) -> None:
        super().__init__(why.detail)
        self.why = why


@dataclass(frozen=True, slots=True)
class Opening:
    """How to open a conversation; the session's expiry in seconds, 0: with the connection."""

    address: BrokerAddress
    tls: ssl.SSLContext | None
    client_id: str
    clean_start: bool
    session_expiry_s: int
    receive_maximum: int


class Wire:
    """An open conversation; `welcome` is the broker's CONNACK."""

    def __init__(self, opening: Opening) -> None:
        address = opening.address
        made = connect(address.host, address.port)
        if isinstance(made, Unreachable):
            raise CannotConnectError(made)
        self._socket = made
        self._rest = b""
        self._packets: deque[Packet] = deque()
        try:
            made.settimeout(ANSWER_S)
            if opening.tls is not None:
                self._socket = opening.tls.wrap_socket(made, server_hostname=address.host)
            self.welcome = self._introduce(opening)
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._socket.close()

    def _introduce(self, opening: Opening) -> ConnAckPacket:
        address = opening.address
        password = None if address.password is None else address.password.encode()
        self.send(
            ConnectPacket(
                opening.client_id,
                username=address.username,
                password=password,
                clean_start=opening.clean_start,
                keep_alive=KEEP_ALIVE_S,
                session_expiry_interval=opening.session_expiry_s,
                receive_max=opening.receive_maximum,
                max_packet_size=PACKET_LIMIT,
            ).write()
        )
        answer = self.receive(ANSWER_S)
        if not isinstance(answer, ConnAckPacket):
            raise TalkError("it did not answer a CONNECT of MQTT 5")
        if int(answer.reason_code) >= FAILED:
            raise LoginRefusedError(reason(answer.reason_code))
        return answer

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def subscribe(self, topic: str) -> str | None:
        """Ask for QoS 1; None when granted, else the broker's reason."""
        self.send(SubscribePacket(1, [TopicFilter(topic, max_qos=QoS.AT_LEAST_ONCE)]).write())
        answer = self.receive(ANSWER_S)
        if not isinstance(answer, SubAckPacket):
            raise TalkError("it did not answer a SUBSCRIBE")
        code = answer.reason_codes[0]
        return None if int(code) == QoS.AT_LEAST_ONCE.value else reason(code)

    def acknowledge(self, packet_ids: list[int]) -> None:
        self.send(b"".join(PubAckPacket(packet_id).write() for packet_id in packet_ids))

    def leave(self, session_expiry_s: int | None = None) -> None:
        """Say good-bye; the session then lasts for so many seconds (None: as it was asked for)."""
        self.send(DisconnectPacket(session_expiry_interval=session_expiry_s).write())

    def receive(self, limit_s: float) -> Packet | None:
        """The next packet; None when nothing came for `limit_s` seconds."""
        while not self._packets:
            self._socket.settimeout(limit_s)
            try:
                piece = self._socket.recv(PIECE)
            except TimeoutError:
                return None
            if not piece:
                raise TalkError("it closed the connection")
            self._take(piece)
        return self._packets.popleft()

    def _take(self, piece: bytes) -> None:
        stream = memoryview(self._rest + piece)
        at = 0
        while at < len(stream):
            try:
                packet, used = read(stream[at:])
            except IndexError:
                break
            except ValueError as error:
                raise TalkError(f"it said what is not MQTT 5 ({error})") from error
            self._packets.append(packet)
            at += used
        self._rest = bytes(stream[at:])


def reason(code: SupportsInt) -> str:
    """Name a reason code as people look it up: "NOT_AUTHORIZED (0x87)"."""
    # The codec's enumerations are neither ints nor hashable; name and int() are what they have.
    return f"{getattr(code, 'name', 'UNKNOWN')} (0x{int(code):02X})"
