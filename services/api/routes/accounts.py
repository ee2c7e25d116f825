"""Accounts 账号, by administrators: an administrator of a region, for those within it alone.

Passwords are no part of what a repeated request is known by: nothing of them is kept but their hash.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from schemas.access import Account, Role, Scope
from schemas.sentence import Sentence
from services.api.access import Sight, Within, require
from services.api.context import ContextDep
from services.api.etags import NeededVersion, etag, stale
from services.api.granting import (
    GrantError,
    alter_account,
    lies_inside,
    make_account,
    replace_password,
)
from services.api.models.accounts import (
    AccountChange,
    AccountModel,
    AccountWords,
    NewAccount,
    PasswordGiven,
    SessionsEnded,
)
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.problems import FieldFault, Kinds, Problem, not_found, refused
from services.api.routes.sessions import hashed_password, scope_model
from services.api.writing import Answer, Entry, Work, WorkDep
from services.store.accounts import (
    AccountConflict,
    AccountDraft,
    account_by_id,
    account_by_name,
    read_accounts,
)
from services.store.session import Session
from services.store.sign_ins import end_sessions

router = APIRouter(prefix="/accounts", tags=["accounts 账号"])
MANAGE: Final = require(Permission.MANAGE_ACCOUNTS)
AccountName = Annotated[
    str, Path(max_length=64, description="Its name 账号名", examples=["tongliao-duty"])
]


@router.get("", dependencies=[MANAGE], summary="Accounts 账号列表")
def list_(within: Within) -> Paged[AccountModel]:
    """All that lie within the caller's own scope, locked ones too; never their passwords."""
    session = within.session
    found = [
        told(session, one)
        for one in read_accounts(session)
        if lies_inside(session, within.caller.scope, one.scope)
    ]
    return Paged(items=found)


@router.get("/{name}", dependencies=[MANAGE], summary="An account 账号")
def show(name: AccountName, within: Within, response: Response) -> AccountModel:
    """Its ETag is what a change of it asks for."""
    found = account_of(within, name)
    response.headers["ETag"] = etag(found.version)
    return told(within.session, found)


@router.post(
    "",
    status_code=201,
    response_model=AccountModel,
    dependencies=[MANAGE],
    summary="Add an account 新建账号",
)
def add(body: NewAccount, within: Within, work: WorkDep, context: ContextDep) -> Response:
    """Its name is one word, and no other account's. It sees no more than whoever adds it."""
    given = None if body.password is None else body.password.get_secret_value()
    hashed = None if given is None else hashed_password(context, given, body.name, "/password")

    def act(entry: Entry) -> Answer:
        scope = _scope(within, body)
        with granting():
            draft = AccountDraft(body.name, body.role, scope, body.oidc, hashed)
            made = make_account(work.session, draft, work.now)
        entry.detail.update(_said(work.session, made))
        where = f"/api/v1/accounts/{made.name}"
        return Answer(told(work.session, made), 201, made.version, where)

    return unkept(work).perform("account.add", f"account/{body.name}", act)


@router.put(
    "/{name}",
    response_model=AccountModel,
    dependencies=[MANAGE],
    summary="Change role and scope 变更角色与范围",
)
def change(
    name: AccountName, body: AccountChange, within: Within, work: WorkDep, seen: NeededVersion
) -> Response:
    """What is written here takes the place of what was there; its sessions end. Never one's own."""

    def act(entry: Entry) -> Answer:
        before = _other(within, work, name)
        wanted = before._replace(role=body.role, scope=_scope(within, body), external=body.oidc)
        after = _written(work, wanted, seen)
        entry.about = f"account/{after.name}"
        entry.detail["before"] = _said(work.session, before)
        entry.detail["after"] = _said(work.session, after)
        return Answer(told(work.session, after), version=after.version)

    return work.perform("account.change", f"account/{name}", act)


@router.post(
    "/{name}/lock", response_model=AccountModel, dependencies=[MANAGE], summary="Lock 停用账号"
)
def lock(name: AccountName, within: Within, work: WorkDep) -> Response:
    """Nobody gets in by it any more: sessions and tokens are over at once. Never one's own."""
    return _able(name, within, work, locked=True)


@router.post(
    "/{name}/unlock", response_model=AccountModel, dependencies=[MANAGE], summary="Unlock 启用账号"
)
def unlock(name: AccountName, within: Within, work: WorkDep) -> Response:
    """It may sign in again, and its tokens hold again; the sessions it had do not."""
    return _able(name, within, work, locked=False)


@router.put(
    "/{name}/password",
    response_model=AccountModel,
    dependencies=[MANAGE],
    summary="Give a new password 重置密码",
)
def give_password(
    name: AccountName, body: PasswordGiven, within: Within, work: WorkDep, context: ContextDep
) -> Response:
    """All sessions of the account end. One's own is changed at /me/password, by the old one."""
    found = _other(within, work, name)
    given = body.password.get_secret_value()
    hashed = hashed_password(context, given, found.name, "/password")

    def act(entry: Entry) -> Answer:
        entry.about = f"account/{found.name}"
        replace_password(work.session, found, hashed, work.now)
        after = account_by_id(work.session, found.id) or found
        return Answer(told(work.session, after), version=after.version)

    return unkept(work).perform("account.password", f"account/{name}", act)


@router.delete(
    "/{name}/sessions",
    response_model=SessionsEnded,
    dependencies=[MANAGE],
    summary="Sign an account out everywhere 结束全部会话",
)
def sign_out(name: AccountName, within: Within, work: WorkDep) -> Response:
    """Its sessions are over at once; its password and tokens still hold."""

    def act(entry: Entry) -> Answer:
        found = account_of(within, name)
        entry.about = f"account/{found.name}"
        but = work.caller.key if found.id == work.caller.account else None
        ended = end_sessions(work.session, found.id, but)
        entry.detail["ended"] = ended
        return Answer(SessionsEnded(ended=ended))

    return work.perform("account.sign_out", f"account/{name}", act)


def account_of(within: Sight, name: str) -> Account:
    """The account of that name, within the caller's scope. Raises Problem."""
    found = account_by_name(within.session, name)
    if found is None or not lies_inside(within.session, within.caller.scope, found[0].scope):
        raise not_found()
    return found[0]


def told(session: Session, one: Account) -> AccountModel:
    """An account as it is answered. Raises psycopg.Error."""
    return AccountModel(
        name=one.name,
        role=one.role,
        scope=scope_model(session, one.scope),
        oidc=one.external,
        has_password=one.has_password,
        locked=one.disabled,
        made_at=one.made_at,
        changed_at=one.changed_at,
        version=one.version,
    )


@contextmanager
def granting() -> Generator[None]:
    """Inside of it, what cannot be granted is raised as Problem."""
    try:
        yield
    except GrantError as error:
        raise refused(error) from None
    except AccountConflict as error:
        raise Problem(Kinds.CONFLICT, f"与现状冲突：{error}", str(error)) from None


def unkept(work: Work) -> Work:
    """The same, of which no digest is kept: a password, or a secret that is told once, is in it."""
    return replace(work, asked=None)


def _able(name: str, within: Sight, work: Work, *, locked: bool) -> Response:
    verb = "lock" if locked else "unlock"

    def act(entry: Entry) -> Answer:
        found = _other(within, work, name)
        entry.about = f"account/{found.name}"
        wanted = found._replace(disabled=locked)
        if found.disabled is locked:
            return Answer(told(work.session, found), version=found.version)
        after = _written(work, wanted, work.seen)
        return Answer(told(work.session, after), version=after.version)

    return work.perform(f"account.{verb}", f"account/{name}", act)


def _written(work: Work, wanted: Account, seen: int | None) -> Account:
    if seen is not None and seen != wanted.version:
        raise stale()
    with granting():
        return alter_account(work.session, wanted, work.now)


def _other(within: Sight, work: Work, name: str) -> Account:
    """Somebody else's: so there is always one administrator left. Raises Problem."""
    found = account_of(within, name)
    if found.id == work.caller.account:
        raise Problem(
            Kinds.CONFLICT,
            "不能变更或停用自己的账号：请由另一管理员操作；修改自己的密码请用 /api/v1/me/password。",
            "nobody changes or locks his own account: another administrator does; one's own password "
            "is changed at /api/v1/me/password",
        )
    return found


def _scope(within: Sight, body: AccountWords) -> Scope:
    """What the words mean, where the caller may give it. Raises Problem."""
    if body.role is Role.PLANT and body.plants is None:
        raise Problem(
            Kinds.INVALID,
            "企业账号须指定其企业：请填写 plants。",
            "a plant's account names its plants: fill in `plants`",
            (FieldFault("/plants", Sentence("needed for role plant", "企业账号必填")),),
        )
    region = None if body.region is None else within.region(body.region).code
    plants = body.plants
    known = None if plants is None else frozenset(within.plant(code).id for code in plants)
    scope = Scope(region, known)
    if not lies_inside(within.session, within.caller.scope, scope):
        raise Problem(
            Kinds.INVALID,
            "账号的范围超出您自己的范围：请指定您范围内的行政区或企业。",
            "the account would see more than you do: name a region or plants within your scope",
        )
    return scope


def _said(session: Session, one: Account) -> dict[str, object]:
    """For the audit log."""
    shown = told(session, one)
    return shown.model_dump(mode="json", include={"role", "scope", "oidc", "locked"})
