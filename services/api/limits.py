"""How large a request may be, and how long it may take to come. It must not know what it asks for."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import cast

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.context import BODY_DIGEST, request_id_of
from services.api.problems import Kinds, Problem, answer


class RefusedBody(HTTPException):
    """The body is not read on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.kind.value.status)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a body, and seconds within which it must have come whole."""

    body_bytes: int
    body_s: float


class BodyLimits:
    """ASGI: refuses what is too large or too slow, and takes the digest of what comes."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            _readable(scope)
            _declared(Headers(scope=scope), self._limits)
            await self._app(scope, self._limited(scope, receive), send)
        except RefusedBody as refused:
            told = answer(request, refused.problem, request_id_of(request))
            await told(scope, receive, send)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        digest = hashlib.sha256()
        scope[BODY_DIGEST] = digest
        deadline = asyncio.get_running_loop().time() + self._limits.body_s
        came, whole = 0, False

        async def limited() -> Message:
            nonlocal came, whole
            if whole:
                # What comes now is that the caller has gone: there is no hurry.
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise _slow() from None
            if message["type"] == "http.request":
                body = cast("bytes", message.get("body", b""))
                came += len(body)
                if came > self._limits.body_bytes:
                    raise _large(self._limits)
                digest.update(body)
                whole = not message.get("more_body", False)
            return message

        return limited


def _readable(scope: Scope) -> None:
    # No text holds it, so no question about one does; a stream would break off over it.
    if "\0" in cast("str", scope["path"]) or b"%00" in cast("bytes", scope["query_string"]):
        problem = Problem(
            Kinds.BAD_REQUEST,
            "地址中含有空字符(%00)。",
            "the address holds the character NUL (%00), which is in no text",
        )
        raise RefusedBody(problem)


def _declared(headers: Headers, limits: Limits) -> None:
    length = headers.get("content-length", "")
    if length and "transfer-encoding" in headers:
        # A proxy before us may have believed the other one, and what follows is a second request then.
        problem = Problem(
            Kinds.BAD_REQUEST,
            "请求同时给出 Content-Length 与 Transfer-Encoding。",
            "the request says both Content-Length and Transfer-Encoding: say one",
            headers={"Connection": "close"},
        )
        raise RefusedBody(problem)
    if length.isascii() and length.isdigit() and int(length[:20]) > limits.body_bytes:
        raise _large(limits)


def _large(limits: Limits) -> RefusedBody:
    most = limits.body_bytes
    problem = Problem(
        Kinds.TOO_LARGE,
        f"请求体不得超过 {most} 字节。",
        f"a request has at most {most} bytes",
        headers={"Connection": "close"},
    )
    return RefusedBody(problem)


def _slow() -> RefusedBody:
    problem = Problem(
        Kinds.TOO_LATE,
        "请求未在时限内送达。",
        "the request did not come whole in time",
        headers={"Connection": "close"},
    )
    return RefusedBody(problem)
