"""What is known over a window of whether something holds: on, off, or unknown at each second.

Logic is Kleene's: a statement holds, or fails, only where what is known suffices for it. Unknown is
never taken for running. It must not know facilities.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from services.rules.facility.intervals import (
    NONE,
    Spans,
    at_least,
    difference,
    intersection,
    merged,
    outside,
    union,
    within,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


class Window(NamedTuple):
    """The time looked at, in seconds since 1970 UTC; `until` is excluded (live: it is now)."""

    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Course:
    """Where it is on and where off, within the window; the rest is unknown. The two never overlap."""

    window: Window
    on: Spans
    off: Spans

    @property
    def known(self) -> Spans:
        return union(self.on, self.off)

    @property
    def unknown(self) -> Spans:
        return outside(self.known, *self.window)

    @property
    def maybe_on(self) -> Spans:
        """On or unknown."""
        return outside(self.off, *self.window)


def second_of(at: datetime) -> int:
    """The second that a time lies in; raises TypeError for a time without a zone."""
    return (at - EPOCH) // _SECOND


def time_of(second: int) -> datetime:
    """The UTC time at which a second begins."""
    return EPOCH + second * _SECOND


def window_of(since: datetime, until: datetime) -> Window:
    """The window between two times. Raises ValueError where it is empty."""
    found = Window(second_of(since), second_of(until))
    if found.since >= found.until:
        raise ValueError(f"a window must end after it begins: {since} to {until}")
    return found


def course_of(window: Window, on: Spans, off: Spans) -> Course:
    """A course from any spans, cut to the window. What is claimed to be both is unknown."""
    on, off = within(merged(on), *window), within(merged(off), *window)
    both = intersection(on, off)
    return (
        Course(window, difference(on, both), difference(off, both))
        if both
        else Course(window, on, off)
    )


def unknown(window: Window) -> Course:
    """Nothing is known."""
    return Course(window, NONE, NONE)


def always(window: Window, *, on: bool) -> Course:
    """On, or off, throughout."""
    whole: Spans = merged([(window.since, window.until)])
    return Course(window, whole if on else NONE, NONE if on else whole)


def negation(course: Course) -> Course:
    """On where the course is off."""
    return Course(course.window, course.off, course.on)


def some_of(needed: int, courses: Sequence[Course], window: Window) -> Course:
    """Whether at least `needed` are on: surely on with so many on, surely off with too many off.

    More needed than there are is never fulfilled; 0 needed always. Raises ValueError where a course
    has another window.
    """
    for course in courses:
        if course.window != window:
            raise ValueError(f"courses of {course.window} and {window} cannot be combined")
    if not 1 <= needed <= len(courses):
        return always(window, on=needed < 1)
    return Course(
        window,
        at_least(needed, [course.on for course in courses]),
        at_least(len(courses) - needed + 1, [course.off for course in courses]),
    )


def all_of(courses: Sequence[Course], window: Window) -> Course:
    """Whether all are on; of none: yes."""
    return some_of(len(courses), courses, window)


def any_of(courses: Sequence[Course], window: Window) -> Course:
    """Whether any is on; of none: no."""
    return some_of(1, courses, window)


def overlaid(first: Course, second: Course) -> Course:
    """The first where it is known, and the second elsewhere."""
    gaps = first.unknown
    return Course(
        first.window,
        union(first.on, intersection(second.on, gaps)),
        union(first.off, intersection(second.off, gaps)),
    )
