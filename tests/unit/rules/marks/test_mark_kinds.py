"""The table of kinds, and what may be set in its place."""

from decimal import Decimal

import pytest

from services.rules.marks.kinds import kind_of, kinds_named, mark_kinds
from services.rules.marks.mark_parameters import POOLS, MarkParameters, pool_named
from tests.fixtures.marking import WI


def test_waste_incineration_has_the_marks_of_2019_no_50() -> None:
    """Seven conditions (烘炉 twice: 12 h, and 168 h after refractory repair) and four of monitoring."""
    found = [kind for kind in mark_kinds().values() if kind.sector == WI]

    conditions = {kind.zh for kind in found if kind.is_condition}
    assert {"烘炉", "启炉", "停炉", "停炉降温", "停运", "故障", "事故"} <= conditions
    monitoring = {kind.zh for kind in found if kind.family == "monitoring"}
    assert monitoring == {"CEMS维护", "通讯中断", "炉温异常", "热电偶故障"}
    assert all(kind.source.established and kind.cap_known for kind in found)


@pytest.mark.parametrize(
    ("code", "cap"),
    [
        ("bake_out", 12),
        ("bake_out_after_repair", 168),
        ("start_up", 4),
        ("fault", 4),
        ("accident", 4),
        ("shut_down", None),
        ("cooling", None),
        ("out_of_service", None),
    ],
)
def test_caps_of_events_are_those_of_2019_no_50(code: str, cap: int | None) -> None:
    assert kind_of(f"{WI}/{code}").cap_h == cap


@pytest.mark.parametrize("sector", ["thermal_power", "cement", "paper"])
def test_no_kind_of_the_trial_rule_is_settled(sector: str) -> None:
    found = [kind for kind in mark_kinds().values() if kind.sector == sector]

    assert found
    assert not any(MarkParameters().settled(kind) for kind in found)


def test_every_pool_of_a_kind_is_known_and_every_source_is_said() -> None:
    pools = {pool.name for pool in POOLS}

    for kind in mark_kinds().values():
        assert kind.pool in pools | {""}
        assert kind.source.text


def test_a_name_that_several_sectors_use_gives_them_all_and_the_sector_chooses() -> None:
    assert len(kinds_named("停运")) > 1
    assert [kind.key for kind in kinds_named("停运", WI)] == [f"{WI}/out_of_service"]
    assert [kind.key for kind in kinds_named("waste_incineration/FAULT")] == [f"{WI}/fault"]


def test_an_unknown_kind_is_a_condition_whose_effect_nobody_settled() -> None:
    kind = kind_of("glass/start_up")

    assert (kind.is_condition, kind.effect, kind.cap_known) == (True, "unsettled", False)


def test_a_bureau_settles_a_kind_with_cap_and_effect() -> None:
    key = "cement/start_up"
    params = MarkParameters(caps_h={key: Decimal(36)}, effects={key: "exempt"})

    kind = params.as_set(kind_of(key))

    assert (kind.cap_h, kind.cap_known, kind.effect) == (36, True, "exempt")
    assert params.settled(kind)
    assert not MarkParameters(caps_h={key: Decimal(36)}).settled(kind)


def test_a_pool_without_a_figure_is_unknown_until_it_is_set() -> None:
    assert MarkParameters().pool_s("thermal_fault") is None
    assert MarkParameters(thermal_fault_h=Decimal(20)).pool_s("thermal_fault") == 20 * 3600
    with pytest.raises(KeyError):
        pool_named("nothing")


def test_parameters_read_back_from_json_are_the_same() -> None:
    params = MarkParameters(caps_h={"cement/fault": None}, counting_origins=frozenset({"plant"}))

    assert MarkParameters.model_validate_json(params.model_dump_json()) == params
