"""What an HJ 212 frame says about the device itself: settings, logs, alarms, checks, conditions.

Pure. Nothing here knows when it was said: times are arguments.
"""

from collections.abc import Iterator

from services.hj212.frame import Frame, Info, Value
from services.ingest.command_places import Command, Place
from services.ingest.statement import SaidEvent, SaidParameter

# HJ 212-2017 annex B: i11/i21 logs, i12/i22 states of instrument and logger, i13/i23 parameters.
LOG_CODES = ("i11", "i21")
STATUS_CODES = ("i12", "i22")
# They say what is asked for, and nothing of their own.
REQUEST_FIELDS = frozenset({"BeginTime", "EndTime", "PolId", "InfoId"})
NAMING_FIELDS = frozenset({"PolId", "InfoId"})
# A field device's own call for a new time (1013) needs no content to be an event.
CONTENTLESS_EVENT = "1013"
# CN 1014 (HJ 212-2025) and 1072 carry secrets: whatever table a field reaches, these do not.
SECRET_FIELDS = frozenset({"newsk", "newpw", "pw", "sk"})
HIDDEN = "******"
CONDITION = "condition"
# What some senders write where there is no number.
NO_WORDS = frozenset({"null", "nan", "none", "na", "inf", "err", "error"})
CHECK = "check"
# Letters of what is said of all codes, repeated for each: no frame of 1,024 bytes comes near.
MOST_SHARED = 65_536
NUMBERS = (
    *(("rtd", "Rtd"), ("minimum", "Min"), ("average", "Avg"), ("maximum", "Max")),
    *(("total", "Cou"), ("zs_rtd", "ZsRtd"), ("zs_min", "ZsMin"), ("zs_avg", "ZsAvg")),
    *(("zs_max", "ZsMax"), ("flag", "Flag"), ("eflag", "EFlag"), ("sample_time", "SampleTime")),
)

Said = tuple[tuple[SaidEvent, ...], tuple[SaidParameter, ...]]


def tells_an_event(frame: Frame, command: Command) -> bool:
    """Whether something happened, and is not merely asked for under the same command."""
    return command.place is Place.EVENT and (
        frame.cn == CONTENTLESS_EVENT
        or frame.data_time_text is not None
        or any(key not in REQUEST_FIELDS for key, _ in frame.other)
    )


def asks_only(frame: Frame) -> bool:
    """Whether its fields only say what is asked for."""
    return all(key in REQUEST_FIELDS for key, _ in frame.other)


def said_of_device(frame: Frame, command: Command, at_us: int) -> Said:
    """The events and parameters of a command of that kind (HJ 212-2017 annex C.24, C.34-C.47)."""
    events, parameters = said_infos(frame.infos, at_us)
    about = next((text for key, text in frame.other if key == "PolId"), None)
    if command.place is Place.PARAMETER:
        parameters += tuple(
            SaidParameter(about, key, text, at_us) for key, text in (*_plain(frame), *_sent(frame))
        )
    elif command.event == CHECK:
        events += _checks(frame, about, at_us)
    elif command.event is not None:
        text = _joined([*_plain(frame), *_sent(frame)])
        events = (*events, SaidEvent(command.event, about, None, text, at_us))
    return events, parameters


def said_infos(infos: tuple[Info, ...], at_us: int) -> Said:
    """The `-Info` fields: logs and states as events, all others as parameters."""
    events: list[SaidEvent] = []
    parameters: list[SaidParameter] = []
    for info in infos:
        if info.code.startswith(LOG_CODES):
            events.append(SaidEvent("log", info.about, info.code, info.text, at_us))
        elif info.code.startswith(STATUS_CODES):
            events.append(SaidEvent("status", info.about, info.code, info.text, at_us))
        else:
            text = _shown(info.code, info.text)
            parameters.append(SaidParameter(info.about, info.code, text, at_us))
    return tuple(events), tuple(parameters)


def said_conditions(frame: Frame, at_us: int) -> tuple[SaidEvent, ...]:
    """Letters in the place of a number (HJ 212-2025, ST 44 and 45), one event a code."""
    return tuple(
        SaidEvent(CONDITION, None, code, word, at_us)
        for code, word in frame.words
        if word.lower() not in NO_WORDS
    )


def _checks(frame: Frame, about: str | None, at_us: int) -> tuple[SaidEvent, ...]:
    """One event a code, each with its command, what is said of all codes, and its own numbers.

    What is said of all stands in an event of its own where that often it would be far too much.
    """
    common: list[tuple[str, str]] = [("CN", frame.cn)]
    own: dict[str, list[tuple[str, str]]] = {value.code: [] for value in frame.values}
    for key, text in (*_plain(frame), *_run_states(frame)):
        code, _, field = key.rpartition("-")
        if code:
            own.setdefault(code, []).append((field, text))
        else:
            common.append((key, text))
    for value in frame.values:
        own[value.code] = [*_fields(value), *own[value.code]]
    whole = SaidEvent(CHECK, about, None, _joined(common), at_us)
    if not own:
        return (whole,)
    apart = len(own) * len(whole.text) > MOST_SHARED
    said = common[:1] if apart else common
    events = tuple(
        SaidEvent(CHECK, about, code, _joined([*said, *fields]), at_us)
        for code, fields in own.items()
    )
    return (whole, *events) if apart else events


def _plain(frame: Frame) -> Iterator[tuple[str, str]]:
    for key, text in frame.other:
        if key not in NAMING_FIELDS:
            yield key, _shown(key, text)


def _sent(frame: Frame) -> Iterator[tuple[str, str]]:
    """The values of a command that has no series, as texts."""
    for value in frame.values:
        for field, text in _fields(value):
            yield f"{value.code}-{field}", text
    yield from _run_states(frame)


def _run_states(frame: Frame) -> Iterator[tuple[str, str]]:
    for state in frame.states:
        for field, number in (("RS", state.rs), ("RT", state.rt)):
            if number is not None:
                yield f"{state.code}-{field}", repr(number)


def _fields(value: Value) -> Iterator[tuple[str, str]]:
    for name, field in NUMBERS:
        sent: float | str | None = getattr(value, name)
        if sent is not None:
            yield field, sent if isinstance(sent, str) else repr(sent)


def _joined(fields: list[tuple[str, str]]) -> str:
    return ";".join(f"{key}={text}" for key, text in fields)


def _shown(key: str, text: str) -> str:
    return HIDDEN if key.rpartition("-")[2].lower() in SECRET_FIELDS else text
