"""The items of JSON messages (`cems/v1`, schemas/message.py): the same things as in HJ 212."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Final

import orjson

from services.simulate.record import Record
from services.simulate.said import (
    DAY,
    DEVICE,
    FURNACE,
    HOUR,
    IDENTITY,
    MINUTE,
    STATES,
    EventFact,
    ParameterFact,
    Said,
    moment,
)
from services.simulate.spots import Column

KINDS: Final = {MINUTE: "minute", FURNACE: "minute", HOUR: "hour", DAY: "day"}
_FURNACE_S: Final = 300


def spot_groups(columns: Sequence[Column], times: Sequence[int]) -> list[tuple[str, ...]]:
    """Readings of the kind `realtime`, for each instant."""
    moments = [*map(moment, times)]
    return list(zip(*[_spots(column, moments) for column in columns], strict=True))


def record_groups(
    command: str, begins: Sequence[int], records: Mapping[str, Record]
) -> list[tuple[str, ...]]:
    """Readings of the kind `minute`, `hour` or `day`, for each period."""
    moments = [*map(moment, begins)]
    return list(
        zip(
            *[_periods(command, code, record, moments) for code, record in records.items()],
            strict=True,
        )
    )


def state_groups(states: Mapping[str, int], at_s: int) -> list[str]:
    """A state of each facility."""
    time = moment(at_s)
    return [
        f'{{"time":"{time}","code":"{code}","state":{state}}}' for code, state in states.items()
    ]


def run_hours_groups(hours: Mapping[str, float], day_s: int) -> list[str]:
    """The run hours of the day as daily readings of the facilities."""
    time = moment(day_s)
    return [
        f'{{"time":"{time}","kind":"day","code":"{code}","value":{float(run)!r}}}'
        for code, run in hours.items()
    ]


def parameter_groups(parameters: Sequence[ParameterFact]) -> list[str]:
    """Settings of an instrument."""
    return [
        _item(
            {"time": moment(each.at_s), "code": each.code, "about": each.about, "value": each.value}
        )
        for each in parameters
    ]


def event_groups(event: EventFact) -> list[str]:
    """What happened once."""
    return [
        _item(
            {
                "time": moment(event.at_s),
                "kind": event.kind,
                "code": event.code,
                "about": event.about,
                "text": event.text,
            }
        )
    ]


def _item(fields: Mapping[str, str | None]) -> str:
    return orjson.dumps({key: text for key, text in fields.items() if text is not None}).decode()


def _spots(column: Column, moments: Sequence[str]) -> list[str]:
    sampled = column.sampled
    return [
        _reading(
            f'"time":"{time}","kind":"realtime","code":"{column.code}"',
            {
                "value": column.values[place],
                "converted": None if column.converted is None else column.converted[place],
            },
            f'"flag":"{column.flags[place]}"'
            + ("" if sampled is None else f',"sampled_at":"{moment(sampled[place])}"'),
        )
        for place, time in enumerate(moments)
    ]


def _periods(command: str, code: str, record: Record, moments: Sequence[str]) -> list[str]:
    span = f',"span_s":{_FURNACE_S}' if command == FURNACE else ""
    low, mean, high = record.converted or (None, None, None)
    columns = {
        "value": record.average,
        "min": record.minimum,
        "max": record.maximum,
        "converted": mean,
        "converted_min": low,
        "converted_max": high,
        "total": record.total,
    }
    return [
        _reading(
            f'"time":"{time}","kind":"{KINDS[command]}","code":"{code}"',
            {
                name: None if numbers is None else numbers[place]
                for name, numbers in columns.items()
            },
            f'"flag":"{record.flag[place]}"{span}',
        )
        for place, time in enumerate(moments)
    ]


def _reading(named: str, numbers: Mapping[str, float | None], rest: str) -> str:
    shown = "".join(
        [
            f'"{name}":{number!r},'
            for name, number in numbers.items()
            if number is not None and not isnan(number)
        ]
    )
    return f"{{{named},{shown}{rest}}}"


LIST_OF_COMMAND: Final = {STATES: "states", DEVICE: "parameters", IDENTITY: "parameters"}
"""The list of a message that its items stand in; events are told apart by their facts."""


def message(mn: str, one: Said) -> bytes:
    """The whole message as bytes."""
    if one.facts and isinstance(one.facts[0], EventFact):
        named = "events"
    else:
        named = LIST_OF_COMMAND.get(one.command, "readings")
    sent_at = f"{moment(one.shown_s)[:19]}.{one.ms:03}+08:00"
    items = ",".join(one.groups)
    return f'{{"mn":"{mn}","sent_at":"{sent_at}","{named}":[{items}]}}'.encode()
