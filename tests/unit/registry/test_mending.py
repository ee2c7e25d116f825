"""For which intervals a change of the registry gives stored readings another meaning."""

from datetime import UTC, datetime

import pytest

from schemas.registry_rows import Mended, RegistryRows
from services.cases.registering.mending import mended
from services.cases.registering.written import registry_text
from tests.fixtures.registry import STANDARD, TERSE, MemoryRegistry, compared

FIRST = datetime(2023, 12, 31, 16, tzinfo=UTC)
JUNE = datetime(2024, 5, 31, 16, tzinfo=UTC)
JULY = datetime(2024, 6, 30, 16, tzinfo=UTC)
TWO_OUTLETS = TERSE.replace(
    "- {code: DA001, medium: air}",
    "- {code: DA001, medium: air}\n      - {code: DA002, medium: air}",
).replace("mn: MN-A\n", "mn: MN-A\n        outlet: DA001\n")


def channels(entries: str) -> str:
    return TWO_OUTLETS.replace("a21026, a19001", entries)


@pytest.fixture
def registry() -> MemoryRegistry:
    registry = MemoryRegistry()
    registry.load(TWO_OUTLETS)
    return registry


def of(rows: RegistryRows, text: str) -> list[tuple[object, ...]]:
    """Give since, until, the subject's code and whether it is bound, of what a text would mend."""
    found = compared(rows, text)
    return [
        (one.since, one.until, found.known.subjects[one.subject].code, one.bound)
        for one in found.write.mended
    ]


def test_a_new_registration_mends_nothing() -> None:
    assert compared(RegistryRows(), TWO_OUTLETS).write.mended == []


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param(
            "{code: a21026, settings: [{from: 2024-06-01, to: 2024-07-01, unit: ppm}]}",
            [(JUNE, JULY, "DA001", True)], id="a unit for a month",
        ),
        pytest.param(
            "{code: a21026, settings: [{to: 2024-06-01, unit: ppm}]}",
            [(FIRST, JUNE, "DA001", True)], id="a unit since ever: since it was bound",
        ),
        pytest.param(
            "{code: a21026, point: DA002, from: 2024-06-01}",
            [(JUNE, None, "DA001", True), (JUNE, None, "DA002", True)], id="another point",
        ),
        pytest.param(
            "{code: a21026, rank: spare, from: 2024-06-01, to: 2024-07-01}",
            [(JUNE, JULY, "DA001", True), (JULY, None, "DA001", False)], id="rank, and an end",
        ),
        pytest.param(
            "{code: a21026, from: 2024-06-01, point: DA002, unit: ppm}",
            [(JUNE, None, "DA001", True), (JUNE, None, "DA002", True)], id="both at once",
        ),
        pytest.param("a21026, a01011", [], id="another channel"),
    ],
)  # fmt: skip
def test_the_interval_of_a_change_is_found(
    registry: MemoryRegistry, entry: str, expected: list[tuple[object, ...]]
) -> None:
    assert of(registry.rows, channels(entry)) == expected


def test_neighbouring_intervals_are_one(registry: MemoryRegistry) -> None:
    entry = "{code: a21026, settings: [{to: 2024-06-01, unit: ppm}, {from: 2024-06-01, unit: g}]}"

    assert of(registry.rows, channels(entry)) == [(FIRST, None, "DA001", True)]


def test_mending_back_mends_the_same_interval_again(registry: MemoryRegistry) -> None:
    [channel] = [row.id for row in registry.rows.channels.values() if row.code == "a21026"]
    before = registry.rows
    registry.load(channels("{code: a21026, settings: [{from: 2024-06-01, scale: 2}]}"))

    there = mended(before, registry.rows, registry.rows)
    back = mended(registry.rows, before, registry.rows)

    [subject] = [row.id for row in before.subjects.values() if row.code == "DA001"]
    assert there == back == [Mended(channel, JUNE, None, subject, bound=True)]


BINDINGS = (
    "{code: a21026, to: 2024-06-01, unit: ppm}, {code: a21026, point: DA002, from: 2024-06-01}"
)


def test_each_of_several_entries_says_how_numbers_are_read_until_the_next(
    registry: MemoryRegistry,
) -> None:
    registry.load(channels(BINDINGS))

    [channel] = [row.id for row in registry.rows.channels.values() if row.code == "a21026"]
    units = [(row.until, row.unit) for row in registry.rows.settings[channel]]
    assert units == [(JUNE, "ppm"), (None, "mg/m3")]


def test_settings_beyond_their_binding_are_refused(registry: MemoryRegistry) -> None:
    entries = BINDINGS.replace("unit: ppm", "settings: [{to: 2024-07-01, unit: ppm}]")

    found = compared(registry.rows, channels(entries))

    assert any("reach beyond this binding" in sentence for _, sentence in found.problems)


def test_settings_that_cross_from_one_binding_to_the_next_are_exported_in_both(
    registry: MemoryRegistry,
) -> None:
    registry.load(channels(BINDINGS))
    registry.load(
        channels(
            "{code: a21026, point: DA002, settings: [{from: 2024-05-01, to: 2024-07-01, scale: 2}]}"
        )
    )

    exported = registry_text(registry.rows, STANDARD)

    assert compared(registry.rows, exported).empty
    elsewhere = MemoryRegistry()
    elsewhere.load(exported)
    assert registry_text(elsewhere.rows, STANDARD) == exported
    assert exported.count("scale: 2") == 2
