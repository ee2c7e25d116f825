"""Every figure of the means has its source, and those nobody vouches for are known by name."""

import pytest

from schemas.parameter import Parameters, source_of, stated_of
from services.rules.capture_rate import CaptureParameters
from services.rules.conversion import ConversionParameters
from services.rules.exact import ComparisonParameters
from services.rules.flags import FlagParameters
from services.rules.hour_parameters import HourParameters
from services.rules.longer_means import LongMeanParameters
from services.rules.mass_substitution import SubstitutionParameters

ALL: tuple[type[Parameters], ...] = (
    CaptureParameters,
    ComparisonParameters,
    ConversionParameters,
    FlagParameters,
    HourParameters,
    LongMeanParameters,
    SubstitutionParameters,
)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_parameter_says_what_it_is_in_both_languages_and_where_it_stands(
    kind: type[Parameters],
) -> None:
    for name, field in kind.model_fields.items():
        assert field.description, name
        assert stated_of(field).get("zh"), name
        assert source_of(field).text, name


@pytest.mark.parametrize(
    ("kind", "established"),
    [
        (CaptureParameters, set[str]()),
        (ComparisonParameters, set[str]()),
        (
            ConversionParameters,
            {"ambient_oxygen", "zero_celsius", "standard_pressure", "molar_volume"},
        ),
        (FlagParameters, {"more_flags"}),
        (HourParameters, {"valid_minutes"}),
        (LongMeanParameters, {"valid_hours"}),
        (SubstitutionParameters, set[str]()),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_only_what_was_read_in_its_source_is_established(
    kind: type[Parameters], established: set[str]
) -> None:
    params = kind()

    assert set(kind.model_fields) - set(params.unestablished()) == established


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_a_parameter_that_a_bureau_set_is_no_doubt(kind: type[Parameters]) -> None:
    as_set = kind.model_validate(kind().model_dump())

    assert as_set.unestablished() == ()
    assert as_set == kind()


def test_every_parameter_has_a_name_of_its_own_as_a_doubt_must() -> None:
    names = [name for kind in ALL for name in kind.model_fields]

    assert len(names) == len(set(names))
