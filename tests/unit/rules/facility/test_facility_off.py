"""Finding facility_off: since when, until when, whose fault, in what words."""

from datetime import UTC, datetime

import pytest

from schemas.judgement import Stage
from services.rules.articles import articles
from services.rules.facility.course import Course
from services.rules.facility.facility_off import PLAN, facility_off, untreated_ways
from services.rules.facility.parameters import FacilityParameters
from services.rules.facility.reported import reported
from services.rules.facility.timeline import Sources, timeline
from services.rules.facility.ways import Layout, WayOf
from tests.fixtures.facility_scene import (
    Scene,
    at,
    course,
    group,
    records,
    runs,
    second,
    window,
)

B1, B2, DA1, DA2, BYPASS, A, B, C = 1, 2, 11, 12, 13, 21, 22, 23
ABSORBERS = group("G-FGD", 2, (A, B, C), [(B1, DA1), (B2, DA2)])


def two_of_three() -> dict[int, Course]:
    """A off 60-180, B off 120-240, C runs: the group lacks one from 120 to 180."""
    return {
        B1: runs((0, 1440)),
        B2: runs(),
        A: runs((0, 60), (180, 1440)),
        B: runs((0, 120), (240, 1440)),
        C: runs((0, 1440)),
    }


def test_two_absorbers_of_three_off_for_an_hour() -> None:
    (found,) = facility_off(Layout(Scene((ABSORBERS,), two_of_three()).asked()))

    assert (found.rule, found.subject, found.point) == ("facility_off", A, None)
    assert (found.since, found.until, found.stage) == (at(120), at(180), Stage.FINAL)
    assert found.sure
    assert found.evidence["certain_s"] == 3600
    assert found.evidence["ways"] == [
        {"unit": B1, "outlet": DA1, "untreated_s": 3600},
        {"unit": B2, "outlet": DA2, "untreated_s": 0},
    ]


def test_it_is_told_in_full_sentences_in_two_languages() -> None:
    (found,) = facility_off(Layout(Scene((ABSORBERS,), two_of_three()).asked()))

    assert found.zh == (
        "2026-03-01 02:00:00至03:00:00，B1生产运行而治理设施组G-FGD运行不足"
        "（3台中须运行2台），确定未治理1小时，期间状态未知0秒，告警延时15分；"
        "开始时：FGD1停运（推断）、FGD2停运（推断）、FGD3运行（推断）。"
    )
    assert found.en == (
        "2026-03-01 02:00:00 to 03:00:00, B1 produced while group G-FGD had "
        "too few facilities running (2 of 3 are needed): surely untreated for 1 h, unknown within "
        "it 0 s, delay of the finding 15 min; at its beginning FGD1 off (derived), FGD2 off "
        "(derived), FGD3 running (derived)."
    )
    assert found.clause == PLAN


@pytest.mark.parametrize(
    ("delay_s", "count"),
    [
        pytest.param(3600, 1, id="as long as the delay"),
        pytest.param(3601, 0, id="a second too short"),
    ],
)
def test_the_delay_is_a_parameter(delay_s: int, count: int) -> None:
    params = FacilityParameters(off_delay_s=delay_s)

    found = facility_off(Layout(Scene((ABSORBERS,), two_of_three(), params=params).asked()))

    assert len(found) == count


def test_live_it_appears_when_the_delay_is_over_and_stays_open() -> None:
    def live(now: int) -> list[tuple[datetime, datetime | None]]:
        within = window(0, now)
        courses = {
            B1: runs((0, now), within=within),
            A: runs((0, 60), within=within),
            B: runs((0, 30), within=within),
            C: runs((0, now), within=within),
        }
        scene = Scene((ABSORBERS,), courses, live=True, within=within)
        return [(each.since, each.until) for each in facility_off(Layout(scene.asked()))]

    assert live(74) == []
    assert live(75) == [(at(60), None)]
    assert live(300) == [(at(60), None)]


def test_a_facility_that_falls_silent_while_off_stays_a_finding_live() -> None:
    single = group("G-1", 1, (A,), [(B1, DA1)])
    courses = {B1: runs((0, 1440)), A: course(on=[(0, 60)], off=[(60, 100)])}

    (found,) = facility_off(Layout(Scene((single,), courses, live=True).asked()))

    assert (found.since, found.until) == (at(60), None)
    assert found.evidence["end_unknown"] is True


@pytest.mark.parametrize(
    ("unit", "absorber"),
    [
        pytest.param(course(), runs(), id="nobody knows whether production runs"),
        pytest.param(runs(), runs(), id="production stands"),
        pytest.param(runs((0, 1440)), course(), id="nobody knows whether treatment runs"),
    ],
)
def test_what_is_not_sure_is_no_finding(unit: Course, absorber: Course) -> None:
    single = group("G-1", 1, (A,), [(B1, DA1)])

    assert facility_off(Layout(Scene((single,), {B1: unit, A: absorber}).asked())) == ()


def test_two_groups_with_one_facility_make_one_finding() -> None:
    """FGD1 for B1 and for B2 in two groups, off 60-120; B2 stands from 90 on: the longer one."""
    groups = (group("G-1", 1, (A,), [(B1, DA1)]), group("G-22", 1, (A,), [(B2, DA2)]))
    courses = {B1: runs((0, 1440)), B2: runs((0, 90)), A: runs((0, 60), (120, 1440))}

    (found,) = facility_off(Layout(Scene(groups, courses).asked()))

    assert (found.since, found.until) == (at(60), at(120))
    assert (found.evidence["group"], found.evidence["also_groups"]) == ("G-1", ["G-22"])


def test_reported_states_are_told_and_doubted() -> None:
    single = group("G-1", 1, (A,), [(B1, DA1)])
    params = FacilityParameters()
    states = reported(records(dict.fromkeys(range(0, 1440, 30), 3)), window(), params)
    lines = {A: timeline(A, window(), Sources(report=states))}
    load = timeline(B1, window(), Sources(signals=runs((0, 1440)), rule_doubts=("load_running",)))

    scene = Scene((single,), lines={**lines, B1: load}, params=params)
    (found,) = facility_off(Layout(scene.asked()))

    assert "FGD1停运（上报状态3）" in found.zh
    assert "FGD1 off (reported state 3)" in found.en
    assert not found.sure
    assert found.doubts == (
        "running_states",
        "report_holds_s",
        "signal_holds_s",
        "usable_flags",
        "off_delay_s",
        "load_running",
    )


def test_a_contradicted_state_is_a_doubt() -> None:
    single = group("G-1", 1, (A,), [(B1, DA1)])
    params = Scene(()).params
    states = reported(records(dict.fromkeys(range(0, 1440, 30), 0)), window(), params)
    against = timeline(A, window(), Sources(report=states, signals=runs((100, 1440))))

    scene = Scene((single,), {B1: runs((0, 1440))}, lines={A: against})
    (found,) = facility_off(Layout(scene.asked()))

    assert found.doubts == ("state_contradiction",)


def test_the_article_in_force_on_the_day_is_named() -> None:
    """The Environmental Code holds from 2026-08-15 on: nothing is known for 1 March 2026."""
    early = Layout(Scene((ABSORBERS,), two_of_three()).asked())

    (found,) = facility_off(early, articles())

    assert found.clause == PLAN


def test_an_article_that_is_not_sure_is_a_doubt() -> None:
    known = tuple(
        one._replace(since=None) for one in articles() if one.matter == "facility_not_run"
    )

    (found,) = facility_off(Layout(Scene((ABSORBERS,), two_of_three()).asked()), known)

    assert found.clause == f"{PLAN}；《生态环境法典》第1104条"
    assert found.doubts == ("article:facility_not_run",)


def test_untreated_ways_are_told_each_with_the_groups_that_lack() -> None:
    found = untreated_ways(Layout(Scene((ABSORBERS,), two_of_three()).asked()))

    assert [(each.way, each.groups) for each in found] == [(WayOf(B1, DA1), ("G-FGD",))]
    assert (found[0].episode.since, found[0].episode.until) == (second(120), second(180))


def test_a_way_past_an_open_bypass_lacks_no_group() -> None:
    single = group("G-1", 1, (A,), [(B1, DA1)])
    courses = {B1: runs((0, 1440)), A: runs((0, 1440)), BYPASS: runs((100, 130))}

    found = untreated_ways(Layout(Scene((single,), courses).asked(), {BYPASS: (B1,)}))

    assert [(each.episode.since, each.groups) for each in found] == [(second(100), ())]


def test_times_of_findings_are_utc() -> None:
    (found,) = facility_off(Layout(Scene((ABSORBERS,), two_of_three()).asked()))

    assert found.since == datetime(2026, 2, 28, 18, 0, tzinfo=UTC)
