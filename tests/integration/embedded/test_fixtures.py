"""The fixtures that other tests lean on: throw-away servers and the proxy before them."""

import asyncio
from urllib.parse import urlsplit

import aiomqtt
import psycopg
import pytest

from services.embedded.mosquitto import Mosquitto
from services.embedded.postgres import Postgres
from tests.fixtures.proxy import MakeProxy


def ports_of(server: Postgres) -> str:
    with psycopg.connect(server.url("postgres")) as connection:
        row = connection.execute("SHOW port").fetchone()
    assert row is not None
    return str(row[0])


def test_the_session_has_a_postgres_of_its_own(postgres: Postgres) -> None:
    assert ports_of(postgres) == str(urlsplit(postgres.url()).port)


def test_a_killed_postgres_keeps_what_was_committed(server: Postgres) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    server.kill()
    killed = server.pid()
    server.start()

    assert killed is None
    with psycopg.connect(server.url("postgres")) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_stopped_postgres_refuses_and_comes_back(server: Postgres) -> None:
    server.stop()
    with pytest.raises(psycopg.OperationalError):
        ports_of(server)

    server.start()

    assert ports_of(server) == str(server.port)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_has_a_migrated_database_of_its_own(database: str, turn: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        before = connection.execute("SELECT to_regclass('mine')").fetchone()
        connection.execute("CREATE TABLE mine (turn text)")
        connection.execute("INSERT INTO mine VALUES (%s)", [turn])
        hypertables = connection.execute(
            "SELECT count(*) FROM timescaledb_information.hypertables"
        ).fetchone()

    assert before == (None,)
    assert hypertables is not None
    assert hypertables[0] > 0


async def test_a_broker_restarts_on_the_same_port(broker: Mosquitto) -> None:
    broker.kill()
    broker.start()

    async with client(broker) as connected:
        await connected.publish("hello", b"x", qos=1)


async def test_a_cut_proxy_refuses_and_a_healed_one_passes(
    proxy: MakeProxy, mosquitto: Mosquitto
) -> None:
    before = await proxy("127.0.0.1", mosquitto.port)
    reader, writer = await asyncio.open_connection("127.0.0.1", before.port)

    await before.cut()
    rest = await reader.read()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", before.port)
    await before.heal()

    assert rest == b""
    writer.close()
    async with client(mosquitto, before.port) as connected:
        await connected.publish("hello", b"x", qos=1)


async def test_a_deaf_proxy_passes_no_byte_until_it_is_healed(
    proxy: MakeProxy, mosquitto: Mosquitto
) -> None:
    before = await proxy("127.0.0.1", mosquitto.port)
    before.deaf()
    reader, writer = await asyncio.open_connection("127.0.0.1", before.port)
    writer.write(CONNECT)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await reader.read(1)
    await before.heal()

    assert await reader.read(1) == b"\x20"
    writer.close()


async def test_a_slow_proxy_takes_its_time(proxy: MakeProxy, mosquitto: Mosquitto) -> None:
    before = await proxy("127.0.0.1", mosquitto.port)
    before.slow(bytes_per_s=200)
    loop = asyncio.get_running_loop()
    begun = loop.time()

    async with client(mosquitto, before.port) as connected:
        await connected.publish("hello", b"x" * 40, qos=1)

    assert loop.time() - begun > 0.2


# MQTT 3.1.1, clean session, client id "a", no account: answered by a CONNACK that refuses.
CONNECT = bytes.fromhex("100d00044d51545404020014000161")


def client(broker: Mosquitto, port: int | None = None) -> aiomqtt.Client:
    return aiomqtt.Client(
        "127.0.0.1",
        port=port or broker.port,
        username="qingkong",
        password=broker.password,
        protocol=aiomqtt.ProtocolVersion.V5,
    )
