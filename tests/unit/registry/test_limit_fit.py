"""Whether a row of the catalogue fits a point: nothing lenient is guessed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from schemas.registry_rows import PlantRow, PointRow, SubjectRow
from services.rules.catalogue import CatalogueRow, catalogue
from services.rules.limit_fit import Spot, facts_of, fitted

SINCE = datetime(2024, 8, 1, tzinfo=UTC)
COAL = catalogue()["GB-13223-2011/a21026/hour/419d6673ca"]
REGIONAL = catalogue()["GB-13223-2011/a21026/hour/dc8cd43ed4"]


def spot(fuel: str | None = "coal", region: str = "1505", code: str = "a21026") -> Spot:
    return Spot(
        "P1/DA001/out/" + code,
        PointRow(1, 1, "out", code),
        SubjectRow(1, 1, "outlet", "DA001", "DA001", medium="air"),
        PlantRow(1, "P1", "示例厂", None, region, None, None, None, None, None),
        [SubjectRow(2, 1, "unit", "B1", "B1", process="boiler", fuel=fuel)],
    )


def wrong(row: CatalogueRow, where: Spot, *facts: str, since: datetime = SINCE) -> str:
    return "; ".join(fitted(row, where, since, facts_of(facts))[1])


@pytest.mark.parametrize("fuel", ["coal", "煤", "褐煤", "Coal "])
def test_a_row_for_coal_fits_a_unit_that_burns_coal(fuel: str) -> None:
    assert wrong(COAL, spot(fuel)) == ""


@pytest.mark.parametrize("fuel", ["natural gas", "天然气", "oil"])
def test_a_unit_that_burns_something_else_is_refused_whatever_is_stated(fuel: str) -> None:
    assert "unit B1 burns" in wrong(COAL, spot(fuel))
    assert "unit B1 burns" in wrong(COAL, spot(fuel), "fuel=coal")


@pytest.mark.parametrize("fuel", [None, "biomass"])
def test_a_fuel_that_is_not_known_must_be_stated(fuel: str | None) -> None:
    assert "--fact fuel=coal" in wrong(COAL, spot(fuel))
    assert wrong(COAL, spot(fuel), "fuel=coal") == ""
    assert "you state fuel=oil" in wrong(COAL, spot(fuel), "fuel=oil")


def test_any_gas_fits_a_row_for_gas() -> None:
    row = replace(COAL, fuel="gas")

    assert wrong(row, spot("天然气")) == wrong(row, spot("焦炉煤气")) == ""
    assert "燃料不符" in wrong(replace(COAL, fuel="natural gas"), spot("焦炉煤气"))


def test_a_regional_row_fits_its_regions_alone() -> None:
    assert "行政区不符" in wrong(REGIONAL, spot())
    assert wrong(REGIONAL, spot(region="4503")) == ""


def test_medium_pollutant_and_dates_must_fit() -> None:
    water = replace(COAL, medium="water")
    ended = replace(COAL, until=date(2024, 8, 1))

    assert "介质不符" in wrong(water, spot())
    assert "污染物不符" in wrong(COAL, spot(code="a21002"))
    assert "已失效" in wrong(ended, spot())
    assert "生效日期" in wrong(COAL, spot(), since=datetime(2014, 6, 30, 15, tzinfo=UTC))
    assert wrong(COAL, spot(), since=datetime(2014, 6, 30, 16, tzinfo=UTC)) == ""


def test_conditions_that_never_change_are_settled_and_the_others_stay() -> None:
    row = replace(COAL, condition="stack_height=30m;built_before=2006-01-01;load>=50%")

    unstated = wrong(row, spot())
    bound, nothing = fitted(row, spot(), SINCE, facts_of(["stack_height=30 m", "built=2001-05-01"]))

    assert "--fact built=… --fact stack_height=…" in unstated
    assert nothing == []
    assert bound.condition == "load>=50%"
    assert "you state" in wrong(row, spot(), "stack_height=40")


def test_facts_are_read_by_their_kind() -> None:
    assert facts_of(["stack_height=30m", "zone=class II", "built=2001-05-01"]) == {
        "stack_height": Decimal(30),
        "zone": "class II",
        "built": date(2001, 5, 1),
    }


@pytest.mark.parametrize("text", ["stack_height", "height=3", "stack_height=high", "built=2001"])
def test_what_is_no_fact_is_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        facts_of([text])
