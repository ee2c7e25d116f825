"""What an audit makes of an hour: not due for a stop, void for a mark, filled by a laboratory.

A plant's mark or result must come within the window, and its papers by the day of the next month;
what does not is as if it were not there.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from schemas.judgement import MeanRow
from services.rules.manual import standing_in
from services.rules.marks.intervals import Interval, joined, overlap
from services.rules.marks.standing import Standing, Stretch
from services.rules.marks.timeline import Lane, unusable
from services.rules.transmission.records import HOUR, Assessing, Factor, OutletRecords

HOUR_S, MINUTE_S = 3600, 60
CHECKS = frozenset({"standard_check", "calibration"})
_SINCE, _UNTIL = attrgetter("since"), attrgetter("until")
MARK_OVERLAP = "mark_overlap"
"""A doubt: whether the marked time is the time that was invalid anyway decides on the hour."""


class Voided(NamedTuple):
    """Whether marks leave an hour invalid; `certain` False: it depends on which seconds were valid."""

    void: bool
    certain: bool


def stops(records: OutletRecords, hour: datetime, asked: Assessing) -> bool:
    """Whether marks of 停运 that count cover all of the hour."""
    params = asked.params
    wanted = [
        one
        for one in _meeting(records.line.condition, hour)
        if one.kind.code in params.stopped_kinds
        and one.standing is Standing.COUNTS
        and amends(one, hour, asked)
    ]
    return _seconds(wanted, hour) == HOUR_S


def voids(
    records: OutletRecords, factor: Factor, hour: datetime, row: MeanRow, asked: Assessing
) -> Voided:
    """Whether marks of invalid data that count leave less than the valid minutes of an hour.

    The marked time is taken for that which was invalid anyway, as far as it reaches.
    """
    meeting = _meeting(records.line.monitoring, hour)
    if not meeting:
        return Voided(void=False, certain=True)
    held = [
        one
        for one in unusable(records.line._replace(monitoring=tuple(meeting)))
        if one.mark.point in {None, factor.point} and amends(one, hour, asked)
    ]
    marked_s = _seconds(held, hour)
    needed_s = asked.params.valid_minutes * MINUTE_S
    best, worst = min(row.valid_s, HOUR_S - marked_s), row.valid_s - marked_s
    void = marked_s > 0 and best < needed_s
    return Voided(void, certain=void or not marked_s or worst >= needed_s)


def checked(records: OutletRecords, factor: Factor, hour: datetime, row: MeanRow | None) -> bool:
    """Whether the hour is known to have been one of a check: by its results, flags or a mark."""
    if row is not None:
        results, reasons = row.evidence.get("results"), row.evidence.get("not_valid_s")
        if _positive(results, "check") or _positive(reasons, "calibration"):
            return True
    return any(
        one.kind.code in CHECKS and one.mark.point in (None, factor.point)
        for one in _meeting(records.line.monitoring, hour)
    )


def filled_hours(
    factor: Factor, hours: Iterable[datetime], asked: Assessing
) -> frozenset[datetime]:
    """Those of the hours for all of which a result stands that was entered within the window."""
    wanted = list(hours)
    if asked.params.manual_fills == "no" or not factor.manual or not wanted:
        return frozenset()
    in_window = [one for one in factor.manual if one.recorded_at <= one.until + asked.window]
    stood = standing_in([(hour, hour + HOUR) for hour in wanted], in_window, asked.duty)
    covered = joined(Interval(one.since, one.until) for one in stood)
    return frozenset(
        hour
        for hour in wanted
        if any(one.since <= hour and hour + HOUR <= one.until for one in covered)
    )


def amends(one: Stretch, hour: datetime, asked: Assessing) -> bool:
    """Whether a mark came in time to change the hour; a bureau's and a logger's always did."""
    if one.mark.origin != "plant":
        return True
    if one.mark.entered_at > hour + HOUR + asked.window:
        return False
    overdue = asked.now >= asked.papers_due(hour)
    reset = asked.params.without_papers == "reset" and not one.mark.evidence.strip()
    return not (overdue and reset)


def _meeting(lane: Lane, hour: datetime) -> Sequence[Stretch]:
    # A lane is in order and without overlap.
    first = bisect_right(lane, hour, key=_UNTIL)
    return lane[first : bisect_left(lane, hour + HOUR, lo=first, key=_SINCE)]


def _seconds(held: Iterable[Stretch], hour: datetime) -> int:
    span = Interval(hour, hour + HOUR)
    parts = [overlap(Interval(one.since, one.until), span) for one in held]
    return sum(one.seconds for one in joined(part for part in parts if part is not None))


def _positive(counts: object, name: str) -> bool:
    if not isinstance(counts, Mapping):
        return False
    found: object = counts.get(name)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - evidence is any JSON
    return isinstance(found, int) and found > 0
