"""The policies of a device in the document: validated, described, and kept by their names."""

import json

import pytest

from schemas.policies import MEANINGS, Policy
from schemas.registry import document_schema
from services.cases.registering.document import parse_document
from services.cases.registering.written import registry_text
from tests.fixtures.registry import STANDARD, TERSE, MemoryRegistry, compared, named

ALLOWED = TERSE.replace("mn: MN-A", "mn: MN-A\n        policies: [long_data_time, bare_codes]")


def policies(registry: MemoryRegistry) -> list[tuple[str, ...]]:
    return [row.policies for row in registry.rows.devices.values()]


def test_a_device_has_no_policy_unless_one_is_named() -> None:
    registry = MemoryRegistry()
    registry.load(TERSE)

    assert policies(registry) == [()]
    assert "policies" not in registry_text(registry.rows, STANDARD)


def test_policies_are_kept_as_plain_names_in_one_order() -> None:
    registry = MemoryRegistry()
    registry.load(ALLOWED)

    assert policies(registry) == [("bare_codes", "long_data_time")]
    assert {type(name) for name in policies(registry)[0]} == {str}


@pytest.mark.parametrize(
    "listed",
    ["[bare_codes, long_data_time]", "[long_data_time, bare_codes, bare_codes]"],
    ids=["rearranged", "one twice"],
)
def test_another_way_of_saying_the_same_is_no_change(listed: str) -> None:
    registry = MemoryRegistry()
    registry.load(ALLOWED)

    found = compared(registry.rows, ALLOWED.replace("[long_data_time, bare_codes]", listed))

    assert found.empty


def test_what_is_left_out_stays_and_an_empty_list_takes_all_away() -> None:
    registry = MemoryRegistry()
    registry.load(ALLOWED)
    kept = compared(registry.rows, TERSE)

    cleared = compared(registry.rows, ALLOWED.replace("[long_data_time, bare_codes]", "[]"))

    assert kept.empty
    assert named(cleared) == [("changed", "device", "P1 / MN-A")]
    assert [row.policies for row in cleared.write.devices.values()] == [()]


def test_an_unknown_policy_is_an_error_at_its_place() -> None:
    parsed = parse_document(ALLOWED.replace("bare_codes", "anything_goes"))

    assert parsed.document is None
    (problem,) = parsed.problems
    assert problem.path.startswith("plants[0].devices[0].policies")


def test_the_schema_tells_what_each_policy_accepts() -> None:
    text = json.dumps(document_schema(), ensure_ascii=False)

    for policy in Policy:
        assert f"{policy}: {MEANINGS[policy]}" in text
