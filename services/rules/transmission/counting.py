"""Each due record of a factor in three versions: as it first came, as sent again, as audited.

Counted by local day, so that days make months, and what a day excuses stays in it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, cast

from schemas.judgement import MeanRow
from services.rules.exact import QUOTIENT, kept
from services.rules.periods import local_day
from services.rules.transmission.auditing import (
    MARK_OVERLAP,
    checked,
    filled_hours,
    stops,
    voids,
)
from services.rules.transmission.records import HOUR, Arrival, Assessing, Factor, OutletRecords

DAY_HOURS = 24
UNJUDGED = "unjudged"


class Version(StrEnum):
    """What is counted: what came in time; within the window; that with marks and laboratory results.

    Validity is the one believed now, in each of them.
    """

    FIRST = "first"  # 首次到达
    BACKFILLED = "backfilled"  # 补传后
    AUDITED = "audited"  # 审核后


class Counted(NamedTuple):
    """Records 应传, 实传 and 有效: valid are among the received, received among the due."""

    due: int = 0
    received: int = 0
    valid: int = 0

    @property
    def transmission(self) -> Decimal | None:
        """传输率 received / due, %; None where nothing was due."""
        return _percent(self.received, self.due)

    @property
    def validity(self) -> Decimal | None:
        """有效率 valid / received, %; None where nothing was received."""
        return _percent(self.valid, self.received)

    @property
    def effectiveness(self) -> Decimal | None:
        """传输有效率 = 传输率 x 有效率, that is valid / due, %; None where nothing was due."""
        return _percent(self.valid, self.due)

    def plus(self, other: "Counted") -> "Counted":
        return Counted(
            self.due + other.due, self.received + other.received, self.valid + other.valid
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """The three counts; `left_out` and `noted`: records of the audited version by reason.

    `left_out` were not counted as due (stopped, check, short_day). `noted` were: unjudged (no mean
    is believed yet), revised, too_late (after the window), void (by a mark), filled (by hand).
    """

    counts: Mapping[Version, Counted]
    left_out: Mapping[str, int] = field(default_factory=dict[str, int])
    noted: Mapping[str, int] = field(default_factory=dict[str, int])
    doubts: frozenset[str] = frozenset()


class FactorDay(NamedTuple):
    """The tally of a factor over a local day."""

    outlet: int
    point: int
    code: str
    day: datetime
    tally: Tally


class _Fate(NamedTuple):
    """A record in a version: whether it is due, received, valid."""

    due: bool
    received: bool
    valid: bool


class _Hour(NamedTuple):
    start: datetime
    fates: Mapping[Version, _Fate]
    check: bool


class _Day:
    """A local day of a factor, while it is counted."""

    def __init__(self, records: OutletRecords, factor: Factor, asked: Assessing) -> None:
        self.records, self.factor, self.asked = records, factor, asked
        self.left_out: Counter[str] = Counter()
        self.noted: Counter[str] = Counter()
        self.names: set[str] = set()
        self.doubts: set[str] = set()
        self.changed = False


def count_outlet(records: OutletRecords, asked: Assessing) -> list[FactorDay]:
    """Every local day in which any record of a factor was due."""
    found: list[FactorDay] = []
    for factor in records.factors:
        for day in _days(factor, asked):
            tally = _count_day(_Day(records, factor, asked), day)
            found.append(FactorDay(records.outlet, factor.point, factor.code, day, tally))
    return found


def summed(tallies: Iterable[Tally]) -> Tally:
    """The sum: 要收 and 实收 are added up before anything is divided."""
    counts = dict.fromkeys(Version, Counted())
    left_out: Counter[str] = Counter()
    noted: Counter[str] = Counter()
    doubts: set[str] = set()
    for one in tallies:
        counts = {version: counts[version].plus(one.counts[version]) for version in Version}
        left_out.update(one.left_out)
        noted.update(one.noted)
        doubts |= one.doubts
    return Tally(counts, dict(left_out), dict(noted), frozenset(doubts))


def _days(factor: Factor, asked: Assessing) -> list[datetime]:
    starts = [start for series in asked.params.records for start in factor.due(series)]
    return sorted({local_day(start, asked.zone).since for start in starts})


def _count_day(day: _Day, since: datetime) -> Tally:
    starts = [since + place * HOUR for place in range(DAY_HOURS)]
    due = [start for start in starts if start in day.factor.hours_due]
    lacking = [start for start in due if not _is_good(day.factor, start)]
    filled = filled_hours(day.factor, lacking, day.asked)
    hours = [_hour(day, start, start in filled) for start in due]
    counts = dict.fromkeys(Version, Counted())
    for version in Version:
        fates = _without_checks(day, hours, version)
        if "hour" in day.asked.params.records:
            counts[version] = _counted(fates)
    if "day" in day.asked.params.records and since in day.factor.days_due:
        for version, fate in _day_fates(day, since, hours).items():
            counts[version] = counts[version].plus(_counted([fate]))
    doubts = day.doubts | set(day.asked.params.unestablished(sorted(day.names)))
    return Tally(counts, dict(day.left_out), dict(day.noted), frozenset(doubts))


def _hour(day: _Day, start: datetime, is_filled: bool) -> _Hour:  # noqa: FBT001 - a fact of the hour
    arrival, row = day.factor.hours_due[start], day.factor.hours.get(start)
    first, again = _as_sent(day, arrival, row)
    fates = {Version.FIRST: first, Version.BACKFILLED: again}
    fates[Version.AUDITED] = _audited(day, start, again, is_filled)
    if start in day.records.still and day.asked.params.stopped_by_signals == "not_due":
        fates = {version: fate._replace(due=False) for version, fate in fates.items()}
        day.names.add("stopped_by_signals")
        day.left_out["stopped"] += 1
    return _Hour(start, fates, checked(day.records, day.factor, start, row))


def _as_sent(day: _Day, arrival: Arrival, row: MeanRow | None) -> tuple[_Fate, _Fate]:
    """As it first came, and as it came within the window; its validity is the one believed now."""
    empty = row is not None and _is_empty(row)
    valid = row is not None and row.valid and not empty
    if arrival.in_window and row is None:
        day.noted[UNJUDGED] += 1
    if arrival.came and not arrival.in_window:
        day.noted["too_late"] += 1
    if arrival.revised:
        day.noted["revised"] += 1
    if row is not None and arrival.in_window:
        day.doubts.update(_doubts(row))
    return (
        _Fate(due=True, received=arrival.in_time and not empty, valid=arrival.in_time and valid),
        _Fate(
            due=True, received=arrival.in_window and not empty, valid=arrival.in_window and valid
        ),
    )


def _audited(
    day: _Day,
    start: datetime,
    again: _Fate,
    is_filled: bool,  # noqa: FBT001 - a fact of the hour
) -> _Fate:
    fate, row = again, day.factor.hours.get(start)
    if fate.valid and row is not None:
        found = voids(day.records, day.factor, start, row, day.asked)
        if not found.certain:
            day.doubts.add(MARK_OVERLAP)
        if found.void:
            day.noted["void"] += 1
            day.changed = True
            fate = fate._replace(valid=False)
    if is_filled:
        day.noted["filled"] += 1
        day.names.add("manual_fills")
        day.changed = True
        fate = fate._replace(received=True, valid=True)
    if start not in day.records.still and stops(day.records, start, day.asked):
        day.left_out["stopped"] += 1
        fate = fate._replace(due=False)
    return fate


def _without_checks(day: _Day, hours: Sequence[_Hour], version: Version) -> list[_Fate]:
    """The day's due hours without those that an automatic check may have cost (water).

    Hours known to be of a check go first; others only where no more are lacking than may be.
    """
    due = [one for one in hours if one.fates[version].due]
    allowed = day.asked.params.check_hours_a_day if day.records.medium == "water" else 0
    lacking = [one for one in due if not one.fates[version].valid]
    excused = [one for one in lacking if one.check][:allowed]
    if len(lacking) <= allowed:
        excused = lacking
    if excused:
        day.names.add("check_hours_a_day")
        if version is Version.AUDITED:
            day.left_out["check"] += len(excused)
    gone = {one.start for one in excused}
    return [one.fates[version] for one in due if one.start not in gone]


def _day_fates(day: _Day, since: datetime, hours: Sequence[_Hour]) -> dict[Version, _Fate]:
    arrival, row = day.factor.days_due[since], day.factor.days.get(since)
    first, again = _as_sent(day, arrival, row)
    audited = again
    if day.changed:
        good = sum(one.fates[Version.AUDITED].valid for one in hours)
        day.names.add("day_valid_hours")
        enough = good >= day.asked.params.day_valid_hours
        audited = again._replace(received=again.received or enough, valid=enough)
    fates = {Version.FIRST: first, Version.BACKFILLED: again, Version.AUDITED: audited}
    return {version: _day_due(day, hours, version, fate) for version, fate in fates.items()}


def _day_due(day: _Day, hours: Sequence[_Hour], version: Version, fate: _Fate) -> _Fate:
    stopped = sum(not one.fates[version].due for one in hours)
    running = DAY_HOURS - stopped
    if not stopped or running >= day.asked.params.day_due_hours:
        return fate
    if running:
        day.names.add("day_due_hours")
    if version is Version.AUDITED:
        day.left_out["short_day" if running else "stopped"] += 1
    return fate._replace(due=False)


def _counted(fates: Iterable[_Fate]) -> Counted:
    due = [one for one in fates if one.due]
    return Counted(
        len(due), sum(one.received for one in due), sum(one.received and one.valid for one in due)
    )


def _is_good(factor: Factor, start: datetime) -> bool:
    row = factor.hours.get(start)
    return factor.hours_due[start].in_window and row is not None and row.valid


def _is_empty(row: MeanRow) -> bool:
    """Whether the device's record came without a number: 非空 is asked for."""
    device = row.evidence.get("device")
    if not isinstance(device, Mapping):
        return False
    return cast("Mapping[str, object]", device).get("why") == "no_value"


def _doubts(row: MeanRow) -> list[str]:
    named = row.evidence.get("doubts")
    if not isinstance(named, (list, tuple)):
        return []
    return [str(name) for name in cast("Sequence[object]", named)]


def _percent(part: int, whole: int) -> Decimal | None:
    return kept(QUOTIENT.divide(Decimal(part * 100), whole)) if whole else None
