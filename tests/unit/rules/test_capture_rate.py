"""The quarterly valid data capture rate."""

from decimal import Decimal

import pytest

from services.rules.capture_rate import CaptureParameters, CaptureRate, capture_rate, is_short

P = CaptureParameters()


def test_the_capture_rate_by_hand() -> None:
    """Quarter of 2160 h, 160 h stopped, 400 h invalid: (2160 - 160 - 400) / (2160 - 160) = 80 %."""
    found = capture_rate(2160, 160, 400)

    assert found == CaptureRate(1600, 2000)
    assert found.percent == 80


@pytest.mark.parametrize(
    ("invalid", "short"),
    [pytest.param(540, False, id="75 % is enough"), pytest.param(541, True, id="less is not")],
)
def test_less_than_75_percent_is_short(invalid: int, short: bool) -> None:  # noqa: FBT001 (a column of the table)
    assert is_short(capture_rate(2160, 0, invalid), P) is short


def test_where_nothing_was_due_there_is_no_rate() -> None:
    found = capture_rate(2160, 2160, 0)

    assert found.percent is None
    assert not is_short(found, P)


@pytest.mark.parametrize(("stopped", "invalid"), [(2000, 161), (-1, 0), (0, -1), (2161, 0)])
def test_hours_that_do_not_fit_are_refused(stopped: int, invalid: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        capture_rate(2160, stopped, invalid)


def test_the_least_rate_is_a_setting_and_a_doubt_until_set() -> None:
    strict = CaptureParameters(least_capture=Decimal(90))

    assert is_short(capture_rate(100, 0, 11), strict)
    assert (P.unestablished(), strict.unestablished()) == (("least_capture",), ())
