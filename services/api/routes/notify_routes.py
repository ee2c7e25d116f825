"""Routes of notices 通知路由 and contacts of plants 企业联系人: which cases are told to whom."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response
from pydantic import ValidationError

from schemas.notice import Contact, Route
from services.api.access import Within, require
from services.api.etags import etag
from services.api.field_words import field_sentence
from services.api.models.notify_work import (
    ContactModel,
    ContactWanted,
    RouteModel,
    RouteWanted,
)
from services.api.notifying import (
    OF_ALL,
    Everywhere,
    OneName,
    check_version,
    route_told,
    telling,
)
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.problems import FieldFault, Kinds, Problem, not_found
from services.api.writing import Answer, Entry, WorkDep
from services.cases import notify_actions as actions
from services.store.receivers import Written
from services.store.receivers_shown import ShownRoute, shown_contacts, shown_routes
from services.store.session import Session

router = APIRouter(prefix="/notify", tags=["notices 通知"])
MANAGE: Final = require(Permission.MANAGE_NOTIFY)
PlantCode = Annotated[str, Path(max_length=100, description="The plant's code 企业编码")]


@router.get("/routes", dependencies=[MANAGE], summary="Routes 通知路由列表")
def routes(within: Everywhere) -> Paged[RouteModel]:
    """In the order they are tried: the first that fits ends the search unless it goes on."""
    return Paged(items=[route_told(one) for one in shown_routes(within.session)])


@router.get("/routes/{name}", dependencies=[MANAGE], summary="A route 通知路由")
def show(name: OneName, within: Everywhere, response: Response) -> RouteModel:
    """Its ETag is what a change of it asks for."""
    found = _known(within.session, name)
    if found is None:
        raise not_found()
    response.headers["ETag"] = etag(found.version)
    return route_told(found)


@router.put(
    "/routes/{name}",
    response_model=RouteModel,
    responses={201: {"model": RouteModel, "description": "It is new"}, 428: {}},
    dependencies=[MANAGE],
    summary="Keep a route 设定路由",
)
def keep(name: OneName, body: RouteWanted, within: Everywhere, work: WorkDep) -> Response:
    """Add one (201), or change the one of that name, for which If-Match is its version."""
    route = _route(name, body)
    if route.region is not None:
        within.region(route.region)
    if route.plant is not None:
        within.plant(route.plant)

    def act(entry: Entry) -> Answer:
        before = _known(work.session, name)
        check_version(work, None if before is None else before.version)
        with telling(work, Kinds.INVALID):
            actions.keep_route(work.session, route, Written(work.caller.name, body.reason))
        after = shown_routes(work.session, name)[0]
        entry.detail.update(body.model_dump(mode="json"))
        return Answer(route_told(after), 201 if before is None else 200, after.version)

    return work.perform("route.keep", f"route/{name}", act)


@router.delete(
    "/routes/{name}",
    response_model=RouteModel,
    dependencies=[MANAGE, OF_ALL],
    summary="Retire 停用路由",
)
def retire(name: OneName, work: WorkDep) -> Response:
    """Take it out; it stays in the history."""

    def act(entry: Entry) -> Answer:
        before = _known(work.session, name)
        if before is None:
            raise not_found()
        if work.seen is not None:
            check_version(work, before.version)
        with telling(work):
            actions.retire_route(work.session, name, Written(work.caller.name))
        entry.detail["version"] = before.version
        return Answer(route_told(before))

    return work.perform("route.retire", f"route/{name}", act)


@router.get("/contacts", dependencies=[MANAGE], summary="Contacts of plants 企业联系人列表")
def contacts(within: Within) -> Paged[ContactModel]:
    """Those of the plants that the caller sees; routes with `plant_contacts` tell them."""
    return Paged(items=_contacts(within.session, within.plants()))


@router.put(
    "/contacts/{plant}/{receiver}",
    response_model=ContactModel,
    dependencies=[MANAGE],
    summary="Name a contact 设定联系人",
)
def add_contact(
    plant: PlantCode, receiver: OneName, body: ContactWanted, within: Within, work: WorkDep
) -> Response:
    """From now on the receiver is told of what concerns the plant, by routes that tell contacts."""
    own = within.plant(plant)

    def act(entry: Entry) -> Answer:
        contact = Contact(own.code, receiver, body.person)
        with telling(work, Kinds.INVALID):
            actions.add_contact(work.session, contact, work.caller.name)
        entry.detail.update({"receiver": receiver, "person": body.person})
        return Answer(_contact(work.session, own.id, receiver))

    return work.perform("contact.add", f"plant/{own.code}", act, own.id)


@router.delete(
    "/contacts/{plant}/{receiver}",
    status_code=204,
    dependencies=[MANAGE],
    summary="End a contact 撤销联系人",
)
def end_contact(plant: PlantCode, receiver: OneName, within: Within, work: WorkDep) -> Response:
    """The receiver is no contact of the plant any more."""
    own = within.plant(plant)

    def act(entry: Entry) -> Answer:
        if _contact(work.session, own.id, receiver) is None:
            raise not_found()
        with telling(work):
            actions.retire_contact(work.session, own.code, receiver, work.caller.name)
        entry.detail["receiver"] = receiver
        return Answer(status=204)

    return work.perform("contact.end", f"plant/{own.code}", act, own.id)


def _contacts(session: Session, plants: list[int] | None) -> list[ContactModel]:
    return [
        ContactModel(
            plant=one.code,
            receiver=one.receiver,
            person=one.person,
            actor=one.actor,
            recorded_at=one.recorded_at,
        )
        for one in shown_contacts(session, plants)
    ]


def _contact(session: Session, plant: int, receiver: str) -> ContactModel | None:
    found = [one for one in _contacts(session, [plant]) if one.receiver == receiver]
    return found[0] if found else None


def _known(session: Session, name: str) -> ShownRoute | None:
    found = shown_routes(session, name)
    return found[0] if found else None


def _route(name: str, body: RouteWanted) -> Route:
    """Raises Problem with the pointer of each field that does not hold."""
    try:
        return Route.model_validate({**body.rule, "name": name})
    except ValidationError as error:
        told = [
            FieldFault("/rule" + "".join(f"/{part}" for part in one["loc"]), field_sentence(one))
            for one in error.errors(include_url=False)
        ]
        places = [str(each.place) for each in told]
        zh, en = "、".join(places), ", ".join(places)
        raise Problem(
            Kinds.INVALID, f"以下各项不合要求：{zh}。", f"these do not hold: {en}", told
        ) from None
