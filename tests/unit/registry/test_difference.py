"""What a document changes in a registry that is there already."""

from datetime import UTC, datetime

import pytest

from schemas.registry_rows import SettingRow
from tests.fixtures.registry import NOW, TERSE, MemoryRegistry, compared, named, sentences

JUNE = datetime(2024, 5, 31, 16, tzinfo=UTC)
JULY = datetime(2024, 6, 30, 16, tzinfo=UTC)


def settings_of(registry: MemoryRegistry, code: str) -> list[SettingRow]:
    [channel] = [row for row in registry.rows.channels.values() if row.code == code]
    return [row._replace(channel=0) for row in registry.rows.settings[channel.id]]


def channels(entries: str) -> str:
    return TERSE.replace("a21026, a19001", entries)


@pytest.fixture
def registry() -> MemoryRegistry:
    registry = MemoryRegistry()
    registry.load(TERSE)
    return registry


def test_a_new_plant_brings_its_region_and_those_above_it() -> None:
    registry = MemoryRegistry()

    found = registry.load(TERSE)

    assert named(found) == [
        ("added", "plant", "P1"),
        ("added", "region", "15 内蒙古自治区"),
        ("added", "region", "1505 通辽市"),
        ("added", "outlet", "P1 / DA001"),
        ("added", "device", "P1 / MN-A"),
        ("added", "mn", "P1 / MN-A / MN-A"),
    ]
    assert found.counts["channel", "added"] == 2


def test_the_same_document_again_is_no_change(registry: MemoryRegistry) -> None:
    found = registry.load(TERSE)

    assert found.empty
    assert found.counts["channel", "unchanged"] == 2


def test_what_a_file_leaves_out_stays(registry: MemoryRegistry) -> None:
    with_more = TERSE.replace("region: 1505", "region: 1505\n    name_en: Example").replace(
        "a21026, a19001", "{code: a21026, rank: spare, unit: ppm}"
    )
    registry.load(with_more)

    found = registry.load(TERSE)

    assert found.empty


def test_null_clears_a_field(registry: MemoryRegistry) -> None:
    registry.load(TERSE.replace("region: 1505", "region: 1505\n    name_en: Example"))

    found = registry.load(TERSE.replace("region: 1505", "region: 1505\n    name_en: null"))

    assert found.changes[0].details == ("name_en: Example → –",)


def test_a_new_unit_with_a_date_closes_the_old_setting_there(registry: MemoryRegistry) -> None:
    found = registry.load(channels("{code: a21026, settings: [{from: 2024-06-01, unit: ppm}]}"))

    assert settings_of(registry, "a21026") == [
        SettingRow(0, None, JUNE, "mg/m3"),
        SettingRow(0, JUNE, None, "ppm"),
    ]
    assert named(found)[-1] == ("changed", "setting", "P1 / MN-A / a21026")


def test_a_new_unit_without_a_date_holds_from_now_on(registry: MemoryRegistry) -> None:
    registry.load(channels("{code: a21026, unit: ppm}"))

    assert settings_of(registry, "a21026") == [
        SettingRow(0, None, NOW, "mg/m3"),
        SettingRow(0, NOW, None, "ppm"),
    ]
    assert registry.load(channels("{code: a21026, unit: ppm}")).empty


def test_the_past_is_mended_for_a_stated_interval(registry: MemoryRegistry) -> None:
    mended = "{code: a21026, settings: [{from: 2024-06-01, to: 2024-07-01, scale: 0.001}]}"

    registry.load(channels(mended))

    assert settings_of(registry, "a21026") == [
        SettingRow(0, None, JUNE, "mg/m3"),
        SettingRow(0, JUNE, JULY, "mg/m3", 0.001),
        SettingRow(0, JULY, None, "mg/m3"),
    ]


def test_a_channel_that_moves_keeps_its_past_and_gets_a_new_binding(
    registry: MemoryRegistry,
) -> None:
    moved = channels("{code: a21026, point: DA002, from: 2024-06-01}").replace(
        "- {code: DA001, medium: air}", "- {code: DA002, medium: air}"
    )

    registry.load(moved)

    [channel] = [row for row in registry.rows.channels.values() if row.code == "a21026"]
    rows = registry.rows.bindings[channel.id]
    assert [(row.until, registry.rows.points[row.point].code) for row in rows] == [
        (JUNE, "a21026"),
        (None, "a21026"),
    ]
    assert rows[1].since == JUNE


def test_a_wrong_binding_is_mended_in_place_so_that_its_readings_follow(
    registry: MemoryRegistry,
) -> None:
    [before] = [row for row in registry.rows.channels.values() if row.code == "a21026"]

    registry.load(channels("{code: a21026, point: DA001/in}"))

    [after] = registry.rows.bindings[before.id]
    assert registry.rows.points[after.point].side == "in"


def test_an_mn_typed_wrongly_is_mended_in_place(registry: MemoryRegistry) -> None:
    registry.load(TERSE.replace("- mn: MN-A", "- code: MN-A\n        mn: MN-Z"))

    [held] = registry.rows.mns.values()
    assert [row.mn for row in held] == ["MN-Z"]


def test_a_mended_commissioning_takes_mn_and_channels_along(registry: MemoryRegistry) -> None:
    registry.load(TERSE.replace("2024-01-01", "2023-05-01"))

    [[held]] = registry.rows.mns.values()
    since = {row.since for rows in registry.rows.bindings.values() for row in rows}
    assert since == {held.since} == {datetime(2023, 4, 30, 16, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("text", "path", "sentence"),
    [
        pytest.param(
            TERSE.replace("1505", "9999"), ("plants", 0, "region"),
            "region 9999 is not known", id="region",
        ),
        pytest.param(
            channels("{code: a21026, point: DA009}"),
            ("plants", 0, "devices", 0, "channels", 0, "point"),
            "plant P1 has no outlet, unit or facility DA009: it has DA001", id="point",
        ),
        pytest.param(
            channels("a21026, a21026"), ("plants", 0, "devices", 0, "channels", 1),
            "stands here twice", id="a code twice",
        ),
        pytest.param(
            channels("x99999"), ("plants", 0, "devices", 0, "channels", 0),
            "give `unit`", id="no unit known",
        ),
        pytest.param(
            channels("{code: a21026, from: 2023-01-01}"),
            ("plants", 0, "devices", 0, "channels", 0), "beyond its device's life", id="too early",
        ),
        pytest.param(
            channels("a21026, {code: a21002, point: DA001/out/a21026}"),
            ("plants", 0, "devices", 0, "channels", 1), "two main channels", id="two mains",
        ),
        pytest.param(
            channels("{code: a21026, settings: [{unit: ppm}, {from: 2024-06-01, unit: g}]}"),
            ("plants", 0, "devices", 0, "channels", 0, "settings"), "overlap", id="settings",
        ),
        pytest.param(
            TERSE.replace("mn: MN-A", "mn: [MN-A, {mn: MN-B, from: 2024-06-01}]"),
            ("plants", 0, "devices", 0, "mn"), "one MN at a time", id="two MNs",
        ),
        pytest.param(
            TERSE + TERSE.split("plants:\n")[1].replace("P1", "P2"),
            ("plants", 1, "devices", 0, "mn"), "MN MN-A is held by P1 / MN-A", id="one MN twice",
        ),
        pytest.param(
            TERSE.replace("- {code: DA001, medium: air}", "[]").replace("\n      []", " []"),
            ("plants", 0, "devices", 0, "channels", 0), "has no outlets", id="no outlet",
        ),
        pytest.param(
            TERSE + "    groups: [{code: G, needed: 2, facilities: [DA001]}]",
            ("plants", 0, "groups", 0, "facilities", 0), "has no facility DA001", id="group",
        ),
    ],
)  # fmt: skip
def test_a_conflict_is_a_sentence_at_its_place(
    text: str, path: tuple[str | int, ...], sentence: str
) -> None:
    found = compared(MemoryRegistry().rows, text)

    problem = next(problem for problem in found.problems if sentence in problem[1])
    assert problem[0] == path


def test_an_mn_that_another_device_holds_is_not_taken_from_it(registry: MemoryRegistry) -> None:
    other = TERSE.replace("code: P1", "code: P2")

    found = compared(registry.rows, other)

    [sentence] = sentences(found)
    assert "P1 / MN-A (2024-01-01 → open)" in sentence
    assert "P2 / MN-A" in sentence


def test_a_binding_that_the_file_leaves_no_place_is_refused_not_dropped(
    registry: MemoryRegistry,
) -> None:
    registry.load(channels("{code: a21026, point: DA001/in, from: 2024-06-01}"))
    shorter = "{code: a21026, to: 2024-03-01}, {code: a21026, from: 2024-03-01, to: 2024-04-01}"

    found = compared(registry.rows, channels(shorter))

    [sentence] = sentences(found)
    assert "also bound to DA001/in/a21026 (2024-06-01 → open)" in sentence
