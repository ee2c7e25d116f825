"""Belief, revisions and outcomes equal a model of a few lines, however values arrive and batch.

The model. Values arrive one after the other: batch after batch as they commit, whatever their
slot, and within a batch in the order of their frames, which is that of their receipt. A value of a
key (channel, time) that was said before (same time of sending, same numbers and flag) is a repeat
and changes nothing. Any other is known from now on, with the rank (time of sending or, without
one, of receipt; time of receipt; batch; place in the batch) of this first arrival. Believed is the
known value with the greatest rank; all others are revisions.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import psycopg
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.ingest.record import Row
from services.store.batches import prepare_connection
from services.store.connection import Connection, connect
from services.store.said_rows import moment
from tests.fixtures.build import NOW_US, SECOND_US, reading
from tests.fixtures.storing import Way, store

RESET = """
ALTER TABLE reading_revision DISABLE TRIGGER USER;
TRUNCATE reading_minute, reading_revision;
ALTER TABLE reading_revision ENABLE TRIGGER USER;
"""
HELD = """
SELECT channel, sent_at, value, received_at, batch, seq, true FROM reading_minute
UNION ALL
SELECT channel, sent_at, value, received_at, batch, seq, false FROM reading_revision
"""


class Said(NamedTuple):
    """A value of a key, as its sender said it; times in seconds from a common start."""

    channel: int
    sent: int | None
    value: int


class Arrival(NamedTuple):
    """A batch: its rows with their times of receipt, the slot and way they took."""

    slot: int
    way: Way
    rows: Sequence[tuple[Said, int]]


class Rank(NamedTuple):
    """What decides between two values of a key."""

    sent_or_received: datetime
    received: datetime
    batch: int
    seq: int


@dataclass
class Model:
    """All that is known, by the rank of its first arrival."""

    known: dict[Said, Rank] = field(default_factory=dict)

    def take(self, said: Said, received: int, batch: int, seq: int) -> str:
        """Note a value; the outcome of its frame."""
        if said in self.known:
            return "r"
        at = second(received)
        self.known[said] = Rank(at if said.sent is None else second(said.sent), at, batch, seq)
        return "s"

    def held(self) -> set[tuple[object, ...]]:
        """The rows that the tables should hold, the believed ones marked."""
        greatest: dict[int, Rank] = {}
        for said, rank in self.known.items():
            greatest[said.channel] = max(rank, greatest.get(said.channel, rank))
        return {
            (
                said.channel,
                None if said.sent is None else second(said.sent),
                float(said.value),
                *rank[1:],
                rank == greatest[said.channel],
            )
            for said, rank in self.known.items()
        }


def second(number: int) -> datetime:
    return moment(NOW_US + number * SECOND_US)


def row_of(said: Said, received: int) -> Row:
    return reading(
        channel=said.channel,
        value=float(said.value),
        sent_us=None if said.sent is None else NOW_US + said.sent * SECOND_US,
        received_us=NOW_US + received * SECOND_US,
    )


# Few of each, so that repeats, equal times and ties are common.
SAID = st.builds(
    Said,
    channel=st.integers(1, 2),
    sent=st.none() | st.integers(2, 4),
    value=st.integers(1, 2),
)
ARRIVAL = st.builds(
    Arrival,
    slot=st.integers(0, 1),
    way=st.sampled_from(["straight", "suspect", "mixed"]),
    rows=st.lists(st.tuples(SAID, st.integers(1, 5)), min_size=1, max_size=5).map(
        lambda rows: sorted(rows, key=lambda row: row[1])
    ),
)
A, B = Said(1, None, 1), Said(1, None, 2)


async def follow(database: str, arrivals: Sequence[Arrival]) -> None:
    model = Model()
    async with (
        await connect(database, "ingest", "one") as one,
        await connect(database, "ingest", "two") as two,
    ):
        workers: tuple[Connection, Connection] = (one, two)
        for worker in workers:
            await prepare_connection(worker)
        for slot, way, rows in arrivals:
            written = await store(workers[slot], slot, *(row_of(*row) for row in rows), way=way)

            expected = [
                model.take(said, received, written.head.id, seq)
                for seq, (said, received) in enumerate(rows)
            ]
            assert written.head.outcomes == "".join(expected)
            assert written.head.readings == expected.count("s")
        cursor = await one.execute(HELD)
        held = await cursor.fetchall()
    assert sorted(map(str, held)) == sorted(map(str, model.held()))


@given(st.lists(ARRIVAL, min_size=1, max_size=6))
@example([Arrival(0, "straight", [(A, 1)]), Arrival(1, "suspect", [(B, 2), (A, 3)])])
@example([Arrival(0, "mixed", [(A, 1), (B, 1), (A, 1)]), Arrival(1, "straight", [(A, 1)])])
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_belief_equals_a_model(database: str, arrivals: Sequence[Arrival]) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(RESET)

    asyncio.run(follow(database, arrivals))
