"""Silences 静默: which hold or are to come, what they kept quiet, one more, one less."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse

from schemas.alert import AlertKind, Severity
from services.api.access import Within, require
from services.api.console.page import PageOf
from services.api.models.silences_work import Silences, SilenceShown
from services.api.permissions import Permission
from services.api.routes.silences_work import list_, show
from services.store.session import Session
from services.store.silence_places import PlaceNames, place_names
from services.store.status_regions import regions_with_plants

router = APIRouter()
MAY = [require(Permission.READ_ALERTS)]
MOST = 20


@router.get(
    "/console/silences", dependencies=MAY, summary="Silences 静默", response_class=HTMLResponse
)
def silences_page(
    page: PageOf,
    within: Within,
    found: Annotated[Silences, Depends(list_)],
    whole: Annotated[bool, Query(alias="all", description="Also those over 含已结束")] = False,  # noqa: FBT002 - a parameter of the query
) -> HTMLResponse:
    """Those that hold or are to come; with `all` also those over and withdrawn."""
    return page.show(
        "silences.html",
        {
            "silences": list(reversed(found.items)) if whole else found.items,
            "names": names_of(within.session, found),
            "whole": whole,
            "kinds": list(AlertKind),
            "severities": list(Severity),
            "regions": regions_with_plants(within.session, within.plants()),
        },
    )


@router.get(
    "/console/silences/{silence}/quiet",
    dependencies=MAY,
    summary="What a silence kept quiet 静默的告警",
    response_class=HTMLResponse,
)
def quiet_part(page: PageOf, found: Annotated[SilenceShown, Depends(show)]) -> HTMLResponse:
    """The cases of its time that match it."""
    shown = found.quiet[:MOST]
    return page.show("silence_quiet.html", {"quiet": shown, "count": len(found.quiet)})


def names_of(session: Session, found: Silences) -> PlaceNames:
    """What the places of these silences are called."""
    some = found.items
    return place_names(
        session,
        [one.region for one in some if one.region is not None],
        _given([one.plant for one in some]),
        _given([one.subject for one in some]),
        _given([one.device for one in some]),
    )


def _given(keys: Sequence[int | None]) -> list[int]:
    return [key for key in keys if key is not None]
