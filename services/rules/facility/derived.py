"""Running as derived from signals 推断状态: electricity, flow, temperature, oxygen, load, by rules.

Offered to whoever doubts a report or a declaration too (停运 declared while signals run). It must
not know what was reported.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from math import isfinite
from operator import ge, gt, le, lt
from types import MappingProxyType
from typing import Final

from schemas.facility import Condition, RunningRule
from schemas.record import Record
from services.rules.exact import digits
from services.rules.facility.course import Course, Window, all_of, any_of, course_of, second_of
from services.rules.facility.parameters import FacilityParameters

Signals = Mapping[str, Sequence[Record]]
"""Records in the order of time by point, written as in the rule's conditions (SUBJECT/SIDE/CODE)."""

_COMPARES: Final = MappingProxyType({">": gt, ">=": ge, "<": lt, "<=": le})


def derived(
    rule: RunningRule, signals: Signals, window: Window, params: FacilityParameters
) -> Course:
    """Whether it runs by its rule; unknown where the signals there are do not suffice.

    Give records from `hold_s` before the window on. A signal that nobody sends is unknown: a rule of
    `all` may then still say off, one of `any` running.
    """
    courses = [
        _compared(each, signals.get(each.point, ()), window, params)
        if isinstance(each, Condition)
        else derived(each, signals, window, params)
        for each in rule.conditions
    ]
    combined = (all_of if rule.combine == "all" else any_of)(courses, window)
    return settled(combined, rule.hold_s)


def _compared(
    condition: Condition, records: Sequence[Record], window: Window, params: FacilityParameters
) -> Course:
    """A record holds for its span (at least `signal_holds_s`), and at most until the next."""
    holds = _COMPARES[condition.comparator]
    on: list[tuple[int, int]] = []
    off: list[tuple[int, int]] = []
    begins = [second_of(each.at) for each in records]
    times = zip_longest(begins, begins[1:])
    for record, (begin, following) in zip(records, times, strict=True):
        if not usable(record, params) or record.value is None:
            continue
        end = begin + max(record.span_s, params.signal_holds_s)
        span = (begin, end if following is None else min(end, following))
        (on if holds(digits(record.value), condition.threshold) else off).append(span)
    return course_of(window, tuple(on), tuple(off))


def usable(record: Record, params: FacilityParameters) -> bool:
    """Whether the record says anything of a signal: it has a number, and no flag against it."""
    flagged = record.flag is not None and record.flag not in params.usable_flags
    is_number = record.value is not None and isfinite(record.value)
    return is_number and not record.sentinel and not flagged


def settled(course: Course, hold_s: int) -> Course:
    """The course without changes that did not stand for `hold_s`.

    A flutter belongs to the state before it. What has not stood so long at the window's end, or
    before a gap, or has no state before it, is unknown: later records may still decide it, and then
    only add to what is known.
    """
    if hold_s == 0:
        return course
    on: list[tuple[int, int]] = []
    off: list[tuple[int, int]] = []
    before: tuple[int, bool] | None = None
    reached: int | None = None
    for begin, end, runs in _pieces(course):
        if begin != reached:
            before = None
        reached = end
        if end - begin < hold_s:
            continue
        if before is not None and before[0] < begin:
            (on if before[1] else off).append((before[0], begin))
        (on if runs else off).append((begin, end))
        before = (end, runs)
    return course_of(course.window, tuple(on), tuple(off))


def _pieces(course: Course) -> list[tuple[int, int, bool]]:
    """The known intervals in the order of time, each with whether it is on."""
    on = [(begin, end, True) for begin, end in course.on]
    return sorted([*on, *((begin, end, False) for begin, end in course.off)])
