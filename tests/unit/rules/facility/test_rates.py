"""Operation rates: seconds of what, and what is left out."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import PerformanceRow, Period, Stage
from services.rules.facility.course import Course
from services.rules.facility.parameters import FacilityParameters
from services.rules.facility.rates import operation_rates, synchronous_rates
from services.rules.facility.reported import reported
from services.rules.facility.timeline import Sources, timeline
from services.rules.facility.ways import Layout
from tests.fixtures.facility_scene import (
    SURE,
    Scene,
    at,
    course,
    group,
    records,
    runs,
    window,
)

B1, B2, DA1, BYPASS, A, B, C, SCR = 1, 2, 11, 13, 21, 22, 23, 24
DAY, HOUR, MONTH = Period.DAY, Period.HOUR, Period.MONTH
SINGLE = group("G-1", 1, (A,), [(B1, DA1)])
ALL_DAY = runs((0, 1440))


def rows(
    scene: Scene, period: Period = DAY, bypasses: dict[int, tuple[int, ...]] | None = None
) -> dict[tuple[int, str], PerformanceRow]:
    found = synchronous_rates(Layout(scene.asked(), bypasses), [period])
    return {(row.subject, row.code): row for row in found}


def of(row: PerformanceRow) -> tuple[int, int]:
    """Treated minutes of the minutes judged."""
    return int(row.numerator / 60), int(row.denominator / 60)


def test_the_rate_is_treated_time_of_production_time() -> None:
    """B1 produces 06:00-18:00 (720 min); FGD1 off 08:00-09:00 and 20:00-21:00. Treated while it
    produces: 720 - 60 = 660 of 720 min = 91.67 %; the evening's outage does not matter."""
    scene = Scene((SINGLE,), {B1: runs((360, 1080)), A: runs((0, 480), (540, 1200), (1260, 1440))})

    row = rows(scene)[B1, ""]

    assert of(row) == (660, 720)
    assert (row.measure, row.period, row.start) == ("synchronous", DAY, at(0))
    assert (row.stage, row.sure) == (Stage.FINAL, True)
    assert row.evidence["certainty"] == "1"
    assert row.evidence["stopped_s"] == 720 * 60
    assert row.evidence["untreated_s"] == 3600


def test_unknown_seconds_are_in_neither_sum_and_never_running() -> None:
    """FGD1 runs 0-600, is unknown 600-1200, off 1200-1440; B1 produces 0-1380 and is unknown after.

    Treated 600 of 600 + 180 = 780; unknown treatment 600, unknown production 60: 780 of 1440 sure.
    """
    scene = Scene(
        (SINGLE,),
        {B1: course(on=[(0, 1380)]), A: course(on=[(0, 600)], off=[(1200, 1440)])},
    )

    row = rows(scene)[B1, ""]

    assert of(row) == (600, 780)
    assert row.evidence["unknown_treatment_s"] == 600 * 60
    assert row.evidence["unknown_production_s"] == 60 * 60
    assert row.evidence["certainty"] == "0.541666667"
    assert not row.sure


def test_without_production_there_is_no_rate() -> None:
    row = rows(Scene((SINGLE,), {B1: runs(), A: ALL_DAY}))[B1, ""]

    assert of(row) == (0, 0)
    assert row.evidence["certainty"] == "1"


def test_way_unit_outlet_group_and_facility_have_rows_of_their_own() -> None:
    """FGD1 for B1 and B2, off 0-144; B2 produces 0-720. B1: 1296 of 1440. B2: 576 of 720. The
    outlet, the group and the facility by either unit: 1296 of 1440."""
    shared = group("G-1", 1, (A,), [(B1, DA1), (B2, DA1)])
    scene = Scene((shared,), {B1: ALL_DAY, B2: runs((0, 720)), A: runs((144, 1440))})

    found = {key: of(row) for key, row in rows(scene).items()}

    assert found == {
        (B1, "way:11"): (1296, 1440),
        (B2, "way:11"): (576, 720),
        (B1, ""): (1296, 1440),
        (B2, ""): (576, 720),
        (DA1, ""): (1296, 1440),
        (A, "group:G-1"): (1296, 1440),
        (A, ""): (1296, 1440),
    }


def test_a_spare_absorber_is_not_held_to_run() -> None:
    """2 of 3; C rests 0-720, B trips 360-420. Group: 1440 - 60 = 1380 of 1440. C was due 360-420,
    when it did not run, and 720-1440, when it did: 720 of 780; 660 min it stood by. B was due all
    day: 1380 of 1440. A: 1440 of 1440."""
    absorbers = group("G-F", 2, (A, B, C), [(B1, DA1)])
    scene = Scene(
        (absorbers,),
        {B1: ALL_DAY, A: ALL_DAY, B: runs((0, 360), (420, 1440)), C: runs((720, 1440))},
    )

    found = rows(scene)

    assert of(found[A, "group:G-F"]) == (1380, 1440)
    assert {number: of(found[number, ""]) for number in (A, B, C)} == {
        A: (1440, 1440),
        B: (1380, 1440),
        C: (720, 780),
    }
    assert found[C, ""].evidence["spare_s"] == 660 * 60


def test_an_open_bypass_lowers_the_rate() -> None:
    scene = Scene((SINGLE,), {B1: ALL_DAY, A: ALL_DAY, BYPASS: runs((0, 144))})

    row = rows(scene, bypasses={BYPASS: (B1,)})[B1, ""]

    assert of(row) == (1296, 1440)
    assert row.evidence["bypasses"] == [BYPASS]


def test_contradicted_and_doubtful_rows_are_not_sure() -> None:
    params = FacilityParameters()
    states = reported(records(dict.fromkeys(range(0, 1440, 30), 1)), window(), params)
    against = timeline(A, window(), Sources(report=states, signals=runs((0, 1430))))

    sure = Scene((SINGLE,), {B1: ALL_DAY}, lines={A: against})
    doubtful = Scene((SINGLE,), {B1: ALL_DAY, A: ALL_DAY}, params=params)

    contradicted, doubted = rows(sure)[B1, ""], rows(doubtful)[B1, ""]
    assert (of(contradicted), contradicted.sure) == ((1440, 1440), False)
    assert contradicted.evidence["contradicted_s"] == 600
    assert (of(doubted), doubted.sure) == ((1440, 1440), False)
    assert doubted.evidence["doubts"] == ["signal_holds_s", "usable_flags"]


def test_what_lies_outside_the_window_is_unknown_and_live_not_yet_due() -> None:
    """A month of which one day was looked at: 30 of 31 days are unknown. Live they are to come."""
    courses = {B1: ALL_DAY, A: ALL_DAY}

    past = rows(Scene((SINGLE,), courses), MONTH)[B1, ""]
    live = rows(Scene((SINGLE,), courses, live=True), MONTH)[B1, ""]

    assert past.evidence["unknown_production_s"] == 30 * 86_400
    assert past.evidence["certainty"] == "0.032258065"
    assert (live.evidence["elapsed_s"], live.sure) == (86_400, True)


def test_desulphurisation_operation_rate_has_its_band() -> None:
    """FGD1 off 0-144 of a day, all of it produced: 1296 of 1440 = 90 % exactly: deducted, no fine."""
    groups = (SINGLE, group("G-SCR", 1, (SCR,), [(B1, DA1)]))
    scene = Scene(groups, {B1: ALL_DAY, A: runs((144, 1440)), SCR: runs()}, live=True, params=SURE)

    (row,) = operation_rates(Layout(scene.asked()), "desulphurisation")

    assert (row.measure, row.code, row.period) == ("operation", "desulphurisation", MONTH)
    assert of(row) == (1296, 1440)
    assert row.evidence["band"] == "deducted"
    assert row.sure


def test_without_facilities_of_the_treatment_there_is_no_operation_rate() -> None:
    scene = Scene((SINGLE,), {B1: ALL_DAY, A: ALL_DAY})

    assert operation_rates(Layout(scene.asked()), "bag_filter") == ()


def test_an_hour_carries_no_band() -> None:
    scene = Scene((SINGLE,), {B1: ALL_DAY, A: ALL_DAY})

    found = operation_rates(Layout(scene.asked()), "desulphurisation", [HOUR])

    assert len(found) == 24
    assert all("band" not in row.evidence for row in found)


times = st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440)), max_size=4)
partly = st.builds(course, times, times)


@given(partly, partly, partly)
def test_hours_add_up_to_the_day_and_no_rate_is_over_one(
    unit: Course, absorber: Course, bypass: Course
) -> None:
    layout = Layout(
        Scene((SINGLE,), {B1: unit, A: absorber, BYPASS: bypass}).asked(), {BYPASS: (B1,)}
    )

    hours, days = synchronous_rates(layout, [HOUR]), synchronous_rates(layout, [DAY])

    for day in days:
        of_it = [row for row in hours if (row.subject, row.code) == (day.subject, day.code)]
        assert len(of_it) == 24
        assert sum(row.numerator for row in of_it) == day.numerator
        assert sum(row.denominator for row in of_it) == day.denominator
        assert 0 <= day.numerator <= day.denominator <= 86_400
    accounted = ("stopped_s", "unknown_production_s", "unknown_treatment_s", "untreated_s")
    for row in (*hours, *days):
        parts = sum(Decimal(str(row.evidence[name])) for name in accounted)
        assert parts + row.numerator == row.evidence["elapsed_s"]


@given(partly, partly)
def test_knowing_less_never_adds_running_time(unit: Course, absorber: Course) -> None:
    dark = Course(absorber.window, (), absorber.off)

    known = rows(Scene((SINGLE,), {B1: unit, A: absorber}))[B1, ""]
    unknown = rows(Scene((SINGLE,), {B1: unit, A: dark}))[B1, ""]

    assert unknown.numerator == 0
    assert unknown.denominator <= known.denominator


@pytest.mark.parametrize("period", [HOUR, DAY, MONTH])
def test_rows_begin_where_their_period_begins(period: Period) -> None:
    scene = Scene((SINGLE,), {B1: ALL_DAY, A: ALL_DAY})

    found = synchronous_rates(Layout(scene.asked()), [period])

    assert min(row.start for row in found) == at(0)
