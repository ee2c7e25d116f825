"""What becomes of an error: a problem with a status and a sentence, and never a trace.

It must not know which route raised it.
"""

from collections.abc import Mapping, Sequence
from typing import Final, cast

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from services.api.callers import ANYBODY, Caller
from services.api.console.page import is_page, problem_page
from services.api.context import CALLER, request_id_of
from services.api.field_words import field_sentence
from services.api.limits import RefusedBody
from services.api.problems import FieldFault, Kinds, Problem, answer
from services.store.errors import DatabaseError, Fault, fault_of
from services.store.pool import PoolBusyError

LOG = structlog.stdlib.get_logger(__name__)
CANCELLED: Final = "57014"
CONSTRAINTS: Final = "23"
OF_STATUS: Final[Mapping[int, Kinds]] = {
    400: Kinds.BAD_REQUEST,
    401: Kinds.UNAUTHENTICATED,
    403: Kinds.FORBIDDEN,
    404: Kinds.NOT_FOUND,
    405: Kinds.METHOD,
    413: Kinds.TOO_LARGE,
    415: Kinds.MEDIA,
}


def add_handlers(app: FastAPI) -> None:
    """Let the application answer every error it knows."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RefusedBody, _refused_body)
    app.add_exception_handler(PoolBusyError, _busy)
    app.add_exception_handler(DatabaseError, _database)
    app.add_exception_handler(UnicodeEncodeError, _no_text)


def unforeseen(request: Request) -> Response:
    """The answer to what nobody expected; the log has the rest."""
    return _answered(
        request,
        Problem(
            Kinds.INTERNAL,
            "内部错误，已记录：请把 request_id 告知管理员。",
            "something is wrong on our side and was logged: tell the administrator the request_id",
        ),
    )


def _problem(request: Request, error: Exception) -> Response:
    return _answered(request, cast("Problem", error))


def _invalid(request: Request, error: Exception) -> Response:
    told = cast("Sequence[Mapping[str, object]]", cast("RequestValidationError", error).errors())
    if any(each["type"] == "json_invalid" for each in told):
        return _answered(
            request, Problem(Kinds.BAD_REQUEST, "请求体不是 JSON。", "the body is no JSON")
        )
    fields = [_field(each) for each in told]
    places = list(dict.fromkeys(str(each.place) for each in fields))
    zh, en = "、".join(places), ", ".join(places)
    return _answered(
        request,
        Problem(
            *(Kinds.INVALID, f"以下各项不合要求：{zh}。", f"these do not hold: {en}"),
            errors=fields,
        ),
    )


def _field(told: Mapping[str, object]) -> FieldFault:
    where, *path = cast("Sequence[str | int]", told["loc"])
    place = "".join(f"/{each}" for each in path) if where == "body" else "/".join(map(str, path))
    return FieldFault(place or str(where), field_sentence(told))


def _refused(request: Request, error: Exception) -> Response:
    found = cast("HTTPException", error)
    kind = OF_STATUS.get(found.status_code, Kinds.BAD_REQUEST)
    said = {
        Kinds.NOT_FOUND: ("此地址下没有内容。", "there is nothing at this address"),
        Kinds.METHOD: ("此地址不支持该方法。", "this address does not take this method"),
    }
    zh, en = said.get(kind, ("请求有误。", str(found.detail)))
    return _answered(request, Problem(kind, zh, en, headers=dict(found.headers or {})))


def _refused_body(request: Request, error: Exception) -> Response:
    return _answered(request, cast("RefusedBody", error).problem)


def _busy(request: Request, _error: Exception) -> Response:
    return _answered(request, _unavailable())


def _database(request: Request, error: Exception) -> Response:
    failed = cast("DatabaseError", error)
    state = failed.sqlstate or ""
    LOG.warning("database error", state=state, request_id=request_id_of(request))
    if state == CANCELLED:
        return _answered(
            request,
            Problem(
                Kinds.TOO_SLOW,
                "查询超过时限：请缩小时间或范围。",
                "the query took longer than it may: ask for less time or fewer places",
            ),
        )
    fault = fault_of(failed)
    if fault is Fault.ITEM and state[:2] != CONSTRAINTS:
        return _answered(
            request,
            Problem(
                Kinds.INVALID,
                "请求中的某个值无法存储或比较（过大，或含有非法字符）。",
                "a value of the request cannot be stored or compared: too large, or with a character "
                "that is none",
            ),
        )
    if fault is Fault.TEMPORARY:
        return _answered(request, _unavailable())
    LOG.error("database error", state=state, request_id=request_id_of(request), exc_info=failed)
    return unforeseen(request)


def _no_text(request: Request, error: Exception) -> Response:
    """JSON can escape half of a character: nothing can be made of it. Else it is a fault of ours."""
    failed = cast("UnicodeEncodeError", error)
    if not any("\ud800" <= one <= "\udfff" for one in failed.object[failed.start : failed.end]):
        raise failed
    return _answered(
        request,
        Problem(
            Kinds.INVALID,
            "请求中含有不成字符的转义(\\ud800 至 \\udfff):请改用完整字符。",
            "the request escapes half of a character (\\ud800 to \\udfff): write whole ones",
        ),
    )


def _unavailable() -> Problem:
    return Problem(
        Kinds.UNAVAILABLE,
        "数据库暂时无法应答，请稍后再试。",
        "the database cannot answer now: try again in a moment",
        headers={"Retry-After": "5"},
    )


def _answered(request: Request, problem: Problem) -> Response:
    if is_page(request):
        # Whoever is refused for what he shows is nobody; all others are known by now.
        caller = cast("Caller", request.scope.get(CALLER, ANYBODY))
        return problem_page(request, problem, request_id_of(request), caller)
    return answer(request, problem, request_id_of(request))
