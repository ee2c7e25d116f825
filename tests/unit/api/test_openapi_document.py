"""The document reads like documentation: for every operation all that one must know to use it."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from schemas.access import Role
from services.api.app import make_app, make_context, make_pool
from services.api.documentation import page
from services.api.openapi_document import operation_id
from services.api.openapi_examples import Examples
from services.api.openapi_problems import DESCRIPTIONS
from services.api.permissions import PERMISSIONS, Permission
from services.api.problems import MEDIA_TYPE, Kinds
from services.api.route_list import api_routes
from services.runtime.settings import Settings

Json = dict[str, Any]
NEVER_PROMISED = {405, 415, 500}
"""Of an address that is not there, a format that no operation has, and our own faults."""


@cache
def document() -> Json:
    settings = Settings()
    return make_app(make_context(settings, make_pool(settings, "postgresql://nowhere"))).openapi()


def operations() -> Iterator[tuple[str, Json]]:
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


@cache
def by_label() -> dict[str, Json]:
    return dict(operations())


def media_of(operation: Json) -> Iterator[tuple[str, str, Json]]:
    """Where, of which type, and what: of the body and of the answers that are no problems."""
    told = {"body": operation.get("requestBody", {}), **operation["responses"]}
    for where, one in told.items():
        for kind, media in one.get("content", {}).items():
            if kind != MEDIA_TYPE:
                yield where, kind, media


def lacking(fits: Callable[[Json], object]) -> list[str]:
    """The operations of which it does not hold."""
    return [label for label, operation in by_label().items() if not fits(operation)]


def test_an_operation_says_what_it_does_and_to_whom_it_belongs() -> None:
    for word in ("summary", "description", "tags"):
        assert lacking(lambda operation, word=word: operation.get(word)) == []


def test_a_parameter_says_what_it_is() -> None:
    silent = [
        f"{label}: {one['name']}"
        for label, operation in by_label().items()
        for one in operation.get("parameters", ())
        if not one.get("description")
    ]

    assert silent == []


def test_no_two_operations_have_one_name() -> None:
    names = [one["operationId"] for one in by_label().values()]

    assert len(names) == len(set(names))
    assert all(name.isidentifier() for name in names)


def test_bodies_and_answers_have_examples_that_fit() -> None:
    """All under one schema, which is read once."""
    schemas: Json = {}
    examples: Json = {}
    for label, operation in by_label().items():
        for where, kind, media in media_of(operation):
            if kind == "application/json":
                schemas[f"{label} {where}"] = media["schema"]
                examples[f"{label} {where}"] = media.get("example")
    whole = {"properties": schemas, "components": document()["components"]}

    errors = jsonschema_rs.Draft202012Validator(whole).iter_errors(examples)

    assert [(list(one.instance_path), one.message) for one in errors] == []
    assert len(examples) > len(by_label()) // 2


def test_every_answer_is_named_and_none_is_left_open() -> None:
    never = {str(status) for status in NEVER_PROMISED}

    assert lacking(lambda one: "default" not in one["responses"]) == []
    assert lacking(lambda one: {"400", "401", "503"} <= set(one["responses"])) == []
    assert lacking(lambda one: not never & set(one["responses"])) == []
    assert lacking(lambda one: any(each[0] in "23" for each in one["responses"])) == []


def test_every_kind_of_problem_is_described_or_never_promised() -> None:
    statuses = {kind.value.status for kind in Kinds}

    assert statuses == {*DESCRIPTIONS, *NEVER_PROMISED}


def test_the_answer_of_each_problem_is_a_problem_with_an_example() -> None:
    for status in DESCRIPTIONS:
        answer = document()["components"]["responses"][f"Problem{status}"]
        media = answer["content"][MEDIA_TYPE]
        assert media["schema"] == {"$ref": "#/components/schemas/ProblemDocument"}
        assert media["example"]["status"] == status
        assert answer["description"]


@pytest.mark.parametrize(
    ("label", "there", "absent"),
    [
        (
            "POST /api/v1/alerts/{alert}/acknowledge",
            {403, 404, 408, 409, 412, 413, 422},
            {428, 429},
        ),
        ("PATCH /api/v1/marks/{mark}", {404, 412, 428}, {429}),
        ("POST /api/v1/limits/{limit}/correct", {409, 412, 428}, {429}),
        ("GET /api/v1/plants", {403, 404, 422}, {408, 409, 412, 413, 428, 429}),
        ("GET /api/v1/open/plants", {404, 429}, {403, 409, 412, 428}),
        ("POST /api/v1/session", {403, 413, 429}, {404, 409, 412, 428}),
        ("GET /api/v1/audit", {403, 422}, {409, 412, 428}),
        ("GET /healthz", set[int](), {403, 404, 409, 412, 422, 428, 429}),
    ],
)
def test_the_problems_that_can_come_of_it_are_those_that_are_named(
    label: str, there: set[int], absent: set[int]
) -> None:
    named = {int(status) for status in by_label()[label]["responses"]}

    assert there <= named
    assert not absent & named


def test_who_only_reads_is_not_asked_for_versions_and_keys() -> None:
    for label, operation in by_label().items():
        headers = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}
        if label.startswith("GET"):
            assert not headers & {"If-Match", "Idempotency-Key"}, label


def test_an_operation_says_who_may_and_how_one_says_who_one_is() -> None:
    for listed in api_routes():
        [permission] = listed.permissions
        address = listed.path.removesuffix(listed.route.path) + listed.route.path_format
        for method in listed.methods:
            operation = by_label()[f"{method} {address}"]
            if permission in PERMISSIONS[Role.OPEN]:
                assert operation["security"] == []
            else:
                assert f"`{permission}`" in operation["description"]
                assert {"session": []} in operation["security"]


def test_no_token_is_offered_where_none_will_do() -> None:
    security = by_label()["POST /api/v1/tokens"]["security"]

    assert security == [{"session": []}]
    assert Permission.OWN_TOKENS in PERMISSIONS[Role.OPERATOR]


def test_the_page_names_the_problems_and_shows_an_example() -> None:
    text = page(document(), "docs.css", "openapi.json")

    assert "problems 问题: 400, 401, 403, 404" in text
    assert "P1/DA001/out/a21026" in text


def test_live_events_are_told_of_as_a_stream() -> None:
    content = by_label()["GET /api/v1/feed"]["responses"]["200"]["content"]

    assert list(content) == ["text/event-stream"]
    assert content["text/event-stream"]["x-event"]["schema"]["$ref"].endswith("/FeedEvent")


def test_an_operation_is_named_by_its_method_and_address() -> None:
    routes = {operation_id(listed.route) for listed in api_routes()}

    assert "post_alerts_alert_acknowledge" in routes
    assert "get_export_what_form" in routes


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        ({"type": "string", "examples": ["a", "b"]}, "a"),
        ({"enum": ["x", "y"]}, "x"),
        ({"const": 3}, 3),
        ({"type": "string", "format": "date-time"}, "2026-08-10T09:00:00+08:00"),
        ({"type": "integer", "minimum": 7}, 7),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, False),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"type": "string", "maxLength": 1}, "示"),
        ({"$ref": "#/components/schemas/Point"}, {"code": "a21026"}),
    ],
    ids=["said", "enum", "const", "time", "least", "option", "list", "short", "reference"],
)
def test_an_example_is_what_the_schema_says(schema: Json, example: object) -> None:
    known = {"Point": {"type": "object", "properties": {"code": {"type": "string"}}}}

    assert Examples(known).of(schema) == example


def test_a_body_is_shown_without_what_may_be_left_out() -> None:
    schema = {
        "type": "object", "required": ["reason"],
        "properties": {
            "reason": {"type": "string"}, "note": {"type": "string", "default": ""},
            "to": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "level": {"type": "string", "examples": ["ordinary"]},
        },
    }  # fmt: skip

    assert Examples({}, few=True).of(schema) == {"reason": "查明原因并整改", "level": "ordinary"}


def test_a_schema_that_holds_itself_has_an_end() -> None:
    tree = {
        "type": "object",
        "properties": {"below": {"type": "array", "items": {"$ref": "#/Tree"}}},
    }

    assert Examples({"Tree": tree}).of(tree)
