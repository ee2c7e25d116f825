"""What marks make of the furnace's five-minute means: excused, claimed to be, or judged as they are.

MEE Order 10 (2019) art 7 judges normal operation alone, and art 10 says how long another condition
may last. It must not know temperatures.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from services.rules.incineration import Excuse
from services.rules.marks.intervals import Interval
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.marked_hour import good_seconds
from services.rules.marks.standing import Standing, Stretch
from services.rules.marks.timeline import Timeline, clipped

STEP = timedelta(minutes=5)
_OF_FURNACE = "furnace_exempt"


def furnace_excuses(
    line: Timeline,
    since: datetime,
    until: datetime,
    used_s: Mapping[str, int],
    params: MarkParameters,
) -> dict[datetime, Excuse]:
    """For each five minutes of [since, until) what the marks that cover all of it make of it.

    A condition excuses as long as it lies within the cap of its event and the pool of its year
    (`used_s`: taken from each before); beyond them the furnace is judged as in normal operation.
    Where a cap or a pool is not known, or the effect of the kind is not, there is but a claim.
    炉温异常 has neither.
    """
    used = dict(used_s)
    found: dict[datetime, Excuse] = {}
    at = since
    while at < until:
        part = Interval(at, at + STEP)
        held = [*clipped(line.condition, part), *clipped(line.monitoring, part)]
        found[at] = _best([_excuse(one, part, used, params) for one in held])
        at += STEP
    return found


def _best(excuses: Sequence[Excuse]) -> Excuse:
    if "accepted" in excuses:
        return "accepted"
    return "claimed" if "claimed" in excuses else "none"


def _excuse(one: Stretch, part: Interval, used: dict[str, int], params: MarkParameters) -> Excuse:
    kind = one.kind
    seconds = Interval(one.since, one.until).seconds
    good, _ = good_seconds(one, seconds, used, params)
    excuses = kind.is_condition and kind.effect != "none"
    if not (excuses or kind.effect == _OF_FURNACE) or good < part.seconds:
        return "none"
    unknown = not kind.cap_known or kind.effect == "unsettled"
    if kind.pool and params.pool_s(kind.pool) is None:
        unknown = True
    return "accepted" if one.standing is Standing.COUNTS and not unknown else "claimed"
