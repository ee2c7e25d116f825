"""Plants 企业: the list, and a plant's day at a glance for whoever answers for it."""
# ruff: noqa: FAST003 - the part of the path is taken by a dependency of asking.py

from collections.abc import Sequence
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from starlette.responses import HTMLResponse, RedirectResponse

from schemas.judgement import Period
from schemas.registry_words import BEIJING
from services.api.access import Within, require
from services.api.asking import PlantDep, WhenDep
from services.api.console.page import PageOf
from services.api.console.plants.cards import cards_of
from services.api.console.plants.listing import PER_PAGE, Wanted, find_plants
from services.api.console.plants.notices import notices_of
from services.api.console.plants.pressing import pressing
from services.api.console.plants.read import read_today
from services.api.database import SessionDep
from services.api.permissions import Permission
from services.api.standing import plant_status
from services.api.status_answers import standing_of
from services.rules.periods import local_month
from services.rules.status import WORST_FIRST, Word
from services.store.places import plant_by_id
from services.store.status_regions import RegionNode

router = APIRouter()
READ = [require(Permission.READ_STATUS)]
LEAGUE: Final = 4
"""So long is the code of a league or city (GB/T 2260)."""


@router.get("/console/plants", dependencies=READ, summary="Plants 企业", response_class=Response)
def plants_page(  # noqa: PLR0913, PLR0917 - parameters of the query
    page: PageOf,
    within: Within,
    when: WhenDep,
    region: Annotated[str | None, Query(max_length=6, description="行政区, with all below")] = None,
    q: Annotated[str | None, Query(max_length=100, description="Part of name or code")] = None,
    word: Annotated[Word | None, Query(description="Only those that stand so 状态")] = None,
    number: Annotated[int, Query(alias="page", ge=1, le=10_000, description="Which page")] = 1,
) -> Response:
    """The plants one may see, the worst first; whoever sees one alone is led to it."""
    own = within.plants()
    if own is not None and len(own) == 1 and not page.request.query_params:
        found = plant_by_id(within.session, own[0])
        if found is not None:
            return RedirectResponse(f"/console/plants/{quote(found.code, safe='')}", 303)
    seen = find_plants(within, when, Wanted(region, q, word, number))
    names = {node.code: (node.zh, node.en) for node in seen.nodes}
    return page.show(
        "plants.html",
        {
            "found": seen,
            "region_names": names,
            "leagues": _leagues(seen.nodes),
            "words": list(WORST_FIRST),
            "region": region,
            "q": q or "",
            "word_chosen": word,
            "when": when,
        },
    )


@router.get(
    "/console/plants/{plant}",
    dependencies=READ,
    summary="A plant today 企业今日",
    response_class=HTMLResponse,
)
def plant_page(page: PageOf, own: PlantDep, when: WhenDep, session: SessionDep) -> HTMLResponse:
    """Each outlet now, its numbers against their limits, and what has to be seen to first."""
    today = read_today(session, own, when)
    cards = cards_of(today)
    statuses = {one.outlet.subject: one.status for one in today.seen.outlets}
    return page.show(
        "plant.html",
        {
            "plant": own,
            "tab": "today",
            "when": when,
            "today": today,
            "cards": cards,
            "pressing": {one.code: pressing(one, when.at) for one in cards},
            "standing": standing_of(plant_status(statuses, today.seen.cases)),
            "notices": notices_of(today, cards, own.code),
            "others": [one for one in today.seen.cases if one.subject not in statuses],
            "codes": {one.id: one for one in today.subjects},
            "month": local_month(when.at, BEIJING).since,
            "period": Period,
        },
    )


def _leagues(nodes: Sequence[RegionNode]) -> list[RegionNode]:
    """The leagues and cities 盟市 to choose from, where there are more plants than a page holds."""
    if max((node.plants for node in nodes), default=0) <= PER_PAGE:
        return []
    return [node for node in nodes if len(node.code) == LEAGUE]
