"""What is wrong with a logger, by the times it was heard and what became of its frames."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.rule_settings import SettingVersion
from services.api.console.fleet.rules import rules_of
from services.api.console.fleet.seen import Rules, Sum, seen, summed, worst_first
from services.rules.alerting.watch_parameters import (
    DeviceClockParameters,
    LateParameters,
    OfflineParameters,
)
from services.rules.judging.shelf import Shelf
from services.store.accounting import DeviceAccount
from services.store.fleet_devices import FleetDevice

NOW = datetime(2026, 8, 10, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RULES = Rules(OfflineParameters(), LateParameters(), DeviceClockParameters())
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


def setting(name: str, value: int, plant: str = "P1") -> SettingVersion:
    return SettingVersion(1, name, "plant", plant, value, None, None, "test", "duty", NOW, 1)


def account(stored: int = 0, rejected: int = 0, recovered: int = 0) -> DeviceAccount:
    received = stored + rejected
    return DeviceAccount(
        "MN-A", "P1", "D1", NOW, None, None, received, stored, 0, rejected, recovered
    )


def test_a_logger_that_does_its_work_is_well() -> None:
    found = seen(WELL, [account(stored=120)], NOW, RULES)

    assert found.healths == ()
    assert (found.silence, found.lag, found.offset_s) == (MINUTE, MINUTE, 0.5)


@pytest.mark.parametrize(
    ("changed", "health"),
    [
        ({"heard_at": NOW - 11 * MINUTE}, "silent"),
        ({"heard_at": None, "known_at": NOW - timedelta(hours=25)}, "silent"),
        ({"cases": ("device_offline",)}, "silent"),
        ({"data_at": NOW - 20 * MINUTE}, "late"),
        ({"skews": (-190.0, -191.0, 0.0)}, "clock"),
        ({"clock_rejected_at": NOW - MINUTE}, "clock"),
    ],
    ids=["unheard", "never-heard", "open-case", "late", "offset", "rejected-for-its-clock"],
)
def test_what_is_wrong_is_named(changed: dict[str, object], health: str) -> None:
    found = seen(WELL._replace(**changed), [account(stored=1)], NOW, RULES)

    assert found.healths == (health,)


@pytest.mark.parametrize(
    "changed",
    [
        {"heard_at": NOW - 9 * MINUTE},
        {"heard_at": NOW - timedelta(days=2), "mn": None},
        {"heard_at": None, "known_at": NOW - timedelta(hours=1)},
        {"clock_rejected_at": NOW - 61 * MINUTE},
        {"skews": (-190.0, -191.0)},
    ],
    ids=["within-the-threshold", "out-of-use", "just-registered", "rejected-long-ago", "too-few"],
)
def test_what_may_be_so_is_not_held_against_it(changed: dict[str, object]) -> None:
    assert seen(WELL._replace(**changed), [], NOW, RULES).healths == ()


def test_a_figure_that_is_set_for_its_plant_counts_and_is_vouched_for() -> None:
    unheard = WELL._replace(heard_at=NOW - 11 * MINUTE, skews=(70.0, 70.0, 70.0))
    named = "offline_parameters.intervals", "device_clock_parameters.tolerance_s"
    shelf = Shelf([setting(named[0], 40), setting(named[1], 60), setting(named[1], 500, "P9")])

    shipped = seen(unheard, [], NOW, RULES)
    found = seen(unheard, [], NOW, rules_of(shelf, unheard, NOW))

    assert (shipped.healths, shipped.sure) == (("silent",), False)
    assert found.healths == ("clock",)
    assert (found.allowed.silence, found.allowed.offset_s) == (20 * MINUTE, 60)


def test_a_setting_that_does_not_fit_leaves_the_defaults() -> None:
    shelf = Shelf([setting("late_parameters.minutes", -5)])

    assert rules_of(shelf, WELL, NOW).late == LateParameters()


def test_rejects_that_were_recovered_are_no_trouble() -> None:
    left = seen(WELL, [account(stored=5, rejected=3, recovered=2)], NOW, RULES)
    none = seen(WELL, [account(stored=5, rejected=3, recovered=3)], NOW, RULES)

    assert (left.healths, none.healths) == (("rejecting",), ())


def test_silent_ones_come_first_and_those_that_are_well_last() -> None:
    well = seen(WELL, [], NOW, RULES)
    silent = seen(WELL._replace(code="D9", heard_at=NOW - 60 * MINUTE), [], NOW, RULES)
    rejecting = seen(WELL._replace(code="D5"), [account(rejected=1)], NOW, RULES)

    found = worst_first([well, rejecting, silent])

    assert [one.device.code for one in found] == ["D9", "D5", "D1"]


def test_an_account_comes_out_even_or_not() -> None:
    total = summed([account(stored=3, rejected=1), account(stored=2)])

    assert total == Sum(6, 5, 0, 1, 0, 0)
    assert total.even
    assert not total._replace(received=7).even
