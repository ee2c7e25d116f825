"""Accounts 账户 and the tokens of all of them, for administrators."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from schemas.access import Role
from services.api.access import Within, require
from services.api.console.admin.frame import framed
from services.api.console.admin.places import choices_of
from services.api.console.page import PageOf
from services.api.models.access import TokenModel
from services.api.models.accounts import AccountModel
from services.api.paging import Paged
from services.api.permissions import NO_MACHINE, PERMISSIONS, Permission
from services.api.routes.account_tokens import list_ as tokens_told
from services.api.routes.accounts import list_ as accounts_told
from services.api.routes.accounts import show as account_told
from services.api.routes.tokens import tokens_of

router = APIRouter()
MANAGE: Final = [require(Permission.MANAGE_ACCOUNTS)]
ROLES: Final = tuple(role.value for role in Role if role is not Role.OPEN)


@router.get(
    "/console/admin/accounts",
    dependencies=MANAGE,
    summary="Accounts 账户",
    response_class=HTMLResponse,
)
def accounts(
    page: PageOf, within: Within, found: Annotated[Paged[AccountModel], Depends(accounts_told)]
) -> HTMLResponse:
    """All within the caller's scope, locked ones too; and a form for another."""
    return framed(
        page,
        "admin_accounts.html",
        {"accounts": found.items, "roles": ROLES, **choices_of(page, within)._asdict()},
    )


@router.get(
    "/console/admin/accounts/{name}",
    dependencies=MANAGE,
    summary="An account 账户",
    response_class=HTMLResponse,
)
def account(
    page: PageOf,
    within: Within,
    one: Annotated[AccountModel, Depends(account_told)],
    tokens: Annotated[Paged[TokenModel], Depends(tokens_told)],
) -> HTMLResponse:
    """Role, scope, password, sessions and tokens; never one's own role."""
    return framed(
        page,
        "admin_account.html",
        {
            "one": one,
            "tokens": tokens.items,
            "roles": ROLES,
            "is_own": one.name == page.caller.name,
            "grants": grants_of(one.role),
            "tokens_at": f"/api/v1/accounts/{one.name}/tokens",
            **choices_of(page, within)._asdict(),
        },
    )


@router.get(
    "/console/admin/tokens",
    dependencies=MANAGE,
    summary="Tokens of all accounts 全部令牌",
    response_class=HTMLResponse,
)
def all_tokens(
    page: PageOf, within: Within, found: Annotated[Paged[AccountModel], Depends(accounts_told)]
) -> HTMLResponse:
    """Which machines get in, until when, and when each last did."""
    names = {one.name for one in found.items}
    tokens = [one for one in tokens_of(within.session, None).items if one.account in names]
    holding = [one for one in tokens if one.revoked_at is None and one.expires_at > page.now]
    over = [one for one in tokens if one not in holding]
    return framed(page, "admin_tokens.html", {"holding": holding, "over": over})


def grants_of(role: Role) -> list[str]:
    """What a token of an account of that role can give, by name, reading before writing."""
    given = PERMISSIONS[role] - NO_MACHINE - PERMISSIONS[Role.OPEN] - {Permission.OWN_ACCOUNT}
    return [each.value for each in Permission if each in given]
