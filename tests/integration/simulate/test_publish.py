"""The virtual loggers on a real broker: an account each, and nothing lost by a restart."""

import asyncio
from dataclasses import dataclass, field

import aiomqtt

from services.embedded.accounts import device_account
from services.embedded.mosquitto import Mosquitto
from services.runtime.broker_address import broker_address
from services.simulate.outgoing import Air, Outgoing
from services.simulate.publish import Station, publish_fleet
from services.simulate.world import Hour, VirtualDevice, World
from tests.fixtures.virtual import BEGIN_S, HOUR_S, virtual_device, virtual_hour, virtual_world

PASSWORD = "for one test"  # noqa: S105 - of a broker on the loopback that lives for a test
ONE = virtual_device()
OTHER = virtual_device(mn="88888888AB00000000000002", protocol="cems-v1")


def measured(_world: World, device: VirtualDevice, begin_s: int) -> Hour:
    return virtual_hour(begin_s, device.quantities)


def air(*devices: VirtualDevice, seconds: int = HOUR_S) -> Air:
    return Air(virtual_world(*devices), measured, BEGIN_S, BEGIN_S + seconds)


def expected(on_air: Air, until_s: float) -> list[bytes]:
    return [one.payload for lot in on_air.lots(in_order=True) for one in lot if one.at_s <= until_s]


@dataclass
class Watch:
    """A clock that a test sets, and what the fleet says it has sent."""

    at_s: float = BEGIN_S
    sent: list[Outgoing] = field(default_factory=list[Outgoing])

    def station(self, broker: Mosquitto) -> Station:
        passwords = {each.mn: PASSWORD for each in (ONE, OTHER)}
        return Station("127.0.0.1", broker.port, passwords, lambda: self.at_s, self.sent.append)


def listening(broker: Mosquitto) -> aiomqtt.Client:
    address = broker_address(broker.url)
    return aiomqtt.Client(
        address.host,
        address.port,
        username=address.username,
        password=address.password,
        identifier="listener",
        clean_session=False,
    )


async def heard(listener: aiomqtt.Client, count: int) -> list[aiomqtt.Message]:
    found: list[aiomqtt.Message] = []
    async for message in listener.messages:
        found.append(message)
        if len(found) == count:
            break
    return found


async def test_each_device_publishes_all_it_has_to_say_in_order(broker: Mosquitto) -> None:
    broker.grant([device_account(each.mn, PASSWORD) for each in (ONE, OTHER)])
    both = air(ONE, OTHER, seconds=600)
    watch = Watch(at_s=BEGIN_S + HOUR_S)
    total = len(expected(both, watch.at_s))

    async with listening(broker) as listener:
        await listener.subscribe([("hj212/+", 1), ("cems/v1/+", 1)])
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            group.create_task(publish_fleet(both, watch.station(broker)), name="fleet")
            arrived = await heard(listener, total)

    for device, topic in ((ONE, f"hj212/{ONE.mn}"), (OTHER, f"cems/v1/{OTHER.mn}")):
        own = [bytes(each.payload) for each in arrived if str(each.topic) == topic]
        assert own == expected(air(device, seconds=600), watch.at_s)
    assert len(watch.sent) == total


async def test_nothing_is_sent_before_its_time(broker: Mosquitto) -> None:
    broker.grant([device_account(ONE.mn, PASSWORD)])
    watch = Watch(at_s=BEGIN_S + 60)
    due = expected(air(ONE), watch.at_s)

    async with listening(broker) as listener:
        await listener.subscribe("hj212/+", qos=1)
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            fleet = group.create_task(publish_fleet(air(ONE), watch.station(broker)), name="fleet")
            arrived = await heard(listener, len(due))
            fleet.cancel()

    assert [bytes(each.payload) for each in arrived] == due
    assert all(one.at_s <= watch.at_s for one in watch.sent)


async def test_what_was_not_sent_before_a_restart_of_the_broker_comes_after_it(
    broker: Mosquitto,
) -> None:
    broker.grant([device_account(ONE.mn, PASSWORD)])
    watch = Watch(at_s=BEGIN_S + 600)
    before = expected(air(ONE), BEGIN_S + 600)
    all_of_it = expected(air(ONE), BEGIN_S + 900)

    async with asyncio.timeout(50), asyncio.TaskGroup() as group:
        async with listening(broker) as listener:
            await listener.subscribe("hj212/+", qos=1)
            fleet = group.create_task(publish_fleet(air(ONE), watch.station(broker)), name="fleet")
            arrived = {bytes(each.payload) for each in await heard(listener, len(before))}
        await asyncio.to_thread(broker.restart)
        watch.at_s = BEGIN_S + 900
        async with listening(broker) as listener:
            while len(arrived) < len(all_of_it):
                arrived.add(bytes((await anext(listener.messages)).payload))
        fleet.cancel()

    assert arrived == set(all_of_it)
