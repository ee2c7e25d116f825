"""Settings, checks and calibrations out of what devices told of themselves."""

from datetime import UTC, datetime

import pytest

from services.rules.judging.quality_names import Named, named
from services.rules.judging.quality_words import (
    ToldEvent,
    ToldSetting,
    calibrations_of,
    checks_of,
    settings_of,
)
from services.rules.quality.case import Check, Setting

AT = datetime(2026, 3, 1, 16, tzinfo=UTC)


def event(
    text: str, kind: str = "log", about: str | None = "a21026", code: str | None = "i11001"
) -> ToldEvent:
    return ToldEvent(1, kind, about, code, AT, text)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        pytest.param(
            ToldSetting(1, "a21026", "i13001", AT, "200"),
            (Setting(AT, "i13001", 200.0),),
            id="its range",
        ),
        pytest.param(ToldSetting(1, "a21002", "i13001", AT, "200"), (), id="another instrument's"),
        pytest.param(ToldSetting(2, "a21026", "i13001", AT, "200"), (), id="another device's"),
        pytest.param(ToldSetting(1, "a21026", "i13006", AT, "2026-03-01"), (), id="no number"),
        pytest.param(ToldSetting(1, None, "i13001", AT, "200"), (), id="of nobody"),
    ],
)
def test_settings_are_those_of_the_instrument_that_are_numbers(
    told: ToldSetting, found: tuple[Setting, ...]
) -> None:
    assert settings_of([told], 1, "a21026", first=True) == found


@pytest.mark.parametrize(("first", "count"), [(True, 1), (False, 0)], ids=["first", "other"])
def test_a_line_temperature_of_no_instrument_is_the_first_pollutants(
    *, first: bool, count: int
) -> None:
    told = [ToldSetting(1, None, "i33001", AT, "118.5")]

    assert len(settings_of(told, 1, "a21026", first=first)) == count


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(
            event("CN=2062;Check=35.0;StandardValue=50.0", "check", None, "a21026"),
            id="HJ 212-2025",
        ),
        pytest.param(
            event("a21026-StandardValue=50,a21026-Check=35 50.0 35.0", "check", "a21026", None),
            id="JSON",
        ),
        pytest.param(event("标样核查 standard 50.0 read 35.0 50.0 35.0"), id="a line of the log"),
    ],
)
def test_a_check_has_its_label_and_its_reading_in_each_form(told: ToldEvent) -> None:
    assert checks_of([told], 1, "a21026") == (Check(AT, 50.0, 35.0),)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(event("CN=2062;Check=35.0", "check", None, "a21026"), id="no label"),
        pytest.param(event("开始维护"), id="another line"),
        pytest.param(
            event("CN=2062;Check=3;StandardValue=5", "check", None, "a21002"), id="another code"
        ),
    ],
)
def test_what_tells_no_two_numbers_of_the_code_is_no_check(told: ToldEvent) -> None:
    assert checks_of([told], 1, "a21026") == ()


@pytest.mark.parametrize(
    ("told", "begins"),
    [
        pytest.param(event("开始校准"), True, id="log"),
        pytest.param(event("calibration started"), True, id="English log"),
        pytest.param(event("校准结束"), False, id="its end"),
        pytest.param(event("3", "status", code="i12001"), True, id="status 3"),
        pytest.param(event("0", "status", code="i12001"), False, id="status 0"),
        pytest.param(event("开始校准", about="a21002"), False, id="another instrument"),
    ],
)
def test_calibrations_begin_by_log_or_status(told: ToldEvent, *, begins: bool) -> None:
    assert calibrations_of([told], 1, "a21026") == ((AT,) if begins else ())


def test_names_are_those_of_the_catalogue_or_the_code_itself() -> None:
    assert named("a21026").zh == "二氧化硫"
    assert named("a19001") == Named("氧含量", "oxygen")
    assert named("x99999") == Named("x99999", "x99999")
