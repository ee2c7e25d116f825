"""Publishes prepared messages over MQTT 5 at QoS 1, as fast as acknowledged or at a steady rate.

`python -m tests.bench.publisher KIND FIRST STEP COUNT RATE START`: message numbers FIRST, FIRST +
STEP, ...: all built before the first is sent, so that a live run measures the receiver. Says
`ready`, waits for a line, publishes, says how long it took.
"""

import os
import random
import socket
import sys
import time
from urllib.parse import unquote, urlsplit

import mqtt5

from services.hj212.encode import enclose

DEVICES = 2_000
CODES = tuple(f"a2100{place}" for place in range(10))
CONVERTED = 3
IN_FLIGHT = 900
PACKET_IDS = 60_000
CHUNK = 50


def device_of(number: int) -> str:
    """The MN of the device that sends message `number`."""
    return f"BENCH{number % DEVICES:010d}"


def frame(number: int, second: int, millisecond: int, chance: random.Random) -> bytes:
    """A realtime frame of 10 pollutants, 3 with converted values, dated `second` (1970 UTC)."""
    moment = time.strftime("%Y%m%d%H%M%S", time.gmtime(second + 28_800))
    projects = [
        f"{code}-Rtd={chance.random() * 100:.2f},"
        + (f"{code}-ZsRtd={chance.random() * 100:.2f}," if place < CONVERTED else "")
        + f"{code}-Flag=N"
        for place, code in enumerate(CODES)
    ]
    head = f"QN={moment}{millisecond:03d};ST=31;CN=2011;PW=123456;MN={device_of(number)};Flag=4"
    return enclose(f"{head};CP=&&DataTime={moment};{';'.join(projects)}&&".encode())


def message(number: int, second: int, chance: random.Random) -> bytes:
    """A JSON message with one reading."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(second + 28_800))
    code = CODES[number // DEVICES % 10]
    return (
        f'{{"mn":"{device_of(number)}","sent_at":"{moment}","readings":[{{"time":"{moment}",'
        f'"kind":"realtime","code":"{code}","value":{chance.random() * 100:.2f},"flag":"N"}}]}}'
    ).encode()


def packets(kind: str, numbers: range, start_s: int) -> list[bytes]:
    """PUBLISH packets; `repeats` is `frames` with one message in a hundred sent once more."""
    chance = random.Random(numbers.start)  # noqa: S311 - numbers to store, no secret
    built: list[bytes] = []
    payload, topic = b"", ""
    for place, number in enumerate(numbers):
        if kind == "json":
            second = start_s + number // DEVICES // 10
            topic, payload = f"cems/v1/{device_of(number)}", message(number, second, chance)
        elif kind != "repeats" or place % 100 != 1:
            second = start_s + number // DEVICES
            topic, payload = f"hj212/{device_of(number)}", frame(number, second, 0, chance)
        packet_id = 1 + place % PACKET_IDS
        packet = mqtt5.PublishPacket(
            topic, payload, qos=mqtt5.QoS.AT_LEAST_ONCE, packet_id=packet_id
        )
        built.append(packet.write())
    return built


class Publisher:
    """One blocking connection; counts PUBACKs as they come."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 1883))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        password = unquote(parts.password or "").encode()
        connect = mqtt5.ConnectPacket(
            f"bench-{os.getpid()}", username=parts.username, password=password, clean_start=True
        )
        self._socket.sendall(connect.write())
        self._socket.recv(1024)
        self._rest = b""
        self.acknowledged = 0

    def send(self, packets: list[bytes], sent_before: int) -> None:
        """Send packets once few enough are in flight."""
        while sent_before - self.acknowledged > IN_FLIGHT:
            self.read()
        self._socket.sendall(b"".join(packets))

    def read(self) -> None:
        """Wait for PUBACKs and count them; a PUBACK is told by its first byte and its length."""
        received = self._rest + self._socket.recv(65_536)
        at = 0
        while len(received) >= at + 2 and len(received) >= at + 2 + received[at + 1]:
            self.acknowledged += received[at] >> 4 == 4
            at += 2 + received[at + 1]
        self._rest = received[at:]


def publish_fast(publisher: Publisher, built: list[bytes]) -> None:
    for start in range(0, len(built), CHUNK):
        publisher.send(built[start : start + CHUNK], start)
    while publisher.acknowledged < len(built):
        publisher.read()


def publish_steadily(publisher: Publisher, numbers: range, rate: float) -> None:
    """Send at `rate` messages/s; QN carries the moment of sending, to the millisecond."""
    chance = random.Random(numbers.start)  # noqa: S311 - numbers to store, no secret
    began = time.monotonic()
    for place, number in enumerate(numbers):
        due = began + place / rate
        while (left := due - time.monotonic()) > 0:
            time.sleep(left)
        now_ms = time.time_ns() // 1_000_000
        payload = frame(number, now_ms // 1000, now_ms % 1000, chance)
        packet = mqtt5.PublishPacket(
            f"hj212/{device_of(number)}",
            payload,
            qos=mqtt5.QoS.AT_LEAST_ONCE,
            packet_id=1 + place % PACKET_IDS,
        )
        publisher.send([packet.write()], place)
    while publisher.acknowledged < len(numbers):
        publisher.read()


def main(arguments: list[str]) -> None:
    kind, *rest = arguments
    first, step, count = (int(text) for text in rest[:3])
    rate, start_s = float(rest[3]), int(rest[4])
    numbers = range(first, first + step * count, step)
    publisher = Publisher(os.environ["QINGKONG_MQTT_URL"])
    built = [] if rate else packets(kind, numbers, start_s)
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    if rate:
        publish_steadily(publisher, numbers, rate)
    else:
        publish_fast(publisher, built)
    print(time.monotonic() - began, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
