"""The catalogue says what was collected, each row under a key of its own, and no memory as fact."""

import csv
import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from schemas.registry_words import BEIJING
from services.rules.catalogue import KEYED, Wanted, catalogue, found_rows, key_digest
from services.rules.condition_words import parse, written

MENDED = re.compile(r"(\w+) was '([^']*)': [^;]+")
RENAMED = {"low": "limit_low", "high": "limit_high"}


def raw_rows() -> list[dict[str, str]]:
    text = (files("services.rules") / "catalogue.tsv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


def collected() -> list[dict[str, str]]:
    shared = os.environ.get("QINGKONG_SHARED")
    if not shared:
        assert "CI" not in os.environ, "QINGKONG_SHARED is not set"
        pytest.skip("QINGKONG_SHARED is not set: the collection of limits is not at hand")
    text = (Path(shared) / "domain" / "limits.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def as_collected(row: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The row before it was mended."""
    former = {RENAMED.get(name, name): text for name, text in row.items()}
    former |= {found[1]: found[2] for found in MENDED.finditer(row["mended"])}
    return tuple(sorted((name, former[name]) for name in former if name not in {"key", "mended"}))


def test_it_is_the_collection_but_for_what_it_says_it_has_mended() -> None:
    expected = sorted(tuple(sorted(row.items())) for row in collected())

    assert sorted(as_collected(row) for row in raw_rows()) == expected


def test_every_key_is_drawn_from_what_tells_its_row_apart() -> None:
    rows = raw_rows()

    assert len({row["key"] for row in rows}) == len(rows) == len(catalogue()) == 703
    assert all(row["key"].endswith("/" + key_digest(row)) for row in rows)


def test_a_key_survives_what_does_not_tell_rows_apart() -> None:
    row = raw_rows()[0]

    changed = {**row, "limit": "1", "note": "", "source": "elsewhere", "confidence": "low"}

    assert key_digest(changed) == key_digest(row)
    assert all(key_digest({**row, name: row[name] + "x"}) != key_digest(row) for name in KEYED)


def test_nothing_from_memory_and_nothing_less_than_sure_ships_as_a_fact() -> None:
    facts = [row for row in catalogue().values() if row.verified]

    assert len(facts) == 416
    for row in facts:
        told = (row.evidence, row.oxygen_evidence, row.source, row.dates_note)
        assert not any("memory" in text for text in told), row.key
        assert row.confidence == "high", row.key
        assert row.reference_oxygen is None or row.oxygen_evidence, row.key


def test_gas_is_not_called_oil_though_boiler_has_oil_in_it() -> None:
    gas = [
        row
        for row in catalogue().values()
        if row.standard in {"GB 13271-2014", "GB 13223-2011"}
        and "gas" in row.process
        and "oil" not in row.process.replace("boiler", "")
    ]

    assert len(gas) > 20
    assert {row.fuel for row in gas} <= {"gas", "natural gas", "other gas"}


def test_heaters_of_petrochemistry_stand_in_tables_4_and_5() -> None:
    heaters = found_rows(catalogue().values(), Wanted(standard="GB 31571", text="process heater"))

    assert {row.clause for row in heaters} == {"Table 4", "Table 5"}
    assert {row.reference_oxygen for row in heaters} == {Decimal(3)}


def test_cement_converts_to_8_percent_only_with_an_independent_heat_source() -> None:
    rows = found_rows(catalogue().values(), Wanted(standard="GB 4915"))

    eight = [row for row in rows if row.reference_oxygen == 8]

    assert eight
    assert all("independent heat source" in row.process for row in eight)


def test_phosphorus_has_one_limit_by_age_of_the_plant() -> None:
    wanted = Wanted(standard="GB 18918", code="w21011", text="grade 1A")

    rows = found_rows(catalogue().values(), wanted)

    assert {(row.condition, row.high) for row in rows} == {
        ("built_from=2006-01-01", Decimal("0.5")),
        ("built_before=2006-01-01", Decimal(1)),
    }


def test_every_bound_is_one_that_the_tables_take() -> None:
    for row in catalogue().values():
        bound = row.bound()
        ends = (bound.low is not None, bound.high is not None)
        expected = {"<=": (False, True), ">=": (True, False), "between": (True, True)}
        assert ends == expected[bound.comparator], row.key
        assert bound.comparator != "between" or (bound.low or 0) < (bound.high or 0)
        assert bound.reference_oxygen is None or 0 < bound.reference_oxygen < 21
        assert row.confidence in {"high", "medium", "low", "ours"}


def test_every_condition_can_be_read() -> None:
    for row in catalogue().values():
        assert written(parse(row.condition)) == row.condition
        assert parse(row.requires) is not None


@pytest.mark.parametrize(
    ("code", "unit", "quantity", "said"),
    [
        pytest.param("w01001", "pH", "value", "pH", id="pH"),
        pytest.param("w01002", "dilution factor", "value", "dilution factor", id="colour"),
        pytest.param("a24088", "% removal", "removal", "%", id="removal"),
        pytest.param("a21026", "kg/h", "rate", "kg/h", id="rate"),
        pytest.param("a21026", "mg/m3", "concentration", "mg/m3", id="concentration"),
    ],
)
def test_the_unit_says_what_the_limit_is_put_upon(
    code: str, unit: str, quantity: str, said: str
) -> None:
    row = next(one for one in catalogue().values() if (one.code, one.unit) == (code, unit))

    assert (row.quantity, row.bound().unit) == (quantity, said)


def test_the_law_names_the_row_it_was_taken_from() -> None:
    row = next(one for one in catalogue().values() if one.unit_type == "ultra-low")

    law = row.law()

    assert (law.origin, law.catalogue, law.standard) == ("ultra_low", row.key, row.standard)
    assert law.verified == row.verified


def test_dates_are_days_of_the_sites_clock_and_the_last_day_still_counts() -> None:
    """GB 18918 pH: until 2026-02-28, so up to 2026-03-01 00:00 Beijing, 2026-02-28 16:00 UTC."""
    row = next(iter(found_rows(catalogue().values(), Wanted(standard="GB 18918", code="w01001"))))

    since, until = row.span(BEIJING)

    assert until == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert since == datetime(2003, 6, 30, 16, tzinfo=UTC)
    assert row.holds_on(date(2026, 2, 28))
    assert not row.holds_on(date(2026, 3, 1))


@pytest.mark.parametrize(
    ("wanted", "standards"),
    [
        pytest.param(Wanted(standard="gb 18485"), {"GB 18485-2014"}, id="standard, any case"),
        pytest.param(Wanted(industry="cement"), {"GB 4915-2013"}, id="industry"),
        pytest.param(Wanted(text="清 none"), set[str](), id="words all of which are needed"),
        pytest.param(Wanted(code="w21003", text="1A"), {"GB 18918-2002"}, id="code and text"),
        pytest.param(Wanted(text="水泥"), set[str](), id="no Chinese names of branches"),
    ],
)
def test_rows_are_found(wanted: Wanted, standards: set[str]) -> None:
    assert {row.standard for row in found_rows(catalogue().values(), wanted)} == standards


def test_a_chinese_pollutant_is_found_by_its_name() -> None:
    rows = found_rows(catalogue().values(), Wanted(text="二氧化硫 炉"))

    assert rows == []
    assert {row.code for row in found_rows(catalogue().values(), Wanted(text="氨氮"))} == {"w21003"}


def test_regional_rows_are_found_only_for_their_provinces() -> None:
    wanted = Wanted(standard="GB 13271", code="a21026", text="existing coal")

    guangxi = found_rows(catalogue().values(), replace(wanted, region="450100"))
    inner_mongolia = found_rows(catalogue().values(), replace(wanted, region="15"))

    assert {row.high for row in guangxi} == {Decimal(400), Decimal(550)}
    assert {row.high for row in inner_mongolia} == {Decimal(400)}
    assert {row.requires for row in guangxi} == {"fuel=coal", "fuel=coal;region=45|50|51|52"}


def test_only_rows_of_a_day_are_found() -> None:
    wanted = Wanted(standard="GB 26453", on=date(2025, 1, 1))

    assert {row.standard for row in found_rows(catalogue().values(), wanted)} == {"GB 26453-2022"}


def test_water_and_air_are_told_apart() -> None:
    water = found_rows(catalogue().values(), Wanted(medium="water"))

    assert len(water) == 207
    assert all(row.code[:1] in {"w", ""} for row in water)
