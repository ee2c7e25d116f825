"""Episodes of a fault: how long it surely held, what is unknown within, whether it has ended.

It must not know what the fault is.
"""

from typing import NamedTuple

from schemas.judgement import Evidence
from services.rules.facility.course import Course, Window
from services.rules.facility.intervals import Ruler, bridged


class Episode(NamedTuple):
    """From `since` (a second) to `until`, None where it goes on; it surely held for `certain_s`.

    `last` is when it surely held last. `begun_before`: the window begins within it.
    `silent`: after `last` nothing is known up to the window's end, for longer than is bridged.
    """

    since: int
    until: int | None
    last: int
    certain_s: int
    begun_before: bool
    end_unknown: bool
    silent: bool = False

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
    """When an episode is one: sure seconds it takes, and the unknown gap that does not end it.

    `told`: the part of the window whose episodes are asked for (None: all of it).
    """

    least_s: int
    bridged_s: int
    live: bool
    told: Window | None = None


def episodes(fault: Course, terms: Terms) -> tuple[Episode, ...]:
    """The episodes in which the fault surely held for `least_s`.

    Live, an episode that reaches now is open, and so is one after which nothing is known: silence
    ends nothing. Of a window that begins before what is told, those that reach into it are told, with
    their true beginning; one that was there when the window began is told from where `told` begins.
    """
    ruler = Ruler(fault.on)
    unknown = fault.unknown
    found: list[Episode] = []
    for first, end in bridged(fault.on, unknown, terms.bridged_s):
        begun_before = first == fault.window.since
        begin = first
        if terms.told is not None:
            if end < terms.told.since:
                continue
            begin = max(first, terms.told.since) if begun_before else first
        certain_s = ruler.seconds(begin, end)
        if certain_s < terms.least_s or begin == end:
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
                begun_before,
                unended or (reaches and not terms.live),
                unended and fault.window.until - end > terms.bridged_s,
            )
        )
    return tuple(found)
