"""What an account may do on the broker, asked of the broker itself."""

from pathlib import Path

import aiomqtt
import pytest

from services.embedded import servers
from services.embedded.accounts import Account, device_account
from services.embedded.errors import EmbeddedError
from services.embedded.mosquitto import Mosquitto
from tests.fixtures.servers import Yard

OWN, OTHER = "A110000001", "A110000002"


def client(port: int, username: str, password: str) -> aiomqtt.Client:
    return aiomqtt.Client(
        "127.0.0.1",
        port=port,
        username=username,
        password=password,
        protocol=aiomqtt.ProtocolVersion.V5,
    )


def session(broker: Mosquitto) -> aiomqtt.Client:
    """Connect as somebody for whom the broker keeps messages while away."""
    return aiomqtt.Client(
        "127.0.0.1",
        port=broker.port,
        identifier="ingest-0",
        username="qingkong",
        password=broker.password,
        clean_session=False,
    )


async def test_a_device_may_only_write_to_its_own_topics(broker: Mosquitto) -> None:
    broker.grant([device_account(OWN, "secret"), device_account(OTHER, "secret")])

    async with client(broker.port, "qingkong", broker.password) as service:
        await service.subscribe("$share/ingest/#", qos=1)
        async with client(broker.port, OWN, "secret") as device:
            for topic in (f"hj212/{OTHER}", f"hj212/{OWN}/x", f"hj212/{OWN}", f"cems/v1/{OWN}"):
                await device.publish(topic, b"x", qos=1)
        received = [str((await anext(service.messages)).topic) for _ in range(2)]

    assert received == [f"hj212/{OWN}", f"cems/v1/{OWN}"]


async def test_a_device_reads_nothing(broker: Mosquitto) -> None:
    broker.grant([device_account(OWN, "secret"), Account("reader", "secret", read=("hj212/#",))])

    async with (
        client(broker.port, OWN, "secret") as device,
        client(broker.port, "reader", "secret") as reader,
    ):
        await device.subscribe("hj212/#", qos=1)
        await reader.subscribe("hj212/#", qos=1)
        await device.publish(f"hj212/{OWN}", b"x", qos=1)
        read = await anext(reader.messages)

        assert read.payload == b"x"
        assert len(device.messages) == 0


@pytest.mark.parametrize(
    ("username", "password"),
    [
        pytest.param(OWN, "wrong", id="wrong password"),
        pytest.param(OTHER, "secret", id="unknown device"),
        pytest.param(None, None, id="nobody"),
    ],
)
async def test_who_cannot_prove_their_name_is_refused(
    broker: Mosquitto, username: str | None, password: str | None
) -> None:
    broker.grant([device_account(OWN, "secret")])

    with pytest.raises(aiomqtt.MqttError):
        async with aiomqtt.Client(
            "127.0.0.1",
            port=broker.port,
            username=username,
            password=password,
            protocol=aiomqtt.ProtocolVersion.V5,
        ):
            pass


async def test_accounts_of_running_servers_change_at_once_and_stay(yard: Yard) -> None:
    home = yard.place()
    running = servers.up(home)
    port = int(running.mqtt_url.rpartition(":")[2])

    servers.write_access(home, [device_account(OWN, "secret")])
    async with client(port, OWN, "secret") as device:
        await device.publish(f"hj212/{OWN}", b"x", qos=1)
    servers.down(home)
    servers.up(home)
    async with client(port, OWN, "secret") as device:
        await device.publish(f"hj212/{OWN}", b"x", qos=1)
    servers.reset(home)


def test_accounts_need_a_home_that_was_up(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match="embedded up"):
        servers.write_access(tmp_path, [])


async def test_queued_messages_outlive_a_restart(broker: Mosquitto) -> None:
    async with session(broker) as first:
        await first.subscribe("hj212/+", qos=1)
    async with client(broker.port, "qingkong", broker.password) as sender:
        await sender.publish(f"hj212/{OWN}", b"kept", qos=1)
    broker.restart()

    async with session(broker) as again:
        message = await anext(again.messages)

    assert message.payload == b"kept"


async def test_no_message_for_an_absent_reader_is_dropped(broker: Mosquitto) -> None:
    sent = [str(number).encode() for number in range(1_500)]

    async with session(broker) as first:
        await first.subscribe("hj212/+", qos=1)
    async with client(broker.port, "qingkong", broker.password) as sender:
        for payload in sent:
            await sender.publish(f"hj212/{OWN}", payload, qos=1)
    async with session(broker) as again:
        received = [(await anext(again.messages)).payload for _ in sent]

    assert received == sent
