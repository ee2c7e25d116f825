"""Signing in and out, and who one is."""

from fastapi import APIRouter, Depends, Request, Response

from schemas.access import Account, Scope
from schemas.registry_words import BEIJING
from services.api.access import CallerDep, require
from services.api.callers import Caller, permissions_of
from services.api.context import Context, ContextDep, RequestId
from services.api.credentials import csrf_of, digest_of
from services.api.database import SessionDep
from services.api.identity import (
    address_of,
    cookie_name,
    is_secure,
    refuse_other_sites,
    session_secret,
)
from services.api.models.sessions import Credentials, Me, NewPassword, ScopeModel, SessionModel
from services.api.passwords import BusyError, WeakPasswordError, fit_password
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem, refused
from services.api.signing_in import Begun, SignIn, busy, sign_in
from services.api.writing import WorkDep
from services.store.accounts import account_by_id, set_password
from services.store.places import plant_codes
from services.store.session import Session
from services.store.sign_ins import end_session, end_sessions

router = APIRouter(tags=["session"])


@router.post(
    "/session",
    status_code=201,
    dependencies=[require(Permission.SIGN_IN), Depends(refuse_other_sites)],
    summary="Sign in 登录",
    responses={429: {}},
)
def begin_session(
    body: Credentials,
    request: Request,
    response: Response,
    context: ContextDep,
    request_id: RequestId,
) -> SessionModel:
    """Begin a session: the cookie is set, and `csrf` is sent back as X-CSRF-Token from then on.

    After some failures there is a wait that grows (429, Retry-After). Machines use tokens instead.
    """
    wish = SignIn(
        *(body.name, body.password.get_secret_value()),
        *(address_of(request), request_id, session_secret(request)),
    )
    begun = sign_in(context, wish)
    set_cookie(request, response, begun)
    return session_model(context, begun)


@router.delete(
    "/session",
    status_code=204,
    dependencies=[require(Permission.OWN_ACCOUNT)],
    summary="Sign out 退出",
)
def leave_session(request: Request, response: Response, work: WorkDep) -> None:
    """End the session at once; the cookie is taken away."""
    secret = session_secret(request)
    if secret is not None:
        with work.audited("session.end", f"account/{work.caller.name}"):
            end_session(work.session, digest_of(secret))
    response.delete_cookie(cookie_name(request), path="/", httponly=True, samesite="lax")


@router.get("/me", dependencies=[require(Permission.OWN_ACCOUNT)], summary="Who one is 当前用户")
def me(request: Request, response: Response, session: SessionDep, caller: CallerDep) -> Me:
    """Role, scope and permissions of whoever asks."""
    secret = session_secret(request) if caller.way == "session" else None
    response.headers["Cache-Control"] = "no-store"
    return Me(
        name=caller.name,
        role=caller.role,
        way=caller.way,
        scope=scope_model(session, caller.scope),
        permissions=sorted(caller.permissions),
        csrf=None if secret is None else csrf_of(secret),
    )


@router.put(
    "/me/password",
    status_code=204,
    dependencies=[require(Permission.OWN_ACCOUNT)],
    summary="Change one's password 修改密码",
    responses={429: {}},
)
def change_password(body: NewPassword, work: WorkDep, context: ContextDep) -> None:
    """All other sessions of the account end."""
    caller = work.caller
    account = _own_account(work.session, caller)
    wish = SignIn(account.name, body.password.get_secret_value(), work.address, work.request_id)
    # Whoever stole a session may not try passwords here faster than at the door.
    begun = sign_in(context, wish)
    new = body.new_password.get_secret_value()
    hashed = hashed_password(context, new, account.name, "/new_password")
    with work.audited("account.password", f"account/{account.name}"):
        set_password(work.session, account.id, hashed, work.now)
        end_session(work.session, digest_of(begun.secret))
        end_sessions(work.session, account.id, but=caller.key)


def hashed_password(context: Context, password: str, name: str, place: str) -> str:
    """The hash of a new password of the account of that name. Raises Problem when it will not do."""
    try:
        return context.passwords.hash(fit_password(password, name))
    except WeakPasswordError as error:
        raise refused(error, place) from None
    except BusyError:
        raise busy() from None


def session_model(context: Context, begun: Begun) -> SessionModel:
    """What is told of a session that has begun. Raises psycopg.Error."""
    with context.database.session() as session:
        scope = scope_model(session, begun.account.scope)
    account = begun.account
    return SessionModel(
        name=account.name,
        role=account.role,
        way="session",
        scope=scope,
        permissions=sorted(permissions_of(account.role, "session", None)),
        csrf=csrf_of(begun.secret),
        expires_at=begun.expires.astimezone(BEIJING),
    )


def set_cookie(request: Request, response: Response, begun: Begun) -> None:
    """Hand the secret to the browser, and to no script in it."""
    response.set_cookie(
        cookie_name(request),
        begun.secret,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
    response.headers["Cache-Control"] = "no-store"


def scope_model(session: Session, scope: Scope) -> ScopeModel:
    """A scope in words. Raises psycopg.Error."""
    known = None if scope.plants is None else plant_codes(session, scope.plants)
    return ScopeModel(region=scope.region, plants=known)


def _own_account(session: Session, caller: Caller) -> Account:
    found = None if caller.account is None else account_by_id(session, caller.account)
    if found is None or caller.way != "session":
        raise Problem(
            Kinds.FORBIDDEN,
            "修改密码须以会话登录，令牌不可。",
            "sign in to change a password: a token may not",
        )
    return found
