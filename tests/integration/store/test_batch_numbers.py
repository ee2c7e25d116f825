"""A batch's number that another batch has is told as such, whatever row meets it first."""

from dataclasses import replace

import pytest

from schemas.batch import NoteRow
from services.store.batches import BatchNumberTakenError, last_place, write_batch
from services.store.connection import connect
from tests.fixtures.build import batch_of, reading

NUMBER = 7


@pytest.mark.parametrize("notes", [(), (NoteRow(1, "resent", 1),)], ids=["plain", "with notes"])
@pytest.mark.parametrize("later_us", [0, 1], ids=["received at once", "received later"])
async def test_a_number_drawn_twice_is_told_and_nothing_is_written(
    database: str, notes: tuple[NoteRow, ...], later_us: int
) -> None:
    async with await connect(database, "ingest", "test") as connection:
        first = replace(batch_of(NUMBER, reading(), slot=0, suspect=False), notes=notes)
        moved = reading(time_us=reading().time_us + 1_000_000)
        second = replace(batch_of(NUMBER, moved, slot=1), notes=notes)
        second = replace(second, received_us=[one + later_us for one in first.received_us])
        await write_batch(connection, first, await last_place(connection, 0))

        with pytest.raises(BatchNumberTakenError):
            await write_batch(connection, second, await last_place(connection, 1))

        assert (await last_place(connection, 1)).number == 0
