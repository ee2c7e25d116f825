"""Administration at a glance: what is registered, who may sign in, and what waits for a hand."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from schemas.notice import DeliveryState
from services.api.access import Within, require
from services.api.asof import AsOfDep
from services.api.console.admin.frame import framed
from services.api.console.page import PageOf
from services.api.models.accounts import AccountModel
from services.api.models.settings_work import ParameterNow
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.routes.accounts import list_ as accounts_told
from services.api.routes.settings_work import Looking
from services.api.routes.settings_work import list_ as settings_told
from services.store.deliveries import list_deliveries
from services.store.places import present_version
from services.store.receivers_shown import shown_receivers, shown_routes
from services.store.reject_counts import RejectCount, reject_counts
from services.store.session import Session
from services.store.status_registry import list_plants
from services.store.tokens import read_tokens

router = APIRouter()
DAY: Final = timedelta(days=1)
SOON: Final = timedelta(days=14)
MOST: Final = 10_000


@router.get(
    "/console/admin",
    dependencies=[require(Permission.MANAGE_ACCOUNTS)],
    summary="Administration 管理概览",
    response_class=HTMLResponse,
)
def overview(
    page: PageOf,
    within: Within,
    known: AsOfDep,
    accounts: Annotated[Paged[AccountModel], Depends(accounts_told)],
) -> HTMLResponse:
    """What there is, and what waits: dead letters, rejects of a day, tokens that end soon."""
    session, now = within.session, page.now
    plants = list_plants(session, within.plants(), MOST)
    found = reject_counts(session, (now - DAY, now), within.plants(), MOST)
    parameters = settings_told(session, within, now, known, Looking()).items
    return framed(
        page,
        "admin.html",
        {
            "plants": len(plants),
            "devices": sum(one.devices for one in plants),
            "version": present_version(session),
            "accounts": len(accounts.items),
            "locked": sum(one.locked for one in accounts.items),
            "roles": Counter(one.role.value for one in accounts.items),
            **_tokens(session, accounts.items, now),
            **_notify(session, everything=within.caller.scope.everything),
            "rejected": sum(one.rejects for one in found),
            "reasons": _reasons(found),
            **_parameters(parameters),
        },
    )


def _tokens(session: Session, accounts: Sequence[AccountModel], now: datetime) -> dict[str, object]:
    names = {one.name for one in accounts}
    holding = [
        one
        for one in read_tokens(session)
        if one.account_name in names and one.revoked_at is None and one.expires_at > now
    ]
    return {"tokens": len(holding), "soon": sum(one.expires_at < now + SOON for one in holding)}


def _notify(session: Session, *, everything: bool) -> dict[str, object]:
    """Receivers and routes concern every plant: None for who does not see all of them."""
    if not everything:
        return {"receivers": None, "routes": None, "dead": None}
    return {
        "receivers": sum(one.active for one in shown_receivers(session)),
        "routes": len(shown_routes(session)),
        "dead": len(list_deliveries(session, DeliveryState.DEAD, None, MOST)),
    }


def _reasons(found: Sequence[RejectCount]) -> list[tuple[str, int]]:
    counted = Counter[str]()
    for one in found:
        counted[one.reason] += one.rejects
    return counted.most_common(3)


def _parameters(found: Sequence[ParameterNow]) -> dict[str, object]:
    return {
        "parameters": len(found),
        "set": sum(one.setting is not None for one in found),
        "unverified": sum(not one.established for one in found),
    }
