"""Two workers at the same keys: what one waits for is known before it decides."""

import asyncio
from collections.abc import Sequence

import psycopg
import pytest

from services.ingest.record import Row
from services.store.batches import Written
from services.store.connection import Connection
from tests.fixtures.build import NOW_US, SECOND_US, reading
from tests.fixtures.storing import Way, believed, revisions, store


def said(value: float, received: int) -> Row:
    """Say a value without a time of sending."""
    return reading(value=value, sent_us=None, received_us=NOW_US + received * SECOND_US)


async def waits(database: str, worker: Connection) -> None:
    """Return once the worker's statement waits for another transaction."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as watch:
        waiting = False
        while not waiting:
            cursor = await watch.execute(
                "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s",
                (worker.info.backend_pid,),
            )
            row = await cursor.fetchone()
            waiting = row is not None and bool(row[0])


async def overtaken(
    database: str,
    workers: tuple[Connection, Connection],
    first: Sequence[Sequence[Row]],
    second: Sequence[Row],
    way: Way,
) -> Written:
    """Write `second` while the batches of `first` are written but not committed yet."""
    one, two = workers
    async with asyncio.timeout(10), asyncio.TaskGroup() as group, two.transaction():
        for rows in first:
            await store(two, 1, *rows, way="suspect")
        task = group.create_task(store(one, 0, *second, way=way))
        await waits(database, one)
    return task.result()


@pytest.mark.parametrize("way", ["straight", "suspect"])
async def test_a_repeat_of_what_another_worker_is_replacing_is_not_believed_again(
    database: str, workers: tuple[Connection, Connection], way: Way
) -> None:
    await store(workers[0], 0, said(1.0, 1))

    written = await overtaken(database, workers, [[said(2.0, 2)]], [said(1.0, 5)], way)

    assert written.head.outcomes == "r"
    assert await believed(workers[0]) == [(2.0,)]
    assert await revisions(workers[0]) == [(1.0,)]


@pytest.mark.parametrize("way", ["straight", "suspect"])
async def test_a_repeat_of_what_another_worker_stored_and_replaced_meanwhile_is_not_believed(
    database: str, workers: tuple[Connection, Connection], way: Way
) -> None:
    first = [[said(1.0, 1)], [said(2.0, 2)]]

    written = await overtaken(database, workers, first, [said(1.0, 5)], way)

    assert written.head.outcomes == "r"
    assert await believed(workers[0]) == [(2.0,)]
    assert await revisions(workers[0]) == [(1.0,)]


@pytest.mark.parametrize("way", ["straight", "suspect", "mixed"])
async def test_a_repeat_that_became_known_meanwhile_does_not_hide_a_new_value(
    database: str, workers: tuple[Connection, Connection], way: Way
) -> None:
    second = [said(2.0, 2), said(1.0, 5)]

    written = await overtaken(database, workers, [[said(1.0, 1)]], second, way)

    assert written.head.outcomes == "sr"
    assert await believed(workers[0]) == [(2.0,)]
    assert await revisions(workers[0]) == [(1.0,)]


async def test_equal_batches_at_the_same_moment_are_stored_once(
    database: str, workers: tuple[Connection, Connection]
) -> None:
    rows = [said(1.0, 1), said(2.0, 2), said(3.0, 3)]

    written = await overtaken(database, workers, [rows], rows, "suspect")

    assert written.head.outcomes == "rrr"
    assert await believed(workers[0]) == [(3.0,)]
    assert await revisions(workers[0]) == [(1.0,), (2.0,)]
