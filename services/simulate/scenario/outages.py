"""Shutdowns, start-ups and bankings of units as outages that do not overlap.

It must not know what a unit emits meanwhile.
"""

from collections.abc import Iterable, Iterator

from schemas.scenario import Unit
from services.simulate.process.facts import PROCESSES
from services.simulate.process.load import BEIJING_S, DAY_S
from services.simulate.scenario.course import Happens
from services.simulate.site import Outage
from services.simulate.world import Incident, Interval

_BANKED_LOAD = 0.06
_BANKED_START_S = 2_700
_THURSDAY_TO_SATURDAY = 2
_WEEK_S = 7 * DAY_S
_WEEKEND_S = DAY_S * 2 + 6 * 3600
OUTAGES = frozenset({"start_up", "shutdown", "banking"})


def outages(
    unit: Unit, plant: str, happens: Iterable[Happens], span: Interval
) -> tuple[tuple[Outage, ...], list[Incident]]:
    """The unit's outages in order, and the incidents they consist of.

    What is planned comes first; what would overlap an outage before it does not happen.
    """
    facts = PROCESSES[unit.process]
    found: list[Outage] = []
    weekly = list(_weekends(span)) if unit.weekly_stop else []
    wanted = [(item.kind, item) for item in happens]
    made = [_outage(kind, item, facts.start_s, facts.stop_s) for kind, item in wanted]
    made += [_stop(from_s, from_s + _WEEKEND_S, facts.start_s, facts.stop_s) for from_s in weekly]
    for outage in made:
        if all(outage.from_s >= one.end_s or one.from_s >= outage.end_s for one in found):
            found.append(outage)
    found.sort(key=lambda outage: outage.from_s)
    subject = f"{plant}/{unit.code}"
    return tuple(found), [item for outage in found for item in _incidents(outage, subject)]


def _outage(kind: str, item: Happens, start_s: int, stop_s: int) -> Outage:
    during = item.during
    if kind == "start_up":
        off_s = during.from_s - item.details.cold_for
        lasts = during.to_s - during.from_s or start_s
        return Outage(off_s - stop_s, off_s, during.from_s, during.from_s + lasts)
    if kind == "banking":
        down = min(1800, (during.to_s - during.from_s) // 3)
        up = during.to_s + _BANKED_START_S
        return Outage(during.from_s, during.from_s + down, during.to_s, up, _BANKED_LOAD)
    return _stop(during.from_s, during.to_s, start_s, stop_s)


def _stop(from_s: int, to_s: int, start_s: int, stop_s: int) -> Outage:
    down = min(stop_s, (to_s - from_s) * 2 // 5)
    return Outage(from_s, from_s + down, to_s, to_s + start_s)


def _weekends(span: Interval) -> Iterator[int]:
    """Midnights (local) at which Saturdays begin; 1970 began on a Thursday."""
    first = _THURSDAY_TO_SATURDAY * DAY_S - BEIJING_S
    begin = first + (span.from_s - first) // _WEEK_S * _WEEK_S
    yield from range(begin, span.to_s, _WEEK_S)


def _incidents(outage: Outage, subject: str) -> Iterator[Incident]:
    if outage.low:
        yield Incident("banking", subject, Interval(outage.from_s, outage.start_s), honest=True)
    else:
        yield Incident("shutdown", subject, Interval(outage.from_s, outage.start_s), honest=True)
    yield Incident("start_up", subject, Interval(outage.start_s, outage.end_s), honest=True)
