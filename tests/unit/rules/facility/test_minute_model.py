"""A plant's rates and findings against a model that holds every minute apart.

Two boilers on one stack, the first with a reactor of its own, both behind two of three absorbers;
a bypass that takes the first one's gas.
"""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.judgement import Period
from services.rules.facility.course import Course
from services.rules.facility.facility_off import facility_off
from services.rules.facility.rates import synchronous_rates
from services.rules.facility.ways import Layout
from tests.fixtures.facility_scene import Scene, course, group, minutes, second, window

Value = bool | None
Model = dict[int, list[Value]]
B1, B2, STACK, BYPASS, A, B, C, SCR = 1, 2, 11, 13, 21, 22, 23, 24
SUBJECTS = (B1, B2, A, B, C, SCR, BYPASS)
LENGTH = 60
GROUPS = (
    group("G-SCR", 1, (SCR,), [(B1, STACK)]),
    group("G-FGD", 2, (A, B, C), [(B1, STACK), (B2, STACK)]),
)
WITHIN = window(0, LENGTH)
STRETCHES = st.lists(
    st.tuples(st.integers(1, 30), st.sampled_from([True, True, False, None])),
    min_size=1,
    max_size=8,
)


def minute_values(stretches: list[tuple[int, Value]]) -> list[Value]:
    each = [value for length, value in stretches for _ in range(length)]
    return (each + [None] * LENGTH)[:LENGTH]


models = st.fixed_dictionaries({number: STRETCHES.map(minute_values) for number in SUBJECTS})


def course_of_minutes(each: list[Value]) -> Course:
    on = [(minute, minute + 1) for minute, value in enumerate(each) if value is True]
    off = [(minute, minute + 1) for minute, value in enumerate(each) if value is False]
    return course(on, off, WITHIN)


def layout(model: Model) -> Layout:
    courses = {number: course_of_minutes(each) for number, each in model.items()}
    return Layout(Scene(GROUPS, courses, within=WITHIN).asked(), {BYPASS: (B1,)})


def no(value: Value) -> Value:
    return None if value is None else not value


def every(*values: Value) -> Value:
    if False in values:
        return False
    return None if None in values else True


def some(*values: Value) -> Value:
    return no(every(*map(no, values)))


def two_of_three(a: Value, b: Value, c: Value) -> Value:
    return some(every(a, b), every(a, c), every(b, c))


def absorbers(at: Callable[[int], Value]) -> Value:
    """Kleene's formula decides less than counting only where one value is used twice and unknown;
    of (a and b) or (a and c) or (b and c) none is decided wrongly."""
    return two_of_three(at(A), at(B), at(C))


def treated(at: Callable[[int], Value]) -> dict[tuple[int, str], tuple[Value, Value]]:
    """(production, treatment) of every row, in one minute."""
    group_fgd = absorbers(at)
    way1 = every(at(SCR), group_fgd, no(at(BYPASS)))
    either = some(at(B1), at(B2))
    faults = some(every(at(B1), no(way1)), every(at(B2), no(group_fgd)))
    found = {
        (B1, f"way:{STACK}"): (at(B1), way1),
        (B2, f"way:{STACK}"): (at(B2), group_fgd),
        (B1, ""): (at(B1), way1),
        (B2, ""): (at(B2), group_fgd),
        (STACK, ""): (either, no(faults)),
        (SCR, "group:G-SCR"): (at(B1), at(SCR)),
        (A, "group:G-FGD"): (either, group_fgd),
        (SCR, ""): (every(at(B1), some(at(SCR), no(at(SCR)))), at(SCR)),
    }
    for member in (A, B, C):
        found[member, ""] = (every(either, some(at(member), no(group_fgd))), at(member))
    return found


def at_minute(model: Model, minute: int) -> Callable[[int], Value]:
    return lambda number: model[number][minute]


@settings(max_examples=60, deadline=None)
@given(models)
def test_every_rate_is_that_of_its_minutes(model: Model) -> None:
    rows = synchronous_rates(layout(model), [Period.DAY])

    expected: dict[tuple[int, str], tuple[int, int]] = {}
    for minute in range(LENGTH):
        for key, (production, treatment) in treated(at_minute(model, minute)).items():
            done, due = expected.get(key, (0, 0))
            counted = production is True and treatment is not None
            expected[key] = (done + (counted and treatment is True), due + counted)
    found = {(row.subject, row.code): (row.numerator / 60, row.denominator / 60) for row in rows}
    assert found == expected


@settings(max_examples=60, deadline=None)
@given(models, st.integers(1, 15))
def test_every_finding_is_a_run_of_sure_minutes(model: Model, least: int) -> None:
    """With gaps that are not bridged, an episode is a run of minutes that all surely lack."""
    params = Scene(()).params.model_copy(update={"off_delay_s": least * 60, "unknown_bridged_s": 0})
    courses = {number: course_of_minutes(each) for number, each in model.items()}
    scene = Scene((GROUPS[1],), courses, within=WITHIN, params=params)

    found = facility_off(Layout(scene.asked()))

    lacking = [
        every(some(at(B1), at(B2)), no(absorbers(at))) is True
        for at in (at_minute(model, minute) for minute in range(LENGTH))
    ]
    expected = [run for run in runs_of(lacking) if run[1] - run[0] >= least]
    assert [each.evidence["certain_s"] for each in found] == [
        60 * (end - begin) for begin, end in expected
    ]


def runs_of(values: list[bool]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for minute, value in enumerate(values):
        if value and found and found[-1][1] == minute:
            found[-1] = (found[-1][0], minute + 1)
        elif value:
            found.append((minute, minute + 1))
    return found


@pytest.mark.parametrize("known", [True, False, None])
def test_the_model_agrees_on_a_steady_plant(known: Value) -> None:
    model: Model = {number: [known] * LENGTH for number in SUBJECTS}
    model[B1] = [True] * LENGTH
    model[BYPASS] = [False] * LENGTH

    found = layout(model)

    assert minutes(found.unit(B1).production.on) == [(0, LENGTH)]
    treatment = found.unit(B1).treatment
    assert (treatment.on, treatment.off) == (
        ((second(0), second(LENGTH)),) if known is True else (),
        ((second(0), second(LENGTH)),) if known is False else (),
    )
