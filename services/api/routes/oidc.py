"""Signing in at the bureau's identity provider, where one is set."""

import asyncio
import ssl
from typing import Annotated, Final

import httpx
import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from services.api.access import require
from services.api.context import Context, ContextDep, RequestId
from services.api.credentials import digest_of, same
from services.api.identity import address_of, is_secure, session_secret
from services.api.oidc import (
    TIMEOUT,
    OidcError,
    Provider,
    beginning,
    endpoints_of,
    subject_of,
)
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem, not_found
from services.api.routes.sessions import set_cookie
from services.api.signing_in import Begun, SignIn, begin
from services.runtime.addresses import ForbiddenAddressError, Gate
from services.runtime.checked_http import CheckedTransport
from services.runtime.notify_settings import networks_of
from services.store.accounts import account_by_external
from services.store.login_begun import KEPT_FOR, BegunLogin, add_begun, take_begun

LOG = structlog.stdlib.get_logger(__name__)
STATE: Final = "qk_oidc"
BACK: Final = "/api/v1/session/oidc/back"
router = APIRouter(tags=["session"])
ANYBODY = require(Permission.SIGN_IN)


@router.get(
    "/session/oidc",
    status_code=303,
    dependencies=[ANYBODY],
    summary="Sign in elsewhere 统一身份认证登录",
    responses={404: {}},
    response_class=RedirectResponse,
)
async def begin_elsewhere(request: Request, context: ContextDep) -> RedirectResponse:
    """Send the browser to the identity provider; 404 where none is set."""
    provider = _provider(request, context)
    try:
        async with _http(context) as http:
            begun = beginning(provider, await endpoints_of(http, provider))
    except (OidcError, ForbiddenAddressError) as error:
        raise _unanswered(error) from None
    await asyncio.to_thread(_keep, context, begun.state, begun.begun)
    answer = RedirectResponse(begun.url, 303)
    answer.set_cookie(
        STATE,
        begun.state,
        max_age=int(KEPT_FOR.total_seconds()),
        path=BACK,
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get(
    "/session/oidc/back",
    status_code=303,
    dependencies=[ANYBODY],
    summary="Come back from there 统一身份认证返回",
    responses={404: {}},
    response_class=RedirectResponse,
)
async def come_back(
    request: Request,
    context: ContextDep,
    request_id: RequestId,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> RedirectResponse:
    """Begin a session, if the provider vouches for somebody who has an account here."""
    provider = _provider(request, context)
    held = request.cookies.get(STATE, "")
    begun = None
    if state and code and same(held, state):
        begun = await asyncio.to_thread(_take, context, state)
    if begun is None:
        raise Problem(
            Kinds.BAD_REQUEST,
            "登录已超时或不是在此浏览器开始的：请重新登录。",
            "this sign-in was not begun in this browser, or too long ago: begin again",
        )
    try:
        async with _http(context) as http:
            subject = await subject_of(http, provider, (code, begun), context.clock())
    except (OidcError, ForbiddenAddressError) as error:
        raise _unanswered(error) from None
    wish = SignIn("", "", address_of(request), request_id, session_secret(request))
    session = await asyncio.to_thread(_begin, context, subject, wish)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(STATE, path=BACK)
    set_cookie(request, answer, session)
    return answer


def _provider(request: Request, context: Context) -> Provider:
    settings = context.settings
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        raise not_found()
    secret = settings.oidc_client_secret
    home = settings.public_url or str(request.base_url)
    return Provider(
        *(settings.oidc_issuer, settings.oidc_client_id),
        None if secret is None else secret.get_secret_value(),
        home.rstrip("/") + BACK,
    )


def _http(context: Context) -> httpx.AsyncClient:
    settings = context.settings
    gate = Gate(networks_of(settings.oidc_allow_networks), setting="QINGKONG_OIDC_ALLOW_NETWORKS")
    tls = ssl.create_default_context(
        cafile=None if settings.oidc_ca_file is None else str(settings.oidc_ca_file)
    )
    return httpx.AsyncClient(
        transport=CheckedTransport(gate, tls), timeout=TIMEOUT, trust_env=False
    )


def _keep(context: Context, state: str, begun: BegunLogin) -> None:
    with context.database.session() as session:
        add_begun(session, digest_of(state), begun, context.clock())


def _take(context: Context, state: str) -> BegunLogin | None:
    with context.database.session() as session:
        return take_begun(session, digest_of(state), context.clock())


def _begin(context: Context, subject: str, wish: SignIn) -> Begun:
    with context.database.session() as session, session.transaction():
        account = account_by_external(session, subject)
        if account is None or account.disabled:
            raise Problem(
                Kinds.WRONG_PASSWORD,
                "身份已确认，但本平台没有对应的账号：请联系管理员。",
                "you are known there and have no account here: ask the administrator",
            )
        return begin(session, context, account, wish)


def _unanswered(error: Exception) -> Problem:
    LOG.warning("identity provider", why=str(error))
    return Problem(
        Kinds.UNAVAILABLE,
        "身份认证服务未能应答，请稍后再试或用密码登录。",
        "the identity provider does not answer as it should: try again, or use a password",
    )
