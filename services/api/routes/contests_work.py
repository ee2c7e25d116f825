"""What a plant and the bureau do with contests 申诉: file, answer, withdraw."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile
from fastapi import Form as Part

from schemas.contest import Contest, ContestAbout, ContestState, ContestStep
from schemas.order import Actor, OrderPlant
from services.api.access import Sight, Within, require
from services.api.models.orders_work import Because, ContestAnswer, ContestNow, contest_now
from services.api.models.work_words import NeededWords
from services.api.parties import as_bureau, as_plant
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.refusals import check_seen, refusing
from services.api.uploads import Form, check_files, once, read_form
from services.api.writing import Answer, Entry, Work, WorkDep
from services.cases import contest_actions as contests
from services.cases.acting import Acting
from services.rules.supervision.words import CONTEST_STATES
from services.store.attachments import attachments_of
from services.store.contests import read_contest
from services.store.places import PlantRef

router = APIRouter(tags=["work on contests 申诉"])
Do = Callable[[Acting], ContestStep]


def filing_form(
    request: Request,
    about: Annotated[ContestAbout, Part(description="What is contested 申诉对象")],
    key: Annotated[int, Part(ge=1, lt=1 << 63, description="Its number 编号")],
    grounds: Annotated[NeededWords, Part(description="What is held against it 申诉理由")],
    files: Annotated[list[UploadFile] | None, File(description="附件")] = None,
) -> Form:
    words = {"about": about.value, "key": str(key), "grounds": grounds}
    return read_form(request.url.path, words, files or [])


@router.post(
    "/contests",
    status_code=201,
    dependencies=[require(Permission.FILE_CONTESTS)],
    response_model=ContestNow,
    summary="Contest a judgement 提出申诉",
)
def file(form: Annotated[Form, Depends(filing_form)], work: WorkDep, within: Within) -> Response:
    """The plant holds something against a verdict, a finding, a mark's review, an order or a case."""
    about, key = ContestAbout(form.words["about"]), int(form.words["key"])
    plant = within.case(about.value, key)
    if plant is None:
        raise not_found()
    once_only = once(work, form)

    def act(entry: Entry) -> Answer:
        by = Acting(work.session, as_plant(work.caller, plant), work.now)
        with refusing():
            check_files(form, by, OrderPlant(plant.id, plant.code, plant.zh, plant.region))
            step = contests.file_contest((about, key), form.words["grounds"], form.files, by)
        return _told(step, entry, work, 201)

    return once_only.perform("contest.file", f"{about.value}/{key}", act, plant.id)


@router.post(
    "/contests/{contest}/answer",
    dependencies=[require(Permission.DECIDE_CONTESTS)],
    response_model=ContestNow,
    summary="Answer a contest 答复申诉",
)
def answer(contest: int, body: ContestAnswer, work: WorkDep, within: Within) -> Response:
    """Upheld 成立, partly 部分成立 or rejected 不成立, with reasons. `needed` says what is still to do."""
    outcome = ContestState(body.outcome)
    return _step(
        contest,
        (work, within),
        ("contest.answer", lambda by: contests.answer_contest(contest, outcome, body.reasons, by)),
        lambda known, plant: as_bureau(work.caller, known.held_by, plant),
    )


@router.post(
    "/contests/{contest}/withdraw",
    dependencies=[require(Permission.FILE_CONTESTS)],
    response_model=ContestNow,
    summary="Withdraw a contest 撤回申诉",
)
def withdraw(contest: int, body: Because, work: WorkDep, within: Within) -> Response:
    """The plant takes it back, while it is not answered."""
    return _step(
        contest,
        (work, within),
        ("contest.withdraw", lambda by: contests.withdraw_contest(contest, body.reason, by)),
        lambda _, plant: as_plant(work.caller, plant),
    )


def _step(
    contest: int,
    by: tuple[Work, Sight],
    what: tuple[str, Do],
    acting: Callable[[Contest, PlantRef], Actor],
) -> Response:
    work, within = by
    name, do = what

    def act(entry: Entry) -> Answer:
        plant = within.contest(contest)
        entry.plant = plant.id

        def look() -> Contest:
            known = read_contest(work.session, contest)
            if known is None:
                raise not_found()
            state = CONTEST_STATES[known.state], known.state.value
            check_seen(work.seen, known.version, state)
            return known

        known = look()
        with refusing(look=look):
            step = do(Acting(work.session, acting(known, plant), work.now, work.seen))
        return _told(step, entry, work)

    return work.perform(name, f"contest/{contest}", act)


def _told(step: ContestStep, entry: Entry, work: Work, status: int = 200) -> Answer:
    contest = step.contest
    event = step.events[-1]
    entry.about = f"contest/{contest.contest}"
    entry.detail.update({
        "about": f"{contest.subject.about.value}/{contest.subject.key}", "reason": event.reason,
        "version": contest.version, "party": event.actor.party.value, "place": event.actor.place,
    })  # fmt: skip
    now = contest_now(contest, attachments_of(work.session, "contest", contest.contest))
    place = f"/api/v1/contests/{contest.contest}" if status == 201 else None  # noqa: PLR2004 - created
    return Answer(now, status, contest.version, place)
