"""Notification 通知: who is told of cases by which way, and what became of each message."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse

from schemas.alert import AlertKind, Event, Severity
from schemas.notice import TOLD, Channel, DeliveryState
from services.api.access import Within, require
from services.api.console.admin.frame import framed
from services.api.console.admin.places import choices_of
from services.api.console.page import PageOf
from services.api.context import SettingsDep
from services.api.models.notify_work import ContactModel, DeliveryModel, ReceiverModel, RouteModel
from services.api.notifying import Everywhere
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.routes.notify_deliveries import list_ as deliveries_told
from services.api.routes.notify_receivers import list_ as receivers_told
from services.api.routes.notify_receivers import show as receiver_told
from services.api.routes.notify_routes import contacts as contacts_told
from services.api.routes.notify_routes import routes as routes_told
from services.api.routes.notify_routes import show as route_told
from services.runtime.seal import seal_key_of
from services.runtime.settings import Settings, SettingsError
from services.store.deliveries import list_deliveries
from services.store.receivers_shown import shown_receivers

router = APIRouter()
MANAGE: Final = [require(Permission.MANAGE_NOTIFY)]
AT_ONCE: Final = 10
Receivers = Annotated[Paged[ReceiverModel], Depends(receivers_told)]
ChannelAsked = Annotated[Channel, Query(description="By which way 渠道")]


@router.get(
    "/console/admin/notify",
    dependencies=MANAGE,
    summary="Receivers 通知接收者",
    response_class=HTMLResponse,
)
def receivers(page: PageOf, found: Receivers, settings: SettingsDep) -> HTMLResponse:
    """Each with its last messages, a test button, and forms for others."""
    return framed(
        page,
        "admin_notify.html",
        {"receivers": found.items, "channels": list(Channel), "sealed": _seals(settings)},
    )


@router.get(
    "/console/admin/notify/new",
    dependencies=MANAGE,
    summary="A new receiver 新建接收者",
    response_class=HTMLResponse,
)
def new_receiver(
    page: PageOf, _within: Everywhere, settings: SettingsDep, channel: ChannelAsked = Channel.EMAIL
) -> HTMLResponse:
    """A form that asks what its kind needs."""
    values = {"one": None, "channel": channel, "channels": list(Channel), "deliveries": []}
    return framed(page, "admin_receiver.html", {**values, "sealed": _seals(settings)})


@router.get(
    "/console/admin/notify/receivers/{name}",
    dependencies=MANAGE,
    summary="A receiver 接收者",
    response_class=HTMLResponse,
)
def receiver(
    page: PageOf,
    within: Everywhere,
    settings: SettingsDep,
    one: Annotated[ReceiverModel, Depends(receiver_told)],
) -> HTMLResponse:
    """What it is, its last messages, a test, and changing it."""
    return framed(
        page,
        "admin_receiver.html",
        {
            "one": one,
            "channel": one.channel,
            "channels": list(Channel),
            "deliveries": list_deliveries(within.session, None, one.name, AT_ONCE),
            "sealed": _seals(settings),
        },
    )


@router.get(
    "/console/admin/notify/routes",
    dependencies=MANAGE,
    summary="Routes 通知路由",
    response_class=HTMLResponse,
)
def routes(
    page: PageOf, found: Annotated[Paged[RouteModel], Depends(routes_told)], known: Receivers
) -> HTMLResponse:
    """Who is told of what, when, and who next where nobody acknowledges it."""
    active = [one.name for one in known.items if one.active]
    return framed(page, "admin_routes.html", {"routes": found.items, "receivers": active})


@router.get(
    "/console/admin/notify/routes/new",
    dependencies=MANAGE,
    summary="A new route 新建路由",
    response_class=HTMLResponse,
)
def new_route(page: PageOf, within: Everywhere) -> HTMLResponse:
    """A form."""
    return framed(page, "admin_route.html", {"one": None, **_choices(page, within)})


@router.get(
    "/console/admin/notify/routes/{name}",
    dependencies=MANAGE,
    summary="A route 通知路由",
    response_class=HTMLResponse,
)
def route(
    page: PageOf, within: Everywhere, one: Annotated[RouteModel, Depends(route_told)]
) -> HTMLResponse:
    """What it says, and changing it."""
    return framed(page, "admin_route.html", {"one": one, **_choices(page, within)})


@router.get(
    "/console/admin/notify/contacts",
    dependencies=MANAGE,
    summary="Contacts of plants 企业联系人",
    response_class=HTMLResponse,
)
def contacts(
    page: PageOf, within: Within, found: Annotated[Paged[ContactModel], Depends(contacts_told)]
) -> HTMLResponse:
    """Who is told of what concerns a plant, by routes that tell its contacts."""
    return framed(
        page,
        "admin_contacts.html",
        {
            "contacts": found.items,
            "receivers": [one.name for one in shown_receivers(within.session) if one.active]
            if within.caller.scope.everything
            else [],
            "plants": choices_of(page, within).plants,
        },
    )


@router.get(
    "/console/admin/notify/deliveries",
    dependencies=MANAGE,
    summary="Messages 通知消息",
    response_class=HTMLResponse,
)
def deliveries(
    page: PageOf, found: Annotated[Paged[DeliveryModel], Depends(deliveries_told)]
) -> HTMLResponse:
    """What was sent, what waits, and dead letters to try again."""
    query = page.request.query_params
    return framed(
        page,
        "admin_deliveries.html",
        {
            "deliveries": found.items,
            "next": found.next,
            "states": list(DeliveryState),
            "state": query.get("state", ""),
            "receiver": query.get("receiver", ""),
        },
    )


def _choices(page: PageOf, within: Within) -> dict[str, object]:
    """What a route may name."""
    return {
        "receivers": [one.name for one in shown_receivers(within.session) if one.active],
        "kinds": list(AlertKind),
        "severities": list(Severity),
        "events": list(Event),
        "usual": sorted(TOLD),
        **choices_of(page, within)._asdict(),
    }


def _seals(settings: Settings) -> bool:
    """Whether there is a key to seal addresses with."""
    try:
        return seal_key_of(settings) is not None
    except SettingsError:
        return False
