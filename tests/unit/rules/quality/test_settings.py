"""What instruments say of their settings (F05, F06, F22)."""

from datetime import timedelta

import numpy as np
import pytest

from services.rules.quality.case import Setting
from services.rules.quality.settings import (
    SettingParameters,
    cold_line,
    range_lowered,
    settings_differ,
)
from tests.fixtures.quality_cases import SINCE, case, hours, lively, watched

DEFAULT = SettingParameters()
HOUR = timedelta(hours=1)


def test_a_range_other_than_on_file_is_found() -> None:
    """On file 200, told 100 at 5 o'clock."""
    told = (Setting(SINCE + 5 * HOUR, "i13001", 100.0),)

    (finding,) = settings_differ(
        case(watched("a21026", lively(24), range_max=200.0, settings=told)), DEFAULT
    )

    assert "测量量程（i13001）为100，备案值为200" in finding.zh
    assert "on file is 200" in finding.en
    assert finding.sure


def test_a_slope_on_file_counts_and_the_last_word_of_the_instrument() -> None:
    told = (
        Setting(SINCE + 6 * HOUR, "i13008", 1.0),
        Setting(SINCE + 5 * HOUR, "i13008", 0.8),
        Setting(SINCE + 5 * HOUR, "i13007", 0.3),
    )
    filed = {"i13008": 1.0, "i13007": 0.0}

    (finding,) = settings_differ(
        case(watched("a21026", lively(24), registered=filed, settings=told)), DEFAULT
    )

    assert finding.evidence["code"] == "i13007"


def test_the_filed_setting_an_unfiled_one_and_an_old_one_are_none() -> None:
    right = (Setting(SINCE + 30 * HOUR, "i13001", 200.0), Setting(SINCE, "i13008", 9.0))
    old = (Setting(SINCE + 5 * HOUR, "i13001", 100.0),)

    for told in (right, old):
        made = watched("a21026", lively(48), range_max=200.0, settings=told)
        assert settings_differ(case(made), DEFAULT) == ()


def lowered(after: float, top: float) -> tuple[Setting, ...]:
    return (Setting(SINCE, "i13001", after * 2), Setting(SINCE + 48 * HOUR, "i13001", top))


def test_a_lowered_range_that_cuts_off_what_used_to_be_over_it_is_found() -> None:
    """48 hours, 12 of them at 120: 25 % over the new range of 100; then 47 hours, none over 100."""
    before = np.tile([60.0, 70.0, 80.0, 120.0], 12)
    after = np.tile([60.0, 70.0, 80.0, 100.0], 12)

    (finding,) = range_lowered(
        case(watched("a21026", np.concatenate([before, after]), settings=lowered(100, 100.0))),
        DEFAULT,
    )

    assert "量程由200调低至100 mg/m3；此前25 %的小时值超过新量程（最高120）" in finding.zh
    assert "in 47 hours since then the highest was 100" in finding.en
    assert not finding.sure


@pytest.mark.parametrize(
    ("after", "top"),
    [
        pytest.param([60.0, 70.0, 80.0, 110.0], 100.0, id="values pass the new range"),
        pytest.param([60.0, 70.0, 80.0, 100.0], 130.0, id="nothing was over the new range"),
        pytest.param([60.0, 70.0, 80.0, 100.0], 300.0, id="the range was raised"),
    ],
)
def test_other_changes_of_the_range_are_none(after: list[float], top: float) -> None:
    values = np.concatenate([np.tile([60.0, 70.0, 80.0, 120.0], 12), np.tile(after, 12)])

    made = watched("a21026", values, settings=lowered(100, top))

    assert range_lowered(case(made), DEFAULT) == ()


def test_too_few_hours_after_the_change_say_nothing() -> None:
    values = np.concatenate([np.tile([60.0, 120.0], 24), np.full(20, 100.0)])

    made = watched("a21026", values, settings=lowered(100, 100.0))

    assert range_lowered(case(made), DEFAULT) == ()


def test_a_cold_sampling_line_is_found() -> None:
    """95 Cel < 120 Cel."""
    told = tuple(Setting(SINCE + at * HOUR, "i33001", value) for at, value in ((3, 121), (4, 95)))

    (finding,) = cold_line(case(watched("a21026", lively(24), settings=told)), DEFAULT)

    assert "最低95℃，低于120℃" in finding.zh
    assert cold_line(case(watched("a21026", hours(lively(24)), settings=told[:1])), DEFAULT) == ()
