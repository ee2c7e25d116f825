"""The parameters of all rules by name, and which setting of one holds where and when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from schemas.parameter import source_of
from schemas.rule_settings import Scope, SettingVersion
from services.rules.exact import ComparisonParameters
from services.rules.settings_catalogue import (
    Place,
    class_name,
    in_force,
    listed_parameters,
    parameter_classes,
    parameter_named,
    parameters_at,
    setting_at,
    value_of_text,
    values_beside,
)

NOW = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
METHOD = "comparison_parameters.comparison_method"
HERE = Place("1505", "P1", "P1/DA001", "P1/DA001/out/a21026")
KEYS: dict[Scope, str] = {
    "all": "",
    "region": "15",
    "plant": "P1",
    "subject": "P1/DA001",
    "point": "P1/DA001/out/a21026",
}


def setting(
    value: JsonValue, scope: Scope = "all", key: str | None = None, position: int = 1
) -> SettingVersion:
    where = KEYS[scope] if key is None else key
    return SettingVersion(position, METHOD, scope, where, value, NOW, None, "r", "a", NOW, position)


def test_every_class_of_parameters_of_the_rules_is_found_once_by_name() -> None:
    found = parameter_classes()

    assert ComparisonParameters in found
    assert len({class_name(one) for one in found}) == len(found)
    assert all(one.__module__.startswith("services.rules.") for one in found)


def test_every_parameter_says_what_it_is_in_two_languages_and_where_it_comes_from() -> None:
    listed = listed_parameters()

    assert len({one.name for one in listed}) == len(listed)
    for one in listed:
        assert one.en, one.name
        assert one.zh, one.name
        assert one.source.text, one.name
        assert one.source == source_of(one.owner.model_fields[one.field])


def test_every_default_may_be_set_as_it_is_shown() -> None:
    for one in listed_parameters():
        owner = one.owner.model_validate({one.field: one.default})

        assert getattr(owner, one.field) == getattr(one.owner(), one.field), one.name


def test_a_parameter_is_named_in_full_or_by_a_field_that_one_class_alone_has() -> None:
    listed = listed_parameters()

    assert parameter_named(METHOD, listed) is parameter_named("comparison_method", listed)
    with pytest.raises(LookupError, match=f"did you mean {METHOD}"):
        parameter_named("comparison_methood", listed)
    with pytest.raises(LookupError, match="qingkong rules list"):
        parameter_named("zzzzzz", listed)


def test_a_field_that_several_classes_have_must_be_named_in_full() -> None:
    first, *_ = listed_parameters()
    twin = first._replace(name=f"other.{first.field}")

    with pytest.raises(LookupError, match="several parameters"):
        parameter_named(first.field, [first, twin])


def test_a_text_is_read_by_the_type_of_its_parameter() -> None:
    [method] = [one for one in listed_parameters() if one.name == METHOD]

    assert value_of_text(method, "rounded", {}) == "rounded"
    with pytest.raises(ValueError, match=r"cannot be 'half'.*the default is \"full\""):
        value_of_text(method, "half", {})
    with pytest.raises(ValueError, match="this is no JSON"):
        value_of_text(method, "[half", {})


@pytest.mark.parametrize("scope", ["region", "plant", "subject", "point"])
def test_a_nearer_scope_goes_before_a_wider_one_whenever_it_was_recorded(scope: Scope) -> None:
    near, wide = setting("rounded", scope, position=1), setting("full", position=2)

    assert setting_at([near, wide], METHOD, HERE, NOW) == near


def test_of_regions_the_nearer_counts() -> None:
    whole, part = setting("full", "region", "15", 2), setting("rounded", "region", "1505")

    assert setting_at([part, whole], METHOD, HERE, NOW) == part
    assert setting_at([part, whole], METHOD, Place("1502"), NOW) == whole
    assert setting_at([part, whole], METHOD, Place("45"), NOW) is None


def test_what_is_unset_gives_way_to_the_next_wider_scope() -> None:
    wide, near = setting("full"), setting("rounded", "plant")
    unset = setting(None, "plant", position=3)

    assert setting_at([wide, near, unset], METHOD, HERE, NOW) == wide
    assert setting_at([near, unset], METHOD, HERE, NOW) is None


def test_a_setting_holds_from_its_beginning_up_to_its_end() -> None:
    one = setting("rounded")._replace(until=NOW + DAY)

    assert setting_at([one], METHOD, HERE, NOW - DAY) is None
    assert setting_at([one], METHOD, HERE, NOW) == one
    assert setting_at([one], METHOD, HERE, NOW + DAY) is None


@given(st.permutations(range(1, 6)))
def test_the_last_recorded_belief_counts_in_whatever_order_they_come(order: list[int]) -> None:
    versions = [setting("rounded", position=position) for position in order]

    found = setting_at(versions, METHOD, HERE, NOW)

    assert found is not None
    assert found.position == 5


def test_what_is_set_is_established_and_what_is_not_is_doubted() -> None:
    default = parameters_at(ComparisonParameters, [], HERE, NOW)
    chosen = parameters_at(ComparisonParameters, [setting("full")], HERE, NOW)

    assert default.unestablished() == ("comparison_method",)
    assert chosen.unestablished() == ()
    assert values_beside(ComparisonParameters, [setting("full")], HERE, NOW) == {
        "comparison_method": "full"
    }


def test_what_does_not_fit_its_parameter_any_more_is_an_error() -> None:
    with pytest.raises(ValidationError):
        parameters_at(ComparisonParameters, [setting("half")], HERE, NOW)


def test_a_list_gives_each_parameter_its_value_in_force() -> None:
    listed = listed_parameters()

    found = {one.parameter.name: one for one in in_force([setting("rounded")], HERE, NOW, listed)}

    assert len(found) == len(listed)
    assert found[METHOD].value == "rounded"
    assert found[METHOD].established
    others = [one for name, one in found.items() if name != METHOD]
    assert all(one.value == one.parameter.default for one in others)
