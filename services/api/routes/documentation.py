"""The documentation's page and its style."""

from fastapi import APIRouter, Request, Response

from services.api.access import require
from services.api.documentation import STYLE, page
from services.api.permissions import Permission

router = APIRouter(tags=["documentation"])
ANYBODY = require(Permission.SIGN_IN)


@router.get(
    "/docs", dependencies=[ANYBODY], summary="This documentation 接口文档", response_class=Response
)
def docs(request: Request) -> Response:
    """A page without scripts that asks no other host for anything."""
    app = request.app
    # Made once: whoever asks again and again costs nothing.
    if not hasattr(app.state, "docs_page"):
        source = page(app.openapi(), f"{request.url.path}.css", str(app.openapi_url))
        app.state.docs_page = source.encode()
    return Response(app.state.docs_page, media_type="text/html; charset=utf-8")


@router.get("/docs.css", dependencies=[ANYBODY], summary="Its style", response_class=Response)
def docs_style() -> Response:
    """The only style of the page."""
    return Response(STYLE, media_type="text/css; charset=utf-8")
