"""The broker configuration that is shipped, run by the real Mosquitto."""

import asyncio
import shutil
import signal
import ssl
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiomqtt
import pytest

from services.doctor.broker_checks import judge_broker
from services.doctor.broker_facts import BrokerFacts, Plan
from services.doctor.broker_probe import probe_broker
from services.doctor.finding import Level
from services.embedded.accounts import Account, password_line
from services.embedded.folders import give
from services.embedded.processes import (
    Command,
    answers,
    end,
    free_port,
    start_detached,
    tail,
    wait_ready,
)
from services.runtime.broker_address import BrokerAddress, TlsFiles, tls_context
from tests.fixtures.certificates import Authority, Holder
from tests.fixtures.servers import Yard

SHIPPED = Path(__file__).parents[3] / "deploy" / "mosquitto"
MN, OTHER, PASSWORD = "A110000_0001", "A110000_0002", "throw-away"


@dataclass(frozen=True)
class Broker:
    port: int
    certificate_port: int
    authority: Authority

    def client(self, username: str) -> AbstractAsyncContextManager[aiomqtt.Client]:
        tls = tls_context(TlsFiles(ca=self.authority.certificate))
        return self._client(self.port, tls, username, PASSWORD)

    def certified(self, holder: Holder) -> AbstractAsyncContextManager[aiomqtt.Client]:
        files = TlsFiles(self.authority.certificate, holder.certificate, holder.key)
        return self._client(self.certificate_port, tls_context(files), None, None)

    def _client(
        self, port: int, tls: ssl.SSLContext, username: str | None, password: str | None
    ) -> AbstractAsyncContextManager[aiomqtt.Client]:
        return aiomqtt.Client(
            "127.0.0.1",
            port,
            username=username,
            password=password,
            tls_context=tls,
            protocol=aiomqtt.ProtocolVersion.V5,
            timeout=5,
        )


def install(folder: Path, port: int, certificate_port: int) -> Path:
    """The shipped files with their paths and ports moved here."""
    text = (SHIPPED / "mosquitto.conf").read_text(encoding="utf-8")
    for was, becomes in {
        "listener 8883": f"listener {port} 127.0.0.1",
        "listener 8884": f"listener {certificate_port} 127.0.0.1",
        "/mosquitto/": f"{folder}/",
    }.items():
        assert was in text
        text = text.replace(was, becomes)
    for name in ("config", "secrets", "data"):
        (folder / name).mkdir()
    configuration = folder / "config" / "mosquitto.conf"
    configuration.write_text(text, encoding="utf-8")
    shutil.copy(SHIPPED / "access", folder / "config" / "access")
    accounts = [Account(name, PASSWORD) for name in (MN, OTHER, "qingkong")]
    lines = [password_line(account, b"0123456789ab") for account in accounts]
    (folder / "secrets" / "passwords").write_text("".join(lines), encoding="utf-8")
    return configuration


@pytest.fixture(scope="module")
def broker(yard: Yard) -> Iterator[Broker]:
    folder, ports = yard.place(), (free_port(), free_port())
    configuration = install(folder, *ports)
    authority = Authority(folder / "secrets", datetime.now(UTC))  # noqa:RUF100,TID251 - certificates need the day
    authority.issue("server", "localhost")
    for path in (folder, *folder.rglob("*")):
        give(path, yard.user)
        path.chmod(0o700)
    folder.chmod(0o755)
    (folder / "secrets").chmod(0o755)
    words = (yard.prefix.mosquitto_program, "-c", str(configuration))
    number = start_detached(Command(words, yard.user, folder), folder / "log")
    marker = str(configuration)
    try:
        started = wait_ready(number, marker, lambda: all(map(answers, ports)), 20)
        assert started, tail(folder / "log", 20)
        yield Broker(*ports, authority)
    finally:
        end(number, marker, signal.SIGTERM, 20)


async def topics_until(client: aiomqtt.Client, payload: bytes) -> list[str]:
    """The topics of what arrives, up to the message that ends the test."""
    topics: list[str] = []
    async with asyncio.timeout(10):
        async for message in client.messages:
            topics.append(str(message.topic))
            if message.payload == payload:
                break
    return topics


@pytest.mark.parametrize("namespace", ["hj212", "cems/v1"])
async def test_a_device_reaches_us_on_its_own_topic_only(broker: Broker, namespace: str) -> None:
    async with broker.client("qingkong") as service, broker.client(MN) as device:
        await service.subscribe(f"{namespace}/+", qos=1)

        await device.publish(f"{namespace}/{OTHER}", b"in another's name", qos=1)
        await device.publish(f"{namespace}/qingkong", b"in the service's name", qos=1)
        await device.publish(f"{namespace}/{MN}", b"own", qos=1)

        assert await topics_until(service, b"own") == [f"{namespace}/{MN}"]


async def test_a_device_reads_nothing(broker: Broker) -> None:
    async with broker.client(MN) as device, broker.client(OTHER) as other:
        await device.subscribe("#", qos=1)

        await other.publish(f"hj212/{OTHER}", b"another's reading", qos=1)
        # Its acknowledgement leaves the broker behind whatever was queued for the device before.
        await device.publish(f"hj212/{MN}", b"own", qos=1)

        assert len(device.messages) == 0


async def test_a_device_with_a_certificate_needs_no_password(broker: Broker) -> None:
    holder = broker.authority.issue("device", MN)
    async with broker.client("qingkong") as service, broker.certified(holder) as device:
        await service.subscribe("hj212/+", qos=1)

        await device.publish(f"hj212/{OTHER}", b"in another's name", qos=1)
        await device.publish(f"hj212/{MN}", b"own", qos=1)

        assert await topics_until(service, b"own") == [f"hj212/{MN}"]


async def test_slots_may_share_what_devices_write(broker: Broker) -> None:
    async with broker.client("qingkong") as slot, broker.client(MN) as device:
        await slot.subscribe("$share/ingest/hj212/+", qos=1)

        await device.publish(f"hj212/{MN}", b"shared", qos=1)

        assert await topics_until(slot, b"shared") == [f"hj212/{MN}"]


async def test_doctor_has_a_topic_of_its_own(broker: Broker) -> None:
    async with broker.client("qingkong") as doctor:
        await doctor.subscribe("qingkong/doctor/x", qos=1)

        await doctor.publish("qingkong/doctor/x", b"proof", qos=1)

        assert await topics_until(doctor, b"proof") == ["qingkong/doctor/x"]


def test_the_doctor_finds_no_fault_through_tls(broker: Broker) -> None:
    plan = Plan(
        address=BrokerAddress("127.0.0.1", broker.port, "qingkong", PASSWORD, tls=True),
        tls=TlsFiles(ca=broker.authority.certificate),
        name="qingkong-doctor-test",
        topic="qingkong/doctor/test",
        messages=5000,
        payload_bytes=512,
        receive_maximum=5000,
    )

    facts = probe_broker(plan)

    assert isinstance(facts, BrokerFacts)
    levels = {finding.level for finding in judge_broker(plan, facts)}
    assert levels == {Level.OK}


async def test_without_an_account_nobody_gets_in(broker: Broker) -> None:
    with pytest.raises(aiomqtt.MqttError, match=r"(?i)not authorized"):
        async with broker.client("stranger"):
            pass


async def test_the_certificate_port_does_not_speak_without_a_certificate(broker: Broker) -> None:
    tls = tls_context(TlsFiles(ca=broker.authority.certificate))
    answer = b""

    reader, writer = await asyncio.open_connection("127.0.0.1", broker.certificate_port, ssl=tls)
    writer.write(b"\x10")
    async with asyncio.timeout(10):
        with suppress(ConnectionError, ssl.SSLError):
            answer = await reader.read()
    writer.close()

    assert answer == b""
