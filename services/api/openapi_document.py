"""The OpenAPI document: what the routes say, with all that holds for every route said once.

It must not know what a route does: problems, headers, permissions and examples follow from what the
route declares.
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias, cast

from fastapi import FastAPI
from fastapi.routing import APIRoute

from schemas.access import Role
from services.api.identity import COOKIE, CSRF_HEADER, SAFE
from services.api.openapi_examples import Examples
from services.api.openapi_problems import (
    DESCRIPTIONS,
    IF_MATCH,
    name_of,
    parameters_of,
    problem_answers,
    problem_content,
    problems_of,
)
from services.api.permissions import NO_MACHINE, PERMISSIONS, Permission
from services.api.problems import MEDIA_TYPE
from services.api.route_list import ListedRoute, api_routes
from services.api.routers import PREFIX

Json: TypeAlias = dict[str, object]
JSON: Final = "application/json"
EVENTS: Final = "text/event-stream"
OF_WRITES: Final = frozenset({IF_MATCH, "Idempotency-Key"})
"""Headers that say nothing to who only reads."""
PARAMETERS: Final[Mapping[str, str]] = {
    "alert": "The case's number 告警编号", "order": "The order's number 督办编号",
    "contest": "The contest's number 申诉编号", "limit": "The limit's number 限值编号",
    "mark": "The mark's number 标记编号", "result": "The result's number 结果编号",
    "silence": "The silence's number 静默编号", "token": "The token's number 令牌编号",
    "verdict": "The verdict's number 判定编号", "attachment": "The file's number 附件编号",
    "region": "A region with all below it 行政区划代码 (GB/T 2260)",
    "plant": "The plant's code 企业编码", "name": "Its name 名称",
    "actor": "Who did it 操作人", "action": "What was done 操作, like alert.acknowledge",
    "object": "What it was done to 对象, like alert/17",
    "from": "The beginning 起 (ISO 8601)", "to": "The end 止, which does not belong to it",
    "state": "As the identity provider gave it back", "code": "As the identity provider gave it",
}  # fmt: skip
"""What parameters of these names are, where the route does not say it."""
SECURITY: Final[Json] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": f"Of `POST {PREFIX}/session`; what changes anything also sends {CSRF_HEADER}. "
        f"By https the cookie's name is `__Host-{COOKIE}`.",
    },
    "token": {"type": "http", "scheme": "bearer", "description": "A machine's token: `qk_…`"},
}
REQUEST_ID: Final[Json] = {
    "description": "What the request is called in our logs 请求编号",
    "schema": {"type": "string"},
}
POSITION: Final[Json] = {
    "description": "The position that was answered for 截至位置: ask with it as `as_of`",
    "schema": {"type": "string", "pattern": "^[0-9]+$"},
}
ETAG: Final[Json] = {
    "description": "The version that there is now 版本, where there is one: send it as If-Match",
    "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
}


class Documented(FastAPI):
    """An application that tells all that it answers."""

    def openapi(self) -> dict[str, object]:
        """The document; made once."""
        if not self.openapi_schema:
            self.openapi_schema = completed(super().openapi())
        return self.openapi_schema


def operation_id(route: APIRoute) -> str:
    """The method and the words of the address: no two routes share both."""
    method = min(route.methods or {"get"}).lower()
    words = route.path_format.removeprefix(PREFIX).replace(".", "/").replace("-", "_").split("/")
    return "_".join([method, *(word.strip("{}") for word in words if word)])


def completed(document: Json) -> Json:
    """The document with what holds for every operation."""
    components = cast("dict[str, Json]", document["components"])
    components["responses"] = problem_answers()
    components["securitySchemes"] = SECURITY
    answered, asked = (Examples(components["schemas"], few=few) for few in (False, True))
    for listed, operation in _operations(document):
        _complete_parameters(listed, operation)
        _complete_answers(listed, operation)
        _complete_access(listed, operation)
        _complete_examples(operation.get("requestBody"), asked)
        for answer in cast("Json", operation["responses"]).values():
            _complete_examples(answer, answered)
    return document


def _operations(document: Json) -> Iterator[tuple[ListedRoute, Json]]:
    paths = cast("dict[str, dict[str, Json]]", document["paths"])
    for listed in api_routes():
        item = paths[_path(listed)]
        for method in listed.methods:
            if method.lower() in item:
                yield listed, item[method.lower()]


def _path(listed: ListedRoute) -> str:
    return listed.path.removesuffix(listed.route.path) + listed.route.path_format


def _complete_parameters(listed: ListedRoute, operation: Json) -> None:
    safe = set(listed.methods) <= SAFE
    kept = [one for name, one in parameters_of(operation) if not (safe and name in OF_WRITES)]
    for one in kept:
        one.setdefault("description", _meant(one))
    if kept:
        operation["parameters"] = kept
    else:
        operation.pop("parameters", None)


def _meant(parameter: Json) -> str:
    """What a parameter is whose route does not say it."""
    name, schema = str(parameter["name"]), cast("Json", parameter["schema"])
    number = f"Number of the {name} 编号" if schema.get("type") == "integer" else ""
    return PARAMETERS.get(name, number)


def _complete_answers(listed: ListedRoute, operation: Json) -> None:
    answers = cast("dict[str, Json]", operation["responses"])
    answers.pop("default", None)
    named = {int(status) for status, told in answers.items() if not told.keys() - {"description"}}
    for status in sorted({*problems_of(listed, operation), *(named & DESCRIPTIONS.keys())}):
        shared: Json = {"$ref": f"#/components/responses/{name_of(status)}"}
        answers[str(status)] = shared if status in named else answers.get(str(status), shared)
    names = {name for name, _ in parameters_of(operation)}
    for status, answer in answers.items():
        if "$ref" not in answer:
            _complete_content(int(status), answer)
            _complete_headers(names, answer)


def _complete_content(status: int, answer: Json) -> None:
    content = cast("Json", answer.get("content") or {})
    if status in DESCRIPTIONS and MEDIA_TYPE not in content:
        content.update(problem_content(status))
    if EVENTS in content:
        content[EVENTS] = {"x-event": content.pop(JSON, {})}
    if content:
        answer["content"] = content


def _complete_headers(names: set[str], answer: Json) -> None:
    headers = cast("Json", answer.setdefault("headers", {}))
    headers.setdefault("X-Request-ID", REQUEST_ID)
    if "as_of" in names:
        headers.setdefault("Qingkong-Position", POSITION)
    if IF_MATCH in names:
        headers.setdefault("ETag", ETAG)


def _complete_access(listed: ListedRoute, operation: Json) -> None:
    [permission] = listed.permissions
    said = str(operation.get("description", "")).strip()
    if permission in PERMISSIONS[Role.OPEN]:
        operation["security"] = []
        return
    machines: list[Json] = [] if permission in NO_MACHINE else [{"token": []}]
    operation["security"] = [{"session": []}, *machines]
    operation["description"] = f"{said}\n\n{_who(permission)}".strip()


def _who(permission: Permission) -> str:
    roles = ", ".join(role for role in Role if permission in PERMISSIONS[role])
    return f"Permission 权限: `{permission}` ({roles})."


def _complete_examples(told: object, examples: Examples) -> None:
    """Of a body or an answer, for each media type that says nothing itself."""
    content = cast("dict[str, Json]", cast("Json", told or {}).get("content") or {})
    for kind, media in content.items():
        said = kind == MEDIA_TYPE or {"example", "examples"} & media.keys()
        if media.get("schema") and not said:
            media["example"] = examples.of(media["schema"])
