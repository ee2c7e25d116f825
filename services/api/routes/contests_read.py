"""Contests 申诉 as they stand or stood: the list, and one with its steps."""

from datetime import datetime
from typing import Annotated, Final, cast

from fastapi import APIRouter, Depends, Query, Response

from schemas.contest import Contest, ContestAbout, ContestEvent, ContestState
from services.api.access import Within, require
from services.api.etags import etag
from services.api.models.contests_read import (
    ContestEventModel,
    ContestModel,
    ContestWithHistoryModel,
)
from services.api.models.orders_read import ActorModel, OrderPlantModel
from services.api.models.orders_work import file_now
from services.api.paging import Paged, PageDep
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.ranges import WishDep
from services.api.status_answers import API
from services.api.then import ThenDep, sifted
from services.rules.supervision.as_known import contest_as_known
from services.rules.supervision.words import ABOUT, CONTEST_EVENTS, CONTEST_STATES
from services.store.attachments import attachments_of
from services.store.contests import contest_events, read_contest
from services.store.history_contests import (
    CONTEST_STEPS,
    ContestsAsked,
    page_of_contests,
    page_of_contests_known,
)
from services.store.known_steps import known_steps
from services.store.session import Session

router = APIRouter(tags=["contests 申诉"])
LINKS: Final = {
    ContestAbout.VERDICT: "verdicts",
    ContestAbout.FINDING: "findings",
    ContestAbout.MARK: "marks",
    ContestAbout.ORDER: "orders",
    ContestAbout.ALERT: "alerts",
}


def contests_asked(  # noqa: PLR0913, PLR0917 - parameters of the query
    within: Within,
    wish: WishDep,
    region: Annotated[
        str | None, Query(max_length=6, description="GB/T 2260, with all below")
    ] = None,
    plant: Annotated[str | None, Query(max_length=100, description="企业编码")] = None,
    state: Annotated[list[ContestState] | None, Query(description="状态, more than one")] = None,
    overdue: Annotated[bool | None, Query(description="是否超期")] = None,
    about: Annotated[ContestAbout | None, Query(description="What is contested 申诉对象")] = None,
    key: Annotated[int | None, Query(ge=1, lt=1 << 63, description="Its number 编号")] = None,
    alert: Annotated[int | None, Query(ge=1, lt=1 << 63, description="Bears on this case")] = None,
) -> ContestsAsked:
    """Which contests, of those the caller may see."""
    since, until = wish.ends()
    return ContestsAsked(
        plants=within.plants_in(region),
        plant=plant,
        states=state,
        overdue=overdue,
        about=about,
        key=key,
        alert=alert,
        since=since,
        until=until,
    )


@router.get(
    "/contests", dependencies=[require(Permission.READ_ORDERS)], summary="Contests 申诉列表"
)
def contests(
    within: Within,
    asked: Annotated[ContestsAsked, Depends(contests_asked)],
    page: PageDep,
    then: ThenDep,
) -> Paged[ContestModel]:
    """What plants contested, the latest first; `from` and `to`: when filed.

    As they stand now, or as they stood `as_of`.
    """
    after = cast("tuple[datetime, int] | None", page.key(datetime, int))
    if then is None:
        found = page_of_contests(within.session, asked, page.asked, after)
    else:
        found = _stood(within.session, asked, then.position, (page.asked, after))
    shown, following = page.split(found, lambda one: (one.filed_at, one.contest))
    return Paged(
        items=[contest_model(one) for one in shown],
        next=following,
        as_of=None if then is None else then.below,
    )


@router.get(
    "/contests/{contest}",
    dependencies=[require(Permission.READ_ORDERS)],
    summary="A contest 申诉",
)
def contest_now(
    contest: int, within: Within, then: ThenDep, response: Response
) -> ContestWithHistoryModel:
    """A contest with every step it took: as it stands, its ETag is asked for by whoever acts on it.

    Or as it stood `as_of`; one that had not been filed is not found.
    """
    within.contest(contest)
    found = read_contest(within.session, contest)
    if found is None:
        raise not_found()
    if then is None:
        response.headers["ETag"] = etag(found.version)
        events = contest_events(within.session, contest)
    else:
        known = known_steps(within.session, CONTEST_STEPS, [contest], then.position)
        events = known.get(contest, [])
        if not events:
            raise not_found()
        found = contest_as_known(found, events)
    versions = {one.version for one in events}
    files = attachments_of(within.session, "contest", contest)
    return ContestWithHistoryModel(
        **dict(contest_model(found)),
        history=[_event(one) for one in events],
        attachments=[file_now(one) for one in files if one.version in versions],
    )


def contest_model(one: Contest) -> ContestModel:
    """A contest, as it is shown."""
    about, key = one.subject.about, one.subject.key
    plant = one.plant
    return ContestModel(
        id=one.contest,
        plant=OrderPlantModel(code=plant.code, name=plant.name, region=plant.region),
        about=about,
        zh_about=ABOUT[about],
        key=key,
        link=f"{API}/{LINKS[about]}/{key}" if about in LINKS else None,
        title=one.subject.title,
        grounds=one.grounds,
        state=one.state,
        zh_state=CONTEST_STATES[one.state],
        answer=one.answer,
        needed=list(one.needed),
        region=one.region,
        held_by=one.held_by,
        filed_at=one.filed_at,
        filed_by=one.filed_by,
        due=one.due,
        overdue=one.overdue,
        alerts=list(one.alerts),
        version=one.version,
        changed_at=one.changed_at,
    )


def _event(one: ContestEvent) -> ContestEventModel:
    actor = ActorModel.model_validate(one.actor._asdict())
    said = {**one._asdict(), "actor": actor, "detail": dict(one.detail)}
    return ContestEventModel.model_validate({**said, "zh": CONTEST_EVENTS[one.what]})


def _stood(
    session: Session,
    asked: ContestsAsked,
    known: int,
    page: tuple[int, tuple[datetime, int] | None],
) -> list[Contest]:
    def keep(one: Contest) -> bool:
        late = asked.overdue is None or asked.overdue == one.overdue
        return late and (asked.states is None or one.state in asked.states)

    return sifted(
        lambda most, after: [
            contest_as_known(*one)
            for one in page_of_contests_known(session, asked, known, (most, after))
        ],
        keep,
        lambda one: (one.filed_at, one.contest),
        page,
    )
