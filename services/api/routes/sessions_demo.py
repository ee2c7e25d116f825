"""Signing in to the demonstration by one click, where its own database is served to its own host."""

from fastapi import APIRouter, Depends, Request, Response

from services.api.access import require
from services.api.context import ContextDep, RequestId
from services.api.demo_accounts import demo_account, from_this_host
from services.api.identity import address_of, refuse_other_sites, session_secret
from services.api.models.sessions import DemoRole, SessionModel
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem, not_found
from services.api.routes.sessions import session_model, set_cookie
from services.api.signing_in import SignIn, begin

router = APIRouter(tags=["session"])


@router.post(
    "/session/demo",
    status_code=201,
    dependencies=[require(Permission.SIGN_IN), Depends(refuse_other_sites)],
    summary="Sign in to the demonstration 演示登录",
    responses={403: {}, 404: {}},
)
def begin_demo_session(
    body: DemoRole,
    request: Request,
    response: Response,
    context: ContextDep,
    request_id: RequestId,
) -> SessionModel:
    """Begin a session of a demonstration account; 404 where there are none, which is everywhere else.

    403 for whoever does not sit at the host that runs the demonstration, or asks through a proxy.
    """
    if not context.settings.demo_accounts:
        raise not_found()
    if not from_this_host(request):
        raise _elsewhere()
    wish = SignIn("", "", address_of(request), request_id, session_secret(request))
    with context.database.session() as session, session.transaction():
        account = demo_account(session, body.role)
        if account is None:
            raise _not_its_own()
        begun = begin(session, context, account, wish)
    set_cookie(request, response, begun)
    return session_model(context, begun)


def _elsewhere() -> Problem:
    return Problem(
        Kinds.FORBIDDEN,
        "演示账户只能在运行演示的本机使用：请用 http://127.0.0.1 打开。",
        "demonstration accounts are for the host that runs it: open it by http://127.0.0.1",
    )


def _not_its_own() -> Problem:
    return Problem(
        Kinds.FORBIDDEN,
        "此数据库不是演示数据库，没有演示账户：请用用户名和密码登录。",
        "this database is not the demonstration's own and has no such account: use a password",
    )
