"""The running hour of an outlet against its limits, in numbers worked by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.judgement import Finding, Stage
from schemas.limits import Bound
from schemas.record import Record
from schemas.rule_settings import SettingVersion
from services.rules.judging.live_air import judge_live
from services.rules.judging.live_screen import Heard, Listened, ears, sounded
from services.rules.judging.live_told import OVER_NOW, PREWARNING, LiveCase
from services.rules.judging.records import MAIN
from services.rules.judging.shelf import Shelf
from services.rules.limit_history import prepared
from services.rules.plant_view import SubjectView
from tests.fixtures.plant_days import DAY, LAW, MINUTE, Site, bound

HALF = timedelta(seconds=30)
SO2, OXYGEN = "DA001/out/a21026", "DA001/out/a19001"
PLANT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, name: 烟囱, medium: air, reference_oxygen: 6}
    units:
      - {code: B1, process: coal_boiler, fuel: coal}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, unit: mg/m3}
          - a19001
"""
Records = Sequence[Record]


@pytest.fixture
def site() -> Site:
    return Site(PLANT)


def minute_records(values: Sequence[float | None], since: datetime = DAY) -> list[Record]:
    return [
        Record(since + place * MINUTE, 60, value)
        for place, value in enumerate(values)
        if value is not None
    ]


def realtime(values: Sequence[float], since: datetime = DAY) -> list[Record]:
    return [Record(since + place * HALF, 30, value) for place, value in enumerate(values)]


def case(
    site: Site,
    now: datetime,
    minutes: Mapping[str, Records] | None = None,
    spoken: Mapping[str, Records] | None = None,
) -> LiveCase:
    def lines(some: Mapping[str, Records] | None) -> dict[tuple[int, str], Records]:
        return {(site.point(name), MAIN): records for name, records in (some or {}).items()}

    return LiveCase(
        site.view(),
        prepared(site.limits),
        Shelf(site.settings),
        now,
        lines(minutes),
        lines(spoken),
    )


def outlet(site: Site) -> SubjectView:
    return next(iter(site.view().outlets.values()))


def found(asked: LiveCase, site: Site) -> dict[str, Finding]:
    return {one.rule: one for one in judge_live(asked, outlet(site))}


def kept(asked: LiveCase, *known: Finding) -> LiveCase:
    return replace(asked, known={(one.rule, one.point or 0): one for one in known})


def standing(_outlet: SubjectView, _since: datetime, _until: datetime) -> bool:
    return True


def converted(high: str) -> Bound:
    return bound(high)._replace(reference_oxygen=Decimal(6))


def test_minutes_that_lead_over_the_limit_warn(site: Site) -> None:
    """10 minutes at 50 and 10 at 110: so far 80; the last 15 have a mean of (5 x 50 + 10 x 110) / 15 = 90.

    Projected: (500 + 1100 + 40 x 90) / 60 = 5200 / 60 = 86.666666667 of 100: 87 %. One more minute
    at 110: (1710 + 39 x 94) / 60 = 89.6, and another: (1820 + 38 x 98) / 60 = 92.4: over 90 %.
    """
    limit = site.bind(SO2, bound("100"))
    quiet = found(
        case(site, DAY + 20 * MINUTE, {SO2: minute_records([50] * 10 + [110] * 10)}), site
    )

    warned = found(
        case(site, DAY + 22 * MINUTE, {SO2: minute_records([50] * 10 + [110] * 12)}), site
    )

    one = warned[PREWARNING]
    assert PREWARNING not in quiet
    assert (one.since, one.until, one.stage) == (DAY, None, Stage.PROVISIONAL)
    assert (one.evidence["projected"], one.evidence["share"]) == ("92.400000000", "0.924000000")
    assert (one.evidence["limit"], one.evidence["version"]) == (limit.limit, limit.version)
    assert (one.evidence["settled"], one.evidence["samples"]) == (False, 22)
    assert "92.4 mg/m3，为限值的92.4%" in one.zh
    assert "烟囱(DA001)" in one.zh
    assert "the hour's mean decides" in one.en


def test_realtime_stands_for_the_minutes_that_are_not_in_yet(site: Site) -> None:
    """14 minutes at 80, then four records of 30 s at 200: (14 x 80 + 2 x 200) / 16 = 95 so far.

    The fourth of those at 12:14 lies within a minute that is in: of it only the minute counts.
    """
    site.bind(SO2, bound("100"))
    spoken = {SO2: realtime([999], DAY + 13 * MINUTE) + realtime([200] * 4, DAY + 14 * MINUTE)}

    one = found(case(site, DAY + 16 * MINUTE, {SO2: minute_records([80] * 14)}, spoken), site)[
        PREWARNING
    ]

    assert one.evidence["so_far"] == "95.000000000"


def test_an_hour_that_nothing_can_bring_back_says_so(site: Site) -> None:
    """Floor 0: 50 minutes at 130 and 10 at 0 make 108.333, still over 100."""
    site.bind(SO2, bound("100"))
    site.settings.append(setting("projection_parameters.floor", "0"))

    one = found(case(site, DAY + 50 * MINUTE, {SO2: minute_records([130] * 50)}), site)[PREWARNING]

    assert one.evidence["settled"] is True
    assert "剩余时间无论如何" in one.zh


def setting(name: str, value: str) -> SettingVersion:
    return SettingVersion(1, name, "all", "", value, None, None, "", "x", DAY, 1)


def test_a_warning_ends_below_the_share_that_ends_it_and_not_before(site: Site) -> None:
    """Limit 100: at 88 it does not warn any more and goes on; at 85 it has ended."""
    site.bind(SO2, bound("100"))
    warned = found(case(site, DAY + 20 * MINUTE, {SO2: minute_records([95] * 20)}), site)[
        PREWARNING
    ]
    between = case(site, DAY + 30 * MINUTE, {SO2: minute_records([88] * 30)})
    below = case(site, DAY + 30 * MINUTE, {SO2: minute_records([85] * 30)})

    goes_on = found(kept(between, warned), site)[PREWARNING]
    ended = found(kept(below, warned), site)[PREWARNING]

    assert goes_on.until is None
    assert (ended.until, ended.evidence["ended"]) == (DAY + 30 * MINUTE, "within")
    assert ended.zh.endswith("结束：数据回到限值以内。")


def test_a_run_over_the_limit_is_told_with_its_numbers(site: Site) -> None:
    """Six records of 30 s from 00:10:00 local: 110, 115, 120, 112, 111, 113."""
    site.bind(SO2, bound("100"))
    values = [110.0, 115, 120, 112, 111, 113]

    one = found(
        case(site, DAY + 13 * MINUTE, None, {SO2: realtime(values, DAY + 10 * MINUTE)}), site
    )[OVER_NOW]

    assert (one.since, one.until) == (DAY + 10 * MINUTE, None)
    assert (one.evidence["greatest"], one.evidence["newest"]) == ("120.000000000", "113.000000000")
    assert one.zh.startswith("烟囱(DA001)")
    assert "自2025-03-02 00:10:00起至2025-03-02 00:13:00连续6条有效数据均超过限值" in one.zh
    assert one.clause == f"{LAW.standard} {LAW.clause}"


def test_a_number_equal_to_the_limit_is_not_over_it(site: Site) -> None:
    site.bind(SO2, bound("100"))
    asked = case(site, DAY + 13 * MINUTE, None, {SO2: realtime([100.0] * 20)})

    assert OVER_NOW not in found(asked, site)


def test_numbers_are_put_upon_the_limit_as_an_hour_is(site: Site) -> None:
    """60 x (21 - 6) / (21 - 13.5) = 60 x 15 / 7.5 = 120 at 6 % oxygen."""
    site.bind(SO2, converted("100"))
    spoken = {SO2: realtime([60.0] * 6), OXYGEN: realtime([13.5] * 6)}

    one = found(case(site, DAY + 3 * MINUTE, None, spoken), site)[OVER_NOW]

    assert one.evidence["newest"] == "120.000000000"
    assert (one.evidence["converted"], one.evidence["reference_oxygen"]) == (True, "6")
    assert "折算浓度（基准氧6%），小时限值100 mg/m3（GB 1 表1）" in one.zh
    assert "hourly limit 100 mg/m3 (GB 1 Table 1)" in one.en


@pytest.mark.parametrize(
    ("number", "flag", "oxygen"),
    [
        pytest.param(60.0, "N", 20.0, id="near the oxygen of air"),
        pytest.param(60.0, "C", 13.5, id="calibrating"),
        pytest.param(60.0, "D", 13.5, id="out of order"),
        pytest.param(None, "N", 13.5, id="no number"),
    ],
)
def test_what_is_not_valid_for_an_hour_is_not_over_now(
    site: Site, number: float | None, flag: str, oxygen: float
) -> None:
    site.bind(SO2, converted("100"))
    numbers = [one._replace(value=number, flag=flag) for one in realtime([1.0] * 20)]
    spoken = {SO2: numbers, OXYGEN: realtime([oxygen] * 20)}

    assert found(case(site, DAY + 10 * MINUTE, None, spoken), site) == {}


def test_while_all_units_surely_stand_nothing_is_found(site: Site) -> None:
    site.bind(SO2, bound("100"))
    asked = case(site, DAY + 20 * MINUTE, {SO2: minute_records([120] * 20)})

    still = replace(asked, still=standing)

    assert set(found(asked, site)) == {PREWARNING, OVER_NOW}
    assert found(still, site) == {}


def test_what_was_found_ends_where_the_units_stand(site: Site) -> None:
    site.bind(SO2, bound("100"))
    asked = case(site, DAY + 20 * MINUTE, {SO2: minute_records([120] * 20)})
    known = found(asked, site)
    still = replace(asked, still=standing)

    ended = found(kept(still, *known.values()), site)

    assert {one.evidence["ended"] for one in ended.values()} == {"standing_still"}


def test_a_run_without_a_limit_any_more_ends(site: Site) -> None:
    site.bind(SO2, bound("100"))
    asked = case(site, DAY + 20 * MINUTE, {SO2: minute_records([120] * 20)})
    known = found(asked, site)[OVER_NOW]
    site.limits.clear()

    ended = found(kept(case(site, DAY + 20 * MINUTE), known), site)[OVER_NOW]

    assert ended.evidence["ended"] == "no_limit"


def test_a_limit_whose_condition_is_unknown_does_not_hide_one_that_binds(site: Site) -> None:
    """Of limits by an unknown condition the most lenient alone is held against it: 200, not 50."""
    site.bind(SO2, bound("50")._replace(condition="gas = blast"))
    site.bind(SO2, bound("200")._replace(condition="gas = coke"))
    asked = case(site, DAY + 20 * MINUTE, {SO2: minute_records([120] * 20)})

    assert found(asked, site) == {}


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from([50.0, 99.0, 100.0, 101.0, 150.0]), min_size=1, max_size=60),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_records_come_changes_nothing(
    values: list[float], random: object
) -> None:
    site = Site(PLANT)
    site.bind(SO2, bound("100"))
    records = realtime(values)
    shuffled = list(records)
    random.shuffle(shuffled)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - hypothesis gives a random.Random
    now = DAY + 30 * MINUTE

    one = found(case(site, now, {SO2: minute_records(values[:20])}, {SO2: records}), site)
    other = found(case(site, now, {SO2: minute_records(values[:20])}, {SO2: shuffled}), site)

    assert one == other


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.floats(0, 300), st.floats(0, 25), st.sampled_from(["N", "C", "T", None])),
        min_size=1,
        max_size=60,
    )
)
def test_what_the_screen_lets_pass_is_never_found(
    said: list[tuple[float, float, str | None]],
) -> None:
    site = Site(PLANT)
    site.bind(SO2, converted("100"))
    view = site.view()
    by = Listened(view, site.plants.rows(site.plant), Shelf([]), prepared(site.limits), DAY)
    listened = ears(by)
    channel = {ear.oxygen: number for number, ear in listened.items()}
    numbers = [
        Record(DAY + place * HALF, 30, value, flag) for place, (value, _, flag) in enumerate(said)
    ]
    oxygen = [Record(DAY + place * HALF, 30, value) for place, (_, value, _) in enumerate(said)]
    heard = [
        Heard(channel[is_oxygen], "realtime", one.at, one.value, one.flag)
        for is_oxygen, records in ((False, numbers), (True, oxygen))
        for one in records
    ]

    judged = found(case(site, DAY + 30 * MINUTE, None, {SO2: numbers, OXYGEN: oxygen}), site)

    outlets = {one.outlet for one in sounded(listened, heard) if one.near}
    assert not judged or outlets == {site.subject("DA001")}
