"""Days of factors made rates of points, outlets and plants by day, month, quarter or year.

Counts are added up first and divided once. It must not know targets.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal
from typing import Literal, NamedTuple, cast

from schemas.judgement import Evidence, PerformanceRow, Period, Stage
from services.rules.exact import text
from services.rules.periods import Bounds, local_day, local_month, local_quarter, local_year
from services.rules.transmission.counting import (
    UNJUDGED,
    Counted,
    FactorDay,
    Tally,
    Version,
    summed,
)
from services.rules.transmission.parameters import Step
from services.rules.transmission.records import Assessing

Level = Literal["point", "outlet", "plant"]
TRANSMISSION, VALIDITY, EFFECTIVENESS = "transmission", "validity", "effectiveness"
"""Measures of the audited version; those of the others end in `_first` and `_backfilled`."""
_STEPS = {"day": local_day, "month": local_month, "quarter": local_quarter, "year": local_year}
_INSTANT = datetime.resolution
MONTHS_MISSING = "months_missing"
"""A doubt: of a month that is over there is no rate, because nothing was due or nobody counted it."""


class Effectiveness(NamedTuple):
    """传输有效率 of a point (code), an outlet (code empty) or a plant (outlet None too)."""

    level: Level
    outlet: int | None
    point: int | None
    code: str
    step: Step
    bounds: Bounds
    stage: Stage
    tally: Tally

    @property
    def sure(self) -> bool:
        """Whether nothing of it rests on what is not established, or not judged yet."""
        return not self.doubts

    @property
    def doubts(self) -> tuple[str, ...]:
        unjudged = {UNJUDGED} if self.tally.noted.get(UNJUDGED) else set[str]()
        return tuple(sorted(self.tally.doubts | unjudged))

    def counted(self, version: Version) -> Counted:
        return self.tally.counts[version]


def effectiveness(
    days: Iterable[FactorDay], level: Level, step: Step, asked: Assessing
) -> list[Effectiveness]:
    """The rates of each point, outlet or the plant over each period that the days lie in.

    `days` are those of one plant. Raises KeyError for no step.
    """
    groups: defaultdict[tuple[datetime, int, int, str], list[Tally]] = defaultdict(list)
    spans: dict[datetime, Bounds] = {}
    for one in days:
        bounds = period_of(one.day, step, asked.zone)
        spans[bounds.since] = bounds
        keys = {"point": (one.outlet, one.point, one.code), "outlet": (one.outlet, 0, "")}
        groups[(bounds.since, *keys.get(level, (0, 0, "")))].append(one.tally)
    return [
        Effectiveness(
            level,
            outlet or None,
            point or None,
            code,
            step,
            spans[since],
            stage_of(spans[since], asked),
            summed(groups[since, outlet, point, code]),
        )
        for since, outlet, point, code in sorted(groups)
    ]


def period_of(at: datetime, step: Step, zone: timezone) -> Bounds:
    """The local day, month, quarter or year that `at` lies in."""
    return _STEPS[step](at, zone)


def stage_of(bounds: Bounds, asked: Assessing) -> Stage:
    """Provisional while it runs or its last record may still come in time.

    Closed once its last day can neither be amended nor papered.
    """
    if asked.now < bounds.until + asked.grace:
        return Stage.PROVISIONAL
    last = asked.papers_due(local_day(bounds.until - _INSTANT, asked.zone).since)
    return Stage.CLOSED if asked.now >= max(last, bounds.until + asked.window) else Stage.FINAL


def performance_rows(found: Iterable[Effectiveness]) -> list[PerformanceRow]:
    """The rows of points and outlets, three measures in three versions; the subject is the outlet.

    A plant is no subject, and has none. All counts stand with the audited effectiveness, once.
    """
    return [row for one in found for row in _rows(one)]


def told_rates(rows: Iterable[PerformanceRow], step: Step, asked: Assessing) -> list[Effectiveness]:
    """The rates of longer periods, added up from rows of months; one that runs as far as it went.

    Of the rows of `performance_rows` those of the audited effectiveness are looked at. Months by
    whose end no row is there are missing, and a doubt.
    """
    groups: defaultdict[tuple[datetime, int, str], list[PerformanceRow]] = defaultdict(list)
    spans: dict[datetime, Bounds] = {}
    for row in rows:
        if row.measure == EFFECTIVENESS and row.period is Period.MONTH:
            bounds = period_of(row.start, step, asked.zone)
            spans[bounds.since] = bounds
            groups[bounds.since, row.subject, row.code].append(row)
    found: list[Effectiveness] = []
    for since, outlet, code in sorted(groups):
        bounds, months = spans[since], groups[since, outlet, code]
        tally = summed(_tally_of(row.evidence) for row in months)
        if {row.start for row in months} != _ended_months(bounds, asked):
            tally = replace(tally, doubts=tally.doubts | {MONTHS_MISSING})
        level: Level = "point" if code else "outlet"
        stage = stage_of(bounds, asked)
        found.append(Effectiveness(level, outlet, None, code, step, bounds, stage, tally))
    return found


def _ended_months(bounds: Bounds, asked: Assessing) -> set[datetime]:
    found: set[datetime] = set()
    at = bounds.since
    while at < bounds.until:
        month = local_month(at, asked.zone)
        if month.until <= asked.now:
            found.add(month.since)
        at = month.until
    return found


def _tally_of(evidence: Evidence) -> Tally:
    """The tally that `evidence_of` told."""
    counts = {version: _counted_of(evidence[version]) for version in Version}
    left_out, noted = (cast("Mapping[str, int]", evidence[name]) for name in ("left_out", "noted"))
    doubts = cast("Iterable[str]", evidence.get("doubts", ()))
    return Tally(counts, left_out, noted, frozenset(doubts))


def _counted_of(told: object) -> Counted:
    numbers = cast("Mapping[str, int]", told)
    return Counted(numbers["due"], numbers["received"], numbers["valid"])


def _rows(one: Effectiveness) -> Iterator[PerformanceRow]:
    period = Period(one.step)
    if one.outlet is None:
        return
    for version in Version:
        count = one.counted(version)
        ending = "" if version is Version.AUDITED else f"_{version}"
        parts = {
            TRANSMISSION: (count.received, count.due),
            VALIDITY: (count.valid, count.received),
            EFFECTIVENESS: (count.valid, count.due),
        }
        for measure, (part, whole) in parts.items():
            whole_story = measure == EFFECTIVENESS and not ending
            evidence = evidence_of(one) if whole_story else {"doubts": list(one.doubts)}
            yield PerformanceRow(
                one.outlet, f"{measure}{ending}", one.code, period, one.bounds.since, one.stage,
                Decimal(part), Decimal(whole), one.sure, evidence,
            )  # fmt: skip


def evidence_of(one: Effectiveness) -> Evidence:
    """All counts by version, what was left out and noted, and the doubts."""
    found: dict[str, object] = {
        str(version): {
            **one.counted(version)._asdict(),
            "percent": None
            if (percent := one.counted(version).effectiveness) is None
            else text(percent),
        }
        for version in Version
    }
    found |= {"left_out": dict(one.tally.left_out), "noted": dict(one.tally.noted)}
    if one.doubts:
        found["doubts"] = list(one.doubts)
    return found
