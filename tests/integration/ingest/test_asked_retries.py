"""What somebody asked for is fed in again beside the live intake, once, whoever is killed meanwhile."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest
from prometheus_client import CollectorRegistry
from psycopg.errors import InsufficientPrivilege
from pydantic import SecretStr

from services.ingest.proof.asked_retries import PIECE, AskedRetries
from services.ingest.proof.rejects import RETRY_SLOT
from services.runtime.settings import Settings
from services.store.asked_retries import AskedRetry, RetryWish
from services.store.connection import Role, connect, session_address
from services.store.errors import DatabaseError
from services.store.retry_work import next_piece
from services.store.slots import try_slot
from tests.fixtures.kept import NOW, START, STEP, Kept, frame
from tests.fixtures.retrying import asked, carried_out, retrying, told
from tests.fixtures.until import until

READINGS = "SELECT count(*), count(DISTINCT time) FROM reading_realtime"
RETRIES = "SELECT reject, outcome, actor FROM reject_retry ORDER BY id"
WRITTEN = """
SELECT (SELECT count(*) FROM batch), (SELECT count(*) FROM reject_retry),
  (SELECT count(*) FROM reading_realtime), (SELECT count(*) FROM touched)
"""
WAITING = """
SELECT pid FROM pg_stat_activity
WHERE application_name = 'qingkong ingest retries' AND wait_event_type = 'Lock'
  AND datname = current_database()
"""
CODES = ["a21026"]
WAIT = "qingkong_ingest_retry_wait_seconds"
RETRIED = "qingkong_ingest_rejects_retried_total"
FORBIDDEN: Mapping[str, tuple[Role, str]] = {
    "ingest asks": ("ingest", "INSERT INTO asked_retry DEFAULT VALUES"),
    "ingest adds a reject": ("ingest", "UPDATE asked_retry SET rejects = rejects || 1::bigint"),
    "ingest names another": ("ingest", "UPDATE asked_retry SET actor = 'somebody else'"),
    "ingest forgets": ("ingest", "DELETE FROM asked_retry"),
    "the API says it is done": ("api", "UPDATE asked_retry SET state = 'done'"),
    "the API forgets": ("api", "DELETE FROM asked_retry"),
    "another service looks": ("alerts", "SELECT FROM asked_retry"),
}


@pytest.fixture
def kept(database: str, tmp_path: Path) -> Kept:
    return Kept(database, Settings(database_url=SecretStr(database), home=tmp_path))


async def rejected(kept: Kept, count: int) -> None:
    """Frames of MN-B, which is registered only afterwards; ids from 1 on."""
    kept.register("MN-A", codes=CODES)
    for step in range(count):
        at = START + step * STEP
        await kept.store([("MN-B", frame("MN-B", at, codes=CODES))], at)
    kept.register("MN-B", codes=CODES)


def counts(one: AskedRetry) -> tuple[int, int, int, int]:
    return one.stored, one.repeated, one.rejected, one.skipped


async def test_what_is_asked_for_is_done_told_and_measured_under_the_name_of_who_asked(
    kept: Kept,
) -> None:
    await rejected(kept, 2)
    retry = asked(kept, RetryWish(mn="MN-B"))
    waiting = told(kept, retry)
    registry = CollectorRegistry()

    async with retrying(kept, registry) as work:
        await work.step(NOW)
        waited = registry.get_sample_value(WAIT)
        nothing_left = await work.step(NOW)

    done = told(kept, retry)
    assert (waiting.state, waiting.total, waiting.looked) == ("asked", 2, 0)
    assert (done.state, done.looked, counts(done)) == ("done", 2, (2, 0, 0, 0))
    assert done.finished_at == NOW
    assert kept.rows(READINGS) == [(2, 2)]
    assert kept.rows(RETRIES) == [(1, "stored", "anna"), (2, "stored", "anna")]
    assert (await kept.verify(deep=True)).findings == []
    assert waited is not None
    assert waited > 0
    assert (nothing_left, registry.get_sample_value(WAIT)) == (False, 0)
    assert registry.get_sample_value(RETRIED, {"outcome": "stored"}) == 2


async def test_asked_for_again_it_is_a_repeat_and_else_passed_over(kept: Kept) -> None:
    await rejected(kept, 1)
    before = [asked(kept), asked(kept)]
    await carried_out(kept)
    after = asked(kept, RetryWish(again=True))

    await carried_out(kept)

    found = [counts(told(kept, retry)) for retry in (*before, after)]
    assert found == [(1, 0, 0, 0), (0, 0, 0, 1), (0, 1, 0, 0)]
    assert kept.rows(READINGS) == [(1, 1)]


async def test_a_dry_run_tells_what_would_be_and_leaves_nothing(kept: Kept) -> None:
    await rejected(kept, 1)
    await kept.store([("MN-X", frame("MN-X", START)), ("MN-A", frame("MN-A", START))], START)
    asked(kept, RetryWish(reject=1))
    await carried_out(kept)
    before = kept.rows(WRITTEN)
    dry = asked(kept, RetryWish(again=True, dry=True))

    await carried_out(kept)

    found = told(kept, dry)
    assert (found.state, counts(found)) == ("done", (0, 1, 2, 0))
    assert found.reasons == {"unknown_device": 1, "unknown_code": 1}
    assert [one["reject"] for one in found.examples] == [2, 3]
    assert kept.rows(WRITTEN) == before


async def test_whoever_is_killed_in_the_middle_another_goes_on_and_nothing_doubles(
    kept: Kept,
) -> None:
    await rejected(kept, 3)
    retry = asked(kept)
    lost: list[DatabaseError] = []

    async with retrying(kept) as first:
        first.most = 1
        await first.step(NOW)
        begun = told(kept, retry)
        await _killed(kept, first, lost)
        broken = told(kept, retry)

    await carried_out(kept)

    done = told(kept, retry)
    assert len(lost) == 1
    assert (begun.state, begun.looked) == (broken.state, broken.looked) == ("running", 1)
    assert (done.state, counts(done)) == ("done", (3, 0, 0, 0))
    assert kept.rows(READINGS) == [(3, 3)]
    assert [row[0] for row in kept.rows(RETRIES)] == [1, 2, 3]
    assert (await kept.verify(deep=True)).findings == []


async def _killed(kept: Kept, work: AskedRetries, lost: list[DatabaseError]) -> None:
    """Its session ends while a piece is written and not yet committed."""

    async def go() -> None:
        try:
            await work.step(NOW)
        except DatabaseError as error:
            lost.append(error)

    async def waits() -> bool:
        return bool(kept.rows(WAITING))

    with psycopg.connect(kept.url) as blocker:
        blocker.execute("LOCK TABLE reject_retry IN SHARE ROW EXCLUSIVE MODE")
        async with asyncio.TaskGroup() as group:
            group.create_task(go())
            await until(waits, 10, "the piece waits to be written")
            kept.rows(WAITING.replace("SELECT pid", "SELECT pg_terminate_backend(pid)"))


async def test_two_processes_share_the_work_and_do_nothing_twice(kept: Kept) -> None:
    await rejected(kept, 6)
    retry = asked(kept)
    stop = asyncio.Event()

    async def done() -> bool:
        return told(kept, retry).state == "done"

    async with retrying(kept) as one, retrying(kept) as other, asyncio.TaskGroup() as group:
        one.most = other.most = 1
        group.create_task(one.run(stop))
        group.create_task(other.run(stop))
        await until(done, 20, "the retry is done")
        stop.set()

    assert counts(told(kept, retry)) == (6, 0, 0, 0)
    assert kept.rows(READINGS) == [(6, 6)]
    assert len(kept.rows(RETRIES)) == 6


async def test_a_reject_that_the_database_cannot_take_is_named_and_the_others_are_stored(
    kept: Kept,
) -> None:
    await rejected(kept, 4)
    kept.owner("ALTER TABLE reject_retry ADD CONSTRAINT bad CHECK (reject <> 2)")
    retry = asked(kept)

    await carried_out(kept)

    done = told(kept, retry)
    assert (done.state, counts(done)) == ("done", (3, 0, 1, 0))
    assert done.reasons == {"database": 1}
    assert [one["reject"] for one in done.examples] == [2]
    assert kept.rows(READINGS) == [(3, 3)]


async def test_where_a_right_is_missing_it_is_given_up_with_what_to_do(kept: Kept) -> None:
    await rejected(kept, 2)
    kept.owner("REVOKE INSERT ON reject_retry FROM qingkong_ingest")
    first, second = asked(kept, RetryWish(reject=1)), asked(kept, RetryWish(reject=2))

    await carried_out(kept)

    failed = told(kept, first)
    assert (failed.state, failed.looked, failed.finished_at) == ("failed", 0, NOW)
    assert "use the account that migrated it" in failed.error
    assert told(kept, second).state == "failed"
    assert kept.rows(READINGS) == [(0, 0)]


async def test_who_retries_by_the_command_meanwhile_is_waited_for(kept: Kept) -> None:
    await rejected(kept, 1)
    retry = asked(kept)

    async with retrying(kept) as work, await connect(kept.url, "ingest", "command") as command:
        await try_slot(command, RETRY_SLOT)
        held = await work.step(NOW)
        state = told(kept, retry).state
        await command.close()

        async def works() -> bool:
            return await work.step(NOW)

        await until(works, 10, "the server lets go of what the command held")

    assert (held, state) == (False, "asked")
    assert told(kept, retry).state == "done"


async def test_a_piece_is_bounded_in_number_and_in_bytes(kept: Kept) -> None:
    await rejected(kept, 3)
    asked(kept)
    size = len(frame("MN-B", START, codes=CODES))
    found: list[int] = []

    async with await connect(kept.url, "ingest", "test") as connection:
        for most, most_bytes in ((PIECE, PIECE * size), (2, PIECE * size), (PIECE, size), (1, 0)):
            async with connection.transaction():
                piece = await next_piece(connection, most, most_bytes)
            assert piece is not None
            found.append(len(piece.rejects))

    assert found == [3, 2, 1, 1]


async def test_a_database_that_was_not_migrated_yet_ends_nothing(kept: Kept) -> None:
    kept.register("MN-A")
    kept.owner("ALTER TABLE asked_retry RENAME TO not_yet")
    stop = asyncio.Event()

    async with retrying(kept) as work, asyncio.TaskGroup() as group:
        group.create_task(work.run(stop))

        async def says() -> bool:
            return work.trouble is not None

        await until(says, 10, "it says what is wrong")
        stop.set()

    assert "asked_retry" in (work.trouble or "")


def test_nobody_does_more_with_it_than_his_part(database: str) -> None:
    done: list[str] = []

    for name, (role, statement) in FORBIDDEN.items():
        with psycopg.connect(session_address(database, role, "try"), autocommit=True) as connection:
            try:
                connection.execute(statement.encode())
            except InsufficientPrivilege:
                continue
            done.append(name)

    assert done == []
