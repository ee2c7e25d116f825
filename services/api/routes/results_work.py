"""What persons do with laboratory results 手工监测结果: enter, correct, withdraw."""

from fastapi import APIRouter, Depends, Response

from schemas.access import Role
from schemas.manual import ManualKind, ManualResult
from services.api.access import Within, require
from services.api.etags import needed_version
from services.api.models.marks_work import Withdrawal
from services.api.models.results_work import CorrectedResult, NewResult, ResultNow, result_now
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem, not_found
from services.api.refusals import check_seen, refusing
from services.api.writing import Answer, Entry, Work, WorkDep
from services.cases.result_actions import (
    Handing,
    believed_result,
    correct_result,
    enter_result,
    take_back_result,
)
from services.store.places import PlantRef

router = APIRouter(tags=["work on laboratory results 手工监测"])
MAY_CHANGE = [require(Permission.ENTER_RESULTS), Depends(needed_version)]


@router.post(
    "/results",
    status_code=201,
    dependencies=[require(Permission.ENTER_RESULTS)],
    response_model=ResultNow,
    summary="Enter a laboratory result 录入手工监测结果",
)
def enter(body: NewResult, work: WorkDep, within: Within) -> Response:
    """Hours that it bears on are judged anew. A supervisory one 监督性监测 is the bureau's to enter.

    A result of kind gap stands in for mass alone, at most 6 hours, and decides no exceedance.
    """
    plant = within.subject(body.plant, body.subject).plant
    _own_side(body.kind, work)

    def act(entry: Entry) -> Answer:
        words = body.columns(body.reason)
        with refusing(Kinds.INVALID):
            done = enter_result(words, _by(work))
        entry.about = f"result/{done.result}"
        entry.detail.update(words)
        now = result_now(done, plant.code)
        return Answer(now, 201, done.version, f"/api/v1/results/{done.result}")

    return work.perform("result.enter", f"plant/{plant.code}", act, plant.id)


@router.post(
    "/results/{result}/correct",
    dependencies=MAY_CHANGE,
    response_model=ResultNow,
    summary="Correct a result 更正",
)
def correct(result: int, body: CorrectedResult, work: WorkDep, within: Within) -> Response:
    """Say the whole result anew, and why; what was said before stays to be read."""

    def act(entry: Entry) -> Answer:
        plant, known = _known(result, (work, within))
        if within.subject(body.plant, body.subject).plant != plant:
            raise not_found()
        _own_side(known.kind, work)
        _own_side(body.kind, work)
        words = body.columns(body.reason)
        with refusing(Kinds.INVALID, lambda: _known(result, (work, within))):
            done = correct_result(result, words, _by(work))
        entry.plant = plant.id
        entry.detail.update(words)
        return Answer(result_now(done, plant.code), version=done.version)

    return work.perform("result.correct", f"result/{result}", act)


@router.post(
    "/results/{result}/withdraw",
    dependencies=MAY_CHANGE,
    response_model=ResultNow,
    summary="Withdraw a result 撤回",
)
def withdraw(result: int, body: Withdrawal, work: WorkDep, within: Within) -> Response:
    """It is believed no longer; what it said stays to be read."""

    def act(entry: Entry) -> Answer:
        plant, known = _known(result, (work, within))
        _own_side(known.kind, work)
        with refusing(look=lambda: _known(result, (work, within))):
            gone = take_back_result(result, body.reason, _by(work))
        entry.plant = plant.id
        entry.detail["reason"] = body.reason
        return Answer(result_now(gone, plant.code), version=gone.version)

    return work.perform("result.withdraw", f"result/{result}", act)


def _by(work: Work) -> Handing:
    return Handing(work.session, work.caller.name, work.now, work.seen)


def _known(result: int, by: tuple[Work, Within]) -> tuple[PlantRef, ManualResult]:
    work, within = by
    plant = within.case("result", result)
    if plant is None:
        raise not_found()
    with refusing():
        known = believed_result(work.session, result)
    check_seen(work.seen, known.version, (f"由 {known.actor} 更新", f"changed by {known.actor}"))
    return plant, known


def _own_side(kind: ManualKind, work: Work) -> None:
    """What the bureau measured is not for the plant to say. Raises Problem."""
    if kind == "supervisory" and work.caller.role is Role.PLANT:
        raise Problem(
            Kinds.FORBIDDEN,
            "监督性监测结果由生态环境部门录入和变更。",
            "supervisory results are the bureau's to enter and to change",
        )
