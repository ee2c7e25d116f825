"""Contests 申诉: the list, one with its steps and its answer, and a new one."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse

from schemas.contest import ContestAbout, ContestState
from services.api.access import Within, require
from services.api.console.contest_title import title_said
from services.api.console.page import PageOf
from services.api.etags import etag
from services.api.models.contests_read import ContestModel, ContestWithHistoryModel
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.routes.contests_read import contest_now, contests
from services.api.then import ThenDep

router = APIRouter()
READ = [require(Permission.READ_ORDERS)]
PLACES = {
    ContestAbout.VERDICT: "/console/verdicts",
    ContestAbout.ORDER: "/console/orders",
    ContestAbout.ALERT: "/console/alerts",
}
"""Where the thing contested is shown; a mark among its plant's, a finding with its plant."""


@router.get(
    "/console/contests", dependencies=READ, summary="Contests 申诉", response_class=HTMLResponse
)
def contests_page(
    page: PageOf,
    listed: Annotated[Paged[ContestModel], Depends(contests)],
    within: Within,
    then: ThenDep,
) -> HTMLResponse:
    """What plants hold against judgements about them, with until when it is to be answered."""
    return page.show(
        "contests.html",
        {
            "listed": listed,
            "english": page.english(within.session, (one.plant.code for one in listed.items)),
            "title_said": title_said,
            "states": list(ContestState),
            "abouts": list(ContestAbout),
            "chosen": tuple(page.request.query_params.getlist("state")),
            "then": then,
        },
    )


@router.get(
    "/console/contests/new",
    dependencies=[require(Permission.FILE_CONTESTS)],
    summary="File a contest 提出申诉",
    response_class=HTMLResponse,
)
def new_contest_page(
    page: PageOf,
    within: Within,
    about: Annotated[ContestAbout, Query(description="What is contested 申诉对象")],
    key: Annotated[int, Query(ge=1, lt=1 << 63, description="Its number 编号")],
) -> HTMLResponse:
    """Against a verdict, a finding, a mark's review, an order or a case."""
    plant = within.case(about.value, key)
    if plant is None:
        raise not_found()
    return page.show("contest_new.html", {"plant": plant, "about": about, "key": key})


@router.get(
    "/console/contests/{contest}",
    dependencies=READ,
    summary="A contest 申诉",
    response_class=HTMLResponse,
)
def contest_page(
    page: PageOf,
    one: Annotated[ContestWithHistoryModel, Depends(contest_now)],
    within: Within,
    then: ThenDep,
) -> HTMLResponse:
    """What is contested and why, the files, the answer, and what is still to do since."""
    place = PLACES.get(one.about)
    plant = f"/console/plants/{quote(one.plant.code, safe='')}"
    elsewhere = f"{plant}/marks" if one.about is ContestAbout.MARK else plant
    waits = then is None and one.state is ContestState.FILED
    return page.show(
        "contest.html",
        {
            "contest": one,
            "english": page.english(within.session, [one.plant.code]),
            "title_said": title_said,
            "etag": etag(one.version),
            "place": elsewhere if place is None else f"{place}/{one.key}",
            "may_answer": waits and page.may("decide_contests"),
            "may_withdraw": waits and page.may("file_contests"),
            "then": then,
        },
    )
