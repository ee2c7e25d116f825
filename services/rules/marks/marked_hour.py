"""How many seconds of an hour its marks exempt or claim, and why the others not.

One hour at a time, because dust and oxygen are known by the hour; it knows no limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from services.rules.marks.contradiction import contradicts_out_of_service
from services.rules.marks.intervals import Interval
from services.rules.marks.kinds import UNKNOWN, MarkKind
from services.rules.marks.mark_parameters import MarkParameters, pool_named
from services.rules.marks.standing import Standing, StandingWhy, Stretch

HOUR_S = 3600


class Why(StrEnum):
    """Why marks exempt, claim or do nothing; the weightiest first within each of the three."""

    OUT_OF_SERVICE = "out_of_service"  # 停运, nothing is judged
    EXEMPT = "exempt"
    UNCONFIRMED = "unconfirmed"
    LATE = "late"
    OXYGEN_CONTRADICTS = "oxygen_contradicts"
    DUST_UNKNOWN = "dust_unknown"
    UNSETTLED = "unsettled"  # the effect of the kind is not established
    POLLUTANT_UNKNOWN = "pollutant_unknown"
    CAP_UNKNOWN = "cap_unknown"
    QUOTA_UNKNOWN = "quota_unknown"
    CLAIMED = "claimed"
    PARTLY_MARKED = "partly_marked"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    DUST_OVER = "dust_over"  # over 150 mg/m3
    OVER_CAP = "over_cap"  # longer than an event may last
    QUOTA_USED_UP = "quota_used_up"
    OTHER_POLLUTANT = "other_pollutant"
    REST_EXCEEDS = "rest_exceeds"  # the hours without a mark are over the limit by themselves
    NO_MARK = "no_mark"

    @property
    def exempts(self) -> bool:
        """Whether it is a reason of an exemption."""
        return self in {Why.OUT_OF_SERVICE, Why.EXEMPT}

    @property
    def claims(self) -> bool:
        """Whether it is a reason why there is only a claim."""
        order = list(Why)
        return order.index(Why.UNCONFIRMED) <= order.index(self) <= order.index(Why.PARTLY_MARKED)


@dataclass(slots=True)
class MarkedHour:
    """Seconds of an hour by what marks do to them; `names`: parameters that were asked."""

    exempt_s: int = 0
    claimed_s: int = 0
    whys: set[Why] = field(default_factory=set[Why])
    names: set[str] = field(default_factory=set[str])

    def exempts(self, params: MarkParameters) -> bool:
        """Whether enough of it is exempt for the whole hour."""
        return self.exempt_s >= params.hour_share * HOUR_S

    @property
    def claims(self) -> bool:
        """Whether any of it is claimed or exempt: the rest of it is for a reviewer to judge."""
        return self.exempt_s + self.claimed_s > 0

    def add(self, seconds: int, why: Why) -> None:
        """Count seconds under the reason."""
        if not seconds:
            return
        self.whys.add(why)
        if why.exempts:
            self.exempt_s += seconds
        elif why.claims:
            self.claimed_s += seconds


Facts = tuple[str, Decimal | None, Decimal | None]
"""The pollutant's code, the hour's dust in mg/m3, its flue oxygen in %; None: unknown."""


def marked_hour(
    held: Sequence[Stretch], facts: Facts, used: dict[str, int], params: MarkParameters
) -> MarkedHour:
    """What the marks that hold in an hour do; adds to `used` what they take from each pool."""
    found = MarkedHour()
    for one in held:
        seconds = Interval(one.since, one.until).seconds
        good, beyond = good_seconds(one, seconds, used, params)
        why = _why_of(one, facts, params)
        found.add(good, why)
        found.add(seconds - good, beyond if why.exempts or why.claims else why)
        found.names |= _names(one, facts, why)
    return found


def good_seconds(
    one: Stretch, seconds: int, used: dict[str, int], params: MarkParameters
) -> tuple[int, Why]:
    """How many seconds from its beginning lie within cap and pool, and which of them ends them.

    Adds to `used` what it takes of its pool.
    """
    kind = one.kind
    capped, room = seconds, seconds
    if kind.cap_h is not None:
        until = one.event + timedelta(hours=float(kind.cap_h))
        capped = min(seconds, Interval(one.since, until).seconds)
    if kind.pool:
        allowed = params.pool_s(kind.pool)
        before = used.get(kind.pool, 0)
        used[kind.pool] = before + seconds
        room = seconds if allowed is None else min(seconds, max(0, allowed - before))
    return min(capped, room), Why.OVER_CAP if capped <= room else Why.QUOTA_USED_UP


def _why_of(one: Stretch, facts: Facts, params: MarkParameters) -> Why:
    """What the hour's facts, then the kind's gaps, then the mark's own standing make of it."""
    code, dust, oxygen = facts
    kind = one.kind
    if kind.codes and kind.codes != (UNKNOWN,) and code not in kind.codes:
        return Why.OTHER_POLLUTANT
    if kind.condition == "pm" and dust is not None and dust > params.dust_ceiling:
        return Why.DUST_OVER
    weak = _weakness(kind, dust, oxygen, params)
    if one.standing is not Standing.COUNTS:
        return _claim_why(one.why) if one.why is not StandingWhy.CLAIMED else weak or Why.CLAIMED
    if weak is not None:
        return weak
    return Why.OUT_OF_SERVICE if kind.effect == "not_judged" else Why.EXEMPT


def _claim_why(why: StandingWhy) -> Why:
    return Why.LATE if why is StandingWhy.LATE else Why.UNCONFIRMED


def _weakness(
    kind: MarkKind, dust: Decimal | None, oxygen: Decimal | None, params: MarkParameters
) -> Why | None:
    """What leaves even an accepted mark a claim: a condition not shown, a figure nobody knows."""
    if kind.condition == "oxygen" and contradicts_out_of_service(oxygen, params):
        return Why.OXYGEN_CONTRADICTS
    if kind.condition == "pm" and dust is None:
        return Why.DUST_UNKNOWN
    if kind.effect == "unsettled":
        return Why.UNSETTLED
    if kind.codes == (UNKNOWN,):
        return Why.POLLUTANT_UNKNOWN
    if not kind.cap_known:
        return Why.CAP_UNKNOWN
    unknown_pool = kind.pool and params.pool_s(kind.pool) is None
    return Why.QUOTA_UNKNOWN if unknown_pool else None


def _names(one: Stretch, facts: Facts, why: Why) -> set[str]:
    """The parameters that the result rests on."""
    kind = one.kind
    measured = kind.condition == "oxygen" and facts[2] is not None
    asked = {
        "dust_ceiling": kind.condition == "pm",
        "oxygen_margin": measured,
        "ambient_oxygen": measured,
        "counting_origins": one.why is StandingWhy.ORIGIN,
        "late_marks": why is Why.LATE,
        "condition_rank": one.contested,
    }
    names = {name for name, rests in asked.items() if rests}
    return names | ({pool_named(kind.pool).parameter} if kind.pool else set())
