"""Laboratory results as people write them, turned into what is entered, or into sentences.

It reads no file and no database; places, units and the time now are given.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from schemas.manual import ManualKind, ManualResult
from schemas.manual_entry import NewManualResult, PointUnit
from schemas.mark_entry import MarkPlaces
from schemas.sentence import Sentence, term
from services.rules.manual_numbers import (
    check_sign,
    converted_said,
    samples_said,
    unit_said,
)
from services.rules.manual_words import Reading, Wrong
from services.rules.marks.mark_entries import EMPTY_FILE, NO_ROWS, EntryError, subject_said

COLUMNS = (
    *("plant", "subject", "point", "kind", "from", "to", "value", "unit", "converted"),
    *("reference_oxygen", "samples", "method", "laboratory", "reason"),
)
NEEDED = ("plant", "subject", "point", "kind", "from", "value")
KINDS: Mapping[str, ManualKind] = {
    "self": "self", "自行监测": "self",
    "supervisory": "supervisory", "监督性监测": "supervisory",
    "comparison": "comparison", "比对": "comparison",
    "gap": "gap", "故障期间手工监测": "gap",
}  # fmt: skip
KIND_NAMES: Mapping[ManualKind, str] = {kind: name for name, kind in KINDS.items() if name != kind}
FIRST_ROW = 2
GRAB = timedelta(minutes=1)
LONGEST = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Entering:
    """By whom and when results are entered, where they may belong, and what is there already."""

    actor: str
    now: datetime
    places: MarkPlaces
    units: Mapping[int, Sequence[PointUnit]]
    known: Sequence[ManualResult] = ()


def result_of(words: Mapping[str, str], by: Entering) -> NewManualResult:
    """A result from the words under COLUMNS; empty or absent: not given. Raises EntryError."""
    entry, wrong = read_result(words, by)
    if entry is None:
        raise EntryError([one.said for one in wrong])
    return entry


def read_result(
    words: Mapping[str, str], by: Entering
) -> tuple[NewManualResult | None, list[Wrong]]:
    """The same for files: None with all that is wrong, or the result with nothing."""
    reading = Reading(words)
    point = _point(reading, by.places)
    kind = _kind(reading)
    sampled = _sampled(reading, by.now)
    value = reading.number("value")
    if value is None and not reading.word("value") and not reading.word("reason"):
        reading.refuse(
            "value",
            Sentence(
                "give the result, or leave it empty and say why under reason",
                "请填写结果；没有结果须说明理由",
            ),
        )
    converted, oxygen = converted_said(reading)
    samples = samples_said(reading)
    units = None if point is None else by.units.get(point, ())
    unit = unit_said(reading, units, sampled)
    check_sign(reading, unit, {"value": value, "converted": converted})
    if reading.wrong or point is None or kind is None or sampled is None:
        return None, reading.wrong
    entry = NewManualResult(
        point,
        kind,
        *sampled,
        value,
        unit,
        converted,
        oxygen,
        samples,
        reading.word("method"),
        reading.word("laboratory"),
        reading.word("reason"),
        by.actor,
    )
    same = _same(entry, by.known)
    if same is not None:
        said = Sentence(
            f"is entered already as result {same}: leave it out, or replace it",
            f"该样品已录入为监测结果 {same}：请勿重复录入，或更正该结果",
        )
        return None, [Wrong("", said)]
    return entry, []


def results_of_csv(text: str, by: Entering) -> tuple[list[NewManualResult], list[str]]:
    """The results of a CSV file with a header, and `row N, column C (name): sentence` of all faults."""
    reader = csv.DictReader(text.splitlines())
    header = [name.strip() for name in reader.fieldnames or ()]
    faults = _header_faults(header)
    if faults:
        return [], [f"row 1: {one}" for one in faults]
    found: list[NewManualResult] = []
    rows: dict[tuple[object, ...], int] = {}
    for number, row in enumerate(reader, FIRST_ROW):
        words = {str(name).strip(): (value or "").strip() for name, value in row.items() if name}
        if len(row) > len(header):
            faults.append(f"row {number}: more cells than the header: put quotes round commas")
            continue
        if not any(words.values()):
            continue
        entry, wrong = read_result(words, by)
        faults += [f"row {number}{_column(one.column, header)}: {one.sentence}" for one in wrong]
        if entry is not None:
            same = rows.setdefault(_identity(entry), number)
            if same != number:
                faults.append(f"row {number}: the same sample as in row {same}: leave one out")
            found.append(entry)
    return found, faults or ([] if rows else [NO_ROWS])


def _header_faults(header: Sequence[str]) -> list[str]:
    if not any(header):
        return [EMPTY_FILE]
    faults = [
        f"column {name} is missing: the header needs {', '.join(NEEDED)}"
        for name in NEEDED
        if name not in header
    ]
    faults += [
        f"column {place} ({name or 'empty'}) is not known: use {', '.join(COLUMNS)}"
        for place, name in enumerate(header, 1)
        if name not in COLUMNS
    ]
    twice = {name for name in header if header.count(name) > 1}
    return faults + [f"column {name} is there twice: leave one out" for name in sorted(twice)]


def _column(name: str, header: Sequence[str]) -> str:
    if not name:
        return ""
    place = header.index(name) + 1 if name in header else None
    return f", column {place} ({name})" if place else f", column {name} (not in the file)"


def _point(reading: Reading, places: MarkPlaces) -> int | None:
    plant, subject, name = (reading.word(one) for one in ("plant", "subject", "point"))
    try:
        found, _ = subject_said(plant, subject, places)
    except EntryError as error:
        column = "subject" if plant in places.plants else "plant"
        reading.refuse(column, error.said)
        return None
    point = places.points.get((found, name)) or places.points.get((found, f"out/{name}"))
    if point is None:
        known = ", ".join(one for of, one in places.points if of == found)
        reading.refuse(
            "point",
            Sentence(
                f"{name or '(empty)'} is no point{term('监测点')} of {plant} {subject} (known: "
                f"{known or 'none'}): write side/code, or register it",
                f"{plant} {subject} 没有监测点“{name or '（空）'}”（已登记：{known or '无'}）：请写作"
                " 侧/因子编码，或先登记",
            ),
        )
    return point


def _kind(reading: Reading) -> ManualKind | None:
    kind = KINDS.get(reading.word("kind"))
    if kind is None:
        names = "、".join(f"{key}（{name}）" for key, name in KIND_NAMES.items())
        word = reading.word("kind")
        marked = ", ".join(f"{key}{term(name)}" for key, name in KIND_NAMES.items())
        reading.refuse(
            "kind",
            Sentence(
                f"{word or '(empty)'} is no kind: write {marked}",
                f"“{word or '（空）'}”不是监测类别：可选 {names}",
            ),
        )
    return kind


def _sampled(reading: Reading, now: datetime) -> tuple[datetime, datetime] | None:
    before = len(reading.wrong)
    since, until = reading.time("from"), reading.time("to")
    if len(reading.wrong) > before:
        return None
    if since is None:
        reading.refuse(
            "from",
            Sentence(
                "give when sampling began, for instance 2025-03-01T08:00",
                "须填写采样开始时间，例如 2025-03-01T08:00",
            ),
        )
        return None
    until = until or since + GRAB
    if since > now:
        reading.refuse(
            "from", Sentence("the sample lies ahead: mend the time", "采样时间晚于现在：请更正")
        )
    elif until <= since:
        reading.refuse(
            "to",
            Sentence(
                "must lie after from: leave it empty for a grab sample",
                "采样结束须晚于开始：瞬时样请不填",
            ),
        )
    elif until - since > LONGEST:
        reading.refuse(
            "to",
            Sentence(
                f"a sample takes at most {LONGEST.days} days: mend from or to",
                f"一次采样至多 {LONGEST.days} 天：请更正起止时间",
            ),
        )
    return None if len(reading.wrong) > before else (since, until)


def _same(entry: NewManualResult, known: Iterable[ManualResult]) -> int | None:
    identity = _identity(entry)
    return next(
        (one.result for one in known if not one.withdrawn and _identity(one) == identity), None
    )


def _identity(one: NewManualResult | ManualResult) -> tuple[object, ...]:
    """What tells two samples apart; two laboratories may sample at once."""
    return cast(
        "tuple[object, ...]",
        (one.point, one.kind, one.since, one.until, one.laboratory, one.method),
    )
