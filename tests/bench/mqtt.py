"""Messages per CPU second of each MQTT consumer, from a backlog at a real broker, acknowledged.

`python -m tests.bench.mqtt` prints the table; only the consumer's own process is measured.
"""

import asyncio
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from mqtt5 import ConnectPacket, DisconnectPacket, PublishPacket, QoS, read

from services.embedded.folders import chosen_folders, server_user
from services.embedded.mosquitto import Mosquitto
from services.embedded.prefix import prepared
from services.embedded.processes import free_port
from services.ingest.broker import ConsumerSettings
from services.ingest.mqtt import MqttConsumer
from services.ingest.mqtt_paho import PahoConsumer

MESSAGES = 100_000
PAYLOAD_BYTES = 446
BATCH = 1000
WINDOW = 500  # below the broker's own Receive Maximum
CONSUMERS = {"mqtt5": MqttConsumer, "paho": PahoConsumer}


def run(messages: int = MESSAGES) -> dict[str, float]:
    """Messages per CPU second (and per second of the clock) by consumer."""
    figures: dict[str, float] = {}
    with _broker() as broker:
        for name in CONSUMERS:
            cpu_s, wall_s = asyncio.run(_measure(name, broker, messages))
            figures[f"{name}_messages_per_cpu_s"] = messages / cpu_s
            figures[f"{name}_messages_per_s"] = messages / wall_s
    return figures


async def _measure(name: str, broker: Mosquitto, messages: int) -> tuple[float, float]:
    settings = ConsumerSettings(
        url=broker.url, client_id=f"bench-{name}", filters=(f"bench/{name}/+",)
    )
    await _drain(name, settings, 0)
    await asyncio.to_thread(_fill, broker, f"bench/{name}/31011500000001", messages)
    return await _drain(name, settings, messages)


async def _drain(name: str, settings: ConsumerSettings, messages: int) -> tuple[float, float]:
    consumer = CONSUMERS[name](
        settings,
        wall_clock_us=lambda: time.time_ns() // 1000,
        random=lambda: 0.0,
        on_event=lambda _event: None,
    )
    cpu, wall = time.process_time(), time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(consumer.run(), name="consumer")
        await consumer.ready()
        got = 0
        while got < messages:
            batch = await consumer.take(BATCH, None)
            got += len(batch)
            consumer.acknowledge([message.token for message in batch])
        if not messages:
            await consumer.take(1, 0.5)  # the subscription is made by then
        await consumer.close()
    return time.process_time() - cpu, time.perf_counter() - wall


def _fill(broker: Mosquitto, topic: str, messages: int) -> None:
    """Publish at QoS 1, a window at a time, each window acknowledged before the next."""
    address = urlsplit(broker.url)
    assert address.username
    assert address.password
    connect = ConnectPacket(
        "bench-fill", username=address.username, password=address.password.encode()
    )
    payload = os.urandom(PAYLOAD_BYTES)
    window = [
        PublishPacket(topic, payload, qos=QoS.AT_LEAST_ONCE, packet_id=number + 1).write()
        for number in range(WINDOW)
    ]
    with socket.create_connection(("127.0.0.1", broker.port)) as wire:
        wire.sendall(connect.write())
        _await_packets(wire, 1)
        for start in range(0, messages, WINDOW):
            size = min(WINDOW, messages - start)
            wire.sendall(b"".join(window[:size]))
            _await_packets(wire, size)
        wire.sendall(DisconnectPacket().write())


def _await_packets(wire: socket.socket, count: int) -> None:
    data = b""
    while count:
        data += wire.recv(65_536)
        view, used = memoryview(data), 0
        while count and used < len(data):
            try:
                used += read(view[used:])[1]
            except IndexError:
                break
            count -= 1
        data = data[used:]


@contextmanager
def _broker() -> Generator[Mosquitto]:
    user = server_user()
    folders = chosen_folders(os.environ, user, Path(tempfile.gettempdir()))
    prefix = prepared(folders.cache, user, lambda _what, _part: None)
    place = Path(tempfile.mkdtemp(prefix="qingkong-bench-"))
    if user.switch:
        place.chmod(0o755)
    broker = Mosquitto(
        prefix=prefix,
        user=user,
        folder=place / "mosquitto",
        port=free_port(),
        password="throw-away",  # noqa: S106 - for a broker of one run on the loopback
    )
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()
        shutil.rmtree(place)


if __name__ == "__main__":
    for label, figure in run().items():
        print(f"{label:28} {figure:10,.0f}")
