"""One's own account 我的账户: who one is, one's password, and one's tokens."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from services.api.access import Within, require
from services.api.console.admin.frame import framed
from services.api.console.page import PageOf
from services.api.console.pages.admin_accounts import grants_of
from services.api.models.access import TokenModel
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.routes.sessions import scope_model
from services.api.routes.tokens import own_tokens

router = APIRouter()


@router.get(
    "/console/me",
    dependencies=[require(Permission.OWN_ACCOUNT)],
    summary="One's own account 我的账户",
    response_class=HTMLResponse,
)
def me(page: PageOf, within: Within) -> HTMLResponse:
    """Role, scope, what one may do, and a new password."""
    scope = scope_model(within.session, page.caller.scope)
    return framed(page, "admin_me.html", {"scope": scope})


@router.get(
    "/console/tokens",
    dependencies=[require(Permission.OWN_TOKENS)],
    summary="One's own tokens 我的令牌",
    response_class=HTMLResponse,
)
def tokens(page: PageOf, found: Annotated[Paged[TokenModel], Depends(own_tokens)]) -> HTMLResponse:
    """Those that hold and those over; a new one's secret is shown once."""
    grants = grants_of(page.caller.role)
    values = {"tokens": found.items, "grants": grants, "tokens_at": "/api/v1/tokens"}
    return framed(page, "admin_own_tokens.html", values)
