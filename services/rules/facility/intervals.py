"""Sets of seconds as sorted intervals: union, k of n, difference, length; exact integers throughout.

It must not know what happened in an interval.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

Span = tuple[int, int]
"""From a second (included) to a second (excluded)."""
Spans = tuple[Span, ...]
"""In normal form: sorted, none empty, none overlapping or touching another."""

NONE: Spans = ()


def merged(spans: Iterable[Span]) -> Spans:
    """The normal form of any spans; empty and inverted ones are left out."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if begin >= end:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return tuple(found)


def at_least(needed: int, many: Sequence[Spans]) -> Spans:
    """Where at least `needed` of the sets hold at once.

    Raises ValueError for `needed` < 1: there would be no end to it.
    """
    if needed < 1:
        raise ValueError(f"at least {needed} of {len(many)} holds always: give a number from 1 on")
    if needed > len(many):
        return NONE
    steps: dict[int, int] = {}
    for spans in many:
        for begin, end in spans:
            steps[begin] = steps.get(begin, 0) + 1
            steps[end] = steps.get(end, 0) - 1
    found: list[Span] = []
    count, since = 0, 0
    for at in sorted(steps):
        before, count = count, count + steps[at]
        if before < needed <= count:
            since = at
        elif count < needed <= before:
            found.append((since, at))
    return tuple(found)


def union(*many: Spans) -> Spans:
    """Where any of the sets holds."""
    return at_least(1, many)


def intersection(first: Spans, *others: Spans) -> Spans:
    """Where all of the sets hold."""
    return at_least(1 + len(others), (first, *others))


def difference(these: Spans, those: Spans) -> Spans:
    """Where `these` hold and `those` do not."""
    if not these:
        return NONE
    return intersection(these, outside(those, these[0][0], these[-1][1]))


def outside(spans: Spans, since: int, until: int) -> Spans:
    """What of [since, until) the set leaves out."""
    found: list[Span] = []
    at = since
    for begin, end in spans:
        if begin >= until:
            break
        if begin > at:
            found.append((at, begin))
        at = max(at, end)
    if at < until:
        found.append((at, until))
    return tuple(found)


def within(spans: Spans, since: int, until: int) -> Spans:
    """What of the set lies in [since, until)."""
    return tuple(
        (max(begin, since), min(end, until))
        for begin, end in spans
        if begin < until and end > since and since < until
    )


def seconds(spans: Spans) -> int:
    """How long the set is."""
    return sum(end - begin for begin, end in spans)


def lasting(spans: Spans, least_s: int) -> Spans:
    """The intervals that are at least that long."""
    return tuple(span for span in spans if span[1] - span[0] >= least_s)


def bridged(spans: Spans, gaps: Spans, longest_s: int) -> Spans:
    """The set, with those `gaps` of at most `longest_s` that lie whole between two of its intervals."""
    begins = {begin for begin, _ in spans}
    ends = {end for _, end in spans}
    short = [
        (begin, end)
        for begin, end in gaps
        if end - begin <= longest_s and begin in ends and end in begins
    ]
    return merged([*spans, *short])


class Ruler:
    """Measures how much of a set lies in many windows, each in logarithmic time."""

    __slots__ = ("_begins", "_spans", "_sums")

    def __init__(self, spans: Spans) -> None:
        self._spans = spans
        self._begins = [begin for begin, _ in spans]
        self._sums = [0, *accumulate(end - begin for begin, end in spans)]

    def seconds(self, since: int, until: int) -> int:
        """How many seconds of [since, until) are in the set; 0 for a window that is none."""
        return self._before(until) - self._before(since) if since < until else 0

    def _before(self, at: int) -> int:
        place = bisect_right(self._begins, at) - 1
        if place < 0:
            return 0
        begin, end = self._spans[place]
        return self._sums[place] + min(at, end) - begin
