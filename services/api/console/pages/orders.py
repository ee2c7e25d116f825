"""Supervision orders 督办: the list, one with its history and what comes next, and a new one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse

from schemas.contest import ContestAbout
from schemas.order import Consequence, Level, OrderDisposition, OrderState
from services.api.access import Within, require
from services.api.asof import moment
from services.api.console.cases.order_step import (
    ENDED,
    WAITS_FOR_BUREAU,
    WAITS_FOR_PLANT,
    acts_of,
    next_step,
    running_stages,
)
from services.api.console.page import PageOf
from services.api.etags import etag
from services.api.models.orders_read import OrderModel, OrderWithHistoryModel
from services.api.models.orders_work import file_now
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.routes.contests_read import contest_model
from services.api.routes.orders_read import order_now, orders
from services.api.then import ThenDep
from services.store.attachments import attachments_of
from services.store.history_contests import ContestsAsked, page_of_contests
from services.store.status_registry import list_plants

router = APIRouter()
READ = [require(Permission.READ_ORDERS)]
MOST_PLANTS = 1000
MOST_CONTESTS = 20


@router.get(
    "/console/orders", dependencies=READ, summary="Orders 督办", response_class=HTMLResponse
)
def orders_page(
    page: PageOf,
    listed: Annotated[Paged[OrderModel], Depends(orders)],
    within: Within,
    then: ThenDep,
) -> HTMLResponse:
    """The orders one may see, each with what comes next and how long is left."""
    return page.show(
        "orders.html",
        {
            "listed": listed,
            "english": page.english(within.session, (one.plant.code for one in listed.items)),
            "steps": {one.id: next_step(one) for one in listed.items},
            "states": list(OrderState),
            "groups": {
                "plant": WAITS_FOR_PLANT,
                "bureau": WAITS_FOR_BUREAU,
                "ended": ENDED,
            },
            "chosen": tuple(page.request.query_params.getlist("state")),
            "then": then,
        },
    )


@router.get(
    "/console/orders/new",
    dependencies=[require(Permission.ISSUE_ORDERS)],
    summary="Issue an order 下发督办",
    response_class=HTMLResponse,
)
def new_order_page(
    page: PageOf,
    within: Within,
    plant: Annotated[str | None, Query(max_length=100)] = None,
    alert: Annotated[list[int] | None, Query(max_length=100)] = None,
) -> HTMLResponse:
    """On cases of one plant, or free; the plant of the first case is filled in."""
    about = [within.alert(number) for number in alert or ()]
    chosen = plant or next((one.code for one in about if one is not None), None)
    if chosen is not None:
        within.plant(chosen)
    return page.show(
        "order_new.html",
        {
            "plants": list_plants(within.session, within.plants(), MOST_PLANTS),
            "chosen": chosen,
            "alerts": alert or [],
            "levels": list(Level),
        },
    )


@router.get(
    "/console/orders/{order}",
    dependencies=READ,
    summary="An order 督办单",
    response_class=HTMLResponse,
)
def order_page(
    page: PageOf,
    one: Annotated[OrderWithHistoryModel, Depends(order_now)],
    within: Within,
    then: ThenDep,
) -> HTMLResponse:
    """What is asked, what was done about it, what comes next, and what the caller may do."""
    versions = {event.version for event in one.history}
    files = [file_now(file) for file in attachments_of(within.session, "order", one.id)]
    asked = ContestsAsked(within.plants(), about=ContestAbout.ORDER, key=one.id)
    found = page_of_contests(within.session, asked, MOST_CONTESTS) if then is None else []
    return page.show(
        "order.html",
        {
            "order": one,
            "english": page.english(within.session, [one.plant.code]),
            "etag": etag(one.version),
            "files": [file for file in files if file.version in versions],
            "contests": [contest_model(contest) for contest in found],
            "step": next_step(one),
            "acts": acts_of(one, page.caller) if then is None else (),
            "stages": running_stages(one),
            "dispositions": list(OrderDisposition),
            "consequences": list(Consequence),
            "then": then,
            "told": moment,
        },
    )
