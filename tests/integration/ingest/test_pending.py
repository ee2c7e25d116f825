"""What a worker holds is told with each batch: no message is counted twice, and none is left out."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

import psycopg
import pytest

from schemas.pending import HeldCount
from services.ingest.batching import BatchLimits
from services.ingest.message import ConsumerClosed, Message
from services.ingest.pipeline import Pipeline
from services.ingest.writer import Writer
from services.store.connection import connect
from services.store.pending import forget_pending, replace_pending
from tests.fixtures.handed import Handed
from tests.fixtures.hostile import Intake, intake
from tests.fixtures.hostile_messages import (
    HONEST,
    HOSTILE,
    RECEIVED_US,
    START,
    from_json,
    iso,
    json_payload,
)

BACKLOG = 400
# Within each transaction that tells what is held: the frames of all batches, and the held messages.
WATCH = (
    "CREATE TABLE told (frames integer, held integer, publishers text[])",
    "GRANT INSERT ON told TO qingkong_ingest",
    """CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO told SELECT (SELECT sum(frames) FROM batch),
        COALESCE((SELECT sum(messages) FROM pending), 0),
        ARRAY(SELECT publisher FROM pending);
      RETURN NEW; END $$""",
    "CREATE TRIGGER tell AFTER INSERT OR UPDATE ON slot_pending FOR EACH ROW EXECUTE FUNCTION tell()",
)
REFUSE = (
    """CREATE FUNCTION refuse_it() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'not this one' USING ERRCODE = 'check_violation'; END $$""",
    """CREATE TRIGGER refuse_it BEFORE INSERT ON device_event FOR EACH ROW
    WHEN (NEW.text = 'refuse me') EXECUTE FUNCTION refuse_it()""",
)
REFUSED = from_json(json_payload(events=[{"time": iso(START), "kind": "log", "text": "refuse me"}]))


@pytest.fixture
async def slot(database: str) -> AsyncGenerator[Intake]:
    with psycopg.connect(database) as connection:
        for statement in WATCH:
            connection.execute(statement.encode())
    async with intake(database) as opened:
        opened.limits = BatchLimits(size=100, age_s=0.02)
        yield opened


def told(slot: Intake) -> list[tuple[object, ...]]:
    return slot.rows("SELECT frames, held FROM told ORDER BY frames")


async def test_a_backlog_is_committed_or_pending_at_every_commit(slot: Intake) -> None:
    await slot.take(honest=BACKLOG)

    found = told(slot)
    assert len(found) >= 4
    assert {int(str(frames)) + int(str(held)) for frames, held in found} == {BACKLOG}
    assert found[-1] == (BACKLOG, 0)


async def test_the_other_half_of_a_batch_that_is_split_is_pending(slot: Intake) -> None:
    with psycopg.connect(slot.url) as connection:
        for statement in REFUSE:
            connection.execute(statement.encode())

    account = await slot.take(REFUSED, honest=BACKLOG - 1)

    found = told(slot)
    assert account.outcomes == "x"
    assert len(found) > 8
    assert {int(str(frames)) + int(str(held)) for frames, held in found} == {BACKLOG}


@dataclass(eq=False)
class Leaving(Handed):
    """Hands out a few messages and is closed; its successor gets all of them."""

    successor: Handed | None = None
    pipelines: list[Pipeline] = field(default_factory=list[Pipeline])

    async def take(self, limit: int, timeout_s: float | None) -> list[Message]:  # noqa: ARG002 - the signature is the consumer's
        if self.owed:
            self.owed.clear()
            return self.queued[: min(limit, 10)]
        assert self.successor is not None
        self.queued = []
        self.pipelines[-1].consumer = self.successor
        raise ConsumerClosed("thrown out")


async def test_what_was_taken_from_a_consumer_that_is_gone_is_not_held(slot: Intake) -> None:
    slot.limits = BatchLimits(size=100, age_s=10)
    messages = [
        Message(token, f"hj212/{HONEST}", b"##0002&&0000\n", RECEIVED_US, duplicate=False, qos=1)
        for token in range(1, 201)
    ]
    last = Handed([*messages], {message.token for message in messages})
    first = Leaving(messages, {1}, successor=last, pipelines=slot.running)

    await slot.run(first, last.done)

    found = told(slot)
    assert {int(str(frames)) + int(str(held)) for frames, held in found} == {200}


async def test_publishers_are_told_by_name(slot: Intake) -> None:
    await slot.take(*[REFUSED] * 3, honest=BACKLOG)

    [named] = slot.rows("SELECT publishers FROM told ORDER BY frames LIMIT 1")
    assert set(named[0]) <= {HONEST, HOSTILE}  # pyright: ignore[reportArgumentType] - a row of any


@pytest.mark.parametrize(
    "publishers",
    [
        [],
        [""],
        ["MN-A", "MN-B"],
        ['"', "\\", "{}", ",", "NULL", "a b", "企业", 'a"\\,b'],
        [f"MN{number:022d}" for number in range(2000)],
    ],
    ids=["none", "nameless", "two", "of odd characters", "two thousand"],
)
async def test_what_is_held_is_kept_as_it_was_told(
    database: str, publishers: Sequence[str]
) -> None:
    held = [HeldCount(name, 3_600_000_000 * place, place) for place, name in enumerate(publishers)]
    async with await connect(database, "ingest", "test") as connection:
        await replace_pending(connection, 0, [HeldCount("before", 0, 9)])

        await replace_pending(connection, 0, held)

        cursor = await connection.execute(
            "SELECT publisher, messages, extract(epoch FROM hour)::bigint / 3600 FROM pending"
        )
        expected = [(name, place, place) for place, name in enumerate(publishers)]
        assert sorted(await cursor.fetchall()) == sorted(expected)


async def test_a_slot_that_is_retired_holds_nothing(database: str) -> None:
    async with await connect(database, "ingest", "test") as connection:
        for slot in (0, 1):
            await replace_pending(connection, slot, [HeldCount("MN-A", 0, 9)])

        await forget_pending(connection, 0)

        cursor = await connection.execute("SELECT slot FROM slot_pending")
        assert await cursor.fetchall() == [(1,)]


async def test_what_a_dead_worker_held_stays_until_its_successor_commits(slot: Intake) -> None:
    async with await connect(slot.url, "ingest", "test") as connection:
        await replace_pending(connection, 0, [HeldCount(HONEST, 0, 9)])
    await slot.writer.give_back()
    heir = Writer(slot.url, 0, slot.metrics, slot.writer.redraft)

    assert await heir.take_slot()

    assert slot.rows("SELECT messages FROM pending") == [(9,)]
    slot.writer = heir
    await slot.take(honest=3)
    assert slot.rows("SELECT messages FROM pending") == []
