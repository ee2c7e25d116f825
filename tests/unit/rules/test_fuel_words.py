"""What fuels are called, and whether one word means another."""

import pytest

from services.rules.condition_words import parse
from services.rules.conditions import Truth, truth_of
from services.rules.fuel_words import fuel_named, is_fuel


@pytest.mark.parametrize(
    ("said", "name"),
    [
        pytest.param("煤", "coal", id="Chinese"),
        pytest.param(" Lignite ", "coal", id="a kind of it, in any case"),
        pytest.param("高炉煤气", "other gas", id="blast-furnace gas"),
        pytest.param("peat", None, id="nobody knows"),
    ],
)
def test_a_word_is_one_of_the_fuels_that_standards_tell_apart(said: str, name: str | None) -> None:
    assert fuel_named(said) == name


@pytest.mark.parametrize(
    ("said", "wanted", "holds"),
    [
        pytest.param("燃煤", "coal", True, id="two words for one fuel"),
        pytest.param("褐煤", "煤", True, id="lignite is coal"),
        pytest.param("coal", "anthracite", None, id="coal may be anthracite"),
        pytest.param("lignite", "anthracite", False, id="lignite is not"),
        pytest.param("天然气", "gas", True, id="natural gas is gas"),
        pytest.param("gas", "natural gas", None, id="gas may be natural gas"),
        pytest.param("柴油", "coal", False, id="diesel is no coal"),
        pytest.param("peat", "coal", None, id="a word that nobody knows"),
        pytest.param("peat", "Peat", True, id="the same word"),
    ],
)
def test_whether_one_word_means_another(said: str, wanted: str, holds: bool | None) -> None:  # noqa: FBT001 - a case
    assert is_fuel(said, wanted) is holds


@pytest.mark.parametrize(
    ("condition", "fuel", "truth"),
    [
        pytest.param("fuel=coal", "煤", Truth.TRUE, id="in whatever language"),
        pytest.param("fuel!=coal", "煤", Truth.FALSE, id="not"),
        pytest.param("fuel=gas|oil", "重油", Truth.TRUE, id="any of"),
        pytest.param("fuel=anthracite", "coal", Truth.UNKNOWN, id="left open"),
        pytest.param("fuel!=coal", "sawdust", Truth.UNKNOWN, id="unknown words pick no limit"),
    ],
)
def test_conditions_ask_for_fuels_and_not_for_words(
    condition: str, fuel: str, truth: Truth
) -> None:
    assert truth_of(parse(condition), {"fuel": fuel}) is truth
