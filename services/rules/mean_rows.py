"""An hour's mean as the row that keeps it, with what it rests on as text."""

from collections.abc import Mapping
from decimal import Decimal

from schemas.judgement import MeanRow, Period, Stage
from schemas.means import HOUR_S, ConvertedMean, DeviceHour, Disagreement, HourMean
from services.rules.exact import text


def hour_row(point: int, mean: HourMean, stage: Stage, mass: Decimal | None = None) -> MeanRow:
    """The row of an hour; `mass` in kg. Converted means are in it where they are valid."""
    return MeanRow(
        point,
        Period.HOUR,
        mean.start,
        stage,
        mean.source,
        mean.value,
        mean.converted,
        mean.computed.valid_s,
        HOUR_S,
        mean.valid,
        mean.at_least,
        mass,
        _evidence(mean),
    )


def _evidence(mean: HourMean) -> dict[str, object]:
    computed = mean.computed
    found: dict[str, object] = {
        "computed": _text(computed.value),
        "computed_valid": computed.valid,
        "not_valid_s": dict(computed.not_valid),
    }
    counted = {
        "over_range_s": computed.over_range_s,
        "spare_s": computed.spare_s,
        "zero_s": computed.zero_s,
        "negative_s": computed.negative_s,
    }
    found |= {name: seconds for name, seconds in counted.items() if seconds}
    if computed.converted:
        found["converted"] = {key: _converted(one) for key, one in computed.converted.items()}
        found["converted_source"] = dict(mean.converted_source)
    if mean.oxygen is not None:
        found["hour_oxygen"] = {"value": text(mean.oxygen.value), "source": mean.oxygen.source}
    if mean.device is not None:
        found["device"] = _device(mean.device)
    if mean.disagreements:
        found["disagreements"] = [_disagreement(one) for one in mean.disagreements]
    if mean.doubts:
        found["doubts"] = list(mean.doubts)
    return found


def _converted(mean: ConvertedMean) -> Mapping[str, object]:
    return {
        "of_minutes": _text(mean.of_minutes),
        "of_means": _text(mean.of_means),
        "valid": mean.valid,
        "valid_s": mean.valid_s,
        "not_converted_s": dict(mean.not_converted),
    }


def _device(device: DeviceHour) -> Mapping[str, object]:
    return {
        "value": _text(device.value),
        "converted": _text(device.converted),
        "reference": _text(device.reference),
        "flag": device.flag,
        "valid": device.valid,
        "why": device.why,
        **({"spare": True} if device.spare else {}),
    }


def _disagreement(apart: Disagreement) -> Mapping[str, object]:
    return {
        "what": apart.what,
        "device": text(apart.device),
        "computed": text(apart.computed),
        "relative_percent": _text(apart.relative),
        "tolerance_percent": text(apart.tolerance),
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else text(number)
