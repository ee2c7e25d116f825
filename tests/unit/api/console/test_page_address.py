"""The address of a page with other parameters: nothing that was asked for is lost by going on."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from schemas.access import EVERYTHING, Role
from services.api.callers import Caller
from services.api.console.page import Page

SEVERAL = [("state", "open"), ("state", "resolved"), ("kind", "no_data"), ("cursor", "a b")]


def page_at(*asked: tuple[str, str]) -> Page:
    """A page that was asked for so."""
    request = Request({
        "type": "http", "method": "GET", "path": "/console/alerts", "headers": [],
        "query_string": urlencode(asked).encode(), "scheme": "http", "server": ("localhost", 80),
    })  # fmt: skip
    caller = Caller(1, "officer", Role.OPERATOR, EVERYTHING, "session", frozenset())
    return Page(request, caller, "zh", datetime(2026, 8, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        pytest.param(
            {"cursor": "c&d"},
            "state=open&state=resolved&kind=no_data&cursor=c%26d",
            id="the next page",
        ),
        pytest.param({"cursor": None}, "state=open&state=resolved&kind=no_data", id="left out"),
        pytest.param(
            {"state": "open", "cursor": None}, "kind=no_data&state=open", id="one instead of two"
        ),
        pytest.param(
            {"state": ["open", "lapsed"], "cursor": None},
            "kind=no_data&state=open&state=lapsed",
            id="two others",
        ),
        pytest.param({"state": None, "kind": None, "cursor": None}, "", id="nothing"),
        pytest.param(
            {"page": 2, "cursor": None},
            "state=open&state=resolved&kind=no_data&page=2",
            id="number",
        ),
    ],
)
def test_what_is_not_named_stays_each_time_it_was_given(
    changed: dict[str, object], asked: str
) -> None:
    found = page_at(*SEVERAL, ("lang", "en")).here(**changed)

    assert found == "/console/alerts" + (f"?{asked}" if asked else "")


def test_the_other_language_asks_for_the_same() -> None:
    found = page_at(*SEVERAL).other_language

    assert found.startswith("/console/alerts?state=open&state=resolved&kind=no_data&")
    assert found.endswith("&lang=en")


def test_what_was_given_empty_stays() -> None:
    assert page_at(("text", ""), ("page", "2")).here(page=3) == "/console/alerts?text=&page=3"
