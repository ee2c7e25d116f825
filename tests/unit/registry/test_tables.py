"""The accounts on a terminal: every number whole, names shortened first."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from services.registry.tables import balance_table, devices_table, hours_table
from services.store.accounting import DeviceAccount, HourAccount
from services.store.balance import HourBalance

MN = "ABCDEFGHIJKLMNOPQRSTUVWX"
MIDNIGHT = datetime(2026, 8, 1, 16, tzinfo=UTC)
QUIET = DeviceAccount(MN, "P1", MN, None, None, None, 0, 0, 0, 0)
NUMBERS = {
    "small": (2880, 2000, 800, 80, 70, 0),
    "all rejected": (12_345, 0, 0, 12_000, 11_999, 345),
    "large": (1_234_567, 1_000_001, 99_999, 99_998, 99_997, 34_569),
    "huge": (9_999_999, 9_999_998, 9_999_997, 9_999_996, 9_999_995, 9_999_994),
}


def account(numbers: tuple[int, ...], plant: str = "P1", device: str = "D1") -> DeviceAccount:
    received, stored, repeated, rejected, recovered, pending = numbers
    at = datetime(2026, 8, 1, 15, 59, 59, tzinfo=UTC)
    times = (at, datetime(2026, 7, 31, tzinfo=UTC), at)
    counts = (received, stored, repeated, rejected, recovered, pending)
    return DeviceAccount(MN, plant, device, *times, *counts)


def printed(table: Table, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert all(cell_len(line.rstrip()) <= width for line in text.splitlines())
    return text


@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS.keys())
@pytest.mark.parametrize("plant", ["P1", "长名称的企业" * 6], ids=["short", "long"])
def test_every_count_and_the_mn_are_whole_at_80_columns(
    numbers: tuple[int, ...], plant: str
) -> None:
    text = printed(devices_table([account(numbers, plant), QUIET], 80))

    words = text.split()
    comma = "" if numbers is NUMBERS["huge"] else ","
    assert all(f"{number:,}".replace(",", comma) in words for number in numbers)
    assert words.count(MN) == 2
    assert "在途" in text
    assert ("…" in text) == (len(plant) > 2)


def test_numbers_that_no_terminal_has_room_for_go_on_in_the_next_line() -> None:
    text = printed(devices_table([account((777_777_777_777,) * 6)], 80))

    assert text.count("7") == 6 * 12


def test_all_rejected_is_a_whole_percentage() -> None:
    text = printed(devices_table([account((12_000, 0, 0, 12_000, 0, 0))], 80))

    assert "100 %" in text
    assert "1.5 %" in printed(devices_table([account((200, 197, 0, 3, 0, 0))], 80))


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (999, "999 s"), (999.6, "17 min"), (86_400, "24 h"), (8_640_000, "100 d")],
    ids=["none", "seconds", "minutes", "hours", "days"],
)
@pytest.mark.parametrize("numbers", ["small", "large"])
def test_a_lag_is_told_in_a_unit_that_keeps_it_short(
    seconds: float, told: str, numbers: str
) -> None:
    row = account(NUMBERS[numbers])._replace(
        last_data_time=MIDNIGHT, last_data_received=MIDNIGHT + timedelta(seconds=seconds)
    )

    assert told in printed(devices_table([row], 80))


def test_names_are_whole_where_there_is_room() -> None:
    plant = "长名称的企业" * 6

    text = printed(devices_table([account(NUMBERS["small"], plant)], 160), 160)

    assert f"{plant} D1" in text


def test_a_long_mn_and_one_with_brackets_are_told_as_they_came() -> None:
    strangers = [QUIET._replace(mn=mn, plant="", device="") for mn in ("X" * 60, "[/bold]", "")]

    text = printed(devices_table(strangers, 80))

    assert text.count("X") == 60
    assert "[/bold]" in text
    assert text.count("unknown 未注册") == 3


def test_no_devices_are_a_table_of_heads() -> None:
    assert "在途" in printed(devices_table([], 80))


def test_contact_at_midnight_has_its_time() -> None:
    text = printed(devices_table([account(NUMBERS["small"])._replace(last_contact=MIDNIGHT)], 80))

    assert "2026-08-02" in text
    assert "00:00:00" in text


def test_hours_have_date_and_time_and_whole_numbers_at_80_columns() -> None:
    text = printed(hours_table(MN, [HourAccount(MIDNIGHT, *NUMBERS["huge"])]))

    assert "2026-08-02 00:00" in text
    assert all(f"{number:,}" in text.split() for number in NUMBERS["huge"])
    assert MN in text


def test_an_uneven_hour_is_whole_at_80_columns() -> None:
    row = HourBalance(MN, MIDNIGHT, *NUMBERS["large"])

    text = printed(balance_table([row]))

    assert "2026-08-02 00:00" in text
    assert MN in text.split()
    assert all(f"{number:,}" in text.split() for number in NUMBERS["large"])
