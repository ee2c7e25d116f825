"""Both MQTT consumers against a real Mosquitto, with a proxy to break the way between them."""

import asyncio
from dataclasses import replace

import pytest

from services.embedded.mosquitto import Mosquitto
from services.ingest.broker import ConsumerSettings
from services.ingest.events import (
    Closed,
    Connected,
    Subscribed,
)
from services.ingest.message import Consumer, ConsumerClosed, Message, SessionTakenOver
from tests.fixtures.consumer import Make, crashing, payloads_of, publish, running
from tests.fixtures.proxy import MakeProxy


async def test_messages_come_in_order_with_topic_and_time(
    make: Make, settings: ConsumerSettings, broker: Mosquitto
):
    async with running(make(settings)) as ingest:
        sent = await publish(broker, 30)

        messages = await ingest.take(30)

    assert payloads_of(messages) == sent
    assert {(m.topic, m.qos, m.duplicate) for m in messages} == {("hj212/MN1", 1, False)}
    assert messages[0].received_at_us == 1_700_000_000_000_000
    assert ingest.consumer.state.messages == 30
    assert ingest.consumer.state.payload_bytes == sum(map(len, sent))


async def test_what_was_not_acknowledged_comes_again_and_the_rest_does_not(
    make: Make, settings: ConsumerSettings, broker: Mosquitto
):
    async with crashing(make(replace(settings, receive_maximum=6))) as ingest:
        sent = await publish(broker, 10)
        messages = await ingest.take(6)
        ingest.acknowledge(messages[:4])
        await ingest.take(4)  # they come when the broker has read the four acknowledgements

    async with running(make(replace(settings, expects_session=True))) as successor:
        again = await successor.drain()

    assert payloads_of(again) == sent[4:]
    assert all(message.duplicate for message in again)
    assert successor.consumer.state.session_lost == 0


async def test_nothing_acknowledged_is_lost_when_the_consumer_closes(
    make: Make, settings: ConsumerSettings, broker: Mosquitto
):
    async with running(make(settings)) as ingest:
        await publish(broker, 50)
        ingest.acknowledge(await ingest.take(50))

    async with running(make(settings)) as successor:
        assert await successor.consumer.take(1, 0.5) == []


async def test_the_broker_holds_back_what_is_beyond_the_window(
    make: Make, settings: ConsumerSettings, broker: Mosquitto
):
    async with running(make(replace(settings, receive_maximum=20))) as ingest:
        sent = await publish(broker, 50)
        first = await ingest.take(20)

        assert await ingest.consumer.take(1, 0.3) == []
        ingest.acknowledge(first[:5])
        assert payloads_of(await ingest.take(5)) == sent[20:25]


async def test_a_broker_that_is_killed_and_started_again_is_found_again(
    make: Make, settings: ConsumerSettings, broker: Mosquitto
):
    async with running(make(settings)) as ingest:
        await asyncio.to_thread(broker.kill)
        await ingest.saw(Closed)
        assert not ingest.consumer.state.connected
        await asyncio.to_thread(broker.start)
        await ingest.saw(Subscribed)
        sent = await publish(broker, 5)

        assert payloads_of(await ingest.take(5)) == sent
        assert ingest.consumer.state.reconnects == 1
        assert ingest.consumer.state.connection_error is None


async def test_a_lost_session_is_reported(make: Make, settings: ConsumerSettings):
    async with running(make(replace(settings, expects_session=True))) as ingest:
        assert ingest.consumer.state.session_lost == 1


async def test_a_cut_connection_is_made_again_and_old_tokens_acknowledge_nothing(
    make: Make, settings: ConsumerSettings, broker: Mosquitto, proxy: MakeProxy
):
    way = await proxy("127.0.0.1", broker.port)
    url = settings.url.replace(str(broker.port), str(way.port))
    async with running(make(replace(settings, url=url))) as ingest:
        sent = await publish(broker, 10)
        taken = await ingest.take(6)

        await way.cut()
        await way.heal()
        event = await ingest.saw(Connected)
        ingest.acknowledge(taken)
        again = await ingest.take(10)

        assert event == Connected(session_present=True)
        assert payloads_of(again) == sent
        assert ingest.consumer.pending() == 0
        ingest.acknowledge(again)


async def test_a_deaf_connection_is_given_up_after_a_ping_without_answer(
    make: Make, settings: ConsumerSettings, broker: Mosquitto, proxy: MakeProxy
):
    way = await proxy("127.0.0.1", broker.port)
    url = settings.url.replace(str(broker.port), str(way.port))
    quick = replace(settings, url=url, keep_alive_s=1, reply_timeout_s=1.0)
    async with running(make(quick)) as ingest:
        way.deaf()
        await ingest.saw(Closed)
        await way.cut()
        await way.heal()
        await ingest.saw(Subscribed)
        sent = await publish(broker, 3)

        assert payloads_of(await ingest.take(3)) == sent


async def test_retiring_drains_everything_and_ends_the_session(
    make: Make, settings: ConsumerSettings, broker: Mosquitto
):
    async with crashing(make(settings)) as ingest:
        sent = await publish(broker, 250)
        await ingest.take(100)

    retiring = make(replace(settings, retiring=True, expects_session=True))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(retiring.consumer.run(), name="consumer")
        await retiring.consumer.unsubscribe()
        await publish(broker, 5)
        drained = await retiring.drain()
        await retiring.consumer.disconnect(end_session=True)

    assert payloads_of(drained) == sent
    async with running(make(settings)) as successor:
        assert await successor.consumer.take(1, 0.3) == []
        await publish(broker, 1)
        assert len(await successor.take(1)) == 1


async def test_a_session_that_could_not_be_ended_is_not_called_ended(
    make: Make, settings: ConsumerSettings, broker: Mosquitto
):
    await asyncio.to_thread(broker.stop)
    retiring = make(replace(settings, retiring=True))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(retiring.consumer.run(), name="consumer")
        await retiring.saw(Closed)
        with pytest.raises(ConnectionError, match="still keeps the session"):
            await retiring.consumer.disconnect(end_session=True)


async def test_a_running_consumer_can_be_unsubscribed(
    make: Make, settings: ConsumerSettings, broker: Mosquitto
):
    async with running(make(settings)) as ingest:
        await ingest.consumer.unsubscribe()
        await publish(broker, 3)

        assert await ingest.consumer.take(1, 0.3) == []


async def test_a_take_that_is_cancelled_or_times_out_loses_nothing(
    make: Make, settings: ConsumerSettings, broker: Mosquitto
):
    async with running(make(replace(settings, receive_maximum=5000))) as ingest:
        taken: list[bytes] = []
        async with asyncio.TaskGroup() as tasks:
            publishing = tasks.create_task(publish(broker, 2000), name="publish")
            while not publishing.done() or ingest.consumer.pending():
                taken += payloads_of(await ingest.consumer.take(3, 0.0005))
                taken += payloads_of(await cancelled_take(ingest.consumer))
        taken += payloads_of(await ingest.take(2000 - len(taken)))

        assert taken == publishing.result()


async def cancelled_take(consumer: Consumer) -> list[Message]:
    """Cancel a take after one turn of the loop; give what it had got by then."""
    async with asyncio.TaskGroup() as tasks:
        take = tasks.create_task(consumer.take(3, None), name="take")
        await asyncio.sleep(0)
        take.cancel()
    return [] if take.cancelled() else take.result()


async def test_another_client_with_the_same_id_ends_the_consumer(
    make: Make, settings: ConsumerSettings
):
    first, second = make(settings), make(settings)

    with pytest.raises(ExceptionGroup) as caught:
        async with running(first), running(second):
            await asyncio.Event().wait()

    assert caught.group_contains(SessionTakenOver)
    with pytest.raises(ConsumerClosed):
        await first.consumer.take(1, None)


async def test_closing_twice_or_before_running_is_harmless(make: Make, settings: ConsumerSettings):
    idle = make(settings)
    await idle.consumer.close()
    async with running(make(settings)) as ingest:
        await ingest.consumer.close()
        await ingest.consumer.close()

        with pytest.raises(ConsumerClosed):
            await ingest.consumer.take(1, None)


async def test_a_wrong_password_is_named_and_tried_again(make: Make, settings: ConsumerSettings):
    wrong = make(replace(settings, url=settings.url.replace("throw-away", "wrong")))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(wrong.consumer.run(), name="consumer")
        await wrong.saw(Closed)
        await wrong.saw(Closed)
        error = wrong.consumer.state.connection_error
        await wrong.consumer.close()

    assert error is not None
    assert "authori" in error.lower()
    assert "wrong" not in error
