"""received = stored + repeated + rejected + pending, per device and hour."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from services.store.accounting import (
    DeviceAccount,
    device_accounts,
    hour_accounts,
    one_snapshot,
    unknown_accounts,
)
from services.store.balance import balances, unbalanced
from services.store.connection import connect_now
from tests.fixtures.registry import TERSE, stored

EIGHT = datetime(2025, 3, 1, 8, tzinfo=UTC)
HOUR_MS = 3_600_000


@pytest.fixture
def device(database: str) -> int:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, TERSE)
        row = connection.execute("SELECT id FROM device").fetchone()
    assert row is not None
    return row[0]


@pytest.fixture
def writer(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def batch(
    writer: psycopg.Connection,
    number: int,
    devices: list[int],
    outcomes: str,
    origin: str = "mqtt",
) -> None:
    """One frame every half hour from eight o'clock, and a reject of each that was refused."""
    counts = [outcomes.count(letter) for letter in "srx"]
    writer.execute(
        "INSERT INTO batch (id, slot, number, received_from, received_to, frames, stored, repeated,"
        " rejected, readings, revised, devices, received_ms, outcomes, block_bytes, previous,"
        " digest, origin) VALUES (%s, 1, %s, %s, %s, %s, %s, %s, %s, 0, 0, %s, %s, %s, 0, %s, %s, %s)",
        [
            *(number, number, EIGHT, EIGHT + timedelta(hours=3), len(outcomes), *counts),
            *(devices, [n * HOUR_MS // 2 for n in range(len(outcomes))], outcomes),
            *(bytes(32), bytes(32), origin),
        ],
    )
    for seq, (device, letter) in enumerate(zip(devices, outcomes, strict=True)):
        if letter == "x":
            writer.execute(
                "INSERT INTO reject (batch, seq, topic, mn, device, reason, detail, whole,"
                " received_at, bytes) VALUES (%s, %s, 'hj212/X', 'X', %s, 'clock', '', true, %s, '')",
                [number, seq, device or None, EIGHT],
            )


def pending(writer: psycopg.Connection, *held: tuple[str, datetime, int]) -> None:
    """What slot 1's worker says it holds: publisher, hour, messages."""
    lines, numbers = [f"{name}\n" for name, _, _ in held], [str(count) for _, _, count in held]
    writer.execute(
        "INSERT INTO slot_pending (slot, hours, publishers, messages) VALUES (1, %s, %s, %s)",
        [[hour for _, hour, _ in held], lines, numbers],
    )


def retried(writer: psycopg.Connection, number: int, outcome: str) -> None:
    """Everything rejected so far is fed in again, in batch `number`."""
    writer.execute(
        "INSERT INTO reject_retry (reject, actor, batch, outcome) SELECT id, 'test', %s, %s FROM reject",
        [number, outcome],
    )


def test_a_devices_frames_are_counted_by_outcome(device: int, writer: psycopg.Connection) -> None:
    batch(writer, 1, [device, device, 0, device, device], "ssxrx")
    batch(writer, 2, [device], "s")

    [account] = device_accounts(writer, EIGHT, EIGHT + timedelta(hours=4))

    assert account == DeviceAccount(
        *("MN-A", "P1", "MN-A", EIGHT + timedelta(hours=2), None, None),
        *(5, 3, 1, 1),
    )
    assert account.reject_share == 0.2


def test_only_frames_received_in_the_period_count(device: int, writer: psycopg.Connection) -> None:
    batch(writer, 1, [device] * 4, "ssss")

    [account] = device_accounts(writer, EIGHT + timedelta(minutes=30), EIGHT + timedelta(hours=1))

    assert account.received == 1


def test_the_hours_of_an_mn_add_up(device: int, writer: psycopg.Connection) -> None:
    batch(writer, 1, [device, device, 0, device, device], "ssxrx")

    hours = hour_accounts(writer, EIGHT, EIGHT + timedelta(hours=4), "MN-A")

    assert [tuple(row) for row in hours] == [
        (EIGHT, 2, 2, 0, 0, 0, 0),
        (EIGHT + timedelta(hours=1), 1, 0, 1, 0, 0, 0),
        (EIGHT + timedelta(hours=2), 1, 0, 0, 1, 0, 0),
    ]


@pytest.mark.parametrize(
    ("mn", "counts"), [("MN-A", (3, 2, 0, 1, 1, 0)), ("MN-B", (7, 1, 1, 1, 1, 4))]
)
def test_a_device_that_changed_its_mn_is_accounted_for_under_each(
    device: int, writer: psycopg.Connection, mn: str, counts: tuple[int, ...]
) -> None:
    change = EIGHT + timedelta(minutes=80)
    writer.execute("UPDATE device_mn SET valid = tstzrange(lower(valid), %s)", [change])
    writer.execute(
        "INSERT INTO device_mn VALUES (%s, 'MN-B', tstzrange(%s, NULL))", [device, change]
    )
    batch(writer, 1, [device] * 6, "ssxrxs")
    retried(writer, 2, "stored")
    pending(writer, ("MN-B", EIGHT + timedelta(hours=3), 4))
    period = (EIGHT, EIGHT + timedelta(hours=4))

    [account] = device_accounts(writer, *period, mn)

    assert (account.mn, account[6:]) == (mn, counts)
    hours = hour_accounts(writer, *period, mn)
    assert tuple(map(sum, zip(*(one[1:] for one in hours), strict=True))) == counts
    [whole] = device_accounts(writer, *period)
    assert (whole.mn, whole.received, whole.recovered) == ("MN-B", 10, 2)


def test_a_silent_device_is_listed_without_contact(device: int, writer: psycopg.Connection) -> None:
    assert device

    [account] = device_accounts(writer, EIGHT, EIGHT + timedelta(hours=4))

    assert account.last_contact is None
    assert account.reject_share is None


def test_the_lag_is_from_data_time_to_receipt(device: int, writer: psycopg.Connection) -> None:
    batch(writer, 1, [device], "s")
    writer.execute(
        "INSERT INTO reading_minute (time, channel, value, span_s, received_at, batch, seq)"
        " SELECT %s, min(id), 1, 60, %s, 1, 0 FROM channel",
        [EIGHT, EIGHT + timedelta(seconds=75)],
    )

    [account] = device_accounts(writer, EIGHT, EIGHT + timedelta(hours=4))

    assert account.lag_s == 75


def test_frames_of_unknown_senders_are_accounted_by_the_mn_they_claim(
    device: int, writer: psycopg.Connection
) -> None:
    batch(writer, 1, [0, device, 0], "xsx")

    [account] = unknown_accounts(writer, EIGHT, EIGHT + timedelta(hours=4))
    [first, second] = hour_accounts(writer, EIGHT, EIGHT + timedelta(hours=4), "X")

    assert (account.mn, account.received, account.rejected) == ("X", 2, 2)
    assert account.last_contact == EIGHT + timedelta(hours=1)
    assert (first.rejected, second.rejected) == (1, 1)


def test_a_frame_refused_for_several_reasons_counts_once(
    device: int, writer: psycopg.Connection
) -> None:
    batch(writer, 1, [0], "x")
    writer.execute(
        "INSERT INTO reject (batch, seq, topic, mn, device, reason, detail, whole, received_at, bytes)"
        " VALUES (1, 0, 'hj212/X', 'Y', %s, 'clock', '', true, %s, '')",
        [device, EIGHT],
    )

    accounts = unknown_accounts(writer, EIGHT, EIGHT + timedelta(hours=4))

    assert [(one.mn, one.received) for one in accounts] == [("X", 1)]
    assert unbalanced(writer, EIGHT, EIGHT + timedelta(hours=4)) == []


def test_what_a_worker_holds_is_received_and_pending(
    device: int, writer: psycopg.Connection
) -> None:
    batch(writer, 1, [device], "s")
    pending(writer, ("MN-A", EIGHT, 2), ("MN-A", EIGHT + timedelta(hours=1), 3), ("X", EIGHT, 7))

    [account] = device_accounts(writer, EIGHT, EIGHT + timedelta(hours=4))
    [stranger] = unknown_accounts(writer, EIGHT, EIGHT + timedelta(hours=4))
    hours = hour_accounts(writer, EIGHT, EIGHT + timedelta(hours=4), "MN-A")

    assert (account.received, account.stored, account.pending) == (6, 1, 5)
    assert (stranger.mn, stranger.received, stranger.pending) == ("X", 7, 7)
    assert [(hour.received, hour.pending) for hour in hours] == [(3, 2), (3, 3)]


def test_what_is_held_says_nothing_about_rejects(device: int, writer: psycopg.Connection) -> None:
    batch(writer, 1, [device, device], "sx")
    pending(writer, ("MN-A", EIGHT, 2))

    [account] = device_accounts(writer, EIGHT, EIGHT + timedelta(hours=4))

    assert account.reject_share == 0.5


@pytest.mark.parametrize(
    ("outcome", "recovered"), [("stored", 1), ("repeated", 1), ("rejected", 0)]
)
def test_what_is_fed_in_again_is_recovered_and_not_received_twice(
    device: int, writer: psycopg.Connection, outcome: str, recovered: int
) -> None:
    batch(writer, 1, [device, device], "sx")
    batch(writer, 2, [device], "s", origin="retry")
    retried(writer, 2, outcome)
    until = EIGHT + timedelta(hours=4)

    [account] = device_accounts(writer, EIGHT, until)
    [hour] = hour_accounts(writer, EIGHT, until, "MN-A")

    assert (account.received, account.stored, account.rejected) == (2, 1, 1)
    assert account.recovered == hour.recovered == recovered
    assert unbalanced(writer, EIGHT, until) == []


def test_a_stranger_that_was_registered_is_recovered_where_it_was_received(
    device: int, writer: psycopg.Connection
) -> None:
    batch(writer, 1, [0], "x")
    batch(writer, 2, [device], "s", origin="retry")
    retried(writer, 2, "stored")

    [account] = unknown_accounts(writer, EIGHT, EIGHT + timedelta(hours=4))

    assert (account.received, account.rejected, account.recovered) == (1, 1, 1)


def test_the_balance_names_each_device_and_hour(device: int, writer: psycopg.Connection) -> None:
    batch(writer, 1, [device, 0, device], "sxx")
    pending(writer, ("MN-A", EIGHT, 2), ("X", EIGHT, 1))

    found = balances(writer, EIGHT, EIGHT + timedelta(hours=4))

    assert [tuple(one) for one in found] == [
        (None, EIGHT, 2, 0, 0, 1, 1, 1),
        ("MN-A", EIGHT, 3, 1, 0, 0, 0, 2),
        ("MN-A", EIGHT + timedelta(hours=1), 1, 0, 0, 1, 1, 0),
    ]
    assert all(one.even for one in found)


TAMPERED = {
    "a letter is none of ours": "UPDATE batch SET outcomes = 'sqx'",
    "a letter is missing": "UPDATE batch SET outcomes = 'sx'",
    "a frame is counted that has no letter": "UPDATE batch SET frames = 4, stored = 3",
    "a time of receipt is missing": "UPDATE batch SET received_ms = '{0,1,2,3}'",
    "a reject was not kept": "DELETE FROM reject",
    "a stored frame has a reject of all of it": "UPDATE reject SET seq = 0",
}


@pytest.mark.parametrize("statement", TAMPERED.values(), ids=TAMPERED.keys())
def test_an_hour_that_does_not_come_out_even_is_found(
    device: int, writer: psycopg.Connection, statement: str
) -> None:
    batch(writer, 1, [device, device, device], "ssx")
    writer.execute("SET session_replication_role = replica")
    writer.execute(statement.encode())

    found = unbalanced(writer, EIGHT, EIGHT + timedelta(hours=4))

    assert found
    assert not any(one.even for one in found)


def test_a_device_without_a_first_day_is_listed(device: int, writer: psycopg.Connection) -> None:
    assert device
    writer.execute("UPDATE device_mn SET valid = '(,)'")

    [account] = device_accounts(writer, EIGHT, EIGHT + timedelta(hours=4))

    assert account.mn == "MN-A"


def test_all_answers_of_a_snapshot_are_about_one_moment(
    device: int, writer: psycopg.Connection, database: str
) -> None:
    pending(writer, ("MN-A", EIGHT, 1))
    with connect_now(database, "api", "test") as reader:
        with one_snapshot(reader):
            before = device_accounts(reader, EIGHT, EIGHT + timedelta(hours=4))
            batch(writer, 1, [device], "s")
            writer.execute("DELETE FROM slot_pending")
            within = device_accounts(reader, EIGHT, EIGHT + timedelta(hours=4))
        after = device_accounts(reader, EIGHT, EIGHT + timedelta(hours=4))

    assert before == within
    assert [(one.received, one.pending) for one in within + after] == [(1, 1), (1, 0)]
