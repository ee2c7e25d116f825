"""A form of marks offers the kinds of a plant's own sector first, and hides none."""

from collections.abc import Sequence

import pytest

from services.api.console.plants.kinds_offered import kinds_offered
from services.rules.marks.kinds import mark_kinds

EVERY = {kind.key for kind in mark_kinds().values()}


@pytest.mark.parametrize(
    ("trade", "first"),
    [
        pytest.param(["燃煤锅炉", "火力发电"], "thermal_power", id="a power plant"),
        pytest.param(["Municipal waste INCINERATION"], "waste_incineration", id="an incinerator"),
        pytest.param(["水泥制造"], "cement", id="a cement works"),
    ],
)
def test_ones_own_sector_comes_first_and_others_stand_apart(
    trade: Sequence[str], first: str
) -> None:
    found = kinds_offered(trade)

    assert found[0].sector == first
    assert found[-1].sector is None
    assert "equipment" in {one.sector for one in found}
    assert first not in {kind.sector for kind in found[-1].kinds}
    assert {kind.key for group in found for kind in group.kinds} == EVERY


@pytest.mark.parametrize(
    "trade", [[], ["sewage", "城镇污水处理"]], ids=["nothing said", "no sector"]
)
def test_of_a_plant_of_no_known_sector_all_are_offered_alike(trade: Sequence[str]) -> None:
    found = kinds_offered(trade)

    assert None not in {one.sector for one in found}
    assert {kind.key for group in found for kind in group.kinds} == EVERY
