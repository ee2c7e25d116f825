"""What a case says in figures: the number that is wrong, what it is held against, by how much. Pure.

It reads the evidence of a case as the raiser wrote it, and must not know who looks.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, cast

from services.api.console.shown import units_in
from services.api.models.alerts_read import AlertModel
from services.rules.judging.live_told import OVER_NOW
from services.rules.judging.quality_names import Named, named
from services.store.alert_places import place_said, subject_said

LONGEST: Final = 90
_MANY: Final = re.compile(r"(?<![\w.])(\d+)\.(\d{5,})(?![\w.])")
_DIGITS: Final = 4
_OFFSET: Final = re.compile(r"(?<=:\d\d) ?\+08:00")
_MARKS: Final = ("：", ": ", " ")
"""What stands between a place and what is said of it."""


class Against(NamedTuple):
    """A number and the bounds it is held against; `multiple` 超标倍数; `share` of the limit, of a forecast.

    `start` and `period`: of the mean; a number without a period was measured at one time. `limit` names
    the limit, `verdict` the judgement.
    """

    value: float | None
    low: float | None
    high: float | None
    unit: str
    multiple: float | None = None
    share: float | None = None
    period: str | None = None
    start: datetime | None = None
    clause: str = ""
    limit: int | None = None
    version: int | None = None
    verdict: int | None = None


def against_of(case: AlertModel) -> list[Against]:
    """Each limit that the case is over, the worst first; of a warning the one it is about; else none."""
    said = case.evidence
    rows = [_of_limit(one, said) for one in rows_of(said, "limits")]
    if rows:
        return sorted(rows, key=lambda one: -(one.multiple or 0))
    numbers = part_of(said, "numbers")
    if "projected" in numbers:
        return [_of_finding(case, numbers, _number(numbers["projected"]), _hour_of(numbers))]
    if said.get("rule") == OVER_NOW and "greatest" in numbers:
        return [_of_finding(case, numbers, _number(numbers["greatest"]))]
    return []


def code_of(case: AlertModel) -> str | None:
    """The pollutant that it is about, if it is about one alone."""
    if case.code is not None:
        return case.code
    code = case.evidence.get("code")
    if isinstance(code, str):
        return code
    points = _points(case)
    return points[0][1] if len(points) == 1 else None


def pollutant_of(case: AlertModel) -> Named | None:
    """Its names."""
    code = code_of(case)
    return None if code is None else named(code)


def point_of(case: AlertModel) -> int | None:
    """The point whose means show how it went: its own, or the first that lacks data."""
    if case.point is not None:
        return case.point
    points = _points(case)
    return points[0][0] if points else None


def untreated_of(case: AlertModel) -> timedelta | None:
    """So long the facility surely did not run, of a case about one."""
    seconds = _number(part_of(case.evidence, "numbers").get("certain_s"))
    return None if seconds is None else timedelta(seconds=seconds)


def brief(
    sentence: str, plant: str | None, subject: str | None = None, name: str | None = None
) -> str:
    """A sentence without the place that stands beside it, and no longer than a line or two."""
    rest = without_place(sentence, plant, subject, name)
    return rest if len(rest) <= LONGEST else rest[: LONGEST - 1].rstrip() + "…"


def without_place(
    sentence: str, plant: str | None, subject: str | None = None, name: str | None = None
) -> str:
    """A sentence without the place that stands beside it, its numbers tidy.

    The place is composed of the same parts as where the sentence was written: the plant's name in the
    sentence's language, the subject's code and name. A sentence that begins otherwise stays whole.
    """
    rest = tidy(sentence)
    place = place_said(plant or "", subject_said(subject, name or "") if subject else "")
    begins = [place + mark for mark in _MARKS if place]
    found = next((one for one in begins if rest.startswith(one)), None)
    # What is said of a logger names its plant alone; a finding names its outlet once more.
    rest = rest.removeprefix(found or plant or "").lstrip(" ")
    if found and subject and name not in {None, "", subject}:
        rest = rest.removeprefix(f"{name}({subject})").lstrip(" ")
    return rest


def local(sentence: str) -> str:
    """A sentence whose times leave out the offset of Beijing, where all times of a page are its own."""
    return _OFFSET.sub("", sentence)


def tidy(sentence: str) -> str:
    """A sentence whose numbers have no more digits than mean anything; a comparison stays true.

    Its units are printed as on the rest of the page.
    """
    return units_in(_MANY.sub(_fewer, sentence))


def _fewer(found: re.Match[str]) -> str:
    short = f"{float(found[0]):.{_DIGITS}f}".rstrip("0")
    # 35.00000001 is over 35, and 35.0000 is not.
    return found[0] if short.endswith(".") else short


def _of_limit(row: Mapping[str, object], said: Mapping[str, object]) -> Against:
    return Against(
        _number(row.get("value")),
        _number(row.get("low")),
        _number(row.get("high")),
        str(row.get("unit") or ""),
        multiple=_number(row.get("multiple")),
        period=_text(said.get("period")),
        start=_time(said.get("start")),
        clause=str(row.get("clause") or ""),
        limit=_whole(row.get("limit")),
        version=_whole(row.get("version")),
        verdict=_whole(row.get("verdict")),
    )


def _of_finding(
    case: AlertModel,
    numbers: Mapping[str, object],
    value: float | None,
    hour: datetime | None = None,
) -> Against:
    return Against(
        value,
        _number(numbers.get("low")),
        _number(numbers.get("high")),
        str(numbers.get("unit") or ""),
        share=_number(numbers.get("share")),
        period=_text(numbers.get("period")),
        start=hour,
        clause=case.clause,
        limit=_whole(numbers.get("limit")),
        version=_whole(numbers.get("version")),
    )


def _hour_of(numbers: Mapping[str, object]) -> datetime | None:
    """The hour whose mean is forecast: that of the newest record."""
    newest = _time(numbers.get("newest_at"))
    return None if newest is None else newest.replace(minute=0, second=0, microsecond=0)


def _points(case: AlertModel) -> list[tuple[int, str]]:
    rows = rows_of(case.evidence, "points")
    points = [(_whole(one.get("point")), _text(one.get("code"))) for one in rows]
    return [(point, code) for point, code in points if point is not None and code is not None]


def part_of(said: Mapping[str, object], name: str) -> Mapping[str, object]:
    """A part of evidence; empty where there is none."""
    found = said.get(name)
    return cast("Mapping[str, object]", found) if isinstance(found, Mapping) else {}


def rows_of(said: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    """The rows of a part of evidence that is a list; empty where there is none."""
    found = said.get(name)
    if not isinstance(found, Sequence) or isinstance(found, str):
        return []
    some = cast("Sequence[object]", found)
    return [cast("Mapping[str, object]", one) for one in some if isinstance(one, Mapping)]


def _number(said: object) -> float | None:
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        return None
    try:
        return float(said)
    except ValueError:
        return None


def _whole(said: object) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) else None


def _text(said: object) -> str | None:
    return said if isinstance(said, str) else None


def _time(said: object) -> datetime | None:
    try:
        return datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
