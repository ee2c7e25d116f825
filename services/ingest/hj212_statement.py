"""An HJ 212 frame as a statement: which series its command fills, and when its period began.

Pure. It needs the device only for its clock, its intervals and its policies; codes are looked up
later.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from schemas.lookup import Device
from schemas.policies import Policy
from schemas.series import Series
from services.hj212.clock import beijing, epoch_ms, shortened
from services.hj212.content import BARE_CODE, BARE_VALUES
from services.hj212.frame import Frame, Value
from services.hj212.number import parse_number
from services.ingest.command_places import (
    SERIES_OF_COMMAND,
    Command,
    Place,
    accepting_policy,
    command_of,
)
from services.ingest.device_statement import (
    asks_only,
    said_conditions,
    said_infos,
    said_of_device,
    tells_an_event,
)
from services.ingest.statement import Refused, Said, Statement

# Noise is sent without minimum, mean and maximum of its own (HJ 212-2017, C.26 to C.28).
NOISE_FIELDS = {"Data": "", "DayData": "-DayData", "NightData": "-NightData"}
DATA_TIME_DIGITS = 14
FIVE_MINUTES_S = 300
# Registered or not, they decide what the readings of a stored frame are.
SWAYING = frozenset({Policy.BARE_CODES.value, Policy.EPOCH_QN.value})
HOUR_S = 3_600
DAY_S = 86_400
BEIJING_OFFSET_S = 28_800
MICROSECONDS = 1_000_000


@lru_cache(maxsize=8192)
def data_time_us(text: str | bytes, utc_offset_s: int = BEIJING_OFFSET_S) -> int | None:
    """DataTime of a device's clock as microseconds since 1970 UTC; None when it is no time."""
    return _utc_us(beijing(text if isinstance(text, str) else text.decode()), utc_offset_s)


def qn_us(qn: bytes) -> int:
    """A QN known to be 17 digits of a real time, by Beijing's clock, as data_time_us."""
    return (data_time_us(qn[:14]) or 0) + int(qn[14:]) * 1000


def _utc_us(moment: datetime | None, utc_offset_s: int) -> int | None:
    if moment is None:
        return None
    seconds = round(moment.replace(microsecond=0).timestamp()) + BEIJING_OFFSET_S - utc_offset_s
    return seconds * MICROSECONDS + moment.microsecond


def sent_time_us(frame: Frame, device: Device) -> int | None:
    """QN as microseconds since 1970 UTC; None when absent or no time."""
    # Milliseconds since 1970 do not depend on the device's zone.
    zoneless = Policy.EPOCH_QN in frame.policies
    return _utc_us(frame.qn_time, BEIJING_OFFSET_S if zoneless else device.utc_offset_s)


def state_frame(frame: Frame, device: Device) -> Statement | Refused:
    """Say what the frame states (HJ 212-2017 section 6.6 and annex C).

    Refused reasons: no_data_time, bad_data_time, unsupported_command.
    """
    command = command_of(frame.cn, device.policies)
    if command is None:
        return _unsupported(frame, device)
    if (wordless := _wordless(frame, device, command)) is not None:
        return wordless
    time_us = _time_us(frame, device)
    if isinstance(time_us, Refused):
        return time_us
    if command.place in {Place.PARAMETER, Place.EVENT, Place.BATCH}:
        return _about_the_device(frame, device, command, time_us)
    return _measured(frame, device, time_us)


def _wordless(frame: Frame, device: Device, command: Command) -> Statement | Refused | None:
    """What a frame comes to that has nothing to store, or nothing that could be; else None."""
    empty = Statement(frame.mn or "", sent_time_us(frame, device))
    if command.place is Place.BATCH:
        # Values under a command that should have none are not to be lost, nor what it tells besides.
        if frame.values or frame.states:
            return _unsupported(frame, device)
        return None if frame.infos else empty
    if frame.values or frame.states or frame.infos or tells_an_event(frame, command):
        return None
    if asks_only(frame):
        return empty
    storable = command.place is Place.PARAMETER or frame.words or _noise(frame)
    return None if storable else _unsupported(frame, device)


def _unsupported(frame: Frame, device: Device) -> Refused:
    fields = ", ".join(key for key, _ in frame.other[:5])
    detail = f"CN={frame.cn} with fields {fields or 'none'} has no place to be stored yet"
    policy = accepting_policy(frame.cn, device.policies)
    if policy is None and _has_bare_codes(frame):
        policy = Policy.BARE_CODES
    named = None if policy is None else policy.value
    return Refused("unsupported_command", detail, frame.mn, named)


def hinges_on_policy(frame: Frame) -> bool:
    """Whether other readings stand in it where a policy is registered, and where it is not.

    All other policies admit a frame or refuse it, and change none of its readings.
    """
    if SWAYING.intersection(frame.policies) or _has_bare_codes(frame):
        return True
    return frame.qn is not None and epoch_ms(frame.qn) is not None


def _has_bare_codes(frame: Frame) -> bool:
    """Whether its numbers stand under codes alone, `a01001=3.2`."""
    return frame.cn in BARE_VALUES and any(
        BARE_CODE.fullmatch(key) and parse_number(text) is not None for key, text in frame.other
    )


def _time_us(frame: Frame, device: Device) -> int | Refused | None:
    """DataTime; None when there is none."""
    text = frame.data_time_text
    if text is None:
        return None
    # The codec has shortened a longer one where that is allowed.
    digits = len(text) == DATA_TIME_DIGITS
    time_us = data_time_us(text, device.utc_offset_s) if digits else None
    if time_us is not None:
        return time_us
    detail = f"DataTime={text[:20]} is no time: send 14 digits YYYYMMDDhhmmss of a date that exists"
    policy = None if shortened(text) is None else Policy.LONG_DATA_TIME.value
    return Refused("bad_data_time", detail, frame.mn or "", policy)


@dataclass(frozen=True, slots=True)
class Dated:
    """When the data of a frame of the device were taken, in microseconds since 1970 UTC.

    `by_sending`: the time is that of sending, for the logger gives no DataTime.
    """

    time_us: int
    device: Device
    by_sending: bool = False

    def began_us(self, series: Series) -> int:
        """When the period of the series began: that is what DataTime says of a period.

        By sending alone it is the last whole period before it, on the device's clock: what is sent at
        ten tells of the hour from nine.
        """
        if not self.by_sending or series in {Series.REALTIME, Series.STATE}:
            return self.time_us
        span_s = span_of(series, self.device)
        local_s = self.time_us // MICROSECONDS + self.device.utc_offset_s
        return (local_s // span_s * span_s - span_s - self.device.utc_offset_s) * MICROSECONDS


def _measured(frame: Frame, device: Device, dated_us: int | None) -> Statement | Refused:
    series = SERIES_OF_COMMAND.get(frame.cn)
    if frame.values and series is None:
        return _unsupported(frame, device)
    sent_us, needed = sent_time_us(frame, device), tuple[str, ...]()
    if dated_us is not None:
        dated = Dated(dated_us, device)
    elif sent_us is not None and Policy.DATA_TIME_FROM_QN in device.policies:
        dated = Dated(sent_us // MICROSECONDS * MICROSECONDS, device, by_sending=True)
        needed = (Policy.DATA_TIME_FROM_QN.value,)
    else:
        detail = "DataTime is missing: say when the values were taken"
        policy = None if sent_us is None else Policy.DATA_TIME_FROM_QN.value
        return Refused("no_data_time", detail, frame.mn or "", policy)
    readings = [_reading(series, value, dated) for value in frame.values if series]
    if series is not None:
        readings += [
            Said(series, code, dated.began_us(series), number, span_s=span_of(series, device))
            for code, number in _noise(frame)
        ]
    readings += _states(frame, dated)
    events, parameters = said_infos(frame.infos, dated.time_us)
    events += said_conditions(frame, dated.time_us)
    if not (readings or parameters or events):
        # Fields there were, or it would be wordless: what none of them fills is not stored.
        return _unsupported(frame, device)
    return Statement(frame.mn or "", sent_us, tuple(readings), parameters, events, needed)


def _noise(frame: Frame) -> list[tuple[str, float]]:
    """The codes and numbers of noise data, which stand under names of their own."""
    found: list[tuple[str, float]] = []
    for key, text in frame.other:
        code, _, field = key.rpartition("-")
        number = parse_number(text) if code and field in NOISE_FIELDS else None
        if number is not None:
            found.append((code + NOISE_FIELDS[field], number))
    return found


def _reading(series: Series, value: Value, dated: Dated) -> Said:
    device = dated.device
    sampled = value.sample_time and data_time_us(value.sample_time, device.utc_offset_s)
    momentary = series is Series.REALTIME
    first, second = (value.rtd, value.average) if momentary else (value.average, value.rtd)
    zs_first, zs_second = (
        (value.zs_rtd, value.zs_avg) if momentary else (value.zs_avg, value.zs_rtd)
    )
    return Said(
        series,
        value.code,
        dated.began_us(series),
        value=first if first is not None else second,
        minimum=value.minimum,
        maximum=value.maximum,
        converted=zs_first if zs_first is not None else zs_second,
        converted_min=value.zs_min,
        converted_max=value.zs_max,
        total=value.total,
        flag=value.flag,
        span_s=span_of(series, device),
        sampled_us=sampled or None,
    )


def span_of(series: Series, device: Device) -> int:
    """Seconds that one record of the series stands for, by the device's registered intervals."""
    match series:
        case Series.REALTIME | Series.STATE:
            return device.realtime_interval_s
        case Series.MINUTE:
            return device.minute_interval_s
        case Series.FIVE_MINUTE:
            return FIVE_MINUTES_S
        case Series.HOUR:
            return HOUR_S
        case Series.DAY:
            return DAY_S


def _states(frame: Frame, dated: Dated) -> list[Said]:
    said: list[Said] = []
    for state in frame.states:
        if state.rs is not None:
            span_s = span_of(Series.STATE, dated.device)
            at_us = dated.began_us(Series.STATE)
            said.append(Said(Series.STATE, state.code, at_us, float(state.rs), span_s=span_s))
        if state.rt is not None:
            at_us = dated.began_us(Series.DAY)
            said.append(Said(Series.DAY, state.code, at_us, state.rt, span_s=DAY_S))
    return said


def _about_the_device(
    frame: Frame, device: Device, command: Command, dated_us: int | None
) -> Statement | Refused:
    sent_us = sent_time_us(frame, device)
    at_us = sent_us if dated_us is None else dated_us
    if at_us is None:
        detail = "neither DataTime nor QN says when this was: send one of them"
        return Refused("no_data_time", detail, frame.mn)
    events, parameters = said_of_device(frame, command, at_us)
    return Statement(frame.mn or "", sent_us, (), parameters, events)
