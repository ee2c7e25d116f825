"""The audit log: what persons did, and what evidence they looked at."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from schemas.registry_words import BEIJING
from schemas.sentence import same
from services.api.access import Within, require
from services.api.asof import AsOfDep, moment
from services.api.models.access import DeedModel
from services.api.paging import Paged, PageDep
from services.api.permissions import Permission
from services.api.problems import FieldFault, Kinds, Problem
from services.api.writing import WorkDep
from services.store.audit import DeedQuery, KeptDeed, read_deeds

router = APIRouter(prefix="/audit", tags=["audit"])
Text = Annotated[str | None, Query(max_length=100)]


@router.get("", dependencies=[require(Permission.READ_AUDIT)], summary="What was done 审计日志")
def deeds(  # noqa: PLR0913, PLR0917 - FastAPI: parameters of the query are arguments
    within: Within,
    page: PageDep,
    as_of: AsOfDep,
    work: WorkDep,
    actor: Text = None,
    action: Text = None,
    object_: Annotated[str | None, Query(alias="object", max_length=100)] = None,
    since: Annotated[str | None, Query(alias="from", max_length=40)] = None,
    until: Annotated[str | None, Query(alias="to", max_length=40)] = None,
) -> Paged[DeedModel]:
    """The newest first. `action=alert` means `alert.close` and the like too.

    Whoever sees a region sees what concerns its plants; asking is itself written here.
    """
    query = DeedQuery(
        *(as_of.position, within.plants(), actor, action, object_),
        *(_time("from", since), _time("to", until)),
    )
    key = page.key(int)
    with work.audited("audit.read", "audit"):
        rows = read_deeds(
            within.session, query, page.asked, None if key is None else int(str(key[0]))
        )
    shown, following = page.split(rows, lambda row: (row.id,))
    items = [_shown(row) for row in shown]
    return Paged(items=items, next=following, as_of=str(as_of.position))


def _time(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    found = moment(text)
    if found is None:
        raise Problem(
            *(Kinds.INVALID, f"{name} 应为 ISO 8601 时间。", f"{name} is a time of ISO 8601"),
            errors=(FieldFault(name, same("2026-08-01T00:00:00+08:00")),),
        )
    return found


def _shown(row: KeptDeed) -> DeedModel:
    return DeedModel(
        id=row.id,
        at=row.at.astimezone(BEIJING),
        actor=row.actor,
        way=row.way,
        action=row.action,
        about=row.about,
        detail=row.detail,
        request_id=row.request_id,
        address=row.address,
        position=str(row.position),
    )
