"""A scenario worked out: loggers, what happens when, and the registry that fits."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest

from services.simulate.quirks import QUIRK_POLICIES
from services.simulate.scenario.work import work_out
from services.simulate.world import Interval, World
from tests.fixtures.scenarios import DAY_S, HOUR_S, QUIET, START_S, Fields, device, scenario, world


def worked(plants: Sequence[Fields], **fields: object) -> World:
    return work_out(scenario(plants, **fields), START_S)


def test_mns_are_plainly_fictional_and_of_the_length_of_their_version() -> None:
    made = worked(
        [{"kind": "gas_heating", "count": 40}],
        protocols={"hj212-2017": 1, "hjt212-2005": 1, "cems-v1": 1},
    )

    lengths = {each.protocol: len(each.mn) for each in made.devices}
    assert len({each.mn for each in made.devices}) == 40
    assert lengths == {"hj212-2017": 24, "hjt212-2005": 14, "cems-v1": 24}
    assert all(each.mn.startswith("888888") for each in made.devices)
    assert all(set(each.mn) <= set("0123456789ABCDEF") for each in made.devices)
    assert all(each.mn != each.mn.lower() for each in made.devices)


def test_copies_of_a_plant_have_numbers_and_each_its_own_course() -> None:
    made = worked([{"kind": "coal_power", "size": 1, "count": 3}])

    phases = {site.units["B1"].phase for site in made.sites.values()}
    assert list(made.sites) == ["P0-00001", "P0-00002", "P0-00003"]
    assert len(phases) == 3


def test_protocols_are_dealt_in_their_shares() -> None:
    made = worked(
        [{"kind": "gas_heating", "count": 200}], protocols={"hj212-2017": 3, "cems-v1": 1}
    )

    counts = Counter(each.protocol for each in made.devices)
    assert 145 <= counts["hj212-2017"] <= 155


def test_a_share_of_the_loggers_gets_a_quirk_each_and_all_quirks_have_their_turn() -> None:
    made = worked([{"kind": "gas_heating", "count": 260}], quirks={"share": 0.2})

    dealt = Counter(each.quirk for each in made.devices if each.quirk)
    assert dealt.keys() == QUIRK_POLICIES.keys()
    assert set(dealt.values()) == {2}


def test_a_quirk_comes_only_with_a_protocol_in_which_it_can_be_spoken() -> None:
    made = worked(
        [{"kind": "gas_heating", "count": 300}],
        quirks={"share": 0.5},
        protocols={"hj212-2017": 5, "hjt212-2005": 1, "hj212-2025": 1, "cems-v1": 1},
    )

    for each in made.devices:
        if each.quirk:
            assert each.protocol in QUIRK_POLICIES[each.quirk].protocols


def test_who_encrypts_has_a_key_of_its_own_and_only_in_2025() -> None:
    made = worked(
        [{"kind": "gas_heating", "count": 20}], protocols={"hj212-2025": 1, "hj212-2017": 1}
    )

    keys = [each.sm4_key for each in made.devices if each.sm4_key]
    assert keys
    assert {len(key) for key in keys} == {16}
    assert len(set(keys)) == len(keys)
    assert all(each.protocol == "hj212-2025" for each in made.devices if each.sm4_key)


def test_only_one_logger_tells_the_state_of_a_facility_that_serves_two_outlets() -> None:
    made = world("steel")

    told = [code for each in made.devices for _, code in each.facilities]
    assert sorted(told) == sorted(set(told))
    assert {"BF1A", "BF1B", "BF1C"} <= set(told)


def test_spare_and_comparison_devices_measure_the_same_outlet_at_their_rank() -> None:
    made = world(
        "coal_power",
        size=1,
        devices=[
            {"code": "D1", "outlet": "DA001"},
            {"code": "D2", "outlet": "DA001", "rank": "spare"},
            {"code": "D3", "outlet": "DA001", "rank": "comparison"},
        ],
    )

    ranks = [{q.rank for q in each.quantities} for each in made.devices]
    assert ranks == [{"main"}, {"spare"}, {"comparison"}]
    assert made.devices[1].facilities == ()


def test_load_and_fuel_of_every_unit_are_sent_once_as_its_state() -> None:
    made = worked([{"kind": "coal_power"}, {"kind": "gas_heating"}])

    points = [q.point for each in made.devices for q in each.quantities]
    assert points.count("B1/state/load") == 2
    assert points.count("B1/state/fuel") == 1
    assert "B3/state/load" in points


def test_an_incinerator_sends_its_furnace_temperature() -> None:
    made = world("waste_incineration")

    assert "W1/state/a01901" in [q.point for q in device(made).quantities]


def test_the_scenarios_own_start_counts_before_that_of_the_run() -> None:
    made = worked([{"kind": "cement"}], start="2026-03-01", duration="1d")

    assert made.span == Interval(1_772_294_400, 1_772_294_400 + DAY_S)


def test_a_planned_incident_is_where_the_file_puts_it() -> None:
    made = world("coal_power", {"kind": "trip", "subject": "P0/ESP1", "from": "3h", "for": "1h"})

    (incident,) = made.incidents
    assert (incident.kind, incident.subject, incident.honest) == ("trip", "P0/ESP1", True)
    assert incident.during == Interval(START_S + 3 * HOUR_S, START_S + 4 * HOUR_S)


def test_a_daily_window_gives_an_incident_every_day() -> None:
    made = world(
        "coal_power", {"kind": "trip", "subject": "P0/ESP1", "from": "1d 22:00-06:00", "for": "3d"}
    )

    begins = [(each.during.from_s - START_S) / HOUR_S for each in made.incidents]
    assert begins == [46, 70, 94]
    assert all(each.during.to_s - each.during.from_s == 8 * HOUR_S for each in made.incidents)


def test_a_quota_is_spread_until_its_hours_are_used() -> None:
    made = world(
        "waste_incineration",
        {"kind": "fault", "subject": "P0/D1", "for": "4h", "total": "10h"},
    )

    lengths = [(each.during.to_s - each.during.from_s) / HOUR_S for each in made.incidents]
    assert lengths == [4, 4, 2]
    apart = [b.during.from_s - a.during.from_s for a, b in pairwise(made.incidents)]
    assert apart == [56 * HOUR_S, 56 * HOUR_S]


def test_a_shutdown_is_followed_by_a_start_up() -> None:
    made = world("coal_power", {"kind": "shutdown", "subject": "P0/B1", "from": "10h"})

    assert [each.kind for each in made.incidents] == ["shutdown", "start_up"]
    assert made.incidents[0].during.to_s == made.incidents[1].during.from_s


def test_two_outages_of_a_unit_never_overlap() -> None:
    made = worked(
        [{"kind": "gas_heating"}], rates=QUIET | {"shutdown": 20, "banking": 20}, duration="10d"
    )

    for unit in made.sites["P0"].units.values():
        assert unit.outages
        for one, other in pairwise(unit.outages):
            assert one.end_s <= other.from_s


def test_a_unit_that_rests_at_weekends_stands_on_sunday() -> None:
    made = world("chemical_voc")

    stops = [
        each for each in made.incidents if each.kind == "shutdown" and each.during.from_s >= START_S
    ]
    # The start is a Thursday: Saturday is two days later.
    assert [(each.during.from_s - START_S) / DAY_S for each in stops] == [2.0]


def test_chance_happens_about_as_often_as_the_rate_says() -> None:
    made = worked([{"kind": "cement", "count": 50}], rates=QUIET | {"trip": 2.0}, duration="10d")

    assert {each.kind for each in made.incidents} == {"trip"}
    assert 900 <= len(made.incidents) <= 1100


def test_another_seed_brings_another_course_and_the_same_seed_the_same() -> None:
    chance = QUIET | {"trip": 5}
    one, same = (worked([{"kind": "cement"}], rates=chance, seed="a") for _ in range(2))
    other = worked([{"kind": "cement"}], rates=chance, seed="b")

    assert one == same
    assert one.incidents != other.incidents


def test_carriage_carries_what_befalls_the_logger() -> None:
    made = world(
        "cement",
        {"kind": "offline", "subject": "P0/D1", "from": "1h", "for": "2h"},
        {"kind": "offline", "subject": "P0/D1", "from": "2h", "for": "2h"},
        {"kind": "power_loss", "subject": "P0/D1", "from": "6h", "for": "1h"},
        {"kind": "clock_behind", "subject": "P0/D1", "from": "8h", "details": {"by": "5min"}},
        {"kind": "resends", "subject": "P0/D1", "details": {"share": 0.3}},
    )

    carriage = device(made).carriage
    assert carriage.offline == (Interval(START_S + HOUR_S, START_S + 4 * HOUR_S),)
    assert carriage.lost == (Interval(START_S + 6 * HOUR_S, START_S + 7 * HOUR_S),)
    assert [offset.by_s for offset in carriage.clock] == [-300]
    assert carriage.resend_share == 0.3
    assert carriage.resends == (Interval(START_S, START_S + 6 * HOUR_S),)
    assert carriage.garble_share == 0.0


def test_an_incident_of_nothing_is_refused_also_without_a_file() -> None:
    wrong = scenario([{"kind": "cement"}], incidents=[{"kind": "trip", "subject": "P0/FGD1"}])

    with pytest.raises(ValueError, match="FGD1 is none"):
        work_out(wrong, START_S)
