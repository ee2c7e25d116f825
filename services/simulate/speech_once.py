"""What a device reports once: logs, states of instruments, restarts, checks, settings, its number.

Pure: a happening in, the command and the texts of its version out, with the facts told by them.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from services.simulate import speech_hj212, speech_json
from services.simulate.said import (
    CHECK,
    DEVICE,
    IDENTITY,
    RESTART,
    RETAINED,
    EventFact,
    Fact,
    ParameterFact,
    digits,
)
from services.simulate.world import Happening, Hour, VirtualDevice

LOG_CODE: Final = "i11001"
"""HJ 212-2017 table B.10: the log of an instrument."""
SERIAL: Final = "SN"


class Once(NamedTuple):
    """Something told once, at a second of the true time."""

    at_s: int
    command: str
    groups: Sequence[str]
    facts: tuple[Fact, ...]


def told_once(device: VirtualDevice, hour: Hour, shown: Callable[[int], int]) -> Iterator[Once]:
    """All that is told once in the hour, `shown` is what the device's clock shows.

    HJ/T 212-2005 has no command for it but that of a restart.
    """
    for happening in hour.happenings:
        if device.protocol != "hjt212-2005" or happening.kind == "restart":
            yield _once(device, happening, shown(happening.at_s))
    if device.protocol == "hjt212-2005":
        return
    kept = sorted(hour.parameters, key=lambda each: (each.at_s, each.about or ""))
    for (at_s, _), alike in groupby(kept, key=lambda each: (each.at_s, each.about)):
        facts = tuple(
            ParameterFact(shown(at_s), each.about, each.code, each.value) for each in alike
        )
        form = speech_json if device.protocol == "cems-v1" else speech_hj212
        yield Once(at_s, DEVICE, form.parameter_groups(facts), facts)


def _once(device: VirtualDevice, happening: Happening, data_s: int) -> Once:
    if device.protocol == "cems-v1":
        return _in_json(happening, data_s)
    match happening.kind:
        case "restart":
            text = f"RestartTime={digits(data_s)}"
            return _plain(happening, RESTART, text, data_s)
        case "sample_retained":
            number = "".join(re.findall(r"[0-9]+", happening.text)[:1]) or "1"
            return _plain(happening, RETAINED, f"VaseNo={number}", data_s)
        case "identity":
            fact = ParameterFact(data_s, None, SERIAL, happening.text)
            return Once(happening.at_s, IDENTITY, [f"{SERIAL}={happening.text}"], (fact,))
        case "check":
            return _check(device, happening, data_s)
        case _:
            return _info(happening, happening.code or LOG_CODE, happening.text, data_s)


def _plain(happening: Happening, command: str, text: str, data_s: int) -> Once:
    about = [] if happening.about is None else [f"PolId={happening.about}"]
    fact = EventFact(happening.kind, data_s, happening.about, None, text)
    return Once(happening.at_s, command, [*about, text], (fact,))


def _info(happening: Happening, code: str, text: str, data_s: int) -> Once:
    kind = happening.kind if happening.code else "log"
    fact = EventFact(kind, data_s, happening.about, code, text)
    groups = [speech_hj212.info_group(happening.about, code, text)]
    return Once(happening.at_s, DEVICE, groups, (fact,))


def _check(device: VirtualDevice, happening: Happening, data_s: int) -> Once:
    """CN 2062 of 2025; before that a line of the log."""
    standard, shown = (*happening.numbers, 0.0, 0.0)[:2]
    if device.protocol != "hj212-2025" or happening.about is None:
        text = f"{happening.text} {standard!r} {shown!r}"
        return _info(happening, LOG_CODE, text, data_s)
    code = happening.about
    fields = (("Check", shown), ("StandardValue", standard))
    text = ";".join([f"CN={CHECK}", *(f"{field}={number!r}" for field, number in fields)])
    fact = EventFact("check", data_s, None, code, text)
    groups = [f"{code}-{field}={number!r}" for field, number in fields]
    return Once(happening.at_s, CHECK, groups, (fact,))


def _in_json(happening: Happening, data_s: int) -> Once:
    if happening.kind == "identity":
        number = ParameterFact(data_s, None, SERIAL, happening.text)
        return Once(happening.at_s, IDENTITY, speech_json.parameter_groups((number,)), (number,))
    text = " ".join([happening.text, *map(repr, happening.numbers)]).strip()
    fact = EventFact(happening.kind, data_s, happening.about, happening.code, text)
    return Once(happening.at_s, DEVICE, speech_json.event_groups(fact), (fact,))
