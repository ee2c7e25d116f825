"""Which facts of a plant's day reach the indicators of data quality, and how their findings are kept."""

from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal

import pytest

from schemas.judgement import Finding
from schemas.limits import Bound
from schemas.marks import Review
from services.rules.judging.quality_day import Filed
from services.rules.judging.quality_part import (
    JUDGED_DAY,
    OF_DAY,
    OF_HISTORY,
    judge_quality,
)
from services.rules.judging.quality_points import views_of
from services.rules.judging.quality_reasons import Standstill, stated_of
from services.rules.judging.quality_words import ToldEvent, ToldSetting
from services.rules.quality.indicators import INDICATORS
from tests.fixtures.plant_days import HOUR, Site, bound, mark
from tests.fixtures.quality_days import END, HISTORY_H, quality_day, wandering

TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 6}
      - {code: DA002, medium: air, reference_oxygen: 6}
      - {code: DA003, medium: air, role: bypass}
    units:
      - {code: B1, process: coal_boiler, fuel: coal}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, point: DA001/out/a21026, unit: mg/m3}
          - {code: a19001, point: DA001/out/a19001}
          - {code: i33400, point: B1/state/load, unit: "%"}
          - {code: a21026-2, point: DA002/out/a21026, unit: mg/m3}
          - {code: a00000-3, point: DA003/out/a00000, unit: m3/h}
"""
SO2, OXYGEN, LOAD = "DA001/out/a21026", "DA001/out/a19001", "B1/state/load"
SECOND, BYPASS = "DA002/out/a21026", "DA003/out/a00000"


@pytest.fixture
def site() -> Site:
    return Site(TEXT)


def honest() -> dict[str, list[float]]:
    return {
        SO2: wandering(30.0),
        OXYGEN: wandering(8.0, seed=2),
        LOAD: wandering(80.0, seed=3),
        SECOND: wandering(20.0, seed=4),
        BYPASS: wandering(0.01, seed=5),
    }


def of_rule(found: list[Finding], rule: str) -> list[Finding]:
    return [one for one in found if one.rule == rule]


def with_last(values: list[float], last: list[float]) -> list[float]:
    return [*values[: -len(last)], *last]


def test_every_indicator_is_put_to_what_is_believed_or_to_what_was_sent() -> None:
    assert {one.name for one in (*OF_DAY, *OF_HISTORY)} == {one.name for one in INDICATORS}
    assert not {one.name for one in OF_DAY} & {one.name for one in OF_HISTORY}


def test_an_honest_month_is_not_suspected(site: Site) -> None:
    assert judge_quality(quality_day(site, honest())) == []


def test_a_constant_day_is_found_with_the_day_that_was_judged(site: Site) -> None:
    values = honest()
    values[SO2] = with_last(values[SO2], [31.25] * 6)

    (found,) = of_rule(judge_quality(quality_day(site, values)), "constant_value")

    assert (found.subject, found.point) == (site.subject("DA001"), site.point(SO2))
    assert (found.since, found.until) == (END - 6 * HOUR, END)
    assert found.evidence[JUDGED_DAY] == "2025-04-10"


def test_a_unit_that_stood_by_its_load_explains_it(site: Site) -> None:
    values = honest()
    values[SO2] = with_last(values[SO2], [31.25] * 6)
    values[LOAD] = with_last(values[LOAD], [0.0] * 6)

    assert judge_quality(quality_day(site, values)) == []


def test_units_stood_in_the_hours_that_their_signals_say_earlier_ones_too(site: Site) -> None:
    values = honest()
    values[LOAD][100:103] = [0.0] * 3
    values[LOAD][-5:] = [0.0] * 5

    still = Standstill(quality_day(site, values)).hours(
        [site.subject("B1")], END - HISTORY_H * HOUR, HISTORY_H
    )

    assert still.nonzero()[0].tolist() == [100, 101, 102, *range(HISTORY_H - 5, HISTORY_H)]


def test_without_units_nothing_is_known_to_stand(site: Site) -> None:
    still = Standstill(quality_day(site, honest())).hours([], END - 24 * HOUR, 24)

    assert not still.any()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        pytest.param("thermal_power/out_of_service", "stop", id="停运"),
        pytest.param("paper/no_discharge", "stop", id="停排"),
        pytest.param("equipment/instrument_stopped", "stop", id="仪表停运"),
        pytest.param("equipment/calibration", "calibration", id="校准"),
        pytest.param("equipment/standard_check", "calibration", id="标样核查"),
        pytest.param("equipment/communication_loss", "communication", id="通讯中断"),
        pytest.param("waste_incineration/cems_maintenance", "maintenance", id="CEMS维护"),
        pytest.param("thermal_power/fault_or_accident", "fault", id="故障"),
        pytest.param("permit_boiler/cold_start", "fault", id="another reason"),
        pytest.param("equipment/over_range", None, id="超量程"),
        pytest.param("waste_incineration/thermocouple_fault", None, id="of the furnace alone"),
    ],
)
def test_marks_are_told_as_the_indicators_know_them(
    site: Site, kind: str, said: str | None
) -> None:
    subject = site.subject("B1")
    marks = {subject: [mark(subject, kind, END - 6 * HOUR, END - 4 * HOUR)]}
    day = quality_day(site, honest(), marks=marks)

    stated = stated_of(day, day.view.outlets[site.subject("DA001")])

    assert [one.kind for one in stated] == ([] if said is None else [said])


@pytest.mark.parametrize(
    ("review", "count"),
    [(Review.CLAIMED, 1), (Review.ACCEPTED, 1), (Review.REJECTED, 0), (Review.LAPSED, 0)],
    ids=str,
)
def test_a_mark_is_a_reason_unless_it_was_refused(site: Site, review: Review, count: int) -> None:
    subject = site.subject("DA001")
    one = mark(subject, "equipment/fault", END - 6 * HOUR, END)._replace(review=review)
    day = quality_day(site, honest(), marks={subject: [one]})

    assert len(stated_of(day, day.view.outlets[subject])) == count


def test_a_stop_that_was_marked_while_the_load_goes_on_is_contradicted(site: Site) -> None:
    subject = site.subject("DA001")
    marks = {subject: [mark(subject, "thermal_power/out_of_service", END - 6 * HOUR, END)]}

    found = judge_quality(quality_day(site, honest(), marks=marks))

    (one,) = of_rule(found, "marks_contradict")
    assert (one.since, one.until, one.point) == (END - 6 * HOUR, END, None)


@pytest.mark.parametrize(
    ("limit", "high", "converted"),
    [
        pytest.param(bound("50"), 50.0, False, id="as measured"),
        pytest.param(bound("50")._replace(reference_oxygen=Decimal(6)), 50.0, True, id="converted"),
        pytest.param(bound("50", averaging="day"), None, False, id="of the day"),
        pytest.param(bound("5", quantity="rate"), None, False, id="of the mass"),
        pytest.param(bound("50")._replace(unit="ug/m3"), None, False, id="in another unit"),
        pytest.param(
            bound("50")._replace(condition="fuel=coal"), 50.0, False, id="condition holds"
        ),
        pytest.param(bound("50")._replace(condition="fuel=gas"), None, False, id="condition fails"),
        pytest.param(
            bound("50")._replace(condition="zone=class II"), None, False, id="condition unknown"
        ),
    ],
)
def test_the_limit_watched_is_an_upper_bound_that_hours_are_compared_with(
    site: Site, limit: Bound, high: float | None, *, converted: bool
) -> None:
    site.bind(SO2, limit)
    day = quality_day(site, honest())

    so2 = next(
        one
        for one in views_of(day, day.view.outlets[site.subject("DA001")])
        if one.believed.point == site.point(SO2)
    )

    assert (so2.believed.limit, so2.believed.of_converted) == (high, converted)
    assert (so2.sent.limit, so2.sent.of_converted) == (high, converted)


def test_of_several_limits_the_strictest_is_watched(site: Site) -> None:
    for high in ("50", "35", "200"):
        site.bind(SO2, bound(high))
    day = quality_day(site, honest())

    views = views_of(day, day.view.outlets[site.subject("DA001")])

    assert {one.believed.limit for one in views if one.believed.code == "a21026"} == {35.0}


def test_converted_hours_are_those_of_the_outlets_own_oxygen_where_no_limit_says_another(
    site: Site,
) -> None:
    day = quality_day(site, honest())

    views = views_of(day, day.view.outlets[site.subject("DA001")])
    so2 = next(one.believed for one in views if one.believed.code == "a21026")

    assert so2.hours.converted.tolist() == [2 * value for value in so2.hours.values.tolist()]


def test_the_load_of_an_outlets_only_unit_goes_with_it(site: Site) -> None:
    values = honest()
    day = quality_day(site, values)

    views = views_of(day, day.view.outlets[site.subject("DA001")])
    load = next(one for one in views if one.believed.role == "load")

    assert load.believed.hours.values.tolist() == pytest.approx(values[LOAD])
    assert (load.sent.side, load.sent.unit, len(load.sent.hours)) == ("state", "%", 28)


def test_a_point_without_device_on_the_day_is_not_watched(site: Site) -> None:
    day = quality_day(site, honest())
    earlier = timedelta(days=200)
    before = replace(
        day, day=day.day._replace(since=day.day.since - earlier), view=site.view(END - earlier)
    )

    assert views_of(before, before.view.outlets[site.subject("DA001")]) == ()


def test_a_check_that_is_far_off_lasts_a_second_and_is_of_its_instrument(site: Site) -> None:
    at = END - 5 * HOUR
    day = quality_day(site, honest())
    device = next(one.device for one in day.view.points().values() if one.device is not None)
    told = ToldEvent(device.id, "check", None, SO2, at, "CN=2062;Check=35.0;StandardValue=50.0")

    (found,) = judge_quality(replace(day, events=[told]))

    assert (found.rule, found.point) == ("check_far_off", site.point(SO2))
    assert (found.since, found.until) == (at, at + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("scaled", "rules"), [(False, ["settings_differ"]), (True, [])], ids=["same unit", "scaled"]
)
def test_a_range_told_in_another_unit_is_not_held_against_the_registry(
    site: Site, *, scaled: bool, rules: list[str]
) -> None:
    day = quality_day(site, honest())
    device = next(one.device for one in day.view.points().values() if one.device is not None)
    told = ToldSetting(device.id, SO2, "i13001", END - 5 * HOUR, "100")

    found = judge_quality(
        replace(
            day, settings=[told], filed={site.point(SO2): Filed(200.0, scaled=scaled, code=SO2)}
        )
    )

    assert [one.rule for one in found] == rules


def test_two_outlets_that_move_as_one_are_named_with_their_outlet(site: Site) -> None:
    values = honest()
    values[SECOND] = with_last(values[SECOND], [2 * one for one in values[SO2][-24:]])

    found = of_rule(judge_quality(quality_day(site, values)), "identical_trend")

    assert {one.subject for one in found} == {site.subject("DA001"), site.subject("DA002")}
    assert any("同厂DA002二氧化硫" in one.zh for one in found)


def test_a_gap_of_a_units_signal_is_the_units(site: Site) -> None:
    values = honest()
    day = quality_day(site, values)
    load = site.point(LOAD), "main"
    kept = [one for one in day.recorded.minutes[load] if one.at < END - 3 * HOUR]
    recorded = replace(day.recorded, minutes={**day.recorded.minutes, load: kept})

    (found,) = judge_quality(replace(day, recorded=recorded))

    assert (found.rule, found.subject) == ("unexplained_gap", site.subject("B1"))
    assert (found.since, found.until) == (END - 3 * HOUR, END)


def test_a_bypass_is_not_looked_at(site: Site) -> None:
    values = honest()
    values[BYPASS] = [0.0] * HISTORY_H
    day = quality_day(site, values)
    gone = {key: some for key, some in day.recorded.minutes.items() if key[0] != site.point(BYPASS)}

    found = judge_quality(replace(day, recorded=replace(day.recorded, minutes=gone)))

    assert found == []


def test_a_day_that_began_before_anything_was_judged_has_no_gap_before(site: Site) -> None:
    """The plant is new since 10:00: nothing is missing before."""
    since = END - 14 * HOUR
    values = {name: some[-14:] for name, some in honest().items()}
    day = quality_day(site, values)

    found = judge_quality(replace(day, recorded=replace(day.recorded, since=since)))

    assert found == []
    assert since.tzinfo is UTC
