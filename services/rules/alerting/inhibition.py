"""What explains what: time that a graver case covers is taken out of what others are made of.

A device that says nothing explains the missing data of its outlets; a platform that hears nothing
explains silent devices. It must not know which targets a case covers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from schemas.alert import Span
from services.rules.alerting.intervals import FOREVER, Amounts, Interval, joined, without


class Cover(NamedTuple):
    """Time that something else explains; `until` None: it still goes on. `by` names what does."""

    since: datetime
    until: datetime | None
    by: str = ""


def uncovered(
    spans: Iterable[Span], covers: Sequence[Cover], least: timedelta | None = None
) -> list[Span]:
    """The spans without the time that is covered, in order; what is covered is not known (None).

    So nothing opens for that time, then or later, and what is open does not clear by it. `least`: for
    periods judged as a whole (an hour without valid data): a wrong span of which so much is covered is
    explained whole, and one of which less is covered not at all (None: just the covered time is taken
    out). Right spans stay as they are.

    By hand: silent 09:50 to 11:10, the platform heard nothing 10:00 to 11:00: wrong 09:50-10:00, not
    known 10:00-11:00, wrong 11:00-11:10. Hour 10-11 without data, the logger was offline 10:20 to
    10:40, `least` 15 min: 20 min are covered, so nobody knows about that hour.
    """
    taken = joined((one.since, one.until or FOREVER) for one in covers)
    found: list[Span] = []
    for span in spans:
        if not span.holds or not taken:
            found.append(span)
        elif least is None:
            found += _cut(span, taken)
        else:
            explained = Amounts(taken).reached(span.since, span.until or FOREVER, least)
            found.append(span if explained is None else _unknown(span))
    return sorted(found, key=lambda one: (one.since, one.until or FOREVER, one.source))


def _cut(span: Span, taken: Sequence[Interval]) -> list[Span]:
    whole = (span.since, span.until or FOREVER)
    left = without([whole], taken)
    if left == [whole]:
        return [span]
    hidden = without([whole], left)
    return [
        *(replace(span, since=since, until=_open(until)) for since, until in left),
        *(_unknown(replace(span, since=since, until=_open(until))) for since, until in hidden),
    ]


def _open(until: datetime) -> datetime | None:
    return None if until == FOREVER else until


def _unknown(span: Span) -> Span:
    return replace(span, holds=None)
