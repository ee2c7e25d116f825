"""What a virtual province sends, taken in at the times it would have arrived, without a broker.

Decoded, judged, chained and stored by ingest's own hands, in one slot. It must not know what
becomes of it.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry

from services.ingest.draft import Draft
from services.ingest.from_settings import clock_guard
from services.ingest.memory import Memory
from services.ingest.message import Message
from services.ingest.metrics import ingest_metrics
from services.ingest.registry_copy import lookup_of
from services.ingest.writer import Writer
from services.runtime.seal import opener_of
from services.runtime.settings import Settings
from services.simulate.outgoing import Outgoing
from services.store.connection import connect
from services.store.registry import load_lookup

SLOT = 0
MOST = 1_000
"""Messages of a batch, as ingest has it."""


class SlotTaken(Exception):  # noqa: N818 - a state of affairs, not a fault
    """A running ingest holds the slot: this database is not for rehearsals."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Stores messages as if each had arrived when it was sent."""

    writer: Writer

    async def store(self, sent: Sequence[Outgoing]) -> int:
        """Store them, in this order; how many. Raises SlotLostError, psycopg.Error."""
        # What took long meanwhile may have cost the connection.
        await self.writer.keep_alive()
        for first in range(0, len(sent), MOST):
            some = sent[first : first + MOST]
            messages = [
                Message(
                    0, one.topic, one.payload, round(one.at_s * 1_000_000), duplicate=False, qos=1
                )
                for one in some
            ]
            await self.writer.commit(self.writer.redraft(messages))
        return len(sent)


@asynccontextmanager
async def intake(database_url: str, seal_key_file: Path) -> AsyncGenerator[Intake]:
    """Hold the slot, with the registry as it is now.

    Raises SlotTaken when an ingest holds it, psycopg.Error when the database cannot be used.
    """
    settings = Settings(seal_key=None, seal_key_file=seal_key_file)
    async with await connect(database_url, "ingest", "qingkong rehearse") as connection:
        lookup = lookup_of(await load_lookup(connection), opener_of(settings))
    memory, guard = Memory(), clock_guard(settings)

    def draft_of(messages: Sequence[Message]) -> Draft:
        draft = Draft(lookup, guard, memory)
        draft.add(messages)
        return draft

    writer = Writer(database_url, SLOT, ingest_metrics(CollectorRegistry()), draft_of)
    if not await writer.take_slot():
        raise SlotTaken("an ingest is running on this database: rehearse in a folder of its own")
    try:
        yield Intake(writer)
    finally:
        await writer.give_back()
