"""How a stored number is to be read: sentinel, scale, unit; the views `measured_…` say the same.

Readings are stored as sent, so a setting of the registry that is mended mends its past too.
"""

from schemas.measured import Measured, Sent
from schemas.registry_rows import SettingRow

# Numbers scaled beyond these are none: a float could not hold them.
LARGEST, SMALLEST = 1e300, 1e-300


def as_read(sent: Sent, setting: SettingRow | None) -> Measured:
    """The reading in the unit of the setting that holds at its time.

    A number among the sentinels is None. Where the value is one, what the device made of it
    (minimum, maximum, converted) is None too. A negative scale makes the least the greatest.
    Without a setting the numbers have no meaning.
    """
    if setting is None:
        return Measured(*[None] * 11, sentinel=False)
    sentinel = sent.value is not None and sent.value in setting.sentinels
    minimum, maximum = _ends(sent.minimum, sent.maximum, setting)
    converted_min, converted_max = _ends(sent.converted_min, sent.converted_max, setting)
    bare = setting._replace(sentinels=())
    range_min, range_max = _ends(setting.range_min, setting.range_max, bare)
    return Measured(
        unit=setting.unit,
        value=_number(sent.value, setting),
        minimum=None if sentinel else minimum,
        maximum=None if sentinel else maximum,
        converted=None if sentinel else _number(sent.converted, setting),
        converted_min=None if sentinel else converted_min,
        converted_max=None if sentinel else converted_max,
        total=_number(sent.total, setting._replace(scale=setting.total_scale)),
        range_min=range_min,
        range_max=range_max,
        cycle_s=setting.cycle_s,
        sentinel=sentinel,
    )


def _ends(
    low: float | None, high: float | None, setting: SettingRow
) -> tuple[float | None, float | None]:
    one, other = _number(low, setting), _number(high, setting)
    return (one, other) if setting.scale > 0 else (other, one)


def _number(number: float | None, setting: SettingRow) -> float | None:
    scale = setting.scale
    if number is None or number in setting.sentinels:
        return None
    if scale == 1:
        return number
    if abs(number) > LARGEST / max(abs(scale), 1):
        return None
    if abs(number) < SMALLEST / min(abs(scale), 1):
        return 0.0
    return number * scale
