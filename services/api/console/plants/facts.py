"""What the parts of a plant's pages show that take longer: gaps, running states, rates by period.

It must not know how they are shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.facility import StateRow
from schemas.judgement import Finding, Period
from services.api.access import Sight
from services.api.asking import When
from services.api.gaps_found import gaps_of
from services.api.models.status_place import GapModel
from services.api.ranges import Range
from services.api.states_found import states_of
from services.store.accounting import one_snapshot
from services.store.beliefs import Belief, Stretch, read_findings
from services.store.history_known import known_below
from services.store.history_rates import RateLine, RatesAsked, page_of_rates
from services.store.places import PlantRef
from services.store.session import Session
from services.store.status_place import PlantSubject, subjects_of
from services.store.status_rates import Over, RateSum, sum_rates

MOST_RATES: Final = 5000
LOOK_BACK: Final = timedelta(hours=2)
KINDS: Final = {"unit": 0, "facility": 1, "outlet": 2}


class OutletGap(NamedTuple):
    """Points of an outlet that lack the same hours for the same reason."""

    outlet: str
    points: Sequence[str]
    gap: GapModel


@dataclass(frozen=True, slots=True)
class Runs:
    """A unit, facility or bypass now: since when it stands so as far as was looked, and what is found."""

    subject: PlantSubject
    state: StateRow
    bypass: bool
    synchronous: RateSum | None = None
    findings: Sequence[Belief[Finding]] = ()


@dataclass(slots=True)
class RateSeries:
    """A rate of a subject period by period, and over all of them."""

    subject: str
    kind: str
    measure: str
    code: str
    lines: list[RateLine] = field(default_factory=list[RateLine])

    @property
    def value(self) -> float | None:
        """Counts added first, and divided once."""
        whole = sum(one.denominator for one in self.lines)
        return sum(one.numerator for one in self.lines) / whole if whole else None

    @property
    def sure(self) -> bool:
        return all(one.sure for one in self.lines)

    def drawn(self, width: int, height: int) -> str:
        """The points of a line through the periods' values, 0 at the bottom and 1 at the top."""
        told = [
            (place, one.numerator / one.denominator)
            for place, one in enumerate(self.lines)
            if one.denominator
        ]
        step = width / max(len(self.lines) - 1, 1)
        return " ".join(
            f"{place * step:.1f},{height * (1 - min(max(value, 0.0), 1.0)):.1f}"
            for place, value in told
        )


def gaps_found(
    within: Sight, own: PlantRef, asked: Range, when: tuple[datetime, int]
) -> list[OutletGap]:
    """The gaps of all outlets, the latest first; `when`: the time now and the position.

    Raises psycopg.Error; SettingError when what is set does not fit together.
    """
    session = within.session
    found: list[OutletGap] = []
    with one_snapshot(session):
        outlets = [one.code for one in subjects_of(session, own.id) if one.kind == "outlet"]
        for code in outlets:
            gaps = gaps_of(session, within.outlet(own.code, code), asked, *when)
            found += _alike(code, gaps)
    return sorted(found, key=lambda one: one.gap.since, reverse=True)


def _alike(outlet: str, gaps: Iterable[GapModel]) -> list[OutletGap]:
    groups: dict[tuple[object, ...], list[GapModel]] = {}
    for one in gaps:
        key = (one.since, one.until, one.kind, one.reason, one.zh)
        groups.setdefault(key, []).append(one)
    return [_joined(outlet, same) for same in groups.values()]


def _joined(outlet: str, same: Sequence[GapModel]) -> OutletGap:
    marks = sorted({mark for one in same for mark in one.marks})
    return OutletGap(
        outlet, [one.point for one in same], same[0].model_copy(update={"marks": marks})
    )


def closing(gaps: Iterable[OutletGap], now: datetime, within: timedelta) -> list[OutletGap]:
    """Those that may still be mended in a way whose time ends so soon."""
    return [
        one
        for one in gaps
        if any(
            mend.open and mend.last_due is not None and mend.last_due - now < within
            for mend in one.gap.mends
        )
    ]


def runs_of(session: Session, own: PlantRef, when: When, since: datetime) -> list[Runs]:
    """How units, facilities and bypasses stand; rates of days begun since `since`.

    Raises psycopg.Error; SettingError when what is set does not fit together.
    """
    position, at = when.known.position, when.at
    with one_snapshot(session):
        subjects = {one.id: one for one in subjects_of(session, own.id)}
        asked = Range(at - LOOK_BACK, at)
        rows = states_of(session, own.id, asked, at, known_below(session, position))
        days = sum_rates(session, list(subjects), Over(since, at, Period.DAY, position))
        instant = Stretch(list(subjects), at, at + datetime.resolution, known=position)
        findings = read_findings(session, instant)
    last = {row.subject: row for row in rows}
    rates = {one.subject: one for one in days if one.measure == "synchronous" and not one.code}
    return [
        Runs(
            subjects[key],
            row,
            subjects[key].kind == "outlet",
            rates.get(key),
            [one for one in findings if one.row.subject == key],
        )
        for key, row in sorted(
            last.items(), key=lambda pair: (KINDS[subjects[pair[0]].kind], subjects[pair[0]].code)
        )
    ]


def rate_series(session: Session, own: PlantRef, over: Over) -> list[RateSeries]:
    """All rates of the plant over a time, without those of single ways and groups.

    Raises psycopg.Error.
    """
    places = [one.id for one in subjects_of(session, own.id)]
    asked = RatesAsked(places, over.period, over.since, over.until, over.known)
    found: dict[tuple[str, str, str], RateSeries] = {}
    for line in page_of_rates(session, asked, MOST_RATES):
        if line.code.startswith(("way:", "group:")):
            continue
        key = (line.measure, line.subject, line.code)
        series = RateSeries(line.subject, line.kind, line.measure, line.code)
        found.setdefault(key, series).lines.append(line)
    return [found[key] for key in sorted(found)]
