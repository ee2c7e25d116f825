"""Texts of any length are stored once and told apart: no index limits what a device may say."""

from dataclasses import replace
from hashlib import sha256

import psycopg
import pytest

from schemas.batch import EventRow, ParameterRow
from services.store.batches import Written, last_place, next_batch_ids, write_batch
from services.store.connection import Connection
from services.store.errors import Fault, fault_of
from tests.fixtures.build import NOW_US, SECOND_US, batch_of, reading
from tests.fixtures.storing import believed, revisions, store

# Nothing that could be compressed below the largest entry of an index (2,704 bytes).
LONG = "".join(sha256(bytes([number])).hexdigest() for number in range(250))
SHORT = "short"

PARAMETER = ParameterRow(1, None, "i13004", SHORT, NOW_US, NOW_US, NOW_US, 0)
EVENT = EventRow(1, "log", None, None, SHORT, NOW_US, NOW_US, NOW_US, 0)
PARAMETERS = {
    "value": [PARAMETER._replace(value=LONG + end) for end in "ab"],
    "about": [PARAMETER._replace(about=LONG + end) for end in "ab"],
    "code": [PARAMETER._replace(code=LONG + end) for end in "ab"],
    "absent or empty": [PARAMETER._replace(about=about) for about in (None, "")],
    "backslashes": [PARAMETER._replace(value=value) for value in ("\\x41", "A", "\\\\x41", "\\")],
}
EVENTS = {
    "text": [EVENT._replace(text=LONG + end) for end in "ab"],
    "kind": [EVENT._replace(kind=LONG + end) for end in "ab"],
    "about": [EVENT._replace(about=LONG + end) for end in "ab"],
    "code": [EVENT._replace(code=LONG + end) for end in "ab"],
    "absent or empty": [EVENT._replace(code=code) for code in (None, "")],
    "backslashes": [EVENT._replace(text=text) for text in ("\\x41", "A", "\\\\x41", "\\")],
}


async def tell(
    connection: Connection, parameters: list[ParameterRow], events: list[EventRow]
) -> Written:
    """Write one batch without readings: a frame for each parameter and event."""
    (batch,) = await next_batch_ids(connection, 1)
    count = len(parameters) + len(events)
    frames = batch_of(batch, *[reading()] * count)
    write = replace(
        frames,
        straight={},
        straight_count=0,
        conditional=frozenset(range(count)),
        parameters=[row._replace(seq=seq) for seq, row in enumerate(parameters)],
        events=[row._replace(seq=seq) for seq, row in enumerate(events, len(parameters))],
    )
    return await write_batch(connection, write, await last_place(connection, 0))


@pytest.mark.parametrize("rows", PARAMETERS.values(), ids=PARAMETERS.keys())
async def test_each_different_parameter_is_stored_once(
    workers: tuple[Connection, Connection], rows: list[ParameterRow]
) -> None:
    first = await tell(workers[0], rows, [])
    again = await tell(workers[0], rows, [])

    assert first.head.outcomes == "s" * len(rows)
    assert again.head.outcomes == "r" * len(rows)


@pytest.mark.parametrize("rows", EVENTS.values(), ids=EVENTS.keys())
async def test_each_different_event_is_stored_once(
    workers: tuple[Connection, Connection], rows: list[EventRow]
) -> None:
    first = await tell(workers[0], [], rows)
    again = await tell(workers[0], [], rows)

    assert first.head.outcomes == "s" * len(rows)
    assert again.head.outcomes == "r" * len(rows)


@pytest.mark.parametrize(
    ("flag", "other"), [(LONG, f"{LONG}b"), (None, ""), ("N", "D")], ids=["long", "empty", "short"]
)
async def test_a_value_under_any_flag_is_replaced_and_kept_once(
    workers: tuple[Connection, Connection], flag: str | None, other: str | None
) -> None:
    first = [reading(value=1.0, flag=flag), reading(value=1.0, flag=other)]
    later = reading(value=2.0, sent_us=NOW_US + SECOND_US)

    await store(workers[0], 0, *first)
    await store(workers[0], 0, later)
    again = await store(workers[0], 0, *first)

    assert again.head.outcomes == "rr"
    assert await believed(workers[0]) == [(2.0,)]
    assert await revisions(workers[0]) == [(1.0,), (1.0,)]


def test_what_is_larger_than_the_server_can_take_is_a_fault_of_the_item(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE said (words text UNIQUE)")

        with pytest.raises(psycopg.errors.ProgramLimitExceeded) as raised:
            connection.execute("INSERT INTO said VALUES (%s)", (LONG,))

    assert fault_of(raised.value) is Fault.ITEM
