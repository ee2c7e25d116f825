"""Which value is believed follows the sender's order, whatever the order of arrival."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import permutations

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.evidence.chain import GENESIS
from services.ingest.record import Row
from services.store.batches import (
    ChainPlace,
    Written,
    last_place,
    next_batch_ids,
    prepare_connection,
    write_batch,
)
from services.store.connection import Connection, connect
from tests.fixtures.build import NOW_US, SECOND_US, batch_of, reading

A = reading(value=1.0, sent_us=NOW_US + 1 * SECOND_US)
B = reading(value=2.0, sent_us=NOW_US + 2 * SECOND_US)


@pytest.fixture
async def workers(database: str) -> AsyncIterator[tuple[Connection, Connection]]:
    async with (
        await connect(database, "ingest", "one") as one,
        await connect(database, "ingest", "two") as two,
    ):
        await prepare_connection(one)
        await prepare_connection(two)
        yield one, two


async def store(connection: Connection, slot: int, *rows: Row, suspect: bool = False) -> Written:
    (batch,) = await next_batch_ids(connection, 1)
    place = await last_place(connection, slot)
    return await write_batch(connection, batch_of(batch, *rows, slot=slot, suspect=suspect), place)


async def believed(connection: Connection) -> list[tuple[object, ...]]:
    cursor = await connection.execute("SELECT value FROM reading_minute ORDER BY time, channel")
    return await cursor.fetchall()


async def revisions(connection: Connection) -> list[tuple[object, ...]]:
    cursor = await connection.execute("SELECT value FROM reading_revision ORDER BY value")
    return await cursor.fetchall()


ORDERS = sorted(set(permutations("ABAB")))


@pytest.mark.parametrize("order", ORDERS, ids=["".join(order) for order in ORDERS])
async def test_the_later_sent_is_believed_in_any_order_of_arrival(
    workers: tuple[Connection, Connection], order: Sequence[str]
) -> None:
    outcomes = ""
    for place, name in enumerate(order):
        received_us = NOW_US + (10 + place) * SECOND_US
        row = {"A": A, "B": B}[name]._replace(received_us=received_us)
        written = await store(workers[place % 2], place % 2, row)
        outcomes += written.head.outcomes

    assert await believed(workers[0]) == [(2.0,)]
    assert await revisions(workers[0]) == [(1.0,)]
    assert outcomes.count("r") == 2


async def test_two_workers_at_the_same_moment_agree(
    workers: tuple[Connection, Connection],
) -> None:
    async with asyncio.TaskGroup() as group:
        first = group.create_task(store(workers[0], 0, A))
        second = group.create_task(store(workers[1], 1, B))

    assert first.result().head.readings == second.result().head.readings == 1
    assert await believed(workers[0]) == [(2.0,)]
    assert await revisions(workers[0]) == [(1.0,)]


async def test_without_a_time_of_sending_a_known_value_is_a_repeat_however_late(
    workers: tuple[Connection, Connection],
) -> None:
    first = reading(value=1.0, sent_us=None, received_us=NOW_US + 1)
    second = reading(value=2.0, sent_us=None, received_us=NOW_US + 2)

    await store(workers[0], 0, first)
    await store(workers[0], 0, second)
    again = await store(workers[0], 0, first._replace(received_us=NOW_US + 3))

    assert again.head.outcomes == "r"
    assert await believed(workers[0]) == [(2.0,)]


async def test_both_values_in_one_batch_leave_one_believed_and_one_revision(
    workers: tuple[Connection, Connection],
) -> None:
    written = await store(workers[0], 0, B, A, B, A)

    assert await believed(workers[0]) == [(2.0,)]
    assert await revisions(workers[0]) == [(1.0,)]
    assert sorted(written.head.outcomes) == ["r", "r", "s", "s"]
    assert (written.head.readings, written.head.revised) == (2, 1)


async def test_a_batch_follows_its_predecessor_in_the_chain(
    workers: tuple[Connection, Connection],
) -> None:
    first = await store(workers[0], 0, A)
    second = await store(workers[0], 0, B)

    assert (first.head.number, second.head.number) == (1, 2)
    assert await last_place(workers[0], 0) == ChainPlace(2, second.digest)
    assert await last_place(workers[0], 1) == ChainPlace(0, GENESIS)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans()), min_size=1, max_size=8)
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_belief_equals_a_model(database: str, arrivals: list[tuple[int, int, bool]]) -> None:
    async def check() -> None:
        async with await connect(database, "ingest", "model") as connection:
            await prepare_connection(connection)
            with psycopg.connect(database, autocommit=True) as owner:
                owner.execute("ALTER TABLE reading_revision DISABLE TRIGGER USER")
                owner.execute("TRUNCATE reading_minute, reading_revision")
            model: dict[int, set[int]] = {}
            for place, (channel, sent, suspect) in enumerate(arrivals):
                known = sent in model.setdefault(channel, set())
                model[channel].add(sent)
                row = reading(
                    channel=channel,
                    value=float(sent),
                    sent_us=NOW_US + sent * SECOND_US,
                    received_us=NOW_US + place,
                )

                written = await store(connection, 0, row, suspect=suspect)

                assert written.head.outcomes == ("r" if known else "s")
            cursor = await connection.execute("SELECT channel, value FROM reading_minute")
            found = {channel: value for channel, value in await cursor.fetchall()}  # noqa: C416
            assert found == {channel: float(max(sent)) for channel, sent in model.items()}
            cursor = await connection.execute("SELECT count(*) FROM reading_revision")
            kept = sum(len(sent) - 1 for sent in model.values())
            assert await cursor.fetchone() == (kept,)

    asyncio.run(check())
