"""On, off and unknown: what is known decides, what is not never does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.facility.course import (
    Course,
    Window,
    all_of,
    always,
    any_of,
    course_of,
    negation,
    overlaid,
    second_of,
    some_of,
    time_of,
    unknown,
    window_of,
)
from services.rules.facility.intervals import Spans, merged, seconds

WINDOW = Window(0, 30)
Value = bool | None


def from_seconds(values: list[Value]) -> Course:
    def where(*, wanted: bool) -> Spans:
        return merged((at, at + 1) for at, value in enumerate(values) if value is wanted)

    return Course(WINDOW, where(wanted=True), where(wanted=False))


def to_seconds(course: Course) -> list[Value]:
    def holds(spans: Spans, at: int) -> bool:
        return any(begin <= at < end for begin, end in spans)

    return [
        True if holds(course.on, at) else False if holds(course.off, at) else None
        for at in range(*WINDOW)
    ]


values = st.lists(st.sampled_from([True, False, None]), min_size=30, max_size=30)
courses = values.map(from_seconds)


def kleene(needed: int, members: list[Value]) -> Value:
    if sum(member is True for member in members) >= needed:
        return True
    return None if sum(member is not False for member in members) >= needed else False


@given(values)
def test_a_course_says_of_each_second_what_it_was_made_of(each: list[Value]) -> None:
    course = from_seconds(each)

    assert to_seconds(course) == each
    assert seconds(course.known) + seconds(course.unknown) == 30
    assert seconds(course.maybe_on) == 30 - each.count(False)


@given(st.lists(courses, max_size=5), st.integers(0, 6))
def test_k_of_n_is_kleenes_at_every_second(many: list[Course], needed: int) -> None:
    found = to_seconds(some_of(needed, many, WINDOW))

    members = [to_seconds(course) for course in many]
    assert found == [kleene(needed, [each[at] for each in members]) for at in range(30)]


@given(st.lists(courses, min_size=1, max_size=4), st.data())
def test_learning_more_never_takes_back_what_was_sure(
    many: list[Course], data: st.DataObject
) -> None:
    needed = data.draw(st.integers(1, len(many)))
    learnt = [overlaid(course, data.draw(courses)) for course in many]

    before = to_seconds(some_of(needed, many, WINDOW))
    after = to_seconds(some_of(needed, learnt, WINDOW))

    assert all(old is None or old is new for old, new in zip(before, after, strict=True))


@given(st.lists(courses, min_size=1, max_size=4))
def test_all_and_any_are_each_others_negation(many: list[Course]) -> None:
    assert negation(all_of(many, WINDOW)) == any_of([negation(one) for one in many], WINDOW)


@given(courses, courses)
def test_what_is_laid_over_keeps_its_own_and_takes_the_rest(first: Course, second: Course) -> None:
    found = to_seconds(overlaid(first, second))

    ours, theirs = to_seconds(first), to_seconds(second)
    assert found == [a if a is not None else b for a, b in zip(ours, theirs, strict=True)]


def test_of_none_all_hold_and_any_does_not() -> None:
    assert all_of([], WINDOW) == always(WINDOW, on=True)
    assert any_of([], WINDOW) == always(WINDOW, on=False)
    assert some_of(2, [unknown(WINDOW)], WINDOW) == always(WINDOW, on=False)


def test_what_is_claimed_to_be_both_is_unknown() -> None:
    found = course_of(WINDOW, ((-5, 10),), ((8, 50),))

    assert (found.on, found.off, found.unknown) == (((0, 8),), ((10, 30),), ((8, 10),))


def test_courses_of_different_windows_are_not_combined() -> None:
    with pytest.raises(ValueError, match="cannot be combined"):
        all_of([unknown(Window(0, 10))], WINDOW)


def test_times_and_seconds_are_each_others_inverse() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)

    assert time_of(second_of(at)) == at
    assert second_of(at + timedelta(milliseconds=999)) == second_of(at)
    assert window_of(at, at + timedelta(hours=1)) == (second_of(at), second_of(at) + 3600)
    with pytest.raises(ValueError, match="must end after"):
        window_of(at, at)
