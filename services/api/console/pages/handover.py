"""Handing a shift over 交接班 on one page: what waits, what happened, what is kept quiet, what is due."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from schemas.alert import PLATFORM, AlertState
from schemas.order import RUNNING
from services.api.access import Sight, Within, require
from services.api.console.cases.figures import brief
from services.api.console.cases.shown import ShownCase, shown_case
from services.api.console.cases.steps import facts_of, said_of
from services.api.console.page import PageOf
from services.api.console.pages.silences import names_of
from services.api.console.shown import Lang
from services.api.database import SessionDep
from services.api.models.handover_work import Shift, Spoken
from services.api.models.orders_read import OrderModel
from services.api.paging import Page
from services.api.permissions import Permission
from services.api.ranges import Wish, WishDep
from services.api.routes.alerts_read import alerts
from services.api.routes.handover_work import handover
from services.api.routes.orders_read import orders
from services.api.routes.silences_work import list_
from services.rules.alerting.words import event_words
from services.store.alert_lists import AlertQuery
from services.store.status_regions import regions_with_plants

router = APIRouter()
USUAL: Final = timedelta(hours=12)
SOON: Final = timedelta(hours=48)
MOST: Final = Page(500)
EVER: Final = Wish(None, None)


class Remark(NamedTuple):
    """What a person said or did, in words."""

    one: Spoken
    name: str
    said: Sequence[str]
    facts: Sequence[tuple[str, str]]


class Due(NamedTuple):
    """An order with the deadline that comes first."""

    order: OrderModel
    at: datetime
    late: bool


@router.get(
    "/console/handover",
    dependencies=[require(Permission.READ_ALERTS)],
    summary="Hand a shift over 交接班",
    response_class=HTMLResponse,
)
def handover_page(
    page: PageOf,
    session: SessionDep,
    within: Within,
    wish: WishDep,
    region: Annotated[str | None, Query(max_length=6, description="A region 行政区")] = None,
) -> HTMLResponse:
    """A shift, without `from` the last twelve hours; it is made to be printed and signed."""
    since, until = wish.ends()
    end = until or page.now
    begin = since or end - USUAL
    asked = Shift.model_validate({
        "from": begin.isoformat(), "to": end.isoformat(), "region": region,
    })  # fmt: skip
    told = handover(session, within, page.now, asked)
    silences = list_(session, within, page.now, None, whole=False)
    dues = _dues(within, region, page.now)
    return page.show(
        "handover.html",
        {
            "told": told,
            "brief": brief,
            "recovered": [one for one in told.closed if one.closed_by == PLATFORM],
            "by_hand": [one for one in told.closed if one.closed_by != PLATFORM],
            "in_hand": _in_hand(within, region, page.lang),
            "remarks": [_remark(one, page.lang) for one in told.remarks],
            "silences": silences.items,
            "names": names_of(session, silences),
            "dues": dues,
            "english": page.english(session, (due.order.plant.code for due in dues)),
            "region": region,
            "regions": regions_with_plants(session, within.plants()),
            "spans": [
                (hours, (page.now - timedelta(hours=hours)).replace(microsecond=0))
                for hours in (8, 12, 24)
            ],
        },
    )


def _in_hand(within: Sight, region: str | None, lang: Lang) -> list[ShownCase]:
    """What somebody has acknowledged, and is not over."""
    query = AlertQuery(states=[AlertState.ACKNOWLEDGED])
    found = alerts(within, query, EVER, MOST, None, region)
    return [shown_case(one, lang) for one in found.items]


def _dues(within: Sight, region: str | None, now: datetime) -> list[Due]:
    """Orders that are late, or have a deadline soon; the earliest first."""
    found = orders(within, EVER, MOST, None, region, state=sorted(RUNNING))
    dues: list[Due] = []
    for one in found.items:
        given = (one.dues.accept, one.dues.answer, one.dues.verify, one.dues.total)
        ahead = [at for at in given if at is not None and at > now]
        past = [at for at in given if at is not None and at <= now]
        if one.overdue:
            dues.append(Due(one, max(past, default=min(ahead, default=one.issued_at)), late=True))
        elif ahead and min(ahead) <= now + SOON:
            dues.append(Due(one, min(ahead), late=False))
    return sorted(dues, key=lambda due: due.at)


def _remark(one: Spoken, lang: Lang) -> Remark:
    name = event_words(one.what, one.reason)[lang == "en"]
    return Remark(one, name, said_of(one.detail), facts_of(one.detail, lang))
