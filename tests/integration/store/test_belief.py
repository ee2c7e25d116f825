"""Which value is believed follows the sender's order, whatever the order of arrival."""

import asyncio
from collections.abc import Sequence
from itertools import permutations

import pytest

from services.evidence.chain import GENESIS
from services.store.batches import ChainPlace, last_place
from services.store.connection import Connection
from tests.fixtures.build import NOW_US, SECOND_US, reading
from tests.fixtures.storing import Way, believed, revisions, store

A = reading(value=1.0, sent_us=NOW_US + 1 * SECOND_US)
B = reading(value=2.0, sent_us=NOW_US + 2 * SECOND_US)


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


# No QN, and one time of receipt for a whole piece of TCP: the place in the batch decides.
FIRST = reading(value=1.0, sent_us=None)
SECOND = reading(value=2.0, sent_us=None)


@pytest.mark.parametrize("way", ["straight", "suspect", "mixed"])
async def test_of_two_values_received_at_once_the_second_is_believed_whichever_way_it_took(
    workers: tuple[Connection, Connection], way: Way
) -> None:
    await store(workers[0], 0, FIRST, SECOND, way=way)

    assert await believed(workers[0]) == [(2.0,)]
    assert await revisions(workers[0]) == [(1.0,)]


async def test_of_two_values_received_at_once_the_later_batch_is_believed(
    workers: tuple[Connection, Connection],
) -> None:
    await store(workers[0], 0, FIRST)
    await store(workers[0], 0, SECOND)
    again = await store(workers[0], 0, FIRST)

    assert again.head.outcomes == "r"
    assert await believed(workers[0]) == [(2.0,)]


@pytest.mark.parametrize(
    "cuts",
    [
        pytest.param("1|2|1", id="each alone"),
        pytest.param("1|21", id="the repeat beside the new value"),
        pytest.param("12|1", id="the repeat alone"),
        pytest.param("121", id="all in one"),
    ],
)
@pytest.mark.parametrize("way", ["straight", "suspect", "mixed"])
async def test_how_rows_are_batched_decides_nothing(
    workers: tuple[Connection, Connection], cuts: str, way: Way
) -> None:
    received_us = NOW_US
    outcomes = ""
    for values in cuts.split("|"):
        rows = [
            reading(value=float(value), sent_us=None, received_us=received_us + place)
            for place, value in enumerate(values)
        ]
        received_us += len(rows)
        outcomes += (await store(workers[0], 0, *rows, way=way)).head.outcomes

    assert await believed(workers[0]) == [(2.0,)]
    assert await revisions(workers[0]) == [(1.0,)]
    assert outcomes == "ssr"
