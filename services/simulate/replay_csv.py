"""CSV rows as a device's messages, every decimal text put into the message as it stands.

Pure: lines in, messages with their times out.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from itertools import groupby
from typing import Final

import orjson

from services.hj212.clock import BEIJING
from services.hj212.encode import enclose
from services.hj212.number import parse_number
from services.simulate.replay_map import Column, FieldName, Kind, ReplayMap

LONGEST_CONTENT: Final = 950
LONGEST_SEGMENT: Final = 1024
_COMMANDS: Final[Mapping[Kind, str]] = {
    "realtime": "2011",
    "minute": "2051",
    "hour": "2061",
    "day": "2031",
}
_HJ212_FIELDS: Final[Mapping[FieldName, str]] = {
    "rtd": "Rtd",
    "min": "Min",
    "avg": "Avg",
    "max": "Max",
    "cou": "Cou",
    "zs_rtd": "ZsRtd",
    "zs_min": "ZsMin",
    "zs_avg": "ZsAvg",
    "zs_max": "ZsMax",
}
_JSON_FIELDS: Final[Mapping[FieldName, str]] = {
    "rtd": "value",
    "min": "min",
    "avg": "value",
    "max": "max",
    "cou": "total",
    "zs_rtd": "converted",
    "zs_min": "converted_min",
    "zs_avg": "converted",
    "zs_max": "converted_max",
}
_JSON_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SPAN_S: Final[Mapping[Kind, int]] = {"realtime": 0, "minute": 60, "hour": 3600, "day": 86_400}


class DataError(Exception):
    """A file that cannot be told; the text names row and column."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A message to publish, and when its device would have: seconds since 1970 UTC."""

    at_s: float
    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says."""

    column: Column
    text: str


def csv_messages(lines: Iterable[str], replay_map: ReplayMap) -> Iterator[Timed]:
    """The messages of a CSV with a row of headings; empty cells stay out.

    Raises DataError, with row (the headings are row 1) and column, at the first cell that is
    neither empty nor a number.
    """
    reader = csv.reader(lines, delimiter=replay_map.csv.delimiter)
    headings = next(reader, None)
    if headings is None:
        raise DataError("the file is empty: it needs a row of headings")
    places = _places(headings, replay_map)
    for number, row in enumerate(reader):
        if not row:
            continue
        cells = [
            Cell(column, text)
            for heading, (place, column) in places.items()
            if (text := _number(row, place, f"row {number + 2}, column {heading!r}"))
        ]
        if cells:
            at = _time(row, headings, number, replay_map)
            yield from _messages(cells, at, replay_map)


def _places(headings: list[str], replay_map: ReplayMap) -> dict[str, tuple[int, Column]]:
    """Where each mapped column stands, those of one code side by side."""
    for heading in (*replay_map.columns, *filter(None, [replay_map.csv.time_column])):
        if heading not in headings:
            close = get_close_matches(heading, headings, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there is {', '.join(headings)}"
            raise DataError(f"the file has no column {heading!r}: {hint}")
    codes = list(dict.fromkeys(column.code for column in replay_map.columns.values()))
    ordered = sorted(replay_map.columns.items(), key=lambda item: codes.index(item[1].code))
    return {heading: (headings.index(heading), column) for heading, column in ordered}


def _number(row: list[str], place: int, where: str) -> str:
    """The decimal text of a cell, blanks around it cut; empty when there is none."""
    text = row[place].strip() if place < len(row) else ""
    if text and parse_number(text) is None:
        raise DataError(f"{where}: {text[:40]!r} is not a decimal number")
    return text


def _time(row: list[str], headings: list[str], number: int, replay_map: ReplayMap) -> datetime:
    part = replay_map.csv
    if part.time_column is None:
        if part.start is None or part.step_s is None:
            raise DataError("the map names no time")
        return (part.start + timedelta(seconds=number * part.step_s)).astimezone(BEIJING)
    place = headings.index(part.time_column)
    text = row[place] if place < len(row) else ""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise DataError(
            f"row {number + 2}, column {part.time_column!r}: {text[:40]!r} is not an ISO time"
        ) from None
    return at.replace(tzinfo=BEIJING) if at.tzinfo is None else at.astimezone(BEIJING)


def _messages(cells: list[Cell], at: datetime, replay_map: ReplayMap) -> Iterator[Timed]:
    # A record is sent when its period is over.
    sent = at + timedelta(seconds=_SPAN_S[replay_map.csv.kind])
    part = replay_map.csv
    if part.protocol == "json":
        payload = _json(cells, at, sent, replay_map)
        yield Timed(sent.timestamp(), f"cems/v1/{part.mn}", payload)
        return
    for frame in _frames(cells, at, sent, replay_map):
        yield Timed(sent.timestamp(), f"hj212/{part.mn}", frame)


def _frames(
    cells: list[Cell], at: datetime, sent: datetime, replay_map: ReplayMap
) -> Iterator[bytes]:
    """One frame, or parts with PNUM and PNO where one would be too long (HJ 212-2017 分包)."""
    groups = [
        ",".join(_fields(list(group))) for _, group in groupby(cells, lambda c: c.column.code)
    ]
    data_time = f"DataTime={at:%Y%m%d%H%M%S}"
    longest = min(LONGEST_CONTENT, LONGEST_SEGMENT - len(_segment(sent, (99, 99), "", replay_map)))
    parts = _parts(data_time, groups, longest)
    for number, content in enumerate(parts, start=1):
        moment = sent + timedelta(milliseconds=number - 1)
        place = (len(parts), number) if len(parts) > 1 else None
        yield enclose(_segment(moment, place, content, replay_map).encode())


def _parts(data_time: str, groups: list[str], longest: int) -> list[str]:
    parts = [data_time]
    for group in groups:
        if len(parts[-1]) + 1 + len(group) > longest:
            parts.append(data_time)
        parts[-1] += f";{group}"
    return parts


def _fields(cells: list[Cell]) -> Iterator[str]:
    for cell in cells:
        yield f"{cell.column.code}-{_HJ212_FIELDS[cell.column.field]}={cell.text}"
    flag = next((cell.column.flag for cell in cells if cell.column.flag), None)
    if flag is not None:
        yield f"{cells[0].column.code}-Flag={flag}"


def _segment(
    sent: datetime, place: tuple[int, int] | None, content: str, replay_map: ReplayMap
) -> str:
    part = replay_map.csv
    # Version 2017, no answer wanted; bit D says that PNUM and PNO follow (HJ 212-2017 table 3).
    flag = "Flag=4" if place is None else f"Flag=6;PNUM={place[0]};PNO={place[1]}"
    qn = f"{sent:%Y%m%d%H%M%S}{sent.microsecond // 1000:03}"
    return (
        f"QN={qn};ST={part.st};CN={_COMMANDS[part.kind]};PW=123456;MN={part.mn};{flag};"
        f"CP=&&{content}&&"
    )


def _json(cells: list[Cell], at: datetime, sent: datetime, replay_map: ReplayMap) -> bytes:
    """A message whose numbers are the cells' texts, where JSON can write them so."""
    readings: list[dict[str, object]] = []
    for code, group in groupby(cells, lambda cell: cell.column.code):
        reading: dict[str, object] = {
            "time": at.isoformat(),
            "kind": replay_map.csv.kind,
            "code": code,
        }
        for cell in group:
            text = cell.text if _JSON_NUMBER.fullmatch(cell.text) else repr(float(cell.text))
            reading[_JSON_FIELDS[cell.column.field]] = orjson.Fragment(text)
            if cell.column.flag:
                reading["flag"] = cell.column.flag
        readings.append(reading)
    message = {"mn": replay_map.csv.mn, "sent_at": sent.isoformat(), "readings": readings}
    return orjson.dumps(message)
