"""Limits 限值: what binds a plant's points, from when, by which law; and changing them after a preview."""

from collections.abc import Sequence
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.api.access import Within, require
from services.api.asking import PlantDep
from services.api.console.admin.frame import framed
from services.api.console.page import PageOf
from services.api.models.beliefs import LimitVersionsModel
from services.api.models.history_law import LimitModel, LimitsModel
from services.api.models.registry_read import PlantModel
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.routes.beliefs_read import limit as limit_told
from services.api.routes.history_told import limits as limits_told
from services.api.routes.registry_read import plants as plants_told
from services.rules.catalogue import CatalogueRow, catalogue
from services.rules.judging.quality_names import named
from services.store.places import PlantRef
from services.store.session import Session
from services.store.status_place import points_at, subjects_of

router = APIRouter()
READ: Final = [require(Permission.READ_LIMITS)]


class ShownPoint(NamedTuple):
    """A point with the limits that bind it; `place` is SUBJECT/SIDE/CODE."""

    place: str
    side: str
    code: str
    unit: str | None
    limits: list[LimitModel]


class ShownSubject(NamedTuple):
    """An outlet, unit or facility with its points, those with limits first."""

    kind: str
    code: str
    name: str
    points: list[ShownPoint]


@router.get(
    "/console/limits", dependencies=READ, summary="Limits by plant 限值", response_class=Response
)
def plants(
    page: PageOf,
    found: Annotated[Paged[PlantModel], Depends(plants_told)],
    within: Within,
    plant: Annotated[str | None, Query(max_length=100, description="企业编码")] = None,
) -> Response:
    """Whose limits: who sees one plant alone is led to its own."""
    query = page.request.query_params
    asked = bool(query.get("q") or query.get("region") or query.get("cursor"))
    only = found.items[0].code if len(found.items) == 1 and not asked else None
    chosen = plant or only
    if chosen is not None:
        return RedirectResponse(
            str(page.request.url_for("limits_of_plant", plant=chosen).path), 303
        )
    return framed(
        page,
        "limits.html",
        {
            "plants": found.items,
            "regions": page.english_regions(within.session, (one.region for one in found.items)),
            "next": found.next,
            "q": query.get("q", ""),
            "region": query.get("region", ""),
        },
    )


@router.get(
    "/console/limits/{plant}",
    dependencies=READ,
    summary="Limits of a plant 企业限值",
    response_class=HTMLResponse,
)
def limits_of_plant(
    page: PageOf,
    within: Within,
    own: PlantDep,
    found: Annotated[LimitsModel, Depends(limits_told)],
    history: Annotated[bool, Query(description="All versions 全部历史版本")] = False,  # noqa: FBT002 - a parameter of the query
) -> HTMLResponse:
    """By outlet and point: in force at a moment, as known at a position, or all that was believed."""
    query = page.request.query_params
    subjects = subjects_shown(within.session, own, found.items, page)
    rows = _rows(subjects) if page.may(Permission.WRITE_LIMITS) else []
    return framed(
        page,
        "limits_plant.html",
        {
            "plant": own,
            "subjects": subjects,
            "history": history,
            "at": query.get("at", ""),
            "as_of": query.get("as_of", ""),
            "position": found.as_of,
            "called": named,
            "rows": rows,
            "lawful_codes": {row.code for row in rows},
        },
    )


@router.get(
    "/console/limits/{plant}/{limit}",
    dependencies=READ,
    summary="A limit 限值",
    response_class=HTMLResponse,
)
def limit_shown(
    page: PageOf, own: PlantDep, found: Annotated[LimitVersionsModel, Depends(limit_told)]
) -> HTMLResponse:
    """All that was ever believed of it, and what may be done with it."""
    if found.plant != own.code:
        raise not_found()
    last = found.versions[-1]
    return framed(
        page,
        "limits_limit.html",
        {
            "plant": own,
            "limit": found.limit,
            "versions": found.versions[::-1],
            "last": last,
            "called": named,
        },
    )


def subjects_shown(
    session: Session, own: PlantRef, limits: Sequence[LimitModel], page: PageOf
) -> list[ShownSubject]:
    """The plant's subjects with their points; those that never have limits only where they do."""
    by_point: dict[str, list[LimitModel]] = {}
    for one in limits:
        by_point.setdefault(one.point, []).append(one)
    subjects = subjects_of(session, own.id)
    points = points_at(session, [one.id for one in subjects], page.now)
    shown: list[ShownSubject] = []
    for subject in subjects:
        places = [
            ShownPoint(
                (place := f"{subject.code}/{point.side}/{point.code}"),
                *(point.side, point.code, point.unit, by_point.get(place, [])),
            )
            for point in points
            if point.subject == subject.id
        ]
        if subject.kind == "outlet" or any(one.limits for one in places):
            shown.append(ShownSubject(subject.kind, subject.code, subject.name, places))
    return shown


def _rows(subjects: Sequence[ShownSubject]) -> list[CatalogueRow]:
    """Of the catalogue, those for the codes that are measured here."""
    codes = {point.code for one in subjects for point in one.points}
    return [row for row in catalogue().values() if row.code in codes]
