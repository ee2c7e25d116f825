"""Times and lengths in sentences."""

from decimal import Decimal

import pytest

from schemas.registry_words import BEIJING
from services.rules.facility.wording import Both, hours, length, moment, percent, stretch
from tests.fixtures.facility_scene import second


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        pytest.param(0, Both("0秒", "0 s"), id="nothing"),
        pytest.param(59, Both("59秒", "59 s"), id="seconds"),
        pytest.param(3600, Both("1小时", "1 h"), id="an hour"),
        pytest.param(7505, Both("2小时5分5秒", "2 h 5 min 5 s"), id="all three"),
        pytest.param(90_000, Both("25小时", "25 h"), id="more than a day"),
    ],
)
def test_lengths(seconds: int, said: Both) -> None:
    assert length(seconds) == said


def test_times_are_those_of_the_site() -> None:
    assert moment(second(90), BEIJING) == "2026-03-01 01:30:00"
    assert stretch(second(0), None, BEIJING) == (
        "自2026-03-01 00:00:00起（至今未结束）",
        "since 2026-03-01 00:00:00 (not ended)",
    )


def test_an_end_on_the_same_day_is_said_by_its_time_alone() -> None:
    assert stretch(second(90), second(180), BEIJING).zh == "2026-03-01 01:30:00至03:00:00"
    assert stretch(second(90), second(1500), BEIJING).en == (
        "2026-03-01 01:30:00 to 2026-03-02 01:00:00"
    )


def test_numbers_are_rounded_for_reading_alone() -> None:
    assert percent(Decimal("0.916666667")) == "91.67"
    assert percent(Decimal("0.9")) == "90"
    assert hours(5400) == "1.5"
