"""An HJ 212 frame as a statement: which series its command fills, and when its period began.

Pure. It needs the device only for its clock and its intervals; codes are looked up later.
"""

from datetime import datetime
from functools import lru_cache

from schemas.lookup import Device
from schemas.series import Series
from services.hj212.clock import beijing, beijing_ms
from services.hj212.frame import Frame, Info, Value
from services.ingest.statement import Refused, Said, SaidEvent, SaidParameter, Statement

# HJ 212-2017 table 9: the commands that carry measured values, and their series.
SERIES_OF_COMMAND = {
    "2011": Series.REALTIME,
    "2051": Series.MINUTE,
    "2061": Series.HOUR,
    "2031": Series.DAY,
}
STATES_OF_COMMAND = {"2021": Series.STATE, "2041": Series.DAY}
# Uploads that say something about the device: settings (1061, 1063, 3017-3020), things that
# happened (1011, 1013, 2081, 3015; 2071 and 2072 are the alarms of HJ/T 212-2005).
PARAMETER_COMMANDS = frozenset({"1061", "1063", "3017", "3018", "3019", "3020", "3021"})
EVENT_COMMANDS = {
    "1011": "clock",
    "1013": "clock_request",
    "2081": "restart",
    "3015": "sample_retained",
    "2071": "alarm",
    "2072": "alarm_event",
}
# Requests, notifications and answers: kept as evidence, nothing to store from them.
WORDLESS_COMMANDS = frozenset(
    {"1000", "1001", "1012", "1021", "1022", "1031", "1032", "1041", "1042", "1062", "1064"}
    | {"1072", "2012", "2022", "3011", "3012", "3013", "3014", "3016"}
    | {"9011", "9012", "9013", "9014", "9015", "9021", "9022"}
)
# HJ 212-2017 annex B: i11/i21 logs, i12/i22 states of instrument and logger, i13/i23 parameters.
LOG_CODES = ("i11", "i21")
STATUS_CODES = ("i12", "i22")
HOUR_S = 3_600
DAY_S = 86_400
BEIJING_OFFSET_S = 28_800
MICROSECONDS = 1_000_000
# A field device's own call for a new time (1013) needs no content to be an event.
CONTENTLESS_EVENT = "1013"
REQUEST_FIELDS = frozenset({"BeginTime", "EndTime", "PolId", "InfoId"})


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


def sent_time_us(qn: str | None, utc_offset_s: int) -> int | None:
    """QN as microseconds since 1970 UTC; None when absent or not of 17 digits."""
    return None if qn is None else _utc_us(beijing_ms(qn), utc_offset_s)


def state_frame(frame: Frame, device: Device) -> Statement | Refused:
    """Say what the frame states (HJ 212-2017 section 6.6 and annex C).

    Refused reasons: no_data_time, bad_data_time, unsupported_command.
    """
    mn = frame.mn or ""
    if not (frame.values or frame.states or frame.infos or _tells_an_event(frame)):
        return _wordless(frame, device)
    if frame.data_time_text is None:
        if frame.cn in PARAMETER_COMMANDS or frame.cn in EVENT_COMMANDS:
            return _about_the_device(frame, device, sent_time_us(frame.qn, device.utc_offset_s))
        return Refused("no_data_time", "DataTime is missing: say when the values were taken", mn)
    time_us = data_time_us(frame.data_time_text, device.utc_offset_s)
    if time_us is None:
        detail = (
            f"DataTime={frame.data_time_text[:20]} is no time: send 14 digits YYYYMMDDhhmmss "
            "of a date that exists"
        )
        return Refused("bad_data_time", detail, mn)
    return _measured(frame, device, time_us)


def _tells_an_event(frame: Frame) -> bool:
    """Whether something happened, and is not merely asked for under the same command."""
    return frame.cn in EVENT_COMMANDS and (
        frame.cn == CONTENTLESS_EVENT
        or frame.data_time_text is not None
        or any(key not in REQUEST_FIELDS for key, _ in frame.other)
    )


def _wordless(frame: Frame, device: Device) -> Statement | Refused:
    known = SERIES_OF_COMMAND.keys() | STATES_OF_COMMAND.keys() | PARAMETER_COMMANDS
    known |= EVENT_COMMANDS.keys()
    if frame.cn in WORDLESS_COMMANDS or (
        frame.cn in known and all(key in REQUEST_FIELDS for key, _ in frame.other)
    ):
        return Statement(frame.mn or "", sent_time_us(frame.qn, device.utc_offset_s))
    if frame.cn in PARAMETER_COMMANDS:
        return _about_the_device(frame, device, sent_time_us(frame.qn, device.utc_offset_s))
    return _unsupported(frame)


def _unsupported(frame: Frame) -> Refused:
    fields = ", ".join(key for key, _ in frame.other[:5])
    detail = f"CN={frame.cn} with fields {fields or 'none'} has no place to be stored yet"
    return Refused("unsupported_command", detail, frame.mn)


def _measured(frame: Frame, device: Device, time_us: int) -> Statement | Refused:
    series = SERIES_OF_COMMAND.get(frame.cn)
    if frame.values and series is None:
        return _unsupported(frame)
    if series is None and frame.cn not in STATES_OF_COMMAND:
        return _about_the_device(frame, device, time_us)
    sent_us = sent_time_us(frame.qn, device.utc_offset_s)
    readings = [_reading(series, value, device, time_us) for value in frame.values if series]
    readings += _states(frame, device, time_us)
    events, parameters = _infos(frame.infos, time_us)
    return Statement(frame.mn or "", sent_us, tuple(readings), parameters, events)


def _reading(series: Series, value: Value, device: Device, time_us: int) -> Said:
    sampled = value.sample_time and data_time_us(value.sample_time, device.utc_offset_s)
    momentary = series is Series.REALTIME
    first, second = (value.rtd, value.average) if momentary else (value.average, value.rtd)
    zs_first, zs_second = (
        (value.zs_rtd, value.zs_avg) if momentary else (value.zs_avg, value.zs_rtd)
    )
    return Said(
        series,
        value.code,
        time_us,
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
        case Series.HOUR:
            return HOUR_S
        case Series.DAY:
            return DAY_S


def _states(frame: Frame, device: Device, time_us: int) -> list[Said]:
    said: list[Said] = []
    for state in frame.states:
        if state.rs is not None:
            span_s = span_of(Series.STATE, device)
            said.append(Said(Series.STATE, state.code, time_us, float(state.rs), span_s=span_s))
        if state.rt is not None:
            said.append(Said(Series.DAY, state.code, time_us, state.rt, span_s=DAY_S))
    return said


def _infos(
    infos: tuple[Info, ...], time_us: int
) -> tuple[tuple[SaidEvent, ...], tuple[SaidParameter, ...]]:
    events: list[SaidEvent] = []
    parameters: list[SaidParameter] = []
    for info in infos:
        if info.code.startswith(LOG_CODES):
            events.append(SaidEvent("log", info.about, info.code, info.text, time_us))
        elif info.code.startswith(STATUS_CODES):
            events.append(SaidEvent("status", info.about, info.code, info.text, time_us))
        else:
            parameters.append(SaidParameter(info.about, info.code, info.text, time_us))
    return tuple(events), tuple(parameters)


def _about_the_device(frame: Frame, device: Device, at_us: int | None) -> Statement | Refused:
    sent_us = sent_time_us(frame.qn, device.utc_offset_s)
    if at_us is None:
        detail = "neither DataTime nor QN says when this was: send one of them"
        return Refused("no_data_time", detail, frame.mn)
    events, parameters = _infos(frame.infos, at_us)
    about = next((text for key, text in frame.other if key == "PolId"), None)
    rest = [(key, text) for key, text in frame.other if key not in {"PolId", "InfoId"}]
    if kind := EVENT_COMMANDS.get(frame.cn):
        text = ";".join(f"{key}={text}" for key, text in rest)
        events = (*events, SaidEvent(kind, about, None, text, at_us))
    elif frame.cn in PARAMETER_COMMANDS:
        parameters += tuple(SaidParameter(about, key, text, at_us) for key, text in rest)
    return Statement(frame.mn or "", sent_us, (), parameters, events)
