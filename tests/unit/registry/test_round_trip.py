"""Any registry, written out and read again, is the same registry."""

from datetime import date
from importlib.resources import files
from itertools import pairwise

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.policies import Policy
from schemas.registry import RegistryDocument
from schemas.registry_rows import RegistryRows
from services.cases.registering.written import registry_text
from tests.fixtures.registry import STANDARD, MemoryRegistry, compared

DAYS = st.dates(min_value=date(2024, 1, 2), max_value=date(2025, 12, 31)).map(str)
CODES = st.sampled_from(["a21026", "a19001", "w01018", "011", "null", "1e3", "SB1"])
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8
)
NUMBERS = st.sampled_from([0.001, 1, 2.5, 1e-9, 1e21])


@st.composite
def reading(draw: st.DrawFn) -> dict[str, object]:
    fields: dict[str, object] = {"unit": draw(st.sampled_from(["mg/m3", "ppm", "1", "µg/m³"]))}
    if draw(st.booleans()):
        fields["scale"] = draw(NUMBERS)
    if draw(st.booleans()):
        fields["range"] = [draw(NUMBERS) - 5, 2e21]
    if draw(st.booleans()):
        fields["sentinels"] = [-99, 999.99]
    return fields


@st.composite
def channel(draw: st.DrawFn, code: str) -> dict[str, object]:
    fields: dict[str, object] = {"code": code}
    if draw(st.booleans()):
        fields["point"] = draw(st.sampled_from(["DA001", "DA002/in", f"F1/state/{code}"]))
    if draw(st.booleans()):
        fields["rank"] = draw(st.sampled_from(["spare", "comparison"]))
    if draw(st.booleans()):
        fields["from"] = draw(DAYS)
    if draw(st.booleans()):
        return fields | draw(reading())
    days = sorted(set(draw(st.lists(DAYS, max_size=3))))
    edges = [None, *days, None]
    return fields | {
        "settings": [
            {name: day for name, day in (("from", since), ("to", until)) if day} | draw(reading())
            for since, until in pairwise(edges)
        ]
    }


@st.composite
def bindings(draw: st.DrawFn, code: str) -> list[dict[str, object]]:
    """One code bound here and there, one after the other, with or without gaps."""
    days = sorted(set(draw(st.lists(DAYS, min_size=1, max_size=4))))
    edges = [None, *days, None]
    entries: list[dict[str, object]] = []
    for since, until in pairwise(edges):
        if entries and draw(st.integers(0, 4)) == 0:
            continue
        entry = draw(channel(code))
        entry = {name: value for name, value in entry.items() if name not in {"from", "to"}}
        if "settings" in entry:
            entry = {"code": code, "point": "DA001"} | draw(reading())
        entries.append(entry | {k: day for k, day in (("from", since), ("to", until)) if day})
    return entries


@st.composite
def device(draw: st.DrawFn, number: int) -> dict[str, object]:
    codes = draw(st.lists(CODES, unique=True, max_size=4))
    fields: dict[str, object] = {
        "code": f"D{number}",
        "mn": f"MN{number}",
        "commissioned_at": draw(st.sampled_from(["2024-01-01", "2024-01-01T08:30:00.5+00:00"])),
        "outlet": "DA001",
        "crc": draw(st.sampled_from(["strict", "off"])),
        "utc_offset": draw(st.sampled_from(["+08:00", "-03:30", "+00:00"])),
        # Only the first device's channels may be main, so that no two mains meet.
        "channels": [
            entry | ({} if number == 0 else {"rank": "spare"})
            for code in codes
            for entry in (draw(bindings(code)) if draw(st.booleans()) else [draw(channel(code))])
        ],
    }
    if draw(st.booleans()):
        fields["gateway"] = draw(WORDS)
    if draw(st.booleans()):
        fields["policies"] = draw(st.lists(st.sampled_from([*map(str, Policy)]), unique=True))
    return fields


@st.composite
def documents(draw: st.DrawFn) -> dict[str, object]:
    plant = {
        "code": draw(st.sampled_from(["P1", "null", "厂"])),
        "name": draw(WORDS),
        "region": draw(st.sampled_from(["1505", "45"])),
        "outlets": [
            {"code": "DA001", "medium": "air", "name": draw(WORDS)},
            {
                "code": "DA002",
                "medium": "air",
                **draw(st.sampled_from([{}, {"successor": "DA001", "merged_at": "2024-03-01"}])),
            },
        ],
        "units": [{"code": "U1", "process": draw(WORDS)}],
        "facilities": [{"code": "F1", "treatment": "x", "design_capacity": draw(NUMBERS)}],
        "groups": [{"code": "G", "needed": 1, "facilities": ["F1"], "serves": ["U1 -> DA001"]}],
        "devices": [draw(device(number)) for number in range(draw(st.integers(0, 2)))],
    }
    return {"plants": [plant]}


@given(documents())
@settings(max_examples=100, deadline=None)
def test_what_is_exported_imports_as_no_change(document: dict[str, object]) -> None:
    registry = MemoryRegistry()
    text = yaml.safe_dump(document, allow_unicode=True)
    registry.load(text)
    exported = registry_text(registry.rows, STANDARD)

    again = compared(registry.rows, exported)

    assert not again.problems
    assert again.empty, again.changes


@given(documents())
@settings(max_examples=50, deadline=None)
def test_an_export_builds_the_same_export_from_nothing(document: dict[str, object]) -> None:
    registry = MemoryRegistry()
    text = yaml.safe_dump(document, allow_unicode=True)
    registry.load(text)
    exported = registry_text(registry.rows, STANDARD)

    rebuilt = MemoryRegistry()
    rebuilt.load(exported)

    assert registry_text(rebuilt.rows, STANDARD) == exported


def test_the_example_is_a_document_without_problems() -> None:
    text = (files("services.registry") / "example.yaml").read_text(encoding="utf-8")

    found = compared(RegistryRows(), text)

    assert not found.problems
    assert found.counts["device", "added"] == 7


def test_the_schema_teaches_every_field() -> None:
    for part in RegistryDocument.model_json_schema()["$defs"].values():
        assert part["description"]
