"""One's own tokens: made, listed, revoked."""

from datetime import timedelta

from fastapi import APIRouter, Response

from schemas.access import Account, Scope, Token
from schemas.registry_words import BEIJING
from services.api.access import Sight, Within, require
from services.api.granting import GrantError, TokenWish, make_token, take_token, token_by_id
from services.api.models.access import NewTokenModel, TokenDraft, TokenModel
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.problems import not_found, refused
from services.api.routes.sessions import scope_model
from services.api.writing import Work, WorkDep
from services.store.accounts import account_by_id
from services.store.places import MOST_NUMBER
from services.store.session import Session
from services.store.tokens import read_tokens

router = APIRouter(prefix="/tokens", tags=["tokens"])
OWN = require(Permission.OWN_TOKENS)


@router.get("", dependencies=[OWN], summary="One's own tokens 本人的令牌")
def own_tokens(within: Within) -> Paged[TokenModel]:
    """Never their secrets; those over and revoked too."""
    return tokens_of(within.session, _account(within).id)


@router.post("", status_code=201, dependencies=[OWN], summary="Make a token 新建令牌")
def add_own_token(body: TokenDraft, within: Within, work: WorkDep) -> NewTokenModel:
    """It gives no more than its account has, nor lasts longer than a year. The secret is shown once."""
    return token_made(_account(within), body, within, work)


@router.delete("/{token}", status_code=204, dependencies=[OWN], summary="Revoke a token 撤销令牌")
def revoke_own_token(token: int, within: Within, work: WorkDep) -> Response:
    """The next request with it is refused."""
    return token_revoked(_account(within), token, work)


def tokens_of(session: Session, account: int | None) -> Paged[TokenModel]:
    """Of an account, those over and revoked too. Raises psycopg.Error."""
    found = read_tokens(session, account)
    return Paged(items=[TokenModel.model_validate(_told(session, one)) for one in found])


def token_made(account: Account, body: TokenDraft, within: Sight, work: Work) -> NewTokenModel:
    """A new token of an account. Raises Problem.

    Its answer is kept under no idempotency key, for the secret is in it.
    """
    wish = TokenWish(
        *(body.name, timedelta(days=body.days)),
        None if body.permissions is None else frozenset(body.permissions),
        _scope(within, body),
    )
    try:
        with work.audited("token.add", "token") as entry:
            made = make_token(work.session, account, wish, work.now)
            entry.about = f"token/{made.token.id}"
            entry.detail.update({"account": account.name, **body.model_dump(mode="json")})
    except GrantError as error:
        raise refused(error) from None
    return NewTokenModel.model_validate({**_told(work.session, made.token), "secret": made.secret})


def token_revoked(account: Account, token: int, work: Work) -> Response:
    """Revoke it, if it is the account's; once more does nothing. Raises Problem."""
    try:
        found = token_by_id(work.session, min(token, MOST_NUMBER), account.id)
    except GrantError:
        raise not_found() from None
    if found.revoked_at is None:
        with work.audited("token.revoke", f"token/{token}") as entry:
            entry.detail.update({"account": account.name, "name": found.name})
            take_token(work.session, token, work.now)
    return Response(status_code=204)


def _account(within: Sight) -> Account:
    key = within.caller.account
    found = None if key is None else account_by_id(within.session, key)
    if found is None:
        raise not_found()
    return found


def _scope(within: Sight, body: TokenDraft) -> Scope:
    region = None if body.region is None else within.region(body.region).code
    if body.plants is None:
        return Scope(region)
    return Scope(region, frozenset(within.plant(code).id for code in body.plants))


def _told(session: Session, one: Token) -> dict[str, object]:
    times = {
        "made_at": one.made_at,
        "expires_at": one.expires_at,
        "revoked_at": one.revoked_at,
        "used_at": one.used_at,
    }
    return {
        "token": one.id,
        "account": one.account_name,
        "name": one.name,
        "beginning": one.beginning,
        "permissions": None if one.permissions is None else sorted(one.permissions),
        "scope": scope_model(session, one.scope),
        **{name: None if at is None else at.astimezone(BEIJING) for name, at in times.items()},
    }
