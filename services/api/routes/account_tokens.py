"""Tokens of others 他人的令牌, by administrators: of machines whose accounts nobody signs in to."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from services.api.access import Within, require
from services.api.models.access import NewTokenModel, TokenDraft, TokenModel
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.routes.accounts import AccountName, account_of
from services.api.routes.tokens import token_made, token_revoked, tokens_of
from services.api.writing import WorkDep

router = APIRouter(prefix="/accounts/{name}/tokens", tags=["accounts 账号"])
MANAGE: Final = require(Permission.MANAGE_ACCOUNTS)
Number = Annotated[int, Path(ge=1, description="Its number 令牌编号")]


@router.get("", dependencies=[MANAGE], summary="An account's tokens 账号的令牌")
def list_(name: AccountName, within: Within) -> Paged[TokenModel]:
    """When each ends and was last used; never their secrets; those over and revoked too."""
    return tokens_of(within.session, account_of(within, name).id)


@router.post("", status_code=201, dependencies=[MANAGE], summary="Make it a token 新建令牌")
def add(name: AccountName, body: TokenDraft, within: Within, work: WorkDep) -> NewTokenModel:
    """It gives no more than the account has, nor lasts longer than a year. The secret is shown once."""
    return token_made(account_of(within, name), body, within, work)


@router.delete(
    "/{token}", status_code=204, dependencies=[MANAGE], summary="Revoke its token 撤销令牌"
)
def revoke(name: AccountName, token: Number, within: Within, work: WorkDep) -> Response:
    """The next request with it is refused."""
    return token_revoked(account_of(within, name), token, work)
