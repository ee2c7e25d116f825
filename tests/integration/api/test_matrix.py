"""Every route asks for one permission, and lets each role in just as the matrix says."""

import re
from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant

from schemas.access import Role, Scope
from services.api.permissions import NO_MACHINE, PERMISSIONS, Permission
from services.api.route_list import ListedRoute, api_routes, listed_routes
from tests.fixtures.api import Api, signed_in
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS

ROUTES = list(listed_routes())
PERSONS = [role for role in Role if role is not Role.OPEN]
PAGES = {
    listed.path
    for listed in ROUTES
    if listed.path.startswith("/console") and listed.permissions != (Permission.SIGN_IN,)
}
OF_ENDPOINT: dict[object, Permission] = {
    listed.route.endpoint: listed.permissions[0] for listed in api_routes()
}
REFUSED = {401, 403}
# What answers without end, or begins something elsewhere.
ENDLESS = {Permission.READ_FEED}


def calls(dependant: Dependant) -> Iterator[object]:
    """All that is called before a route is."""
    for inner in dependant.dependencies:
        yield inner.call
        yield from calls(inner)


def named(listed: ListedRoute) -> str:
    return f"{'/'.join(listed.methods)} {listed.path}"


@pytest.mark.parametrize("listed", ROUTES, ids=named)
def test_a_route_asks_for_exactly_one_permission(listed: ListedRoute) -> None:
    assert len(listed.permissions) == 1


@pytest.mark.parametrize("listed", ROUTES, ids=named)
def test_a_route_explains_itself(listed: ListedRoute) -> None:
    assert listed.route.summary
    assert listed.route.description or not listed.path.startswith("/api")


def test_no_two_routes_have_one_address() -> None:
    found = [(method, listed.path) for listed in ROUTES for method in listed.methods]

    assert len(found) == len(set(found))


async def test_each_role_gets_in_where_the_matrix_says_so(api: Api) -> None:
    with api.registrar() as owner:
        stored(owner, PLANTS)
        [(plant,)] = owner.execute("SELECT id FROM plant WHERE code = 'P1'").fetchall()
    scope = Scope(None, frozenset({plant}))
    machines = {role: api.machine(role, role, scope) for role in PERSONS}
    wrong: list[str] = []

    for listed in ROUTES:
        [permission] = listed.permissions
        path = re.sub(r"\{[^}]*\}", "1", listed.path)
        for role, machine in machines.items():
            allowed = permission in PERMISSIONS[role] - NO_MACHINE
            if listed.path.startswith("/console"):
                continue
            if allowed and permission in ENDLESS:
                continue
            for method in listed.methods:
                answer = await machine(method, path)
                if (answer.status_code not in REFUSED) != allowed or answer.status_code >= 500:
                    wrong.append(f"{role} {method} {path}: {answer.status_code}")

    assert wrong == []


async def test_each_role_sees_the_pages_that_the_matrix_says(api: Api) -> None:
    with api.registrar() as owner:
        stored(owner, PLANTS)
        [(plant,)] = owner.execute("SELECT id FROM plant WHERE code = 'P1'").fetchall()
    scope = Scope(None, frozenset({plant}))
    wrong: list[str] = []

    for role in PERSONS:
        api.account(role, role, scope)
        browser, machine = api.browser(), api.machine(f"{role}-machine", role, scope)
        await signed_in(browser, role)
        for listed in (one for one in ROUTES if one.path in PAGES):
            [permission] = listed.permissions
            path = re.sub(r"\{[^}]*\}", "1", listed.path)
            answer, asked = await browser.get(path), await machine("GET", path)
            allowed = permission in PERMISSIONS[role]
            refused = answer.status_code in REFUSED
            if refused == allowed or answer.status_code >= 500 or asked.status_code != 403:
                wrong.append(f"{role} {path}: {answer.status_code}, by token {asked.status_code}")

    assert wrong == []


@pytest.mark.parametrize("listed", [one for one in ROUTES if one.path in PAGES], ids=named)
def test_a_page_shows_what_whoever_may_see_it_may_ask_for(listed: ListedRoute) -> None:
    """Whoever has a page's permission has those of all routes that it is made of; it writes nothing."""
    [own] = listed.permissions
    made_of = {OF_ENDPOINT[call] for call in calls(listed.route.dependant) if call in OF_ENDPOINT}

    assert listed.methods == ["GET"]
    for permissions in PERMISSIONS.values():
        assert own not in permissions or made_of <= permissions


async def test_whoever_does_not_say_who_he_is_gets_in_where_anybody_may(api: Api) -> None:
    browser, wrong = api.browser(), list[str]()

    for listed in ROUTES:
        path = re.sub(r"\{[^}]*\}", "1", listed.path)
        allowed = listed.permissions[0] in PERMISSIONS[Role.OPEN]
        for method in listed.methods:
            answer = await browser.request(method, path)
            if (answer.status_code != 401) != allowed or answer.status_code >= 500:
                wrong.append(f"{method} {path}: {answer.status_code}")

    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_what_the_public_may(role: Role) -> None:
    assert PERMISSIONS[role] >= PERMISSIONS[Role.OPEN]


def test_an_auditor_writes_nothing() -> None:
    named = {each.value for each in PERMISSIONS[Role.AUDITOR]}

    assert {each for each in named if not each.startswith("read_")} == {
        "sign_in",
        "open_data",
        "own_account",
        "export",
    }
