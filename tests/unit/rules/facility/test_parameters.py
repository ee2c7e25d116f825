"""Parameters of facilities: each with a source, none established that is ours."""

import pytest

from schemas.parameter import Parameters, source_of, stated_of
from services.rules.facility.clawback_parameters import ClawbackParameters
from services.rules.facility.parameters import DERIVED, TIMELINE, FacilityParameters
from services.rules.facility.removal_parameters import RemovalParameters
from services.rules.facility.usual_rules import RunningRuleParameters

CLASSES = (FacilityParameters, RemovalParameters, ClawbackParameters, RunningRuleParameters)


@pytest.mark.parametrize("owner", CLASSES)
def test_every_parameter_says_what_it_is_and_where_from(owner: type[Parameters]) -> None:
    for name, field in owner.model_fields.items():
        assert source_of(field).text, name
        assert field.description, name
        assert stated_of(field).get("zh"), name


def test_the_tariffs_figures_are_established() -> None:
    assert ClawbackParameters().unestablished() == ("ultra_low_like_others",)


def test_the_seed_plans_targets_are_established() -> None:
    doubtful = RemovalParameters().unestablished()

    assert "desulphurisation" not in doubtful
    assert "denitrification" not in doubtful
    assert {"nmhc_petrochemical", "nmhc_general"} <= set(doubtful)


def test_no_delay_of_facilities_is_established_until_somebody_sets_it() -> None:
    assert "off_delay_s" in FacilityParameters().unestablished()
    assert "off_delay_s" not in FacilityParameters(off_delay_s=900).unestablished()
    assert {*TIMELINE, *DERIVED} <= set(FacilityParameters.model_fields)


@pytest.mark.parametrize("owner", CLASSES)
def test_defaults_survive_json(owner: type[Parameters]) -> None:
    assert owner.model_validate_json(owner().model_dump_json()) == owner()
