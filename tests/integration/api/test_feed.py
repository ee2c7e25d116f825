"""The live feed of a real process: nothing missed, nothing twice, and only what is for the listener."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from schemas.access import Role, Scope
from services.api import feed
from services.store.connection import connect_now
from services.store.session import Session
from tests.fixtures.api import Api, Asking
from tests.fixtures.listening import PLANTS, Stream, alerted, listening, ordered
from tests.fixtures.registry import stored
from tests.fixtures.serving import Serving, disable, serving, token_of
from tests.fixtures.until import until


@pytest.fixture
def database(database: str) -> str:
    """Two plants are registered in it."""
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, PLANTS)
    return database


@pytest.fixture
def writer(database: str) -> Iterator[Session]:
    with connect_now(database, "alerts", "writer") as connection:
        yield connection


@pytest.fixture
def served(database: str, tmp_path: Path) -> Iterator[Serving]:
    with serving(database, tmp_path) as one:
        yield one


@pytest.fixture
def token(database: str) -> str:
    return token_of(database, "officer")


def case_of(writer: Session, event: int) -> int:
    row = writer.execute("SELECT alert FROM alert_event WHERE id = %s", (event,)).fetchone()
    assert row is not None
    return row[0]


async def heard(stream: Stream, count: int) -> list[int]:
    return [one.key for one in await stream.hear_out(count)]


async def test_what_commits_is_heard_soon(served: Serving, writer: Session, token: str) -> None:
    async with listening(served.base, token) as stream:
        await stream.begun()
        case = case_of(writer, alerted(writer, 1, "red"))

        one = await stream.hear(within_s=2)

    assert stream.status == 200
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["cache-control"] == "no-store"
    assert (one.event, one.key, one.said["plant"], one.said["severity"]) == (
        "alert",
        case,
        "P1",
        "red",
    )


async def test_a_break_and_a_restart_in_the_middle_lose_and_double_nothing(
    served: Serving, database: str, writer: Session, token: str
) -> None:
    cases: list[int] = []
    got: list[int] = []

    def make(some: int) -> None:
        cases.extend(case_of(writer, alerted(writer)) for _ in range(some))

    async with listening(served.base, token) as stream:
        await stream.begun()
        make(5)
        got += await heard(stream, 3)
        last = stream.last
    make(5)
    async with listening(served.base, token, last=last) as stream:
        got += await heard(stream, 4)
        with connect_now(database, "alerts", "late") as late, late.transaction():
            lagging = case_of(late, alerted(late))
            make(2)
            got += await heard(stream, 5)
            last = stream.last
            served.stop(signal.SIGKILL)
            make(3)
            served.start()
            async with listening(served.base, token, last=last) as again:
                got += await heard(again, 3)
                last = again.last
    cases.append(lagging)
    make(2)
    async with listening(served.base, token, last=last) as stream:
        got += await heard(stream, 3)

    assert sorted(got) == sorted(cases)
    assert len(got) == len(set(got))


async def test_two_processes_tell_the_same_under_the_same_numbers(
    served: Serving, database: str, writer: Session, token: str, tmp_path: Path
) -> None:
    (tmp_path / "second").mkdir()
    with serving(database, tmp_path / "second") as second:
        async with listening(served.base, token) as one, listening(second.base, token) as two:
            await one.begun()
            await two.begun()
            for _ in range(20):
                alerted(writer)
            first = await one.hear_out(20)
            same = await two.hear_out(12)
            last = two.last
        async with listening(served.base, token, last=last) as other:
            rest = await other.hear_out(8)

    assert [one.number for one in first] == [one.number for one in [*same, *rest]]
    assert [one.said for one in first] == [one.said for one in [*same, *rest]]


async def test_asked_to_end_it_lets_its_listeners_go(served: Serving, token: str) -> None:
    async with listening(served.base, token) as stream:
        await stream.begun()

        took_s = await asyncio.to_thread(served.stop)

        with pytest.raises(EOFError):
            await stream.hear()
    assert took_s < 4


async def test_each_hears_what_lies_in_his_scope(
    served: Serving, database: str, writer: Session, token: str
) -> None:
    own = token_of(database, "plant", Role.PLANT, Scope(plants=frozenset({2})))
    region = token_of(database, "county", Role.OPERATOR, Scope(region="1505"))
    async with (
        listening(served.base, own) as plant,
        listening(served.base, region) as county,
        listening(served.base, token) as everybody,
    ):
        for stream in (plant, county, everybody):
            await stream.begun()
        first = case_of(writer, alerted(writer, 1))
        second = case_of(writer, alerted(writer, 2))
        platform = case_of(writer, alerted(writer, None, kind="platform_silent"))
        last = case_of(writer, alerted(writer, 1)), case_of(writer, alerted(writer, 2))

        assert await heard(plant, 2) == [second, last[1]]
        assert await heard(county, 2) == [first, last[0]]
        assert await heard(everybody, 5) == [first, second, platform, *last]


CHOICES = {
    "?plant=P2": [1, 4],
    "?region=1505": [0, 2, 3],
    "?about=order": [2],
    "?about=alert&severity=red&severity=orange": [1, 3],
    "?kind=no_data": [2, 3],
}


async def test_a_listener_chooses(served: Serving, writer: Session, token: str) -> None:
    alerted(writer, 1)
    async with listening(served.base, token, last="0") as stream:
        first = (await stream.hear()).number + 1
    alerted(writer, 1, "blue")
    alerted(writer, 2, "red")
    ordered(writer, 1)
    alerted(writer, 1, "orange", "no_data")
    alerted(writer, 2, "yellow")
    found: dict[str, list[int]] = {}

    for query, wanted in CHOICES.items():
        async with listening(served.base, token, query, last=str(first - 1)) as stream:
            found[query] = [one.number - first for one in await stream.hear_out(len(wanted))]

    assert found == CHOICES


async def test_an_id_from_elsewhere_is_answered_by_a_reset(served: Serving, token: str) -> None:
    async with listening(served.base, token, last="999999") as stream:
        one = await stream.hear()

    assert one.event == "reset"


async def test_who_cannot_send_the_header_goes_on_from_what_he_asks(
    served: Serving, writer: Session, token: str
) -> None:
    alerted(writer)
    async with listening(served.base, token, last="0") as stream:
        first = (await stream.hear()).number
    second = case_of(writer, alerted(writer))

    async with listening(served.base, token, f"?last={first}") as stream:
        asked = await heard(stream, 1)
    async with listening(served.base, token, "?last=0", last=str(first)) as stream:
        by_header = await heard(stream, 1)

    assert asked == by_header == [second]


async def test_what_is_no_id_is_refused(api: Api) -> None:
    answer = await api.machine("officer")(
        "GET", "/api/v1/feed", headers={"Last-Event-ID": "yesterday"}
    )

    assert answer.status_code == 400
    assert "Last-Event-ID" in answer.text


async def test_who_may_not_is_refused(api: Api) -> None:
    answer = await Asking(api.browser(), "qk_nobody")("GET", "/api/v1/feed")

    assert answer.status_code == 401


async def test_another_plant_is_not_found(api: Api) -> None:
    own = api.machine("plant", Role.PLANT, Scope(plants=frozenset({2})))

    assert (await own("GET", "/api/v1/feed?plant=P1")).status_code == 404


async def test_who_takes_nothing_is_cut_off_and_others_go_on(
    served: Serving, writer: Session, token: str
) -> None:
    slow = socket.create_connection(("127.0.0.1", served.port))
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    words = f"GET /api/v1/feed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    slow.sendall(words.encode())
    async with listening(served.base, token) as stream:
        await stream.begun()
        for _ in range(8):
            writer.execute(
                "INSERT INTO alert_event (alert, version, what, reason, actor, at, made_at, state,"
                " severity, since, detail) SELECT %s, 1 + g, 'commented', 'x', 'officer', now(), now(),"
                " 'open', 'red', now(), jsonb_build_object('zh', repeat('长', 300))"
                " FROM generate_series(1, 1000) AS g",
                (case_of(writer, alerted(writer)),),
            )
        await stream.hear_out(8008, within_s=30)

        async def cut_off() -> bool:
            return b"stream.cut_off" in served.log.read_bytes()

        await until(cut_off, 25, "the slow one is cut off")

        again = case_of(writer, alerted(writer))
        assert (await stream.hear()).key == again
    slow.close()


async def test_who_loses_the_right_is_let_go(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "RENEW_S", 0.1)
    monkeypatch.setattr(feed, "HEARTBEAT_S", 0.05)
    machine = api.machine("officer")

    async def all_of_it() -> str:
        answer = await machine("GET", "/api/v1/feed")
        return answer.text

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        task = group.create_task(all_of_it())
        await asyncio.sleep(0.3)
        disable(api.url, "officer")

    said = task.result()
    assert said.count(": heartbeat\nid: ") == said.count("\n\nevent: heartbeat\n") >= 2


async def test_a_faulty_database_is_waited_for(api: Api, writer: Session) -> None:
    machine = api.machine("officer")
    with psycopg.connect(api.url, autocommit=True) as owner:
        owner.execute("ALTER TABLE feed RENAME TO hidden")
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            # Nothing can be read until it is there again; the stream begins and waits.
            task = group.create_task(machine("GET", "/api/v1/feed"))
            await asyncio.sleep(0.5)
            begun = api.app.state.feed.head
            owner.execute("ALTER TABLE hidden RENAME TO feed")
            case = case_of(writer, alerted(writer))

            async def told() -> bool:
                return api.app.state.feed.head > begun

            await until(told, 8, "the feed reads again")
            await asyncio.sleep(0.3)
            api.context.stopping.set()

    text = task.result().text
    assert text.count("event: alert") == 1
    assert f'"key":{case},' in text
