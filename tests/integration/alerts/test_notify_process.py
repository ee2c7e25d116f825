"""The notifying process whole: real database, real receivers, lost connections, slow and dead ones."""

import asyncio
import base64
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager

import orjson
import psycopg
import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from schemas.alert import Event, Severity
from schemas.notice import Channel, DeliveryState, Receiver, Route
from services.alerts.notify.dispatcher import Pace
from services.alerts.notify.metrics import NotifyMetrics, notify_metrics
from services.alerts.notify.process import NotifyProcess
from services.cases.receiver_words import Secrets, packed
from services.runtime.backoff import Backoff
from services.runtime.clock import utc_now
from services.runtime.seal import receiver_secret, seal
from services.runtime.settings import Settings
from services.store.connection import connect_now
from services.store.deliveries import list_deliveries, retry_dead
from services.store.receivers import Written, write_receiver
from tests.fixtures.hearing import HttpReceiver, answer, http_receiver
from tests.fixtures.notices import configured, happened, opened
from tests.fixtures.until import until

SEAL = bytes(range(32))
SETTINGS = Settings(
    seal_key=SecretStr(base64.b64encode(SEAL).decode()), notify_allow_networks="127.0.0.0/8"
)
QUICK = Pace(lease_s=1.0, pause_s=0.02, send_s=5.0, stop_s=2.0, tries=3, retry=Backoff(0.05, 0.1))
ALL = Route(name="all", receivers=("room",), digest_over=1000)


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def webhook(name: str, port: int) -> Receiver:
    kept = packed(Secrets(f"http://127.0.0.1:{port}/in", "s3cret"))
    sealed = seal(SEAL, kept, receiver_secret(name))
    return Receiver(name=name, channel=Channel.WEBHOOK, address="shown", sealed=sealed)


@asynccontextmanager
async def running(
    database: str, pace: Pace = QUICK, settings: Settings = SETTINGS
) -> AsyncGenerator[NotifyProcess]:
    process = NotifyProcess(settings, database, metrics(), pace)
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(process.run(stop), name="notify")
        try:
            yield process
        finally:
            stop.set()


def metrics() -> NotifyMetrics:
    return notify_metrics(CollectorRegistry())


def states(owner: psycopg.Connection) -> list[DeliveryState]:
    return [one.state for one in list_deliveries(owner, None, None, 1000)]


async def all_are(owner: psycopg.Connection, state: DeliveryState, count: int) -> None:
    async def reached() -> bool:
        return states(owner) == [state] * count

    await until(reached, 20, f"{count} messages are {state.value}")


def end_sessions(owner: psycopg.Connection) -> None:
    """End the notifier's sessions, now."""
    owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'qingkong notify'"
    )


def keys(receiver: HttpReceiver) -> list[str]:
    return [heard.headers["x-qingkong-key"] for heard in receiver.heard]


async def test_an_alert_reaches_the_receiver_and_is_marked_sent(
    database: str, owner: psycopg.Connection
) -> None:
    async with http_receiver(HttpReceiver()) as receiver, running(database) as process:
        configured(owner, [webhook("room", receiver.port)], ALL)
        opened(owner, "a", utc_now(), Severity.RED)
        await all_are(owner, DeliveryState.SENT, 1)
        healthy = process.health()

    (heard,) = receiver.heard
    assert orjson.loads(heard.body)["events"][0]["severity"] == "red"
    assert healthy.ok


async def test_what_was_sent_and_not_written_down_is_sent_again_under_the_same_key(
    database: str, owner: psycopg.Connection
) -> None:
    receiver = HttpReceiver(hold=asyncio.Event())
    async with http_receiver(receiver), running(database) as process:
        configured(owner, [webhook("room", receiver.port)], ALL)
        opened(owner, "a", utc_now(), Severity.RED)

        async def heard_once() -> bool:
            return len(receiver.heard) == 1

        await until(heard_once, 10, "the message is on its way")
        end_sessions(owner)
        assert receiver.hold is not None
        receiver.hold.set()
        await all_are(owner, DeliveryState.SENT, 1)
        turned = process.last_turn

    assert len(set(keys(receiver))) == 1
    assert len(receiver.heard) == 2
    assert turned is not None


async def test_the_events_of_one_alert_arrive_in_order_though_the_first_fails(
    database: str, owner: psycopg.Connection
) -> None:
    receiver = HttpReceiver((answer(500), answer(503), answer(200)))
    async with http_receiver(receiver), running(database):
        configured(owner, [webhook("room", receiver.port)], ALL)
        alert = opened(owner, "a", utc_now(), Severity.RED)

        async def made_one() -> bool:
            return len(states(owner)) == 1

        await until(made_one, 10, "the first is made")
        happened(owner, alert, Event.RESOLVED, utc_now(), Severity.RED)
        await all_are(owner, DeliveryState.SENT, 2)

    versions = [orjson.loads(heard.body)["events"][0]["version"] for heard in receiver.heard]
    assert versions == [1, 1, 1, 2]
    assert len(set(keys(receiver)[:3])) == 1


async def test_after_its_tries_a_message_is_dead_and_can_be_tried_again(
    database: str, owner: psycopg.Connection
) -> None:
    receiver = HttpReceiver((answer(500, b"no"), answer(500), answer(500), answer(200)))
    async with http_receiver(receiver), running(database):
        configured(owner, [webhook("room", receiver.port)], ALL)
        opened(owner, "a", utc_now(), Severity.RED)
        await all_are(owner, DeliveryState.DEAD, 1)
        (dead,) = list_deliveries(owner, DeliveryState.DEAD, None, 10)
        retried = retry_dead(owner, [dead.delivery], None, utc_now())
        await all_are(owner, DeliveryState.SENT, 1)

    assert (retried, dead.tries, dead.last_error) == (1, 3, "HTTP 500")
    assert len(set(keys(receiver))) == 1


async def test_a_receiver_that_hangs_does_not_keep_another_waiting(
    database: str, owner: psycopg.Connection
) -> None:
    hangs = HttpReceiver(hold=asyncio.Event())
    both = ALL.model_copy(update={"receivers": ("hangs", "room")})
    async with (
        http_receiver(hangs),
        http_receiver(HttpReceiver()) as well,
        running(database, Pace(pause_s=0.02, each=2, most=4, stop_s=0.1)),
    ):
        configured(owner, [webhook("hangs", hangs.port), webhook("room", well.port)], both)
        for number in range(20):
            opened(owner, f"a{number}", utc_now(), Severity.RED)

        async def all_heard() -> bool:
            return len(well.heard) == 20

        await until(all_heard, 20, "the other has heard everything")
        waiting_there = len(hangs.heard)

    assert waiting_there == 2


async def test_five_hundred_at_once_are_few_messages_and_soon_there(
    database: str, owner: psycopg.Connection
) -> None:
    async with http_receiver(HttpReceiver()) as receiver, running(database):
        configured(owner, [webhook("room", receiver.port)], Route(name="all", receivers=("room",)))
        with owner.transaction():
            for number in range(500):
                opened(owner, f"a{number}", utc_now(), Severity.RED)

        async def heard() -> bool:
            return sum(told(one.body) for one in receiver.heard) == 500

        took_s = await until(heard, 20, "all are told")

    assert len(receiver.heard) == 1
    assert took_s < 10


def told(body: bytes) -> int:
    """How many events a message tells."""
    found = orjson.loads(body)
    return len(found["events"]) + int(found["more"])


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (SETTINGS.model_copy(update={"notify_allow_networks": ""}), "ALLOW_NETWORKS"),
        (SETTINGS.model_copy(update={"seal_key": None}), "QINGKONG_SEAL_KEY"),
    ],
    ids=["inner network", "no seal key"],
)
async def test_settings_that_keep_it_from_going_out_are_named_in_the_dead_letter(
    database: str, owner: psycopg.Connection, settings: Settings, why: str
) -> None:
    async with http_receiver(HttpReceiver()) as receiver, running(database, QUICK, settings):
        configured(owner, [webhook("room", receiver.port)], ALL)
        opened(owner, "a", utc_now(), Severity.RED)
        await all_are(owner, DeliveryState.DEAD, 1)

    assert receiver.heard == []
    assert why in list_deliveries(owner, None, None, 1)[0].last_error


async def test_what_waits_for_a_retired_receiver_is_given_up_at_once(
    database: str, owner: psycopg.Connection
) -> None:
    gone = webhook("room", 9).model_copy(update={"active": False})
    async with running(database):
        configured(owner, [gone], ALL)
        opened(owner, "a", utc_now(), Severity.RED)
        await all_are(owner, DeliveryState.DEAD, 1)

    (dead,) = list_deliveries(owner, None, None, 1)
    assert (dead.tries, "retired" in dead.last_error) == (1, True)


async def test_two_processes_send_each_message_once(
    database: str, owner: psycopg.Connection
) -> None:
    async with (
        http_receiver(HttpReceiver()) as receiver,
        running(database),
        running(database),
    ):
        configured(owner, [webhook("room", receiver.port)], ALL)
        for number in range(40):
            opened(owner, f"a{number}", utc_now(), Severity.RED)
            await asyncio.to_thread(lambda: None)
        await until(lambda: _sent(owner, 40), 20, "all are sent")

    assert len(keys(receiver)) == len(set(keys(receiver)))


async def _sent(owner: psycopg.Connection, events: int) -> bool:
    row = owner.execute(
        "SELECT count(*) FROM notice JOIN delivery ON delivery.id = notice.delivery"
        " WHERE delivery.state = 'sent'"
    ).fetchone()
    return row == (events,)


def test_the_services_role_may_not_write_receivers(database: str) -> None:
    with (
        connect_now(database, "alerts", "test") as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        write_receiver(session, webhook("room", 1), Written("x"))


def test_the_api_sees_no_sealed_address(database: str) -> None:
    with (
        connect_now(database, "api", "test") as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        session.execute("SELECT sealed FROM receiver")


def test_what_is_believed_of_receivers_only_grows(owner: psycopg.Connection) -> None:
    configured(owner, [webhook("room", 1)])

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("DELETE FROM receiver")
