"""The way in: where one begins, the way to sign in, and the console's own files."""

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.access import require
from services.api.console.navigation import HOMES
from services.api.console.page import PageOf, console_of
from services.api.permissions import Permission
from services.api.problems import not_found

router = APIRouter()
ANYBODY = require(Permission.SIGN_IN)
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


@router.get(
    "/", dependencies=[ANYBODY], summary="To the console 进入控制台", response_class=Response
)
def root() -> Response:
    """The console is what stands here."""
    return RedirectResponse("/console", 303)


@router.get(
    "/console",
    dependencies=[require(Permission.OWN_ACCOUNT)],
    summary="Where one's work begins 首页",
    response_class=Response,
)
def home(page: PageOf) -> Response:
    """Each role begins elsewhere."""
    return RedirectResponse(HOMES.get(page.caller.role, "/console/alerts"), 303)


@router.get(
    "/console/sign-in", dependencies=[ANYBODY], summary="Sign in 登录", response_class=HTMLResponse
)
def sign_in(page: PageOf) -> HTMLResponse:
    """Name and password; whoever is signed in already may change who he is."""
    return page.show("sign_in.html", {"problem": None})


@router.get(
    "/console/static/{digest}/{name:path}",
    dependencies=[ANYBODY],
    summary="The console's files 静态文件",
    response_class=Response,
)
def static(digest: str, name: str, request: Request) -> Response:
    """A script, style or picture; of another digest: as it is now, and not to be kept."""
    found = console_of(request).assets.get(name)
    if found is None:
        raise not_found()
    keep = FOR_GOOD if found.digest == digest else {}
    return Response(found.content, media_type=found.media_type, headers=keep)
