"""The believed course of a unit or facility: manual, else reported, else derived; and its intervals.

It must not know what the course is used for.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from schemas.facility import Running, Stated, StateRow, StateSource
from services.rules.facility.course import (
    Course,
    Window,
    course_of,
    overlaid,
    second_of,
    time_of,
    unknown,
)
from services.rules.facility.intervals import Span, Spans, difference, intersection, union
from services.rules.facility.reported import Piece, Reported


class Timeline(NamedTuple):
    """What a subject did over the window; each part None where there is no such source.

    `contradicted`: where report and signals say the opposite; the report is believed there, and
    nothing that rests on it is sure. `doubts`: what nobody vouches for in the rule of the signals.
    """

    subject: int
    course: Course
    manual: Course | None
    reported: Reported | None
    derived: Course | None
    contradicted: Spans
    doubts: tuple[str, ...] = ()


class Sources(NamedTuple):
    """What is known of a subject: accepted statements, its report, what signals say by its rule.

    `rule_doubts`: names of parameters of that rule that nobody vouches for.
    """

    stated: Sequence[Stated] = ()
    report: Reported | None = None
    signals: Course | None = None
    rule_doubts: tuple[str, ...] = ()


def timeline(subject: int, window: Window, sources: Sources) -> Timeline:
    """What is believed: an accepted statement, else the report, else what signals say.

    Raises ValueError where a part is of another window.
    """
    report, signals = sources.report, sources.signals
    for part in (report.course if report else None, signals):
        if part is not None and part.window != window:
            raise ValueError(f"a course of {part.window} is no part of a timeline of {window}")
    manual = _manual(sources.stated, window) if sources.stated else None
    course = unknown(window)
    for part in (signals, report.course if report else None, manual):
        course = course if part is None else overlaid(part, course)
    against = opposed(report.course, signals) if report and signals else ((), ())
    return Timeline(subject, course, manual, report, signals, union(*against), sources.rule_doubts)


def opposed(one: Course, other: Course) -> tuple[Spans, Spans]:
    """Where the first is off and the second on, and where the first is on and the second off."""
    return intersection(one.off, other.on), intersection(one.on, other.off)


def _manual(stated: Iterable[Stated], window: Window) -> Course:
    spans: dict[bool, list[Span]] = {True: [], False: []}
    for each in stated:
        until = window.until if each.until is None else second_of(each.until)
        spans[each.running].append((second_of(each.since), until))
    return course_of(window, tuple(spans[True]), tuple(spans[False]))


def state_rows(line: Timeline) -> tuple[StateRow, ...]:
    """The intervals of the timeline in order; together they are the window, without overlap."""
    rows = [*_unknown_rows(line)]
    covered: Spans = ()
    if line.manual is not None:
        rows += _rows(line.subject, line.manual, covered, "manual")
        covered = line.manual.known
    if line.reported is not None:
        rows += _reported_rows(line.subject, line.reported, covered)
        covered = union(covered, line.reported.course.known)
    if line.derived is not None:
        rows += _rows(line.subject, line.derived, covered, "derived")
    return tuple(sorted(rows, key=lambda row: row.since))


def said_at(line: Timeline, second: int) -> tuple[Running, StateSource | None, int | None]:
    """The state believed at a second, its source, and the number reported."""
    report = line.reported
    parts: tuple[tuple[StateSource, Course | None], ...] = (
        ("manual", line.manual),
        ("reported", None if report is None else report.course),
        ("derived", line.derived),
    )
    for source, course in parts:
        running = Running.UNKNOWN if course is None else _running_at(course, second)
        if running is not Running.UNKNOWN:
            told = report.pieces if report is not None and source == "reported" else ()
            return running, source, _number_at(told, second)
    return Running.UNKNOWN, None, None


def _running_at(course: Course, second: int) -> Running:
    for spans, running in ((course.on, Running.RUNNING), (course.off, Running.OFF)):
        if any(begin <= second < end for begin, end in spans):
            return running
    return Running.UNKNOWN


def _number_at(pieces: Sequence[Piece], second: int) -> int | None:
    return next((one.number for one in pieces if one.since <= second < one.until), None)


def _unknown_rows(line: Timeline) -> Iterator[StateRow]:
    for span in line.course.unknown:
        yield _row(line.subject, span, Running.UNKNOWN, None, None)


def _rows(subject: int, course: Course, covered: Spans, source: StateSource) -> Iterator[StateRow]:
    for spans, running in ((course.on, Running.RUNNING), (course.off, Running.OFF)):
        for span in difference(spans, covered):
            yield _row(subject, span, running, source, None)


def _reported_rows(subject: int, found: Reported, covered: Spans) -> Iterator[StateRow]:
    for spans, running in ((found.course.on, Running.RUNNING), (found.course.off, Running.OFF)):
        free = difference(spans, covered)
        for piece, span in _met(found.pieces, free):
            yield _row(subject, span, running, "reported", piece.number)


def _met(pieces: Sequence[Piece], spans: Spans) -> Iterator[tuple[Piece, Span]]:
    """Each piece with each part of it that is in the spans; both are sorted."""
    place = 0
    for piece in pieces:
        while place < len(spans) and spans[place][1] <= piece.since:
            place += 1
        at = place
        while at < len(spans) and spans[at][0] < piece.until:
            yield piece, (max(piece.since, spans[at][0]), min(piece.until, spans[at][1]))
            at += 1


def _row(
    subject: int, span: Span, running: Running, source: StateSource | None, number: int | None
) -> StateRow:
    return StateRow(subject, time_of(span[0]), time_of(span[1]), running, source, number)
