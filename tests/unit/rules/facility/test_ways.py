"""Ways and groups: k of n, shared stacks, shared facilities, and what is not known."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.registry_rows import GroupRow, WayRow
from services.rules.facility.course import Course
from services.rules.facility.intervals import intersection
from services.rules.facility.parameters import FacilityParameters
from services.rules.facility.ways import Layout, WayOf, ways_of
from tests.fixtures.facility_scene import Minutes, Scene, course, group, minutes, runs

B1, B2, B3, DA1, DA2, BYPASS, A, B, C, SCR = 1, 2, 3, 11, 12, 13, 21, 22, 23, 24
ABSORBERS = group("G-FGD", 2, (A, B, C), [(B1, DA1)])


def layout(
    groups: tuple[GroupRow, ...],
    courses: dict[int, Course],
    bypasses: dict[int, tuple[int, ...]] | None = None,
) -> Layout:
    return Layout(Scene(groups, courses).asked(), bypasses)


def untreated(found: Layout, way: tuple[int, int]) -> Minutes:
    return minutes_of(found.fault(found.way(WayOf(*way))).on)


def minutes_of(spans: tuple[tuple[int, int], ...]) -> Minutes:
    return [(int(begin), int(end)) for begin, end in minutes(spans)]


def test_two_of_three_absorbers() -> None:
    """A off 60-180, B off 120-240, C runs all day: two of three lack only where A and B are both
    off, 120-180."""
    courses = {
        B1: runs((0, 1440)),
        A: runs((0, 60), (180, 1440)),
        B: runs((0, 120), (240, 1440)),
        C: runs((0, 1440)),
    }

    found = layout((ABSORBERS,), courses)

    assert untreated(found, (B1, DA1)) == [(120, 180)]
    assert minutes(found.groups[ABSORBERS.id].on) == [(0, 120), (180, 1440)]


@pytest.mark.parametrize(
    ("a", "b", "c", "expected"),
    [
        pytest.param("on", "on", "unknown", "on", id="two surely run"),
        pytest.param("on", "unknown", "off", "unknown", id="one runs, one may"),
        pytest.param("off", "off", "unknown", "off", id="two are surely off"),
        pytest.param("on", "unknown", "unknown", "unknown", id="two may"),
        pytest.param("unknown", "unknown", "unknown", "unknown", id="nothing is known"),
    ],
)
def test_a_group_is_sure_only_where_the_members_known_suffice(
    a: str, b: str, c: str, expected: str
) -> None:
    states = {"on": runs((0, 1440)), "off": runs(), "unknown": course()}
    courses = {B1: runs((0, 1440)), A: states[a], B: states[b], C: states[c]}

    found = layout((ABSORBERS,), courses).groups[ABSORBERS.id]

    assert found == states[expected]


def test_a_facility_that_nobody_hears_of_is_unknown() -> None:
    found = layout((ABSORBERS,), {B1: runs((0, 1440))})

    assert found.ways[WayOf(B1, DA1)].known == ()


def test_every_group_on_a_way_is_needed() -> None:
    """SCR off 30-60, absorber off 50-90: the way lacks one or the other from 30 to 90."""
    groups = (group("G-SCR", 1, (SCR,), [(B1, DA1)]), group("G-F", 1, (A,), [(B1, DA1)]))
    courses = {
        B1: runs((0, 1440)),
        SCR: runs((0, 30), (60, 1440)),
        A: runs((0, 50), (90, 1440)),
    }

    assert untreated(layout(groups, courses), (B1, DA1)) == [(30, 90)]


def test_a_common_absorber_with_one_unit_stopped() -> None:
    """FGD for B1 and B2 is off 300-600. B1 stands 0-400, B2 all day: B1 is untreated 400-600, and
    B2 never, because it made nothing."""
    shared = group("G-F", 1, (A,), [(B1, DA1), (B2, DA1)])
    courses = {B1: runs((400, 1440)), B2: runs(), A: runs((0, 300), (600, 1440))}

    found = layout((shared,), courses)

    assert untreated(found, (B1, DA1)) == [(400, 600)]
    assert untreated(found, (B2, DA1)) == []
    assert minutes(found.fault(found.group(shared)).on) == [(400, 600)]


def test_one_stack_for_several_boilers_is_judged_by_those_that_run() -> None:
    """B1 with FGD1 off 0-120, B2 with FGD2 off 600-720, both to DA001; B1 stands 60-1440. The stack
    is untreated 0-60 (B1 still runs) and 600-720 (B2)."""
    groups = (group("G-1", 1, (A,), [(B1, DA1)]), group("G-2", 1, (B,), [(B2, DA1)]))
    courses = {
        B1: runs((0, 60)),
        B2: runs((0, 1440)),
        A: runs((120, 1440)),
        B: runs((0, 600), (720, 1440)),
    }

    found = layout(groups, courses)

    assert minutes(found.fault(found.outlet(DA1)).on) == [(0, 60), (600, 720)]
    assert minutes(found.outlet(DA1).production.on) == [(0, 1440)]


def test_a_unit_with_two_outlets_is_treated_on_both_ways_or_not_at_all() -> None:
    groups = (group("G-1", 1, (A,), [(B1, DA1)]), group("G-2", 1, (B,), [(B1, DA2)]))
    courses = {B1: runs((0, 1440)), A: runs((0, 100)), B: runs((50, 1440))}

    found = layout(groups, courses).unit(B1)

    assert minutes(found.treatment.on) == [(50, 100)]


def test_a_member_at_rest_is_a_spare_while_the_others_suffice() -> None:
    """C rests 0-720 while A and B run; B trips 360-420: C was needed 360-420 and from 720 on."""
    courses = {
        B1: runs((0, 1440)),
        A: runs((0, 1440)),
        B: runs((0, 360), (420, 1440)),
        C: runs((720, 1440)),
    }

    found = layout((ABSORBERS,), courses).facility(C)

    assert minutes(found.production.on) == [(360, 420), (720, 1440)]
    assert minutes(found.treatment.off) == [(0, 720)]


def test_an_open_bypass_leaves_its_units_untreated() -> None:
    groups = (group("G-1", 1, (A,), [(B1, DA1)]), group("G-2", 1, (B,), [(B2, DA1)]))
    courses = {number: runs((0, 1440)) for number in (B1, B2, A, B)} | {BYPASS: runs((100, 130))}

    found = layout(groups, courses, {BYPASS: (B1,)})

    assert untreated(found, (B1, DA1)) == [(100, 130)]
    assert untreated(found, (B2, DA1)) == []


def test_whether_a_bypass_counts_is_a_parameter() -> None:
    scene = Scene(
        (group("G-1", 1, (A,), [(B1, DA1)]),),
        {B1: runs((0, 1440)), A: runs((0, 1440)), BYPASS: runs((100, 130))},
        params=FacilityParameters(bypass_counts=False),
    )

    assert untreated(Layout(scene.asked(), {BYPASS: (B1,)}), (B1, DA1)) == []


def test_groups_stand_on_a_way_in_their_places() -> None:
    last = group("G-F", 1, (A,), [])._replace(serves=(WayRow(B1, DA1, 2),))
    first = group("G-SCR", 1, (SCR,), [(B1, DA1)])

    assert ways_of([last, first]) == {WayOf(B1, DA1): (first, last)}


def test_the_groups_of_one_treatment_are_found() -> None:
    groups = (group("G-SCR", 1, (SCR,), [(B1, DA1)]), ABSORBERS)
    courses = {B1: runs((0, 1440)), SCR: runs(), A: runs((0, 1440)), B: runs((0, 1440)), C: runs()}

    found = layout(groups, courses)

    treated = found.of_treatment(B1, "desulphurisation")
    assert treated is not None
    assert minutes(treated.treatment.on) == [(0, 1440)]
    assert found.members(B1, "desulphurisation") == (A, B, C)
    assert found.of_treatment(B1, "bag_filter") is None


times = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=4)
partly = st.builds(course, times, times)


@given(partly, partly, partly, partly)
def test_needing_one_more_never_treats_more(unit: Course, a: Course, b: Course, c: Course) -> None:
    courses = {B1: unit, A: a, B: b, C: c}
    by_need = [
        layout((group("G", needed, (A, B, C), [(B1, DA1)]),), courses) for needed in (1, 2, 3)
    ]

    ways = [each.ways[WayOf(B1, DA1)] for each in by_need]
    assert all(
        intersection(more.on, less.on) == more.on and intersection(less.off, more.off) == less.off
        for less, more in itertools.pairwise(ways)
    )
