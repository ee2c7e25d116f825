"""Which mark holds where several overlap."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.marks import Mark, Review
from services.rules.marks.intervals import Interval, joined
from services.rules.marks.kinds import kind_of
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.quota import quota_uses
from services.rules.marks.standing import Known
from services.rules.marks.timeline import Lane, clipped, unusable
from tests.fixtures.marking import (
    ACCIDENT,
    BAKE,
    CEMS,
    COOLING,
    FAULT,
    NOW,
    OUT,
    PARAMS,
    START,
    accepted,
    at,
    line,
    mark,
)


def told(lane: Lane) -> list[tuple[float, float, str]]:
    return [
        (
            (one.since - at(0)) / timedelta(hours=1),
            (one.until - at(0)) / timedelta(hours=1),
            one.kind.code,
        )
        for one in lane
    ]


def test_the_stricter_condition_holds_where_two_overlap() -> None:
    """Bake-out 0-10, start-up 8-12, accident 9-9.5: the accident cuts the start-up in two.

    From 10 on nothing contests the start-up, so that it is told apart from what was before.
    """
    found = line(
        mark(at(0), at(10), BAKE, mark=1),
        mark(at(8), at(12), START, mark=2),
        mark(at(9), at(9.5), ACCIDENT, mark=3),
    )

    assert told(found.condition) == [
        (0, 8, "bake_out"),
        (8, 9, "start_up"),
        (9, 9.5, "accident"),
        (9.5, 10, "start_up"),
        (10, 12, "start_up"),
    ]
    assert [one.contested for one in found.condition] == [False, True, True, True, False]


def test_conditions_and_monitoring_hold_side_by_side() -> None:
    found = line(mark(at(0), at(4), START), mark(at(1), at(2), CEMS, mark=2))

    assert told(found.condition) == [(0, 4, "start_up")]
    assert told(found.monitoring) == [(1, 2, "cems_maintenance")]


def test_equipment_marks_rank_as_hj_212_2025_has_them() -> None:
    """D > C > M > T > Td."""
    codes = ["sensor_fault", "over_range", "maintenance", "calibration", "fault"]
    marks = [
        mark(at(0), at(5 - place), f"equipment/{code}", mark=place)
        for place, code in enumerate(codes)
    ]

    found = line(*marks)

    assert told(found.monitoring) == [
        (place, place + 1, code) for place, code in enumerate(reversed(codes))
    ]


def test_thermal_power_has_out_of_service_before_fault() -> None:
    """Guangxi Q&A 2021-09-02: 故障/事故 is not used during 停运, 并网 and 解列."""
    found = line(
        mark(at(0), at(4), "thermal_power/fault_or_accident"),
        mark(at(1), at(3), "thermal_power/out_of_service", mark=2),
    )

    assert [code for *_, code in told(found.condition)] == [
        "fault_or_accident",
        "out_of_service",
        "fault_or_accident",
    ]


def test_a_mark_that_counts_holds_before_one_that_is_only_claimed() -> None:
    found = line(mark(at(0), at(4), FAULT), accepted(at(1), at(2), OUT, mark=2))

    assert told(found.condition) == [(0, 1, "fault"), (1, 2, "out_of_service"), (2, 4, "fault")]


def test_the_rank_is_a_setting() -> None:
    params = MarkParameters(condition_rank=("out_of_service",))

    found = line(mark(at(0), at(4), FAULT), mark(at(1), at(2), OUT, mark=2), params=params)

    assert told(found.condition)[1] == (1, 2, "out_of_service")


def test_marks_without_effect_hold_nothing_and_are_kept_to_explain() -> None:
    found = line(mark(at(0), at(4), review=Review.REJECTED))

    assert (found.condition, told(found.void)) == ((), [(0, 4, "start_up")])


def test_marks_of_one_kind_without_a_gap_are_one_event() -> None:
    """Two marks of 4 h that touch are one event of 8 h; after a gap a new event begins."""
    found = line(
        mark(at(0), at(4), FAULT),
        mark(at(4), at(8), FAULT, mark=2),
        mark(at(9), at(10), FAULT, mark=3),
    )

    assert [one.event for one in found.condition] == [at(0), at(0), at(9)]


def test_only_a_monitoring_mark_that_counts_takes_data_out() -> None:
    found = line(
        mark(at(0), at(1), CEMS),
        accepted(at(2), at(3), CEMS, mark=2),
        accepted(at(4), at(5), "equipment/over_range", mark=3),
    )

    assert told(tuple(unusable(found))) == [(2, 3, "cems_maintenance")]


def test_a_lane_is_clipped_to_an_interval() -> None:
    found = line(mark(at(0), at(4)))

    assert told(tuple(clipped(found.condition, Interval(at(3), at(9))))) == [(3, 4, "start_up")]
    assert clipped(found.condition, Interval(at(4), at(9))) == []


KINDS = [START, FAULT, BAKE, COOLING, OUT, CEMS, "equipment/fault"]


@st.composite
def some_marks(draw: st.DrawFn) -> list[Mark]:
    count = draw(st.integers(0, 8))
    found: list[Mark] = []
    for key in range(count):
        begin = draw(st.integers(0, 200))
        length = draw(st.integers(1, 120))
        review = draw(st.sampled_from(Review))
        since = at(0) + timedelta(minutes=10 * begin)
        found.append(
            mark(
                since,
                since + timedelta(minutes=10 * length),
                draw(st.sampled_from(KINDS)),
                mark=key,
                review=review,
                entered_at=since + timedelta(minutes=10 * draw(st.integers(-5, 20))),
            )
        )
    return found


@given(some_marks(), st.randoms(use_true_random=False))
def test_the_order_of_marks_does_not_matter(marks: list[Mark], random: Random) -> None:
    shuffled = list(marks)
    random.shuffle(shuffled)

    assert line(*shuffled) == line(*marks)


@given(some_marks())
def test_one_mark_holds_at_a_time_and_together_they_cover_what_has_any_effect(
    marks: list[Mark],
) -> None:
    found = line(*marks)

    for lane, is_condition in ((found.condition, True), (found.monitoring, False)):
        parts = [Interval(one.since, one.until) for one in lane]
        ends = [end for part in parts for end in part]
        assert ends == sorted(ends)
        given_ = [
            Interval(one.since, one.until or NOW)
            for one in marks
            if one.review in {Review.CLAIMED, Review.ACCEPTED}
            and kind_of(one.kind).is_condition is is_condition
        ]
        assert joined(parts) == joined(given_)


@given(some_marks())
def test_quota_minutes_never_exceed_the_minutes_of_all_marks_together(marks: list[Mark]) -> None:
    uses = quota_uses(line(*marks), NOW, Known(NOW), PARAMS)

    for is_condition in (True, False):
        union = joined(
            Interval(one.since, one.until or NOW)
            for one in marks
            if kind_of(one.kind).is_condition is is_condition
        )
        used = sum(use.used_s for use in uses if (use.pool.name != "cems_30h") is is_condition)
        assert used <= sum(one.seconds for one in union)


@pytest.mark.parametrize("copies", [2, 5])
def test_the_same_mark_on_several_outlets_is_one(copies: int) -> None:
    marks = [mark(at(0), at(3), mark=key, subject=key) for key in range(copies)]

    [use] = quota_uses(line(*marks), NOW, Known(NOW), PARAMS)

    assert use.used_s == 3 * 3600
