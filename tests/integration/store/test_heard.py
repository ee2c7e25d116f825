"""Batches are heard once each, in whatever order they commit."""

from datetime import UTC, datetime, timedelta

import psycopg
from psycopg import sql

from services.store.cursors import Cursor, before_batches
from services.store.heard import Wanted, heard_numbers, new_batches

AT = datetime(2025, 3, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def announce(connection: psycopg.Connection, number: int, at: datetime = AT) -> None:
    connection.execute(
        "INSERT INTO batch (id, slot, number, received_from, received_to, frames, stored, repeated,"
        " rejected, readings, revised, devices, received_ms, outcomes, block_bytes, previous, digest)"
        " VALUES (%s, 0, %s, %s, %s, 1, 1, 0, 0, 1, 0, '{7}', '{0}', 's', 1, sha256(''::bytea),"
        " sha256('x'::bytea))",
        (number, number, at, at),
    )


def ids(connection: psycopg.Connection, cursor: Cursor) -> tuple[list[int], Cursor]:
    found, cursor = new_batches(connection, cursor)
    return [one.id for one in found], cursor


def test_each_batch_is_heard_once(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        announce(session, 1)
        first, cursor = ids(session, before_batches(session, AT))
        again, cursor = ids(session, cursor)
        announce(session, 2)

        second, cursor = ids(session, cursor)

    assert (first, again, second) == ([1], [], [2])
    assert cursor.seen == frozenset()


def test_a_batch_that_commits_late_is_heard_and_the_ones_seen_meanwhile_not_again(
    database: str,
) -> None:
    """The slow one has the lower position: until it ends the closed position stays below it."""
    with psycopg.connect(database, autocommit=True) as session, psycopg.connect(database) as slow:
        cursor = before_batches(session, AT)
        announce(slow, 1)
        announce(session, 2)
        first, cursor = ids(session, cursor)
        announce(session, 3)
        second, cursor = ids(session, cursor)
        held = cursor
        slow.commit()

        third, cursor = ids(session, cursor)

    assert (first, second, third) == ([2], [3], [1])
    assert held.seen == frozenset({2, 3})
    assert cursor.seen == frozenset()


def test_a_cursor_begins_before_what_still_runs(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as session, psycopg.connect(database) as slow:
        announce(slow, 1)
        announce(session, 2)
        cursor = before_batches(session, AT)
        slow.commit()

        found, _ = ids(session, cursor)

    assert found == [1, 2]


def test_a_cursor_leaves_out_what_was_received_before(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        announce(session, 1, AT - 10 * MINUTE)
        announce(session, 2, AT)

        found, _ = ids(session, before_batches(session, AT - MINUTE))

    assert found == [2]


def test_only_what_the_batches_brought_is_read_and_of_each_table_its_channels(
    database: str,
) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        for table, batch, value in (
            ("reading_realtime", 1, 1.5),
            ("reading_minute", 1, 2.5),
            ("state", 1, 1),
            ("reading_realtime", 2, 9),
        ):
            into = sql.SQL(
                "INSERT INTO {} (time, channel, value, flag, span_s, received_at, batch, seq)"
                " VALUES (%s, 5, %s, 'N', 30, %s, %s, 0)"
            ).format(sql.Identifier(table))
            session.execute(into, (AT + batch * MINUTE, value, AT, batch))

        found = heard_numbers(session, Wanted([5], [5], AT, [1]))
        without_states = heard_numbers(session, Wanted([5], [], AT, [1]))
        later = heard_numbers(session, Wanted([5], [5], AT + 2 * MINUTE, [1]))

    assert sorted((one.series.value, one.value) for one in found) == [
        ("minute", 2.5),
        ("realtime", 1.5),
        ("state", 1.0),
    ]
    assert len(without_states) == 2
    assert later == []
