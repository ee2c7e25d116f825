"""What lies outside of a scope does not exist, and nobody can tell it from what really does not."""

from collections.abc import Callable, Iterator

import pytest

from schemas.access import EVERYTHING, Role, Scope
from services.api.access import Sight
from services.api.callers import Caller, permissions_of
from services.api.problems import Problem
from services.store.session import Session
from tests.fixtures.api import Api
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS, judged, opened


@pytest.fixture
def stage(api: Api) -> Iterator[Session]:
    with api.registrar() as owner:
        stored(owner, PLANTS)
    with api.owner() as connection:
        yield connection


def sight(api: Api, session: Session, scope: Scope) -> Sight:
    allowed = permissions_of(Role.OPERATOR, "session", None)
    return Sight(session, api.context, Caller(1, "anna", Role.OPERATOR, scope, "session", allowed))


def plant(session: Session, code: str) -> int:
    [(key,)] = session.execute("SELECT id FROM plant WHERE code = %s", (code,)).fetchall()
    return int(key)


@pytest.mark.parametrize(
    ("region", "codes", "seen"),
    [
        (None, None, None),
        ("15", None, ["P1", "P2"]),
        ("1505", None, ["P1"]),
        ("150502", None, ["P1"]),
        ("1502", ["P1"], []),
        (None, ["P2"], ["P2"]),
        ("11", None, []),
    ],
    ids=["all", "province", "city", "county", "beyond its region", "one plant", "another province"],
)
async def test_a_scope_means_plants(
    api: Api, stage: Session, region: str | None, codes: list[str] | None, seen: list[str] | None
) -> None:
    plants = None if codes is None else frozenset(plant(stage, code) for code in codes)

    found = sight(api, stage, Scope(region, plants)).plants()

    assert found == (None if seen is None else sorted(plant(stage, code) for code in seen))


async def test_a_token_sees_no_more_than_its_account_does_now(api: Api, stage: Session) -> None:
    scope = Scope("15", None, Scope("1502"))

    found = sight(api, stage, scope).plants()

    assert found == [plant(stage, "P2")]


async def test_a_plant_that_came_later_is_seen_at_once(api: Api, stage: Session) -> None:
    seen = sight(api, stage, Scope("1502"))
    before = seen.plants()

    with api.registrar() as owner:
        stored(owner, "plants: [{code: P3, name: 新厂, region: 1502}]")

    assert seen.plants() == [*(before or []), plant(stage, "P3")]


async def test_another_regions_things_are_not_found(api: Api, stage: Session) -> None:
    with api.registrar() as owner:
        alert, verdict = opened(owner), judged(owner)
    seen, blind = sight(api, stage, Scope("1505")), sight(api, stage, Scope("1502"))
    asked: tuple[Callable[[Sight], object], ...] = (
        lambda of: of.plant("P1"),
        lambda of: of.outlet("P1", "DA001"),
        lambda of: of.alert(alert),
        lambda of: of.verdict(verdict),
        lambda of: of.region("1505"),
        lambda of: of.plants_in("1505"),
    )

    for ask in asked:
        ask(seen)
        with pytest.raises(Problem) as hidden:
            ask(blind)
        assert hidden.value.kind.value.status == 404


async def test_what_is_hidden_and_what_is_not_there_are_told_alike(
    api: Api, stage: Session
) -> None:
    blind = sight(api, stage, Scope("1502"))
    told: list[str] = []

    for code in ("P1", "P9"):
        with pytest.raises(Problem) as hidden:
            blind.plant(code)
        told.append(hidden.value.zh)

    assert told[0] == told[1]


async def test_a_kind_of_thing_is_not_found_as_another(api: Api, stage: Session) -> None:
    seen = sight(api, stage, EVERYTHING)

    assert seen.subject("P1", "DA001").kind == "outlet"
    with pytest.raises(Problem):
        seen.facility("P1", "DA001")


@pytest.mark.parametrize("number", [-1, 0, 1 << 70])
async def test_numbers_that_nothing_has_are_not_found(
    api: Api, stage: Session, number: int
) -> None:
    with pytest.raises(Problem):
        sight(api, stage, EVERYTHING).order(number)


async def test_what_is_about_the_platform_is_for_who_sees_everything(
    api: Api, stage: Session
) -> None:
    with api.registrar() as owner:
        alert = opened(owner)
        owner.execute("UPDATE alert SET plant = NULL, subject = NULL, point = NULL")

    assert sight(api, stage, EVERYTHING).alert(alert) is None
    with pytest.raises(Problem):
        sight(api, stage, Scope("15")).alert(alert)
