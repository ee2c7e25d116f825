"""What the routes about notices share: who may see all of them, what is refused, and how it is told.

It must not know which route asks.
"""

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Annotated, Final, cast

from fastapi import Depends, Path
from pydantic import JsonValue

from schemas.notice import Delivery, DeliveryState
from services.api.access import Sight, Within
from services.api.etags import stale
from services.api.models.notify_work import DeliveryModel, ReceiverModel, RouteModel
from services.api.problems import Kinds, Problem, not_found
from services.api.refusals import fit
from services.api.registering import spoken
from services.api.writing import Work
from services.rules.supervision.refusals import Refused
from services.store.receivers_shown import ShownReceiver, ShownRoute
from services.store.rights import as_registrar

HIDDEN: Final = "***"
SECRETIVE: Final = frozenset({"headers", "body"})
FILLED: Final = re.compile(r"\{\w+\}")
PLACE: Final = r"^[^\s/]{1,64}$"
OneName = Annotated[str, Path(pattern=PLACE, description="Its name, one word", examples=["duty"])]


async def everywhere(within: Within) -> Sight:
    """Receivers and routes are of all plants: for whoever sees all of them. Raises Problem."""
    if not within.caller.scope.everything:
        raise not_found(
            "通知的接收者、路由和消息涉及全部企业，由范围不受限的管理员维护；您可以维护您范围内企业的联系人。",
            "receivers, routes and messages concern every plant: administrators of all of them keep"
            " these; you may keep the contacts of your own plants",
        )
    return within


Everywhere = Annotated[Sight, Depends(everywhere)]
OF_ALL: Final = Depends(everywhere)
"""For routes that need it and look at nothing by it."""


@contextmanager
def telling(work: Work, kind: Kinds = Kinds.CONFLICT) -> Generator[None]:
    """Inside of it one has the registrar's rights, and what is refused is raised as Problem."""
    try:
        with spoken(), as_registrar(work.session):
            yield
    except Refused as refused:
        raise Problem(kind, fit(refused.zh), fit(refused.en)) from None


def check_version(work: Work, now: int | None) -> None:
    """A change of what is there says which version it was made for. Raises Problem (412, 428)."""
    if now is None:
        if work.seen is not None:
            raise stale()
        return
    if work.seen is None:
        raise Problem(
            Kinds.VERSION_NEEDED,
            "同名者已存在：请先读取，再以 If-Match 给出其 ETag。",
            "one of that name is there: read it first, and send its ETag as If-Match",
        )
    if work.seen != now:
        raise stale()


def receiver_told(one: ShownReceiver) -> ReceiverModel:
    """A receiver as it is answered."""
    config = cast("Mapping[str, JsonValue]", one.config)
    return ReceiverModel(
        name=one.name,
        channel=one.channel,
        address=one.address,
        config={
            name: masked(value) if name in SECRETIVE else value for name, value in config.items()
        },
        has_sealed=one.is_sealed,
        language=one.language,
        active=one.active,
        reason=one.reason,
        actor=one.actor,
        recorded_at=one.recorded_at,
        version=one.version,
    )


def masked(value: JsonValue) -> JsonValue:
    """What a gateway is sent, without words that may be its keys; places to fill in are shown."""
    if isinstance(value, dict):
        return {name: masked(each) for name, each in value.items()}
    if isinstance(value, list):
        return [masked(each) for each in value]
    return HIDDEN if isinstance(value, str) and not FILLED.fullmatch(value) else value


def route_told(one: ShownRoute) -> RouteModel:
    """A route as it is answered."""
    return RouteModel(
        route=one.route,
        reason=one.reason,
        actor=one.actor,
        recorded_at=one.recorded_at,
        version=one.version,
    )


def delivery_told(one: Delivery) -> DeliveryModel:
    """A message as it is answered."""
    waits = one.state is DeliveryState.WAITING
    return DeliveryModel(
        delivery=one.delivery,
        key=str(one.key),
        receiver=one.receiver,
        state=one.state,
        form=one.message.form.value,
        title=one.message.title,
        text=one.message.text,
        tries=one.tries,
        made_at=one.made_at,
        next_at=one.next_at if waits else None,
        sent_at=one.sent_at,
        last_error=one.last_error,
    )
