"""Which problems an operation can answer with, told from what its route depends on.

It must not know what the operation answers when all is well.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, cast

from fastapi.dependencies.models import Dependant

from schemas.access import Role
from services.api.access import within_of
from services.api.etags import needed_version
from services.api.identity import SAFE
from services.api.open_part import opened
from services.api.permissions import PERMISSIONS, Permission
from services.api.problems import MEDIA_TYPE, Kinds
from services.api.route_list import ListedRoute

Json: TypeAlias = dict[str, object]
IF_MATCH: Final = "If-Match"
REFERENCE: Final = "#/components/schemas/ProblemDocument"
DESCRIPTIONS: Final[Mapping[int, str]] = {
    400: "It cannot be read 请求无法读取: an address with %00, no JSON, or a cursor of another list.",
    401: "Nobody is signed in, or the token does not hold 未登录或令牌无效.",
    403: "The role or token may not do this, or the CSRF token is missing 无权限或缺少防伪令牌.",
    404: "It does not exist, or not for this caller 不存在或不在可见范围内.",
    408: "The request did not come whole in time 请求未在时限内送达.",
    409: "It does not fit what is there 与现状冲突.",
    412: "It was changed since it was looked at, or If-Match is no ETag of ours 已被他人修改.",
    413: "The request is too large 请求过大.",
    422: "What was sent does not hold 内容不合要求; `errors` says which field.",
    428: "If-Match is needed: say which version was looked at 须注明所见版本.",
    429: "Too many requests 请求过于频繁: `Retry-After` says when to come back.",
    503: "The database cannot answer now, or not in time 服务暂不可用或查询超时.",
}


def problems_of(listed: ListedRoute, operation: Mapping[str, object]) -> list[int]:
    """The statuses of the problems that can come of it, in order."""
    [permission] = listed.permissions
    calls = set(calls_of(listed.route.dependant))
    unsafe = not set(listed.methods) <= SAFE
    parameters = {name for name, _ in parameters_of(operation)}
    anybody = permission in PERMISSIONS[Role.OPEN]
    body = "requestBody" in operation
    when = {
        400: True,
        401: True,
        403: unsafe or not anybody,
        404: "{" in listed.path or within_of in calls or opened in calls,
        408: body,
        409: unsafe and permission is not Permission.SIGN_IN,
        412: IF_MATCH in parameters,
        413: body,
        422: body or bool(parameters),
        428: needed_version in calls,
        429: opened in calls,
        503: True,
    }
    return [status for status, can in when.items() if can]


def calls_of(dependant: Dependant) -> Iterator[Callable[..., object]]:
    """All that a route depends on."""
    for inner in dependant.dependencies:
        if inner.call is not None:
            yield inner.call
        yield from calls_of(inner)


def parameters_of(operation: Mapping[str, object]) -> Iterator[tuple[str, Json]]:
    """The parameters that are documented, by their names."""
    for one in cast("Sequence[Json]", operation.get("parameters", ())):
        yield str(one["name"]), one


def name_of(status: int) -> str:
    """What the problems of a status are called among the components."""
    return f"Problem{status}"


def problem_answers() -> Json:
    """The component of each status."""
    return {name_of(status): _answer(status) for status in DESCRIPTIONS}


def problem_content(status: int) -> Json:
    """The media type of a problem, with an example of this status."""
    return {MEDIA_TYPE: {"schema": {"$ref": REFERENCE}, "example": _example(status)}}


def _answer(status: int) -> Json:
    found: Json = {"description": DESCRIPTIONS[status], "content": problem_content(status)}
    headers: Json = {}
    if status in {429, 503}:
        headers["Retry-After"] = {
            "description": "Seconds after which it is worth asking again 秒",
            "schema": {"type": "integer", "minimum": 1},
        }
    if status == 401:  # noqa: PLR2004 - the status that has this header
        headers["WWW-Authenticate"] = {
            "description": "How one says who one is",
            "schema": {"type": "string"},
        }
    if status == 412:  # noqa: PLR2004 - the status that has this header
        headers["ETag"] = {
            "description": "The version that there is now, where it is known 当前版本",
            "schema": {"type": "string"},
        }
    return {**found, "headers": headers} if headers else found


def _example(status: int) -> Json:
    kind = next(one.value for one in Kinds if one.value.status == status)
    return {
        "type": f"/problems/{kind.slug}",
        "title": kind.zh,
        "status": status,
        "detail": DESCRIPTIONS[status],
        "instance": "/api/v1/…",
        "request_id": "5f2c9a7be01d4c38",
        "errors": [],
    }
