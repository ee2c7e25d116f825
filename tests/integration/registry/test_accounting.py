"""received = stored + repeated + rejected, per device and hour, from the batches alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from services.store.accounting import (
    DeviceAccount,
    device_accounts,
    hour_accounts,
    unknown_accounts,
)
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


def batch(writer: psycopg.Connection, number: int, devices: list[int], outcomes: str) -> None:
    """One frame every half hour from eight o'clock."""
    counts = [outcomes.count(letter) for letter in "srx"]
    writer.execute(
        "INSERT INTO batch (id, slot, number, received_from, received_to, frames, stored, repeated,"
        " rejected, readings, revised, devices, received_ms, outcomes, block_bytes, previous,"
        " digest) VALUES (%s, 1, %s, %s, %s, %s, %s, %s, %s, 0, 0, %s, %s, %s, 0, %s, %s)",
        [
            *(number, number, EIGHT, EIGHT + timedelta(hours=3), len(outcomes), *counts),
            *(devices, [n * HOUR_MS // 2 for n in range(len(outcomes))], outcomes),
            *(bytes(32), bytes(32)),
        ],
    )


def test_a_devices_frames_are_counted_by_outcome(device: int, writer: psycopg.Connection) -> None:
    batch(writer, 1, [device, device, 0, device, device], "ssxrx")
    batch(writer, 2, [device], "s")

    [account] = device_accounts(writer, EIGHT, EIGHT + timedelta(hours=4))

    assert account == DeviceAccount(
        "MN-A", "P1", "MN-A", EIGHT + timedelta(hours=2), None, None, 5, 3, 1, 1
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
        (EIGHT, 2, 2, 0, 0),
        (EIGHT + timedelta(hours=1), 1, 0, 1, 0),
        (EIGHT + timedelta(hours=2), 1, 0, 0, 1),
    ]


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
    assert device
    writer.execute(
        "INSERT INTO reject (batch, seq, topic, mn, reason, detail, whole, received_at, bytes)"
        " VALUES (1, 2, 'hj212/X', 'X', 'unknown_mn', '', true, %s, '')",
        [EIGHT],
    )

    [account] = unknown_accounts(writer, EIGHT, EIGHT + timedelta(hours=4))

    assert (account.mn, account.received, account.rejected) == ("X", 1, 1)
