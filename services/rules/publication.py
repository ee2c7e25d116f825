"""公布率: which laboratory results were due, and whether each was there in time. Pure.

An interval (week, month, quarter, half-year, year of the site's clock) owes one result sampled in it.
It must not know plants, nor where results are kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from schemas.manual import ManualResult
from services.rules.periods import (
    Bounds,
    local_half_year,
    local_month,
    local_quarter,
    local_week,
    local_year,
)
from services.rules.publication_parameters import Every

PublishedKind = Literal["self", "supervisory"]
KINDS: Final[tuple[PublishedKind, ...]] = ("self", "supervisory")
State = Literal["in_time", "late", "missing", "excused", "not_yet"]
"""`not_yet`: it may still come, and counts nowhere; `excused`: it was due in name alone."""
_OF: Final[Mapping[Every, Callable[[datetime, timezone], Bounds]]] = MappingProxyType(
    {
        "week": local_week,
        "month": local_month,
        "quarter": local_quarter,
        "half_year": local_half_year,
        "year": local_year,
    }
)


class Owed(NamedTuple):
    """A result of a kind owed of a point: sampled within the span, told until `by`."""

    point: int
    code: str
    kind: PublishedKind
    span: Bounds
    by: datetime


class Answer(NamedTuple):
    """What became of it; `told_at`: when the result that answers it was first entered here."""

    owed: Owed
    state: State
    result: int | None = None
    told_at: datetime | None = None
    doubts: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is one of those that were due."""
        return self.state in {"in_time", "late", "missing"}


def intervals(every: Every, span: Bounds, zone: timezone) -> Iterator[Bounds]:
    """Those that end within the span, or as it ends, in order. Weeks begin on Mondays.

    An interval belongs to the month, quarter and year in which it ends.
    """
    bounds_of = _OF.get(every)
    at = span.since
    while bounds_of is not None:
        one = bounds_of(at, zone)
        if one.until > span.until:
            return
        yield one
        at = one.until


def ends_of(at: datetime, zone: timezone) -> set[datetime]:
    """When the intervals of every length that `at` lies in come to an end."""
    return {bounds_of(at, zone).until for bounds_of in _OF.values()}


def answered(owed: Owed, versions: Iterable[ManualResult], now: datetime) -> Answer:
    """What became of a result that was owed.

    `versions`: all that was ever believed of the point's results. The newest of each says whether it
    answers: of that kind, with a value, not withdrawn, its sampling begun within the interval. It was
    told when a version that answers was first entered: a correction makes nothing late. When it stood
    on a public page nobody here knows. The earliest result counts; before `by` nothing does.
    """
    if now < owed.by:
        return Answer(owed, "not_yet")
    told = [
        (min(one.recorded_at for one in some if _answers(one, owed)), result)
        for result, some in _by_result(versions).items()
        if _answers(max(some, key=_place), owed)
    ]
    if not told:
        return Answer(owed, "missing")
    told_at, result = min(told)
    return Answer(owed, "in_time" if told_at <= owed.by else "late", result, told_at)


def _by_result(versions: Iterable[ManualResult]) -> dict[int, list[ManualResult]]:
    found: dict[int, list[ManualResult]] = {}
    for one in versions:
        found.setdefault(one.result, []).append(one)
    return found


def _place(one: ManualResult) -> tuple[int, int]:
    return one.position, one.version


def _answers(one: ManualResult, owed: Owed) -> bool:
    return (
        (one.point, one.kind) == (owed.point, owed.kind)
        and not one.withdrawn
        and one.value is not None
        and owed.span.since <= one.since < owed.span.until
    )


def counted(answers: Sequence[Answer]) -> dict[State, int]:
    """How many are in each state."""
    states: dict[State, int] = {"in_time": 0, "late": 0, "missing": 0, "excused": 0, "not_yet": 0}
    for one in answers:
        states[one.state] += 1
    return states
