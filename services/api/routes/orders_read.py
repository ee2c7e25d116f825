"""Supervision orders 督办 as they stand or stood, with their history."""

from datetime import datetime
from typing import Annotated, cast

from fastapi import APIRouter, Query, Response

from schemas.order import Order, OrderEvent, OrderState
from services.api.access import Within, require
from services.api.etags import etag
from services.api.models.orders_read import (
    ActorModel,
    ConclusionModel,
    DuesModel,
    OrderEventModel,
    OrderModel,
    OrderPlantModel,
    OrderWithHistoryModel,
)
from services.api.paging import Paged, PageDep
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.ranges import WishDep
from services.api.then import ThenDep, sifted
from services.rules.supervision.as_known import order_as_known
from services.store.history_orders import OrdersAsked, page_of_orders
from services.store.history_orders_known import ORDER_STEPS, page_of_orders_known
from services.store.known_steps import known_steps
from services.store.orders import order_events, read_order
from services.store.session import Session

router = APIRouter(tags=["orders"])


@router.get("/orders", dependencies=[require(Permission.READ_ORDERS)], summary="Orders 督办列表")
def orders(  # noqa: PLR0913, PLR0917 - parameters of the query
    within: Within,
    wish: WishDep,
    page: PageDep,
    then: ThenDep,
    region: Annotated[
        str | None, Query(max_length=6, description="GB/T 2260, with all below")
    ] = None,
    plant: Annotated[str | None, Query(max_length=100, description="企业编码")] = None,
    state: Annotated[list[OrderState] | None, Query(description="状态, more than one")] = None,
    overdue: Annotated[bool | None, Query(description="是否超期")] = None,
    alert: Annotated[int | None, Query(ge=1, lt=1 << 63, description="Issued on this case")] = None,
) -> Paged[OrderModel]:
    """The orders to plants the caller may see, the latest first; `from` and `to`: when issued.

    As they stand now, or as they stood `as_of`.
    """
    since, until = wish.ends()
    asked = OrdersAsked(within.plants_in(region), plant, state, overdue, alert, since, until)
    after = cast("tuple[datetime, int] | None", page.key(datetime, int))
    if then is None:
        found = page_of_orders(within.session, asked, page.asked, after)
    else:
        found = _stood(within.session, asked, then.position, (page.asked, after))
    shown, following = page.split(found, lambda one: (one.issued_at, one.order))
    return Paged(
        items=[order_model(one) for one in shown],
        next=following,
        as_of=None if then is None else then.below,
    )


@router.get(
    "/orders/{order}", dependencies=[require(Permission.READ_ORDERS)], summary="An order 督办单"
)
def order_now(
    order: int, within: Within, then: ThenDep, response: Response
) -> OrderWithHistoryModel:
    """An order with every step it took: as it stands, its ETag is asked for by whoever acts on it.

    Or as it stood `as_of`; one that had not been issued is not found.
    """
    within.order(order)
    found = read_order(within.session, order)
    if found is None:
        raise not_found()
    if then is None:
        response.headers["ETag"] = etag(found.version)
        events = order_events(within.session, order)
    else:
        known = known_steps(within.session, ORDER_STEPS, [order], then.position)
        events = known.get(order, [])
        if not events:
            raise not_found()
        found = order_as_known(found, events)
    return OrderWithHistoryModel(
        **dict(order_model(found)), history=[_event(one) for one in events]
    )


def _stood(
    session: Session,
    asked: OrdersAsked,
    known: int,
    page: tuple[int, tuple[datetime, int] | None],
) -> list[Order]:
    def keep(one: Order) -> bool:
        late = asked.overdue is None or asked.overdue == bool(one.overdue)
        return late and (asked.states is None or one.state in asked.states)

    return sifted(
        lambda most, after: [
            order_as_known(*one)
            for one in page_of_orders_known(session, asked, known, (most, after))
        ],
        keep,
        lambda one: (one.issued_at, one.order),
        page,
    )


def order_model(one: Order) -> OrderModel:
    """An order, as it is shown."""
    said = one.conclusion
    return OrderModel(
        id=one.order,
        number=one.number,
        plant=OrderPlantModel(code=one.plant.code, name=one.plant.name, region=one.plant.region),
        region=one.region,
        level=one.level,
        state=one.state,
        demand=one.demand,
        basis=one.basis,
        issued_at=one.issued_at,
        issued_by=one.issued_by,
        held_by=one.held_by,
        dues=DuesModel.model_validate(one.dues._asdict()),
        overdue=list(one.overdue),
        rounds=one.rounds,
        conclusion=None if said is None else ConclusionModel.model_validate(said._asdict()),
        alerts=list(one.alerts),
        version=one.version,
        changed_at=one.changed_at,
    )


def _event(one: OrderEvent) -> OrderEventModel:
    actor = ActorModel.model_validate(one.actor._asdict())
    return OrderEventModel.model_validate(
        {**one._asdict(), "actor": actor, "detail": dict(one.detail)}
    )
