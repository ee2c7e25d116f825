"""A workbook's rows as a document, and every error at its sheet, row and column."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.registry import Channel
from services.cases.registering.difference import difference
from services.cases.registering.document import parse_document
from services.cases.registering.xlsx_document import document_of, read_workbook
from tests.fixtures.registry import NOW, STANDARD, TERSE, MemoryRegistry
from tests.fixtures.workbooks import (
    CHANNELS,
    DEVICES,
    OUTLETS,
    PLANTS,
    WHOLE,
    Rows,
    Sheets,
    loaded,
    saved,
    told,
    whole,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "plants.xlsx"


@pytest.fixture
def registry() -> MemoryRegistry:
    registry = MemoryRegistry()
    registry.load(TERSE)
    return registry


def channels_of(file: Path, sheets: Sheets) -> list[Channel]:
    found = loaded(file, sheets)
    assert not found.problems, found.problems
    return list(found.document.plants[0].devices[0].channels)


def test_flat_rows_become_the_document_that_yaml_gives(file: Path) -> None:
    found = loaded(file, WHOLE)

    assert not found.problems
    assert found.document == parse_document(TERSE).document


def test_headers_and_sheets_may_be_english_or_chinese_or_both(file: Path) -> None:
    sheets = {
        "排污单位": [("编码", "name 名称", "REGION\n行政区划代码"), *PLANTS[1:]],
        "Outlets 排放口": OUTLETS,
        "devices": DEVICES,
        "通道": [("排污单位编码", "数采仪编码", "编码"), *CHANNELS[1:]],
    }

    found = loaded(file, sheets)

    assert not found.problems
    assert found.document == parse_document(TERSE).document


def test_notes_and_empty_sheets_and_rows_are_skipped(file: Path) -> None:
    rows: Rows = [(*PLANTS[0], "#remark"), (None, None, None), (*PLANTS[1], "to be asked")]
    sheets = {**whole(plants=rows), "#notes": [("anything",)], "说明": [("x",)], "Sheet9": []}

    found = loaded(file, sheets)

    assert not found.problems
    assert len(found.document.plants) == 1


def test_settings_with_dates_hang_below_their_channel(file: Path) -> None:
    settings: Rows = [
        ("plant", "device", "channel", "from", "to", "unit", "range", "sentinels"),
        ("P1", "MN-A", "a21026", None, datetime(2024, 6, 1), "mg/m3", None, None),  # noqa: DTZ001 - Excel's dates have no zone
        ("P1", "MN-A", "a21026", "2024/6/1", None, "ppm", "0,200", "-99；999.99"),
    ]

    channel = channels_of(file, whole(settings=settings))[0]

    june = datetime(2024, 5, 31, 16, tzinfo=UTC)
    assert [(s.since, s.until, s.unit) for s in channel.settings] == [
        (None, june, "mg/m3"),
        (june, None, "ppm"),
    ]
    assert channel.settings[1].range == (0, 200)
    assert channel.settings[1].sentinels == (-99, 999.99)


@pytest.mark.parametrize(
    ("begins", "counts"),
    [
        pytest.param("2024-06-01 00:00", [0, 1], id="the later one"),
        pytest.param(None, [1, 0], id="the one that has no beginning either"),
    ],
)
def test_a_setting_says_which_of_two_bindings_it_means(
    file: Path, begins: str | None, counts: list[int]
) -> None:
    channels: Rows = [
        ("plant", "device", "code", "from", "to"),
        ("P1", "MN-A", "a21026", None, "2024-06-01"),
        ("P1", "MN-A", "a21026", "2024-06-01", None),
    ]
    settings: Rows = [
        ("plant", "device", "channel", "channel_from", "unit"),
        ("P1", "MN-A", "a21026", begins, "ppm"),
    ]

    found = channels_of(file, whole(channels=channels, settings=settings))

    assert [len(channel.settings) for channel in found] == counts


def test_a_setting_that_fits_none_of_two_bindings_is_refused(file: Path) -> None:
    channels: Rows = [
        ("plant", "device", "code", "from", "to"),
        ("P1", "MN-A", "a21026", "2024-05-01", "2024-06-01"),
        ("P1", "MN-A", "a21026", "2024-06-01", None),
    ]
    settings: Rows = [
        ("plant", "device", "channel", "unit"),
        ("P1", "MN-A", "a21026", "ppm"),
    ]

    lines = told(file, whole(channels=channels, settings=settings))

    assert lines == [
        (
            "sheet settings, row 2 (channel_from): channel a21026 stands in row 2 and 3 of the "
            "sheet channels 通道: give `channel_from` the `from` of the one that is meant"
        )
    ]


def test_dated_mns_and_ways_have_sheets_of_their_own(file: Path) -> None:
    sheets = {
        **WHOLE,
        "devices": [("plant", "code", "commissioned_at"), ("P1", "L1", "2024-01-01")],
        "mns": [("plant", "device", "mn", "to"), ("P1", "L1", "MN-A", "2024-06-01")],
        "channels": [("plant", "device", "code"), ("P1", "L1", "a21026")],
        "units": [("plant", "code", "process"), ("P1", "B1", "boiler")],
        "facilities": [("plant", "code", "treatment"), ("P1", "F1", "x"), ("P1", "F2", "x")],
        "groups": [
            ("plant", "code", "needed", "facilities", "serves"),
            ("P1", "G1", 1, "F1、F2", "B1 -> DA001"),
            ("P1", "G2", 1, "F1", None),
        ],
        "ways": [("plant", "group", "unit", "outlet", "place"), ("P1", "G2", "B1", "DA001", 2)],
    }

    found = loaded(file, sheets)

    assert told(file, sheets) == []
    one, other = found.document.plants[0].groups
    assert (one.facilities, one.serves[0].outlet) == (("F1", "F2"), "DA001")
    assert other.serves[0].place == 2
    assert found.document.plants[0].devices[0].mn[0].until is not None


MERGED: Rows = [
    ("plant", "device", "code", "#notes", "unit"),
    ("P1", "MN-A", "a21026", "both", "ug/m3"),
    ("P1", "MN-A", "a21002", None, None),
]


@pytest.mark.parametrize(
    ("area", "places"),
    [
        pytest.param("E2:E3", ["row 2, column E (unit)"], id="a field of two rows"),
        pytest.param("B1:B2", ["row 2, column B (device)"], id="a header and what is below"),
        pytest.param("D2:D3", [], id="notes"),
        pytest.param("E3:E9", [], id="nothing in it"),
        pytest.param("A40:E41", [], id="below all rows"),
    ],
)
def test_merged_cells_are_refused_where_rows_would_be_taken_as_empty(
    file: Path, area: str, places: list[str]
) -> None:
    saved(file, whole(channels=MERGED), {"channels": [area]})

    found = document_of(read_workbook(file), dict)

    said = [problem for problem in found.problems if "unmerge" in problem.sentence]
    assert [str(problem.place) for problem in said] == [f"sheet channels, {one}" for one in places]


def test_all_errors_of_cells_structure_and_comparison_are_told_at_once(file: Path) -> None:
    sheets: Sheets = {
        "plants": [
            ("code", "name", "region", "longitude", "name_e"),
            ("P1", "示例厂", "1505", "east", None),
            ("P2", "二", "9999", None, None),
            ("P2", "三", "1505", None, None),
            ("P3", "三", "9999", None, None),
        ],
        "outlets": [("plant", "code", "medium"), ("P1", "DA001", "gas"), ("P9", "DA1", "air")],
        "devises": [("plant",)],
        "channels": [("plant", "device", "code"), ("P1", "MN-B", "a21026"), (None, "X", "a1")],
    }

    assert told(file, sheets) == [
        (
            "sheet plants, row 1, column E (name_e): there is no such column here: did you mean "
            "name_en? (# before a header skips it)"
        ),
        "sheet plants, row 2, column D (longitude): `longitude` must be a number, not 'east'",
        "sheet plants, row 4: the row repeats row 3: keep one of them, or tell them apart by `code`",
        "sheet outlets, row 2, column C (medium): 'gas' is no `medium`: choose 'air' or 'water'",
        (
            "sheet outlets, row 3, column A (plant): plant P9 is neither in this file nor registered: "
            "add it to the sheet plants 排污单位"
        ),
        (
            "sheet devises: there is no such sheet here: did you mean devices 数采仪? (a name beginning "
            "with # is skipped)"
        ),
        (
            "sheet channels, row 2, column B (device): device MN-B of plant P1 is neither in this file "
            "nor registered: add it to the sheet devices 数采仪"
        ),
        (
            "sheet channels, row 3, column A (plant): `plant` is missing: name the plant that the row "
            "belongs to"
        ),
    ]


@pytest.mark.parametrize(
    ("sheet", "rows", "line"),
    [
        pytest.param(
            "plants", [PLANTS[0], ("P1", "示例厂", "9999")],
            "sheet plants, row 2, column C (region): region 9999 is not known", id="region",
        ),
        pytest.param(
            "channels", [*CHANNELS, ("P1", "MN-A", "x99999")],
            "sheet channels, row 4: the unit of channel x99999 is not known", id="no unit known",
        ),
        pytest.param(
            "channels",
            [("plant", "device", "code", "point"), ("P1", "MN-A", "a21026", "DA009")],
            "sheet channels, row 2, column D (point): plant P1 has no outlet, unit or facility DA009",
            id="point",
        ),
        pytest.param(
            "devices", [*DEVICES, ("P1", "MN-A", "2024-01-01")],
            "sheet devices, row 3: the row repeats row 2", id="device twice",
        ),
        pytest.param(
            "devices",
            [("plant", "code", "mn", "commissioned_at"), ("P1", "MN-A", "MN-A, MN-B", "2024-01-01")],
            "sheet devices, row 2, column C (mn): a device holds one MN at a time", id="two MNs",
        ),
        pytest.param(
            "groups",
            [("plant", "code", "needed", "facilities"), ("P1", "G", 2, "DA001")],
            "sheet groups, row 2, column D (facilities): plant P1 has no facility DA001", id="group",
        ),
    ],
)  # fmt: skip
def test_what_the_comparison_refuses_is_placed_at_its_cell(
    file: Path, sheet: str, rows: Rows, line: str
) -> None:
    lines = told(file, whole(**{sheet: rows}))

    assert any(one.startswith(line) for one in lines), lines


@pytest.mark.parametrize(
    ("sheet", "rows", "line"),
    [
        pytest.param(
            "plants", [("code", "name"), ("P1", "示例厂")],
            "sheet plants, row 2 (region): `region` is missing: add it here", id="no column",
        ),
        pytest.param(
            "plants", [("code", "name", "region", "name"), (*PLANTS[1], "x")],
            "sheet plants, row 1, column D (name): this column stands here twice", id="doubled",
        ),
        pytest.param(
            "plants", [PLANTS[0], (*PLANTS[1], "lost")],
            "sheet plants, row 2, column D (no header): a value stands here without a header",
            id="no header",
        ),
        pytest.param(
            "channels", [("device", "code"), ("MN-A", "a21026")],
            "sheet channels, row 1 (plant): this column is missing", id="no parent column",
        ),
        pytest.param(
            "channels 2", CHANNELS,
            "sheet channels 2: the sheet channels says the same kind of thing", id="two sheets",
        ),
        pytest.param(
            "devices", [DEVICES[0], ("P1", 1.5e17, "2024-01-01")],
            "sheet devices, row 2, column B (mn): Excel has turned this into the number", id="MN",
        ),
        pytest.param(
            "devices", [DEVICES[0], ("P1", "MN-A", "yesterday")],
            "sheet devices, row 2, column C (commissioned_at): `commissioned_at`: this is no time",
            id="time",
        ),
        pytest.param(
            "devices", [DEVICES[0], ("P1", '=A1&"X"', "2024-01-01")],
            "sheet devices, row 2, column B (mn): this formula has no value yet", id="formula",
        ),
        pytest.param(
            "channels",
            [("plant", "device", "code", "range"), ("P1", "MN-A", "a21026", 200)],
            "sheet channels, row 2, column D (range): `range` has too few values", id="one number",
        ),
        pytest.param(
            "groups",
            [("plant", "code", "needed", "facilities", "serves"), ("P1", "G", 1, "F", "B1")],
            "sheet groups, row 2, column E (serves): write a way as `UNIT -> OUTLET`", id="way",
        ),
    ],
)  # fmt: skip
def test_each_error_names_its_cell_and_says_what_to_do(
    file: Path, sheet: str, rows: Rows, line: str
) -> None:
    lines = told(file, whole(**{sheet: rows}))

    assert any(one.startswith(line) for one in lines), lines


def test_rows_may_lean_on_what_is_registered(file: Path, registry: MemoryRegistry) -> None:
    sheets: Sheets = {
        "channels": [("plant", "device", "code", "unit"), ("P1", "MN-A", "a21002", "ppm")],
        "outlets": [("plant", "code", "name"), ("P1", "DA001", "总排口")],
    }

    found = loaded(file, sheets, registry.rows)

    assert told(file, sheets, registry.rows) == []
    [plant] = found.document.plants
    assert (plant.name, plant.outlets[0].medium) == ("示例厂", "air")
    assert plant.devices[0].mn[0].mn == "MN-A"


def test_a_setting_may_lean_on_a_registered_channel_but_not_on_a_misspelt_one(
    file: Path, registry: MemoryRegistry
) -> None:
    header = ("plant", "device", "channel", "unit")
    right: Sheets = {"settings": [header, ("P1", "MN-A", "a21026", "ppm")]}
    wrong: Sheets = {"settings": [header, ("P1", "MN-A", "a21062", "ppm")]}

    assert told(file, right, registry.rows) == []
    assert told(file, wrong, registry.rows) == [
        (
            "sheet settings, row 2, column C (channel): channel a21062 of device MN-A is neither in "
            "this file nor registered: did you mean a21026?"
        )
    ]


def test_an_empty_cell_leaves_a_field_and_a_dash_clears_it(
    file: Path, registry: MemoryRegistry
) -> None:
    header = ("code", "name_en", "permit")
    registry.load(TERSE.replace("region: 1505", "region: 1505\n    name_en: A\n    permit: B"))

    found = loaded(file, {"plants": [header, ("P1", None, "-")]}, registry.rows)

    [plant] = found.document.plants
    assert "name_en" not in plant.model_fields_set
    assert plant.permit is None
    assert "permit" in plant.model_fields_set


FULL = """
plants:
  - code: P1
    name: x
    region: 1505
    outlets: [{code: DA001, medium: air, role: bypass}]
    units: [{code: B1, process: boiler}]
    facilities: [{code: F1, treatment: x}]
    groups: [{code: G1, needed: 1, facilities: F1, serves: [B1 -> DA001]}]
    devices:
      - mn: MN-A
        commissioned_at: 2024-01-01
        protocol: hj212-2025
        policies: [accept_missing_header]
        channels: [{code: a21026, rank: spare, scale: 2, sentinels: [-99], range: [0, 1]}]
"""


@pytest.mark.parametrize("clear", ["-", "NULL"])
def test_a_dash_clears_lists_and_what_has_a_default_too(file: Path, clear: str) -> None:
    registry = MemoryRegistry()
    registry.load(FULL)
    settings = ("scale", "sentinels", "range")
    sheets: Sheets = {
        "outlets": [("plant", "code", "role"), ("P1", "DA001", clear)],
        "groups": [("plant", "code", "serves"), ("P1", "G1", clear)],
        "devices": [("plant", "code", "protocol", "policies"), ("P1", "MN-A", clear, clear)],
        "channels": [
            ("plant", "device", "code", "rank", *settings),
            ("P1", "MN-A", "a21026", clear, *[clear] * 3),
        ],
    }

    found = loaded(file, sheets, registry.rows)

    assert not found.problems
    known = difference(registry.rows, found.document, STANDARD, NOW).known
    assert [row.role for row in known.subjects.values() if row.kind == "outlet"] == ["discharge"]
    assert [row.serves for row in known.groups.values()] == [()]
    assert [(row.protocol, row.policies) for row in known.devices.values()] == [("hj212-2017", ())]
    [[binding]], [[*_, setting]] = known.bindings.values(), known.settings.values()
    assert (binding.rank, setting.scale, setting.sentinels) == ("main", 1.0, ())
    assert setting.range_min is None


def test_what_must_be_there_cannot_be_cleared(file: Path, registry: MemoryRegistry) -> None:
    devices: Rows = [("plant", "code", "mn", "commissioned_at"), ("P1", "MN-A", "-", "-")]

    lines = told(file, {"devices": devices}, registry.rows)

    assert [line.partition(": ")[0] for line in lines] == [
        "sheet devices, row 2, column C (mn)",
        "sheet devices, row 2, column D (commissioned_at)",
    ]


def test_a_workbook_without_anything_in_it_says_which_sheets_there_are(file: Path) -> None:
    [line] = told(file, {"Sheet1": []})

    assert line.startswith("no sheet has anything in it: write regions 行政区划, plants")


def test_a_bad_cell_does_not_hide_what_the_comparison_finds_elsewhere(file: Path) -> None:
    sheets = whole(
        plants=[(*PLANTS[0], "longitude"), (*PLANTS[1], 181)],
        outlets=[*OUTLETS, ("P1", "DA002", "gas")],
        channels=[
            ("plant", "device", "code", "point", "rank"),
            ("P1", "MN-A", "a21026", "DA002", "first"),
            ("P1", "MN-A", "a19001", "DA002", None),
            ("P1", "MN-A", "a34013", "DA003", None),
            ("P1", "MN-A", "x99999", "DA001", None),
        ],
    )

    lines = told(file, sheets)

    assert [line.partition(": ")[0] for line in lines] == [
        "sheet plants, row 2, column D (longitude)",
        "sheet outlets, row 3, column C (medium)",
        "sheet channels, row 2, column E (rank)",
        "sheet channels, row 4, column D (point)",
        "sheet channels, row 5",
    ]


def test_errors_that_only_follow_from_another_are_not_told(file: Path) -> None:
    misspelt = [("plant", "code", "mediun"), *OUTLETS[1:]]
    undated = [DEVICES[0], ("P1", "MN-A", "soon")]

    lines = told(file, whole(outlets=misspelt)), told(file, whole(devices=undated))

    assert [len(found) for found in lines] == [1, 1]


def test_of_very_many_errors_the_first_are_told_and_the_others_counted(file: Path) -> None:
    rows = [CHANNELS[0], *(("P1", "MN-A", f"a {number}") for number in range(1200))]

    lines = told(file, whole(channels=rows))

    assert len(lines) == 1001
    assert lines[-1] == "sheet channels: and 200 more"
