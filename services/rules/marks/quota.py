"""How much of each pool of marked time a unit has used in its year or quarter, and what is left.

A minute is counted once, for the mark that holds then; the local clock says where a year ends.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple

from services.rules.marks.intervals import (
    MONTHS_OF_A_QUARTER,
    MONTHS_OF_A_YEAR,
    Interval,
    local_months,
    overlap,
)
from services.rules.marks.mark_parameters import POOLS, MarkParameters, Pool
from services.rules.marks.standing import Known, Standing, Stretch
from services.rules.marks.timeline import Timeline


class QuotaUse(NamedTuple):
    """The use of a pool in seconds; `claimed_s` of `used_s` nobody has accepted yet.

    `allowed_s` None: the figure is not known. `planned_s` lies ahead. `projected_s`: what is used
    at the end if it goes on as so far, but at least what is entered already. `warned_s`: the highest
    warning reached.
    """

    pool: Pool
    since: datetime
    until: datetime
    allowed_s: int | None
    used_s: int
    claimed_s: int
    planned_s: int
    projected_s: int
    warned_s: int | None

    @property
    def remaining_s(self) -> int | None:
        """What is left, 0 where more was used than there is."""
        return None if self.allowed_s is None else max(0, self.allowed_s - self.used_s)

    @property
    def exhausted(self) -> bool:
        """Whether more was used than there is."""
        return self.allowed_s is not None and self.used_s > self.allowed_s


def quota_period(pool: Pool, at: datetime, clock: tzinfo) -> Interval:
    """The local calendar year or quarter of the moment."""
    months = MONTHS_OF_A_YEAR if pool.every == "year" else MONTHS_OF_A_QUARTER
    return local_months(at, months, clock)


def quota_uses(
    line: Timeline, at: datetime, known: Known, params: MarkParameters
) -> list[QuotaUse]:
    """The use of each pool that any mark draws on, in the year or quarter of `at`.

    Order 10 (2019) art 10 and 12: 60 h and 700 h per furnace and calendar year, 30 h of CEMS
    maintenance per quarter. All marked time counts, that beyond a cap or with too much dust too: no
    rule says that it does not (ours). Void marks (rejected, lapsed, denied by the signals) do not.
    """
    return [
        _use(pool, stretches, at, known, params) for pool in POOLS if (stretches := _of(line, pool))
    ]


def used_before(line: Timeline, at: datetime, clock: tzinfo) -> Mapping[str, int]:
    """The seconds of each pool used from the beginning of its year or quarter to `at`."""
    used: dict[str, int] = defaultdict(int)
    for pool in POOLS:
        so_far = Interval(quota_period(pool, at, clock).since, at)
        for one in _of(line, pool):
            used[pool.name] += _seconds(one, so_far)
    return used


def _use(
    pool: Pool, stretches: list[Stretch], at: datetime, known: Known, params: MarkParameters
) -> QuotaUse:
    period = quota_period(pool, at, known.clock)
    now = min(max(known.now, period.since), period.until)
    past, ahead = Interval(period.since, now), Interval(now, period.until)
    used = sum(_seconds(one, past) for one in stretches)
    planned = sum(_seconds(one, ahead) for one in stretches)
    projected = used * period.seconds // past.seconds if past.seconds else used
    reached = [level for level in params.warn_s(pool.name) if used >= level]
    return QuotaUse(
        pool=pool,
        since=period.since,
        until=period.until,
        allowed_s=params.pool_s(pool.name),
        used_s=used,
        claimed_s=sum(_seconds(one, past) for one in stretches if one.standing is Standing.CLAIMED),
        planned_s=planned,
        projected_s=max(projected, used + planned),
        warned_s=max(reached, default=None),
    )


def _of(line: Timeline, pool: Pool) -> list[Stretch]:
    return [one for lane in line[:2] for one in lane if one.kind.pool == pool.name]


def _seconds(one: Stretch, part: Interval) -> int:
    both = overlap(Interval(one.since, one.until), part)
    return both.seconds if both is not None else 0
