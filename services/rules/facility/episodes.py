"""Episodes of a fault: how long it surely held, what is unknown within, whether it has ended.

It must not know what the fault is.
"""

from typing import NamedTuple

from schemas.judgement import Evidence
from services.rules.facility.course import Course
from services.rules.facility.intervals import Ruler, bridged


class Episode(NamedTuple):
    """From `since` (a second) to `until`, None where it goes on; it surely held for `certain_s`.

    `last` is when it surely held last. `begun_before`: the window begins within it.
    """

    since: int
    until: int | None
    last: int
    certain_s: int
    begun_before: bool
    end_unknown: bool

    @property
    def unknown_s(self) -> int:
        return self.last - self.since - self.certain_s

    def evidence(self) -> Evidence:
        return {
            "certain_s": self.certain_s,
            "unknown_s": self.unknown_s,
            "begun_before_window": self.begun_before,
            "end_unknown": self.end_unknown,
        }


class Terms(NamedTuple):
    """When an episode is one: sure seconds it takes, and the unknown gap that does not end it."""

    least_s: int
    bridged_s: int
    live: bool


def episodes(fault: Course, terms: Terms) -> tuple[Episode, ...]:
    """The episodes in which the fault surely held for `least_s`.

    Live, an episode that reaches now is open, and so is one after which nothing is known: silence
    ends nothing.
    """
    ruler = Ruler(fault.on)
    unknown = fault.unknown
    found: list[Episode] = []
    for begin, end in bridged(fault.on, unknown, terms.bridged_s):
        certain_s = ruler.seconds(begin, end)
        if certain_s < terms.least_s:
            continue
        unended = bool(unknown) and unknown[-1] == (end, fault.window.until)
        reaches = end == fault.window.until
        is_open = terms.live and (reaches or unended)
        found.append(
            Episode(
                begin,
                None if is_open else end,
                end,
                certain_s,
                begin == fault.window.since,
                unended or (reaches and not terms.live),
            )
        )
    return tuple(found)
