"""What a stored number means under a setting."""

import pytest

from schemas.measured import Sent
from schemas.registry_rows import SettingRow
from services.rules.as_read import as_read

PLAIN = SettingRow(1, None, None, "mg/m3")
HOUR = Sent(10.0, 8.0, 12.0, 15.0, 12.0, 18.0, 3.5)


def test_numbers_are_scaled_and_the_total_by_its_own_scale() -> None:
    found = as_read(HOUR, PLAIN._replace(scale=0.5, total_scale=1000.0, unit="ppm"))

    assert (found.unit, found.value, found.minimum, found.maximum) == ("ppm", 5.0, 4.0, 6.0)
    assert (found.converted, found.converted_min, found.converted_max) == (7.5, 6.0, 9.0)
    assert found.total == 3500.0


def test_a_negative_scale_makes_the_least_the_greatest() -> None:
    found = as_read(HOUR, PLAIN._replace(scale=-1.0, range_min=0.0, range_max=20.0))

    assert (found.minimum, found.maximum) == (-12.0, -8.0)
    assert (found.converted_min, found.converted_max) == (-18.0, -12.0)
    assert (found.range_min, found.range_max) == (-20.0, 0.0)


def test_a_sentinel_is_no_value_and_nor_is_what_the_device_made_of_it() -> None:
    found = as_read(HOUR._replace(value=-99.0), PLAIN._replace(sentinels=(-99.0,)))

    assert found.sentinel
    assert found[1:7] == (None,) * 6
    assert found.total == 3.5


def test_a_sentinel_among_the_other_numbers_takes_only_itself() -> None:
    found = as_read(HOUR._replace(minimum=-99.0), PLAIN._replace(sentinels=(-99.0,)))

    assert not found.sentinel
    assert (found.value, found.minimum, found.maximum) == (10.0, None, 12.0)


def test_sentinels_are_numbers_as_sent_and_not_as_scaled() -> None:
    setting = PLAIN._replace(scale=0.1, sentinels=(999.0,))

    assert as_read(Sent(999.0), setting).value is None
    assert as_read(Sent(9990.0), setting).value == 999.0


@pytest.mark.parametrize(
    ("value", "scale", "read"),
    [
        pytest.param(1e308, 10.0, None, id="too large"),
        pytest.param(-1e308, 10.0, None, id="too large, negative"),
        pytest.param(1e-308, 1e-10, 0.0, id="too small"),
        pytest.param(0.0, -5.0, 0.0, id="zero"),
        pytest.param(1e308, 1.0, 1e308, id="as sent"),
        pytest.param(5e-324, 1.0, 5e-324, id="as sent, tiny"),
    ],
)
def test_a_number_that_no_float_can_hold_breaks_nothing(
    value: float, scale: float, read: float | None
) -> None:
    assert as_read(Sent(value), PLAIN._replace(scale=scale)).value == read


def test_without_a_setting_nothing_is_known() -> None:
    found = as_read(HOUR, None)

    assert set(found[:-1]) == {None}
    assert not found.sentinel
