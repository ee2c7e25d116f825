"""What went wrong, said to whoever asked: RFC 9457 in Chinese or English.

It must not know how a problem came about, and says nothing that the caller may not know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

import orjson
from fastapi import Request, Response
from pydantic import BaseModel, Field

from schemas.sentence import Sentence

MEDIA_TYPE: Final = "application/problem+json"


class Kind(NamedTuple):
    """A kind of problem; its page is /problems/<slug>."""

    slug: str
    status: int
    zh: str
    en: str


class Kinds(Enum):
    """All kinds there are."""

    BAD_REQUEST = Kind("bad-request", 400, "请求有误", "The request cannot be read")
    BAD_CURSOR = Kind("bad-cursor", 400, "分页游标无效", "The cursor is not one of this list")
    UNAUTHENTICATED = Kind("unauthenticated", 401, "未登录", "Say who you are")
    WRONG_PASSWORD = Kind("wrong-password", 401, "用户名或密码错误", "Name or password is wrong")
    FORBIDDEN = Kind("forbidden", 403, "无此权限", "Your role may not do this")
    CSRF = Kind("csrf", 403, "缺少防伪令牌", "The CSRF token is missing or wrong")
    NOT_FOUND = Kind("not-found", 404, "不存在", "There is no such thing here")
    METHOD = Kind("method-not-allowed", 405, "不支持该方法", "This method is not for this place")
    TOO_LATE = Kind("too-late", 408, "请求超时", "The request took too long to come")
    CONFLICT = Kind("conflict", 409, "与现状冲突", "It does not fit what is there")
    STALE = Kind("stale", 412, "已被他人修改", "It has changed since you looked at it")
    TOO_LARGE = Kind("too-large", 413, "请求过大", "The request is too large")
    MEDIA = Kind("media-type", 415, "不支持该格式", "This format is not read here")
    INVALID = Kind("invalid", 422, "内容不合要求", "What was sent does not hold")
    KEY_REUSED = Kind(
        "idempotency-key-reused", 422, "幂等键已用于其他请求", "The key was used before"
    )
    BAD_RANGE = Kind("bad-range", 422, "时间范围不合要求", "The range of time cannot be answered")
    BAD_AS_OF = Kind("bad-as-of", 422, "截至时点不合要求", "As of then cannot be answered")
    VERSION_NEEDED = Kind(
        "version-needed", 428, "须注明所见版本", "Say which version you looked at"
    )
    TOO_MANY = Kind("too-many-requests", 429, "请求过于频繁", "Too many requests")
    INTERNAL = Kind("internal", 500, "内部错误", "Something is wrong on our side")
    UNAVAILABLE = Kind("unavailable", 503, "服务暂不可用", "The service cannot answer now")
    TOO_SLOW = Kind("too-slow", 503, "查询超时", "The query took too long")


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    place: str = Field(description="JSON pointer, or the parameter's name", examples=["/reason"])
    detail: str


class FieldFault(NamedTuple):
    """The same before it is known in which language it is told; places are mostly pointers."""

    place: str | Sentence
    detail: Sentence

    def told(self, *, chinese: bool) -> FieldProblem:
        """In the caller's language."""
        said, place = self.detail, self.place
        if isinstance(place, Sentence):
            place = place.zh if chinese else place.en
        return FieldProblem(place=_whole(place), detail=_whole(said.zh if chinese else said.en))


class ProblemDocument(BaseModel):
    """RFC 9457 问题详情."""

    type: str = Field(examples=["/problems/not-found"])
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldProblem] = []


@dataclass(eq=False)
class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """Raise it anywhere below a route; `zh` and `en` say what is wrong and what to do."""

    kind: Kinds
    zh: str
    en: str
    errors: Sequence[FieldFault] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def not_found(zh: str = "", en: str = "") -> Problem:
    """It is not there, or not for this caller: nobody can tell which."""
    return Problem(
        Kinds.NOT_FOUND,
        zh or "不存在，或不在您的范围内。",
        en or "It does not exist, or it is outside of what you may see.",
    )


def refused(error: Exception, place: str = "") -> Problem:
    """Of an error whose message is `Chinese; English`, as the commands show it too.

    `place`: the field that it is about.
    """
    zh, _, en = str(error).partition("; ")
    faults = (FieldFault(place, Sentence(en, zh)),) if place else ()
    return Problem(Kinds.INVALID, zh, en, faults)


def language_of(request: Request) -> str:
    """`zh` unless the caller prefers English."""
    return preferred(request.headers.get("accept-language", ""))


def preferred(accepted: str) -> str:
    """The language of an Accept-Language header: the first of Chinese and English by its weight."""
    found: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:200].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        language = tag.split("-")[0].lower()
        if language in {"zh", "en"}:
            found.append((-_weight(weight), place, language))
    return min(found)[2] if found else "zh"


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def _whole(text: str) -> str:
    """The text without halves of characters, which no answer can hold."""
    return text.encode("utf-8", "replace").decode()


def answer(request: Request, problem: Problem, request_id: str) -> Response:
    """The problem as an answer in the caller's language."""
    chinese = language_of(request) == "zh"
    kind = problem.kind.value
    document = ProblemDocument(
        type=f"/problems/{kind.slug}",
        title=kind.zh if chinese else kind.en,
        status=kind.status,
        detail=_whole(problem.zh if chinese else problem.en),
        instance=request.url.path,
        request_id=request_id,
        errors=[one.told(chinese=chinese) for one in problem.errors],
    )
    return Response(
        orjson.dumps(document.model_dump()),
        kind.status,
        {**problem.headers, "Content-Language": "zh-CN" if chinese else "en"},
        MEDIA_TYPE,
    )
