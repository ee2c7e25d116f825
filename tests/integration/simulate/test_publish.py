"""The virtual loggers on a real broker: an account each, and nothing lost by a restart."""

import asyncio
from itertools import count

import aiomqtt

from services.embedded.accounts import device_account
from services.embedded.mosquitto import Mosquitto
from services.runtime.broker_address import broker_address
from services.simulate.plant import demo_loggers
from services.simulate.publish import Station, publish_fleet
from services.simulate.schedule import Outgoing, Pace, due

BEGIN = 1_767_225_600
PASSWORD = "for one test"  # noqa: S105 - of a broker on the loopback that lives for a test


def station(broker: Mosquitto) -> Station:
    """A station whose clock runs 20 seconds between two looks at it."""
    ticks = count(BEGIN, 20)
    passwords = {logger.mn: PASSWORD for logger in demo_loggers()}
    return Station("127.0.0.1", broker.port, passwords, lambda: float(next(ticks)))


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


async def test_each_logger_publishes_all_it_has_to_say_in_order(broker: Mosquitto) -> None:
    coal, _, boiler = demo_loggers()
    broker.grant([device_account(logger.mn, PASSWORD) for logger in demo_loggers()])
    expected = [
        message for second in range(BEGIN + 1, BEGIN + 61) for message in due(coal, Pace(), second)
    ]
    arrived: list[bytes] = []
    topics: set[str] = set()

    async with listening(broker) as listener, asyncio.TaskGroup() as group:
        await listener.subscribe([("hj212/+", 1), ("cems/v1/+", 1)])
        # One logger at a time, so that each look at the clock is its own.
        fleet = group.create_task(publish_fleet([coal], station(broker), Pace()), name="coal")
        async for message in listener.messages:
            topics.add(str(message.topic))
            arrived.append(bytes(message.payload))
            if len(arrived) == len(expected):
                break
        fleet.cancel()
        other = group.create_task(publish_fleet([boiler], station(broker), Pace()), name="boiler")
        topics.add(str((await anext(listener.messages)).topic))
        other.cancel()

    assert arrived == [message.payload for message in expected]
    assert f"cems/v1/{boiler.mn}" in topics


async def test_what_was_not_sent_before_a_restart_of_the_broker_comes_after_it(
    broker: Mosquitto,
) -> None:
    coal = demo_loggers()[0]
    broker.grant([device_account(coal.mn, PASSWORD)])
    watch = Watch()
    on_air = Station("127.0.0.1", broker.port, {coal.mn: PASSWORD}, watch)

    async with asyncio.TaskGroup() as group:
        async with listening(broker) as listener:
            await listener.subscribe("hj212/+", qos=1)
            fleet = group.create_task(publish_fleet([coal], on_air, Pace()), name="coal")
            before = await heard(listener, watch, BEGIN + 20)
        await asyncio.to_thread(broker.restart)
        async with listening(broker) as listener:
            after = await heard(listener, watch, BEGIN + 40)
        fleet.cancel()

    assert before == {message.payload for message in told(BEGIN + 1, BEGIN + 20)}
    assert after >= {message.payload for message in told(BEGIN + 21, BEGIN + 40)}


def told(first: int, last: int) -> list[Outgoing]:
    coal = demo_loggers()[0]
    return [m for second in range(first, last + 1) for m in due(coal, Pace(), second)]


class Watch:
    """A clock that stands at the beginning when first looked at, and then where it is set."""

    def __init__(self) -> None:
        self.at_s = BEGIN
        self._seen = False

    def __call__(self) -> float:
        at_s = self.at_s if self._seen else BEGIN
        self._seen = True
        return float(at_s)


async def heard(listener: aiomqtt.Client, watch: Watch, until_s: int) -> set[bytes]:
    """Set the clock, and listen until the last message of that second has come."""
    watch.at_s = until_s
    last = told(until_s, until_s)[-1].payload
    arrived: set[bytes] = set()
    while last not in arrived:
        arrived.add(bytes((await anext(listener.messages)).payload))
    return arrived
