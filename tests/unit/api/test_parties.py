"""For whom somebody acts follows from his role and scope."""

import pytest

from schemas.access import EVERYTHING, Role, Scope
from schemas.order import Actor, Party
from services.api.callers import Caller
from services.api.parties import as_bureau, as_plant, origin_said
from services.api.problems import Problem
from services.store.places import PlantRef

PLANT = PlantRef(7, "P1", "示例厂", "P1", "150502")
SOME = frozenset({7})


def caller(role: Role, scope: Scope) -> Caller:
    return Caller(1, "王", role, scope, "token", frozenset())


@pytest.mark.parametrize(
    ("scope", "region", "place"),
    [
        (Scope("1505"), "150502", "1505"),
        (Scope("150502"), "1505", "150502"),
        (EVERYTHING, "15", "15"),
        (Scope(None, SOME), "15", "150502"),
        (Scope("1505", SOME), "15", "1505"),
        (Scope(None, SOME, Scope("1505")), "15", "1505"),
        (Scope("150502", None, Scope("1505")), "15", "150502"),
    ],
    ids=[
        "his region", "held above him", "all", "some plants", "some plants of a region",
        "a token for some plants", "a token for a part",
    ],
)  # fmt: skip
def test_the_bureau_that_somebody_acts_for(scope: Scope, region: str, place: str) -> None:
    actor = as_bureau(caller(Role.OPERATOR, scope), region, PLANT)

    assert actor == Actor("王", Party.BUREAU, place)


def test_a_plant_acts_for_itself() -> None:
    actor = as_plant(caller(Role.PLANT, Scope(None, SOME)), PLANT)

    assert actor == Actor("王", Party.PLANT, "P1")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPEN])
def test_who_states_nothing_has_no_origin(role: Role) -> None:
    with pytest.raises(Problem):
        origin_said(caller(role, EVERYTHING), None)
