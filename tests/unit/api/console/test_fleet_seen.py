"""What is wrong with a logger, by the times it was heard and what became of its frames."""

from datetime import UTC, datetime, timedelta

import pytest

from services.api.console.fleet_seen import Sum, Watch, seen, summed, worst_first
from services.store.accounting import DeviceAccount
from services.store.fleet_devices import FleetDevice

NOW = datetime(2026, 8, 10, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WATCH = Watch(NOW, NOW - 60 * MINUTE, 2 * MINUTE)
WELL = FleetDevice(
    id=1,
    code="D1",
    plant_id=1,
    plant="P1",
    plant_name="示例厂",
    region="1505",
    mn="MN-A",
    protocol="hj212-2017",
    gateway=None,
    realtime_s=30,
    minute_s=60,
    commissioned_at=NOW - timedelta(days=100),
    known_at=NOW - timedelta(days=99),
    first_at=NOW - timedelta(days=99),
    heard_at=NOW - MINUTE,
    data_at=NOW - 3 * MINUTE,
    received_at=NOW - 2 * MINUTE,
    skews=(0.4, 0.5, 0.6),
    clock_rejected_at=None,
    cases=(),
)


def account(stored: int = 0, rejected: int = 0, recovered: int = 0) -> DeviceAccount:
    received = stored + rejected
    return DeviceAccount(
        "MN-A", "P1", "D1", NOW, None, None, received, stored, 0, rejected, recovered
    )


def test_a_logger_that_does_its_work_is_well() -> None:
    found = seen(WELL, [account(stored=120)], WATCH)

    assert found.healths == ()
    assert (found.silence, found.lag, found.offset_s) == (MINUTE, MINUTE, 0.5)


@pytest.mark.parametrize(
    ("changed", "health"),
    [
        ({"heard_at": NOW - 11 * MINUTE}, "silent"),
        ({"heard_at": None, "known_at": NOW - timedelta(hours=25)}, "silent"),
        ({"cases": ("device_offline",)}, "silent"),
        ({"data_at": NOW - 10 * MINUTE}, "late"),
        ({"skews": (-90.0, -91.0, 0.0)}, "clock"),
        ({"clock_rejected_at": NOW - MINUTE}, "clock"),
    ],
    ids=["unheard", "never-heard", "open-case", "late", "offset", "rejected-for-its-clock"],
)
def test_what_is_wrong_is_named(changed: dict[str, object], health: str) -> None:
    found = seen(WELL._replace(**changed), [account(stored=1)], WATCH)

    assert found.healths == (health,)


@pytest.mark.parametrize(
    "changed",
    [
        {"heard_at": NOW - 9 * MINUTE},
        {"heard_at": NOW - timedelta(days=2), "mn": None},
        {"heard_at": None, "known_at": NOW - timedelta(hours=1)},
        {"clock_rejected_at": NOW - 61 * MINUTE},
    ],
    ids=["within-the-threshold", "out-of-use", "just-registered", "rejected-long-ago"],
)
def test_what_may_be_so_is_not_held_against_it(changed: dict[str, object]) -> None:
    assert seen(WELL._replace(**changed), [], WATCH).healths == ()


def test_rejects_that_were_recovered_are_no_trouble() -> None:
    left = seen(WELL, [account(stored=5, rejected=3, recovered=2)], WATCH)
    none = seen(WELL, [account(stored=5, rejected=3, recovered=3)], WATCH)

    assert (left.healths, none.healths) == (("rejecting",), ())


def test_silent_ones_come_first_and_those_that_are_well_last() -> None:
    well = seen(WELL, [], WATCH)
    silent = seen(WELL._replace(code="D9", heard_at=NOW - 60 * MINUTE), [], WATCH)
    rejecting = seen(WELL._replace(code="D5"), [account(rejected=1)], WATCH)

    found = worst_first([well, rejecting, silent])

    assert [one.device.code for one in found] == ["D9", "D5", "D1"]


def test_an_account_comes_out_even_or_not() -> None:
    total = summed([account(stored=3, rejected=1), account(stored=2)])

    assert total == Sum(6, 5, 0, 1, 0, 0)
    assert total.even
    assert not total._replace(received=7).even
