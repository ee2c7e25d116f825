"""The audit log: who did what, and who looked at which evidence."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from services.api.access import require
from services.api.console.deed_words import AREAS, WAYS, deed_name, page_of_object
from services.api.console.page import PageOf
from services.api.models.access import DeedModel
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.routes.audit import deeds

router = APIRouter()


@router.get(
    "/console/audit",
    dependencies=[require(Permission.READ_AUDIT)],
    summary="The audit log 审计日志",
    response_class=HTMLResponse,
)
def audit(page: PageOf, found: Annotated[Paged[DeedModel], Depends(deeds)]) -> HTMLResponse:
    """The newest first; asking is itself put on record."""
    return page.show(
        "audit.html",
        {
            "found": found,
            "areas": AREAS,
            "ways": WAYS,
            "named": partial(deed_name, lang=page.lang),
            "shown_at": page_of_object,
            "query": page.request.query_params,
        },
    )
