"""Units are printed as people write them, alike in the pages and in the charts."""

import json
import re
from importlib.resources import files

import pytest

from services.api.console.shown import UNITS, in_unit, unit, units_in
from services.rules.units import DIMENSIONS

NO_BREAK = "\u00a0"


@pytest.mark.parametrize(
    ("stored", "zh", "en"),
    [
        ("mg/m3", "mg/m³", "mg/m³"),
        ("mg/Nm3", "mg/Nm³", "mg/Nm³"),
        ("m3/s", "m³/s", "m³/s"),
        ("万m3/d", "万m³/d", "万m³/d"),
        ("ug/L", "µg/L", "µg/L"),
        ("uS/cm", "µS/cm", "µS/cm"),
        ("W/m2", "W/m²", "W/m²"),
        ("t/(km2.month)", "t/(km².month)", "t/(km².month)"),
        ("ng-TEQ/m3", "ng TEQ/m³", "ng TEQ/m³"),
        ("mmH2O", "mmH2O", "mmH2O"),
        ("mg/L", "mg/L", "mg/L"),
        ("Cel", "°C", "°C"),
        ("1", "", ""),
        ("color degree", "度", "colour degrees"),
        ("grade", "级", "grade"),
        (None, "", ""),
    ],
)
def test_a_unit_is_printed_as_people_write_it(stored: str | None, zh: str, en: str) -> None:
    assert (unit(stored, "zh"), unit(stored, "en")) == (zh, en)


def test_no_unit_that_a_channel_may_have_is_printed_with_a_plain_power_or_a_latin_micro() -> None:
    printed = {unit(one, "zh") for units in DIMENSIONS.values() for one in units}

    assert {one for one in printed if re.search(r"m[23](?!\w)|\bu[gSm]", one)} == set()


def test_a_number_stays_on_one_line_with_its_unit_and_alone_where_it_has_none() -> None:
    assert in_unit("41.7", "mg/m3", "zh") == f"41.7{NO_BREAK}mg/m³"
    assert (in_unit("7.1", "1", "zh"), in_unit("—", "mg/m3", "zh")) == ("7.1", "—")


def test_a_sentence_has_its_units_printed_and_nothing_else_touched() -> None:
    sentence = "示例厂 DA001：16.6 mg/m3，流量 22.17至171.23 m3/s；A3/mg/m30；ug/m3"

    assert units_in(sentence) == (
        "示例厂 DA001：16.6 mg/m³，流量 22.17至171.23 m³/s；A3/mg/m30；µg/m³"
    )


def test_the_charts_have_the_same_words_for_units() -> None:
    script = (files("services.api.console") / "static" / "chart_words.js").read_text("utf-8")

    table = re.search(r"const UNITS = (\{.*?\});", script, re.DOTALL)

    assert table is not None
    assert {name: tuple(pair) for name, pair in json.loads(table[1]).items()} == dict(UNITS)
