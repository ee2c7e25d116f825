"""What marks make of an exceedance: nothing, a claim that nobody has reviewed, or an exemption.

It takes what is known of the hours; whether something is over the limit is told to it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from services.rules.exact import weighted_mean
from services.rules.marks.intervals import Interval
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.marked_hour import HOUR_S, MarkedHour, Why, marked_hour
from services.rules.marks.standing import Stretch
from services.rules.marks.timeline import Timeline, clipped

HOUR = timedelta(hours=1)


class Claim(StrEnum):
    """What an exceedance is by its marks: 超标, 超标（申请豁免）, 豁免."""

    NONE = "none"
    CLAIMED = "claimed"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Exceedance:
    """A period of whole hours that is over its limit.

    `code`: the pollutant. `hours`: its valid hourly means by the hour's beginning, or results by the
    time of sampling, of which the period's mean was made; None: not known. `weights` of those that
    do not all weigh the same. `over`: whether such a mean would be over the limit.
    """

    since: datetime
    until: datetime
    code: str
    hours: Mapping[datetime, Decimal] | None
    over: Callable[[Decimal], bool]
    weights: Mapping[datetime, Decimal] = field(default_factory=dict[datetime, Decimal])


@dataclass(frozen=True, slots=True)
class Around:
    """What conditions of marks ask for, by the hour's beginning; an hour that is absent is unknown.

    `dust`: particulate hourly means in mg/m3 (as judged). `oxygen`: flue oxygen in %. `used_s`: of
    each pool before the period (`used_before`).
    """

    dust: Mapping[datetime, Decimal] = field(default_factory=dict[datetime, Decimal])
    oxygen: Mapping[datetime, Decimal] = field(default_factory=dict[datetime, Decimal])
    used_s: Mapping[str, int] = field(default_factory=dict[str, int])


class Exemption(NamedTuple):
    """What became of an exceedance, and why; `marks` by key, `seconds` of the period are exempt.

    `claimed_s` are claimed on top. `late`: one of the marks was entered after its deadline.
    `doubts`: names of parameters and kinds that it rests on and nobody vouches for.
    """

    claim: Claim
    why: Why
    marks: tuple[int, ...]
    seconds: int
    claimed_s: int
    late: bool
    doubts: tuple[str, ...]


def exemption(
    line: Timeline, exceedance: Exceedance, around: Around, params: MarkParameters
) -> Exemption:
    """Whether marks exempt an exceedance (MEE Order 10 (2019) art 10; 2022 No. 21 art 6).

    Each hour is exempt, claimed or neither: by the mark that holds, for as long as it lies within
    the cap of its event and the pool of its year, with particulate hourly means at most 150 mg/m3
    where start, stop, fault or accident is marked. What is not known (dust, a cap, a pool) exempts
    nothing: it leaves a claim.

    A day that is marked in part: Order 10 has the daily mean computed by HJ 212, and says of marked
    time only that it is no exceedance; whether its hours leave the mean is not said. So the day is
    judged over all its hours, and exempt where the exceedance is owed to the exempt hours: where
    the mean of the hours left is within the limit, or none are left. It is claimed where that is so
    only without the claimed hours too. If the hours left are over the limit by themselves, marks
    change nothing (`rest_exceeds`). `partial_day` and `hour_share` are ours and among the doubts
    where they decide. Where the hourly means are not known, a day marked in part is claimed.
    """
    part = Interval(exceedance.since, exceedance.until)
    stretches = [one for one in clipped(line.condition, part) if one.kind.effect != "none"]
    if not stretches:
        return _without(line, part)
    hours = _hours(stretches, exceedance, around, params)
    claim = _claim(hours, exceedance, params)
    return Exemption(
        claim=claim,
        why=_why(claim, hours.values()),
        marks=tuple(sorted({one.mark.mark for one in stretches})),
        seconds=sum(one.exempt_s for one in hours.values()),
        claimed_s=sum(one.claimed_s for one in hours.values()),
        late=any(one.late for one in stretches),
        doubts=_doubts(stretches, hours.values(), claim, params),
    )


def _without(line: Timeline, part: Interval) -> Exemption:
    """No mark that holds; a void one gives the reason."""
    void = [one for one in clipped(line.void, part) if one.kind.is_condition]
    why = Why(void[0].why) if void else Why.NO_MARK
    keys = tuple(sorted({one.mark.mark for one in void}))
    return Exemption(Claim.NONE, why, keys, 0, 0, any(one.late for one in void), ())


def _hours(
    stretches: list[Stretch], exceedance: Exceedance, around: Around, params: MarkParameters
) -> dict[datetime, MarkedHour]:
    """Every hour of the period; what an hour uses of a pool, the next one lacks."""
    used = dict(around.used_s)
    found: dict[datetime, MarkedHour] = {}
    at = exceedance.since
    while at < exceedance.until:
        held = clipped(tuple(stretches), Interval(at, at + HOUR))
        facts = (exceedance.code, around.dust.get(at), around.oxygen.get(at))
        found[at] = marked_hour(held, facts, used, params)
        at += HOUR
    return found


def _claim(
    hours: Mapping[datetime, MarkedHour], exceedance: Exceedance, params: MarkParameters
) -> Claim:
    exempt = {at for at, hour in hours.items() if hour.exempts(params)}
    touched = exempt | {at for at, hour in hours.items() if hour.claims}
    if not touched:
        return Claim.NONE
    if exceedance.hours is None:
        return Claim.EXEMPT if len(exempt) == len(hours) else Claim.CLAIMED
    if exempt and not _left_over(exempt, exceedance, params):
        return Claim.EXEMPT
    return Claim.NONE if _left_over(touched, exceedance, params) else Claim.CLAIMED


def _left_over(left_out: set[datetime], exceedance: Exceedance, params: MarkParameters) -> bool:
    """Whether the hours that are left are over the limit."""
    since, one = exceedance.since, Decimal(1)
    rest = [
        (value, exceedance.weights.get(at, one))
        for at, value in (exceedance.hours or {}).items()
        if since + (at - since) // HOUR * HOUR not in left_out
    ]
    if not rest or params.partial_day == "whole_only":
        return bool(rest)
    # What weighs nothing was not discharged.
    return any(weight for _, weight in rest) and exceedance.over(weighted_mean(rest))


def _why(claim: Claim, hours: Iterable[MarkedHour]) -> Why:
    """The weightiest reason there is for the claim, in the order of `Why`."""
    order = list(Why)
    known = {why for hour in hours for why in hour.whys}
    if claim is Claim.EXEMPT:
        return Why.OUT_OF_SERVICE if known == {Why.OUT_OF_SERVICE} else Why.EXEMPT
    if claim is Claim.CLAIMED:
        found = [why for why in known if why.claims]
        return min(found, key=order.index, default=Why.PARTLY_MARKED)
    found = [why for why in known if not why.claims and not why.exempts]
    partly = any(hour.exempt_s or hour.claimed_s for hour in hours)
    return Why.REST_EXCEEDS if partly else min(found, key=order.index, default=Why.NO_MARK)


def _doubts(
    stretches: list[Stretch], hours: Collection[MarkedHour], claim: Claim, params: MarkParameters
) -> tuple[str, ...]:
    names = {name for hour in hours for name in hour.names}
    marked = [hour.exempt_s + hour.claimed_s for hour in hours]
    if any(0 < seconds < HOUR_S for seconds in marked):
        names.add("hour_share")
    partly = len(marked) > 1 and any(marked) and not all(marked)
    if partly and claim is not Claim.NONE:
        names.add("partial_day")
    kinds = {one.kind.key for one in stretches if not params.settled(one.kind)}
    return (*params.unestablished(sorted(names)), *sorted(f"kind:{key}" for key in kinds))
