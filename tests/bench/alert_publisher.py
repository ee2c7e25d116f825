"""Loggers that each report every 30 s, some of which begin to exceed: `python -m ... DEVICES SECONDS`.

Says `ready`, waits for a line, publishes at a steady rate with QN the moment of sending. Device
number n exceeds from `exceeds_from(n)` seconds after the beginning on.
"""

import os
import random
import sys
import time

import mqtt5

from services.hj212.encode import enclose
from tests.bench.publisher import PACKET_IDS, Publisher

EVERY_S = 30
FIRST_S = 60
SPREAD_S = 90
ONE_IN = 8
"""So many devices have one that exceeds."""
USUAL = {"a21026": 20.0, "a21002": 30.0, "a34013": 4.0}
EXCEEDING = {"a21026": 70.0}


def mn(number: int) -> str:
    """The MN of device `number`, from 0."""
    return f"ALERT{number:010d}"


def exceeds_from(number: int) -> int | None:
    """Seconds after the beginning; None: it never does."""
    if number % ONE_IN:
        return None
    return FIRST_S + (number // ONE_IN * 7) % SPREAD_S


def frame(number: int, at_s: int, millisecond: int, since_s: int) -> bytes:
    """A real-time frame: three pollutants with their converted values, oxygen and flow."""
    chance = random.Random(number * 1_000_003 + at_s)  # noqa: S311 - numbers to store, no secret
    from_s = exceeds_from(number)
    over = from_s is not None and at_s >= since_s + from_s
    values = USUAL | (EXCEEDING if over else {})
    moment = time.strftime("%Y%m%d%H%M%S", time.gmtime(at_s + 28_800))
    projects: list[str] = []
    for code, middle in values.items():
        value = middle * chance.uniform(0.95, 1.05)
        projects.append(f"{code}-Rtd={value:.2f},{code}-ZsRtd={value:.2f},{code}-Flag=N")
    projects.append(f"a19001-Rtd={chance.uniform(5.9, 6.1):.2f},a19001-Flag=N")
    projects.append(f"a00000-Rtd={chance.uniform(180_000, 184_000):.0f},a00000-Flag=N")
    head = f"QN={moment}{millisecond:03d};ST=31;CN=2011;PW=123456;MN={mn(number)};Flag=4"
    return enclose(f"{head};CP=&&DataTime={moment};{';'.join(projects)}&&".encode())


def main(arguments: list[str]) -> None:
    devices, seconds = int(arguments[0]), int(arguments[1])
    publisher = Publisher(os.environ["QINGKONG_MQTT_URL"])
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    since_s = time.time_ns() // 1_000_000_000
    print(since_s, flush=True)
    rate = devices / EVERY_S
    count = int(rate * seconds)
    for place in range(count):
        while (left := began + place / rate - time.monotonic()) > 0:
            time.sleep(left)
        now_ms = time.time_ns() // 1_000_000
        number = place % devices
        packet = mqtt5.PublishPacket(
            f"hj212/{mn(number)}",
            frame(number, now_ms // 1000, now_ms % 1000, since_s),
            qos=mqtt5.QoS.AT_LEAST_ONCE,
            packet_id=1 + place % PACKET_IDS,
        )
        publisher.send([packet.write()], place)
    while publisher.acknowledged < count:
        publisher.read()


if __name__ == "__main__":
    main(sys.argv[1:])
