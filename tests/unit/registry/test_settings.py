"""What a setting that names only some fields does to the others; and which units may stand there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.registry_rows import SettingRow
from services.cases.registering.difference import Difference, difference
from services.cases.registering.standard import standard_codes
from services.cases.registering.written import document_fields
from services.cases.registering.xlsx_document import document_of, read_workbook
from services.registry.writing_progress import rows_to_store
from services.rules.units import dimensions, nearest_units
from tests.fixtures.registry import NOW, STANDARD, TERSE, MemoryRegistry, compared, sentences
from tests.fixtures.workbooks import saved

MAY, JUNE, JULY = (datetime(2024, month, day, 16, tzinfo=UTC) for month, day in ((4, 30), (5, 31), (6, 30)))  # fmt: skip
BEFORE = """{code: a21026, settings: [
  {to: 2024-06-01, unit: mg/m3, range: [0, 100], sentinels: [-99]},
  {from: 2024-06-01, unit: ppm, range: [0, 50], cycle: 60, scale: 2, total_scale: 3}]}"""
FIRST = SettingRow(0, None, JUNE, "mg/m3", 1, 0, 100, None, (-99,), 1)
SECOND = SettingRow(0, JUNE, None, "ppm", 2, 0, 50, 60, (), 3)
HEADERS = ("plant", "device", "channel", "from", "to", "unit", "scale", "range", "cycle",
           "sentinels", "total_scale")  # fmt: skip
ADDRESS = ("P1", "MN-A", "a21026")


def channels(entries: str) -> str:
    return TERSE.replace("a21026, a19001", entries)


def settings(found: Difference) -> list[SettingRow]:
    [channel] = [row for row in found.known.channels.values() if row.code == "a21026"]
    return [row._replace(channel=0) for row in found.known.settings[channel.id]]


def details(found: Difference) -> list[str]:
    return [text for change in found.changes for text in change.details]


def from_workbook(file: Path, registry: MemoryRegistry, *row: object) -> Difference:
    cells = (*ADDRESS, *row, *(None for _ in range(len(HEADERS) - len(ADDRESS) - len(row))))
    book = read_workbook(saved(file, {"settings": [HEADERS, cells]}))
    found = document_of(book, lambda: document_fields(registry.rows, STANDARD))
    assert not found.problems, found.problems
    return difference(registry.rows, found.document, STANDARD, NOW)


@pytest.fixture
def registry() -> MemoryRegistry:
    registry = MemoryRegistry()
    registry.load(channels(BEFORE))
    return registry


def test_a_unit_for_a_past_interval_leaves_all_else_of_each_former_setting(
    registry: MemoryRegistry,
) -> None:
    text = "{code: a21026, settings: [{from: 2024-05-01, to: 2024-07-01, unit: ug/m3}]}"

    found = compared(registry.rows, channels(text))

    assert settings(found) == [
        FIRST._replace(until=MAY),
        FIRST._replace(since=MAY, unit="ug/m3"),
        SECOND._replace(until=JULY, unit="ug/m3"),
        SECOND._replace(since=JULY),
    ]
    assert details(found) == [
        "2024-05-01 → 2024-06-01: unit mg/m3 ⇒ ug/m3",
        "2024-06-01 → 2024-07-01: unit ppm ⇒ ug/m3",
    ]


def test_a_row_of_a_workbook_with_empty_cells_does_the_same(
    tmp_path: Path, registry: MemoryRegistry
) -> None:
    found = from_workbook(
        tmp_path / "mend.xlsx", registry, "2024-05-01", "2024-07-01", "ug/m3"
    )  # fmt: skip

    assert settings(found) == [
        FIRST._replace(until=MAY),
        FIRST._replace(since=MAY, unit="ug/m3"),
        SECOND._replace(until=JULY, unit="ug/m3"),
        SECOND._replace(since=JULY),
    ]


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param("{code: a21026, unit: ug/m3}", id="beside the code"),
        pytest.param("{code: a21026, settings: [{unit: ug/m3}]}", id="under settings"),
    ],
)
def test_an_undated_unit_holds_from_now_and_leaves_all_else(
    registry: MemoryRegistry, entry: str
) -> None:
    found = compared(registry.rows, channels(entry))

    assert settings(found) == [
        FIRST,
        SECOND._replace(until=NOW),
        SECOND._replace(since=NOW, unit="ug/m3"),
    ]


def test_an_undated_row_of_a_workbook_leaves_all_else(
    tmp_path: Path, registry: MemoryRegistry
) -> None:
    found = from_workbook(tmp_path / "mend.xlsx", registry, None, None, "ug/m3")

    assert settings(found)[-1] == SECOND._replace(since=NOW, unit="ug/m3")


def test_null_clears_each_field_and_the_dry_run_names_them_all(registry: MemoryRegistry) -> None:
    nothing = "unit: null, scale: null, range: null, cycle: null, total_scale: null"
    text = f"{{code: a21026, settings: [{{from: 2024-06-01, {nothing}, sentinels: [7]}}]}}"

    found = compared(registry.rows, channels(text))

    assert settings(found) == [FIRST, SettingRow(0, JUNE, None, "mg/m3", sentinels=(7,))]
    assert details(found) == [
        (
            "2024-06-01 → open: unit ppm ⇒ mg/m3, scale 2 ⇒ 1, total_scale 3 ⇒ 1, range 0…50 ⇒ –, "
            "cycle 60 s ⇒ –, sentinels – ⇒ 7"
        )
    ]


def test_a_dash_in_a_workbook_clears(tmp_path: Path, registry: MemoryRegistry) -> None:
    found = from_workbook(
        tmp_path / "mend.xlsx", registry, "2024-06-01", None, None, "-", "-", "-"
    )  # fmt: skip

    assert settings(found)[1] == SECOND._replace(
        scale=1, range_min=None, range_max=None, cycle_s=None
    )


def test_sentinels_can_be_cleared_with_null(registry: MemoryRegistry) -> None:
    text = "{code: a21026, settings: [{to: 2024-06-01, sentinels: null}]}"

    found = compared(registry.rows, channels(text))

    assert settings(found) == [FIRST._replace(sentinels=()), SECOND]


def test_what_a_new_channel_leaves_out_has_its_default() -> None:
    registry = MemoryRegistry()

    found = compared(registry.rows, channels(BEFORE.replace("unit: mg/m3, ", "")))

    assert settings(found) == [FIRST, SECOND]


def test_a_code_without_a_standard_unit_needs_one_for_all_of_its_time() -> None:
    text = "{code: x1, settings: [{to: 2024-06-01, unit: t/h}, {from: 2024-06-01, scale: 2}]}"

    found = compared(MemoryRegistry().rows, channels(text))

    assert sentences(found) == [
        "HJ 212-2017 has no unit for the code x1: give `unit` with the settings"
    ]


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        pytest.param("{code: a21026, unit: furlong}", ("unit",), id="beside the code"),
        pytest.param(
            "{code: a21026, settings: [{unit: furlong}]}", ("settings", 0, "unit"), id="settings"
        ),
    ],
)
def test_an_unknown_unit_is_refused_with_known_ones(
    registry: MemoryRegistry, entry: str, place: tuple[str | int, ...]
) -> None:
    found = compared(registry.rows, channels(entry))

    [(path, sentence)] = found.problems
    assert path == ("plants", 0, "devices", 0, "channels", 0, *place)
    assert sentence.startswith("`furlong` is no known unit")
    assert "mg/m3" in sentence


@pytest.mark.parametrize("unit", ["'1'", "mg/L", "Pa"])
def test_a_unit_of_another_dimension_is_a_warning(registry: MemoryRegistry, unit: str) -> None:
    found = compared(registry.rows, channels(f"{{code: a21026, unit: {unit}}}"))

    assert not found.problems
    [warning] = found.warnings
    assert warning.startswith(f"P1 / MN-A / a21026: {unit.strip(chr(39))} does not measure")


def test_what_is_registered_is_not_warned_of_again(registry: MemoryRegistry) -> None:
    text = channels("{code: a21026, unit: Pa}, w01018")
    registry.load(text)

    assert compared(registry.rows, text).warnings == []


def test_a_code_for_water_at_an_outlet_of_air_is_a_warning(registry: MemoryRegistry) -> None:
    found = compared(registry.rows, channels("w01018"))

    assert not found.problems
    [warning] = found.warnings
    assert "is a code for water, but outlet DA001 is one of air" in warning


@pytest.mark.parametrize("listed", ["[]", "[a21026, a19001]", "[{code: a21026, point: DA001}]"])
def test_an_outlet_that_is_not_there_is_refused_once(listed: str) -> None:
    text = TERSE.replace("channels: [a21026, a19001]", f"outlet: DA9\n        channels: {listed}")

    found = compared(MemoryRegistry().rows, text)

    assert found.problems == [
        (("plants", 0, "devices", 0, "outlet"), "plant P1 has no outlet DA9: it has DA001")
    ]


def test_policies_are_told_in_words(registry: MemoryRegistry) -> None:
    text = TERSE.replace("- mn: MN-A", "- mn: MN-A\n        policies: [accept_wrong_length]")

    found = compared(registry.rows, text)

    assert details(found)[0] == (
        "policies: – → accept_wrong_length (the length field is wrong, the CRC is right "
        "长度错而CRC对)"
    )


def test_every_unit_of_the_standard_is_known() -> None:
    units = {code.unit for code in standard_codes().values() if code.unit}

    assert {unit for unit in units if not dimensions(unit)} == set()


@pytest.mark.parametrize(
    ("unit", "same"),
    [("µg/m3", "ug/m3"), ("μg/m³", "ug/m3"), ("mg/l", "mg/L"), ("℃", "degC"), ("m³/h", "m3/h")],
)
def test_spellings_of_one_unit_are_one(unit: str, same: str) -> None:
    assert dimensions(unit) == dimensions(same) != frozenset()


def test_nearest_units_are_those_written_alike_or_of_the_standard_dimension() -> None:
    assert nearest_units("ugL", "mg/L")[0] == "ug/L"
    assert nearest_units("furlong", "kPa")[0] == "Pa"


def test_the_rows_to_store_count_what_is_written_twice_and_what_groups_hold() -> None:
    found = compared(MemoryRegistry().rows, TERSE)

    # 2 regions, 1 plant, an outlet in two tables, 1 device, 1 MN, and of 2 channels 4 rows each.
    assert rows_to_store(found.write) == 2 + 1 + 2 + 1 + 1 + 4 * 2
