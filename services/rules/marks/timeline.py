"""Which mark holds at each moment: one of conditions and one of monitoring, where marks overlap.

Built from all marks of a unit and its outlets, so that no minute counts twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import chain, pairwise
from typing import NamedTuple

from schemas.marks import Mark
from services.rules.marks.intervals import Interval, joined, overlap
from services.rules.marks.kinds import MarkKind
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.standing import Known, Standing, Stretch, stretches_of

Lane = tuple[Stretch, ...]


class Timeline(NamedTuple):
    """What holds, in order of time and without overlap; `void` is what would hold had it any effect."""

    condition: Lane
    monitoring: Lane
    void: Lane


def timeline(marks: Iterable[Mark], known: Known, params: MarkParameters) -> Timeline:
    """Lay the marks of one unit on one line; their order does not matter.

    Where two overlap, one that counts holds before one that is only claimed, then the rank of the
    kinds decides (`condition_rank`, `monitoring_rank`), then which was entered first. An event is
    all the time that marks of one kind cover without a gap, so that cutting it into marks does not
    lengthen it. Give every mark from before the period whose event may reach into it.
    """
    all_ = list(chain.from_iterable(stretches_of(mark, known, params) for mark in marks))
    alive = _with_events([one for one in all_ if one.standing is not Standing.VOID])
    void = sorted((one for one in all_ if one.standing is Standing.VOID), key=_place)
    return Timeline(
        _ranked([one for one in alive if one.kind.is_condition], params.condition_rank),
        _ranked([one for one in alive if not one.kind.is_condition], params.monitoring_rank),
        tuple(void),
    )


def clipped(lane: Lane, part: Interval) -> list[Stretch]:
    """What of the lane lies in the interval."""
    found: list[Stretch] = []
    for one in lane:
        both = overlap(Interval(one.since, one.until), part)
        if both is not None:
            found.append(one._replace(since=both.since, until=both.until))
    return found


def unusable(line: Timeline) -> list[Stretch]:
    """When data are not used, because a mark that counts says they are invalid (2022 No. 21 art 6).

    A mark that is only claimed takes no data out: an exceedance would hide behind it.
    """
    return [
        one
        for one in line.monitoring
        if one.kind.effect == "invalid" and one.standing is Standing.COUNTS
    ]


def _with_events(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Each stretch with the beginning of its event."""
    covered: dict[str, list[Interval]] = defaultdict(list)
    for one in stretches:
        covered[one.kind.key].append(Interval(one.since, one.until))
    events = {key: joined(intervals) for key, intervals in covered.items()}
    return [
        one._replace(
            event=next(
                event.since
                for event in events[one.kind.key]
                if event.since <= one.since < event.until
            )
        )
        for one in stretches
    ]


def _ranked(stretches: Sequence[Stretch], ranks: Sequence[str]) -> Lane:
    """At each moment the first by rank, from cut to cut; what goes on is one stretch."""
    begins: dict[datetime, list[Stretch]] = defaultdict(list)
    for one in stretches:
        begins[one.since].append(one)
    cuts = sorted({end for one in stretches for end in (one.since, one.until)})
    running: list[Stretch] = []
    found: list[Stretch] = []
    for since, until in pairwise(cuts):
        running = [one for one in running if one.until > since] + begins[since]
        if not running:
            continue
        first = min(running, key=partial(_precedence, ranks=ranks))
        contested = any(
            one.kind.key != first.kind.key and one.standing is first.standing for one in running
        )
        first = first._replace(contested=contested)
        if found and found[-1].until == since and _same(found[-1], first):
            found[-1] = found[-1]._replace(until=until)
        else:
            found.append(first._replace(since=since, until=until))
    return tuple(found)


def _precedence(one: Stretch, ranks: Sequence[str]) -> tuple[bool, int, str, datetime, int]:
    return (
        one.standing is not Standing.COUNTS,
        _rank(one.kind, ranks),
        one.kind.key,
        one.mark.entered_at,
        one.mark.mark,
    )


def _rank(kind: MarkKind, ranks: Sequence[str]) -> int:
    for name in (kind.key, kind.code):
        if name in ranks:
            return ranks.index(name)
    return len(ranks)


def _same(one: Stretch, other: Stretch) -> bool:
    return one._replace(since=other.since, until=other.until) == other


def _place(one: Stretch) -> tuple[datetime, int, datetime]:
    return one.since, one.mark.mark, one.until
