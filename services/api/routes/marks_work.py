"""What persons do with marks 标记: enter, change and withdraw them; accept, reject, let them lapse."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Response

from schemas.marks import Mark, MarkOrigin, Review
from services.api.access import Within, require
from services.api.etags import needed_version
from services.api.models.marks_work import (
    REVIEW_OF,
    MarkChange,
    MarkNow,
    MarkReview,
    NewMark,
    Withdrawal,
    mark_now,
)
from services.api.parties import ORIGINS, origin_said
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem, not_found
from services.api.refusals import check_seen, refusing, told
from services.api.writing import Answer, Entry, Work, WorkDep
from services.cases.mark_actions import (
    Marking,
    believed_mark,
    change_mark,
    enter_mark,
    review_mark,
    withdraw_mark,
)
from services.rules.marks.amending import Amendment
from services.rules.marks.mark_entries import kind_said
from services.store.places import PlantRef

router = APIRouter(tags=["work on marks 标记"])
SIDES: Mapping[MarkOrigin, str] = {
    "logger": "数采仪", "plant": "企业", "bureau": "生态环境部门",
}  # fmt: skip
REVIEWS: Mapping[Review, str] = {
    Review.CLAIMED: "待审核", Review.ACCEPTED: "已采纳", Review.REJECTED: "已驳回",
    Review.LAPSED: "逾期失效",
}  # fmt: skip
MAY_ENTER = [require(Permission.ENTER_MARKS)]
MAY_CHANGE = [require(Permission.ENTER_MARKS), Depends(needed_version)]


@router.post(
    "/marks",
    status_code=201,
    dependencies=MAY_ENTER,
    response_model=MarkNow,
    summary="Enter a mark 录入标记",
)
def enter(body: NewMark, work: WorkDep, within: Within) -> Response:
    """It is claimed 待审核 until it is reviewed; its hours are judged anew.

    One that begins later than now is planned 计划: it counts only if the time confirms it. A plant
    says why (`evidence`). `hints` tell what may have been meant otherwise.
    """
    origin = origin_said(work.caller, body.origin)
    plant = within.subject(body.plant, body.subject).plant

    def act(entry: Entry) -> Answer:
        words = body.words(origin)
        with refusing(Kinds.INVALID):
            done = enter_mark(words, body.sector, _by(work))
        entry.about = f"mark/{done.mark.mark}"
        entry.detail.update({**words, "kind": done.mark.kind})
        now = mark_now(done.mark, plant.code, [told(hint, work) for hint in done.hints])
        place = f"/api/v1/marks/{done.mark.mark}"
        return Answer(now, 201, done.mark.version, place)

    return work.perform("mark.enter", f"plant/{plant.code}", act, plant.id)


@router.patch(
    "/marks/{mark}",
    dependencies=MAY_CHANGE,
    response_model=MarkNow,
    summary="Change a mark 变更标记",
)
def change(mark: int, body: MarkChange, work: WorkDep, within: Within) -> Response:
    """Or end an open one with `to`. It is claimed again and waits for review.

    More time, or another kind, counts as entered now 按现在录入计: to keep a deadline that was met,
    enter a mark for the time that is missing.
    """

    def act(entry: Entry) -> Answer:
        plant, known = _known(mark, (work, within))
        _own_side(known, work)
        with refusing(Kinds.INVALID, lambda: _known(mark, (work, within))):
            kind = None
            if body.kind is not None:
                kind = kind_said(body.kind, body.sector or known.kind.split("/")[0]).key
            amendment = Amendment(kind, body.since, body.until, body.evidence)
            after = change_mark(mark, amendment, _by(work))
        entry.plant = plant.id
        entry.detail.update(body.model_dump(mode="json", exclude_none=True))
        return Answer(mark_now(after, plant.code), version=after.version)

    return work.perform("mark.change", f"mark/{mark}", act)


@router.post(
    "/marks/{mark}/withdraw",
    dependencies=MAY_CHANGE,
    response_model=MarkNow,
    summary="Withdraw a mark 撤回标记",
)
def withdraw(mark: int, body: Withdrawal, work: WorkDep, within: Within) -> Response:
    """It has no effect any more, and stays in the history."""

    def act(entry: Entry) -> Answer:
        plant, known = _known(mark, (work, within))
        _own_side(known, work)
        with refusing(look=lambda: _known(mark, (work, within))):
            gone = withdraw_mark(mark, body.reason, _by(work))
        entry.plant = plant.id
        entry.detail["reason"] = body.reason
        return Answer(mark_now(gone, plant.code, withdrawn=True), version=gone.version)

    return work.perform("mark.withdraw", f"mark/{mark}", act)


@router.post(
    "/marks/{mark}/review",
    dependencies=[require(Permission.REVIEW_MARKS), Depends(needed_version)],
    response_model=MarkNow,
    summary="Review a mark 审核标记",
)
def review(mark: int, body: MarkReview, work: WorkDep, within: Within) -> Response:
    """Accept 采纳, reject 驳回 or let lapse 逾期失效; its hours are judged anew.

    An accepted mark exempts where its conditions hold (cap, quota, dust); a rejected or lapsed one
    has no effect. Nobody accepts what he entered or changed for a plant 不得自审.
    """

    def act(entry: Entry) -> Answer:
        plant, _ = _known(mark, (work, within))
        with refusing(look=lambda: _known(mark, (work, within))):
            after = review_mark(mark, REVIEW_OF[body.verdict], body.reason, _by(work))
        entry.plant = plant.id
        entry.detail.update(body.model_dump(mode="json"))
        return Answer(mark_now(after, plant.code), version=after.version)

    return work.perform("mark.review", f"mark/{mark}", act)


def _by(work: Work) -> Marking:
    return Marking(work.session, work.caller.name, work.now, work.seen)


def _known(mark: int, by: tuple[Work, Within]) -> tuple[PlantRef, Mark]:
    work, within = by
    plant = within.case("mark", mark)
    if plant is None:
        raise not_found()
    with refusing():
        known = believed_mark(work.session, mark)
    check_seen(work.seen, known.version, (REVIEWS[known.review], known.review.value))
    return plant, known


def _own_side(known: Mark, work: Work) -> None:
    """A plant changes what it stated itself, and a bureau what is not the plant's. Raises Problem."""
    if known.origin not in ORIGINS.get(work.caller.role, ()):
        raise Problem(
            Kinds.FORBIDDEN,
            f"该标记由{SIDES[known.origin]}录入：请由其变更，或审核该标记。",
            f"the mark is of origin {known.origin}: let that side change it, or review it",
        )
