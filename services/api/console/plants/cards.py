"""A plant's day folded for a look at it: for each outlet its numbers against their limits. Pure.

What is told is believed already; nothing is judged here. It must not know how it is shown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from schemas.judgement import Finding, Outcome
from schemas.limits import Bound, LimitVersion
from schemas.marks import Mark
from services.api.console.plants.day_chart import DayAt, DayChart, chart_of, compared
from services.api.console.plants.read import Today
from services.api.models.status import StandingModel
from services.api.standing import Told
from services.api.status_answers import standing_of
from services.rules.judging.quality_names import Named, named
from services.rules.status import RANK, WORDS, Word
from services.store.beliefs import Belief
from services.store.history_readings import ReadingRow
from services.store.status_cases import ActiveCase
from services.store.status_place import PlacePoint
from services.store.status_rates import RateSum
from services.store.status_today import VerdictNumber

COMPARED: Final = frozenset({"concentration", "value"})
RUNNING_HOUR: Final = frozenset({"prewarning", "over_limit_now"})
MOST_WHYS: Final = 3


class Figure(NamedTuple):
    """A number against the limit that it is compared with; `share` of its upper bound."""

    value: float | None
    bound: Bound | None
    share: float | None
    verdict: VerdictNumber | None = None
    hours: int = 0

    @property
    def word(self) -> Word | None:
        """What the verdict makes of the place."""
        return None if self.verdict is None else WORDS[Outcome(self.verdict.outcome)]


class Exceeded(NamedTuple):
    """In how many hours of today and of the month, and days of the month, a limit was exceeded."""

    hours_today: int = 0
    hours_month: int = 0
    days_month: int = 0


class Why(NamedTuple):
    """Reasons of one kind for an outlet's word: how many, and since when the first."""

    kind: str
    what: str
    times: int
    since: datetime | None
    link: str | None


@dataclass(frozen=True, slots=True)
class PointCard:
    """A point now. `projected`: what the running hour comes to, where it comes near its limit."""

    point: PlacePoint
    name: Named
    newest: ReadingRow | None
    shown: float | None
    converted: bool
    hourly: Bound | None
    judged: Figure | None
    projected: Belief[Finding] | None
    beyond: Belief[Finding] | None
    day: Figure | None
    month: Figure | None
    over: Exceeded
    chart: DayChart


@dataclass(frozen=True, slots=True)
class OutletCard:
    """An outlet now: its word and why, the points with limits, the others, and what bears on it."""

    code: str
    name: str
    medium: str
    standing: StandingModel
    whys: Sequence[Why]
    limited: Sequence[PointCard]
    others: Sequence[PointCard]
    marks: Sequence[Mark]
    cases: Sequence[ActiveCase]
    rates: Mapping[str, RateSum]
    removal: Sequence[RateSum]


def cards_of(today: Today) -> list[OutletCard]:
    """Each outlet that discharges, by its code."""
    return [_card(today, one) for one in today.seen.outlets]


def point_names(today: Today) -> dict[int, str]:
    """What each point is called in one's own words: side and code by id."""
    return {one.id: f"{one.side}/{one.code}" for one in today.points}


def tightest(versions: Iterable[LimitVersion], averaging: str) -> Bound | None:
    """Of the limits on such a mean the one that is reached first; without a condition before others."""
    bounds = [
        one.bound
        for one in versions
        if one.bound is not None
        and one.bound.averaging == averaging
        and one.bound.quantity in COMPARED
    ]
    return min(bounds, key=_tightness, default=None)


def _tightness(bound: Bound) -> tuple[bool, bool, Decimal]:
    return bool(bound.condition), bound.high is None, bound.high or Decimal(0)


def _reached_first(bound: Bound | None) -> tuple[bool, bool, Decimal]:
    return (True, True, Decimal(0)) if bound is None else _tightness(bound)


def _card(today: Today, told: Told) -> OutletCard:
    subject = told.outlet.subject
    points = [_point(today, one) for one in today.points if one.subject == subject]
    about = {subject, *today.units.get(subject, ())}
    rates = [*today.months, *today.days]
    return OutletCard(
        code=told.outlet.code,
        name=told.outlet.name,
        medium=told.outlet.medium,
        standing=standing_of(told.status),
        whys=_whys(told),
        limited=[one for one in points if today.limits.get(one.point.id)],
        others=[one for one in points if not today.limits.get(one.point.id)],
        marks=[one for one in today.marks if one.subject in about],
        cases=[one for one in today.seen.cases if one.subject == subject],
        rates={one.measure: one for one in rates if one.subject == subject and not one.code},
        removal=[one for one in rates if one.subject == subject and one.measure == "removal"],
    )


def _whys(told: Told) -> list[Why]:
    telling = [one for one in standing_of(told.status).reasons if one.word is told.status.word]
    counts = Counter((one.kind, one.what) for one in telling)
    found: dict[tuple[str, str], Why] = {}
    for one in telling:
        key = one.kind, one.what
        found.setdefault(key, Why(*key, counts[key], one.since, one.link))
    return list(found.values())[:MOST_WHYS]


def _point(today: Today, point: PlacePoint) -> PointCard:
    versions = today.limits.get(point.id, ())
    hourly = tightest(versions, "hour")
    oxygen = None if hourly is None else hourly.reference_oxygen
    newest = today.newest.get(point.id)
    converted = newest is not None and oxygen is not None and newest.converted is not None
    live = [one for one in today.findings if one.row.point == point.id]
    projected = next((one for one in live if one.row.rule == "prewarning"), None)
    return PointCard(
        point=point,
        name=named(point.code),
        newest=newest,
        shown=None if newest is None else (newest.converted if converted else newest.value),
        converted=converted,
        hourly=hourly,
        judged=_judged(today, point, "hour", versions) or _judged(today, point, "day", versions),
        projected=projected,
        beyond=next((one for one in live if one.row.rule == "over_limit_now"), None),
        day=_so_far(today, point, tightest(versions, "day")),
        month=_judged(today, point, "month", versions),
        over=Exceeded(**{n: len(at) for (key, n), at in today.over.items() if key == point.id}),
        chart=chart_of(
            DayAt(today.since, today.at, frozenset(today.over.get((point.id, "hours_today"), ()))),
            hourly or tightest(versions, "day"),
            [one for one in today.hours if one.point == point.id],
            today.running.get(point.id),
            None if projected is None else projected.row.evidence,
        ),
    )


def _judged(
    today: Today, point: PlacePoint, period: str, versions: Sequence[LimitVersion]
) -> Figure | None:
    """The verdict that weighs most of the newest period."""
    own = [one for one in today.numbers if one.point == point.id and one.period == period]
    if not own:
        return None
    last = max(one.start for one in own)
    bounds = {one.limit: one.bound for one in versions}
    # Of those that weigh alike the one of the tightest limit, which the page draws too.
    verdict = min(
        (one for one in own if one.start == last),
        key=lambda one: (_weight(one), _reached_first(bounds.get(one.limit))),
    )
    bound = bounds.get(verdict.limit)
    return Figure(verdict.value, bound, _share(verdict.value, bound), verdict)


def _weight(one: VerdictNumber) -> tuple[int, float]:
    return RANK[WORDS[Outcome(one.outcome)]], -(one.multiple if one.multiple is not None else -1.0)


def _so_far(today: Today, point: PlacePoint, bound: Bound | None) -> Figure | None:
    """The plain mean of today's valid hours beside the limit on days; what counts is the whole day."""
    if bound is None:
        return None
    found = [compared(one, bound) for one in today.hours if one.point == point.id and one.valid]
    numbers = [one for one in found if one is not None]
    value = sum(numbers) / len(numbers) if numbers else None
    return Figure(value, bound, _share(value, bound), hours=len(numbers))


def _share(value: float | None, bound: Bound | None) -> float | None:
    if value is None or bound is None or not bound.high:
        return None
    return value / float(bound.high)
