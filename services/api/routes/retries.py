"""Retries of rejects 重试拒收报文: asked for here, done by ingest, and looked at until they are done."""

from dataclasses import replace
from typing import Annotated, Final, cast

from fastapi import APIRouter, Path, Response

from schemas.sentence import Sentence
from services.api.access import Sight, Within, require
from services.api.callers import may
from services.api.context import SettingsDep
from services.api.history_answers import masked
from services.api.models.retries import NewRetry, RetryModel
from services.api.paging import Paged, PageDep
from services.api.permissions import Permission
from services.api.problems import FieldFault, Kinds, Problem, not_found
from services.api.writing import Answer, Entry, WorkDep
from services.store.asked_retries import (
    AskedRetry,
    ChosenRejects,
    RetryWish,
    ask_retry,
    asked_retries,
    asked_retry,
    choose_rejects,
    stop_retry,
)
from services.store.places import MOST_NUMBER

router = APIRouter(prefix="/rejects/retries", tags=["rejects 拒收报文"])
RETRY: Final = [require(Permission.RETRY_REJECTS)]
Number = Annotated[int, Path(ge=1, le=MOST_NUMBER, description="As the list has it 重试编号")]


@router.post(
    "",
    status_code=202,
    dependencies=RETRY,
    response_model=RetryModel,
    summary="Feed rejects in again 重试拒收报文",
)
def ask(body: NewRetry, work: WorkDep, within: Within, settings: SettingsDep) -> Response:
    """Ask ingest to feed one reject, or all that match, in again: look at its number for what became of it.

    Of rejects the caller may see, as they are now: what is rejected later is not among them. What is
    known already is a repeat, so it may be asked for again without harm.
    """
    _check(body)
    wish, most = body.wish(), settings.api_retry_rejects

    def act(entry: Entry) -> Answer:
        chosen = _chosen(wish, within, most)
        by = (work.caller.account, work.caller.name, work.now)
        made = ask_retry(work.session, wish, chosen, by)
        entry.about = f"retry/{made}"
        entry.plant = _one_plant(chosen)
        said = body.model_dump(mode="json", exclude_defaults=True, by_alias=True)
        entry.detail.update({**said, "rejects": len(chosen.rejects)})
        return Answer(_shown(made, within), 202, location=f"/api/v1/rejects/retries/{made}")

    action = "rejects.retry_preview" if body.dry_run else "rejects.retry"
    return work.perform(action, "retry", act)


@router.get("", dependencies=RETRY, summary="Retries of rejects 重试任务列表")
def list_(within: Within, page: PageDep) -> Paged[RetryModel]:
    """The newest first, of those that concern nothing but what the caller may see."""
    after = cast("tuple[int] | None", page.key(int))
    before = None if after is None else after[0]
    found = asked_retries(within.session, within.plants(), page.asked, before)
    shown, following = page.split(found, lambda one: (one.retry,))
    return Paged(items=[retry_told(one, within) for one in shown], next=following)


@router.get("/{retry}", dependencies=RETRY, summary="A retry of rejects 重试任务")
def show(retry: Number, within: Within) -> RetryModel:
    """How far it is, and what became of the rejects."""
    return _shown(retry, within)


@router.post(
    "/{retry}/stop",
    dependencies=RETRY,
    response_model=RetryModel,
    summary="Stop a retry of rejects 停止重试任务",
)
def stop(retry: Number, work: WorkDep, within: Within) -> Response:
    """Nothing more of it is begun; what was stored stays. One that was stopped already stays as it is."""
    before = _shown(retry, within)

    def act(entry: Entry) -> Answer:
        entry.about = f"retry/{retry}"
        left = stop_retry(work.session, retry, work.caller.name, work.now)
        if left is None:
            return Answer(_stopped(retry, within))
        entry.plant = _one_plant(left)
        entry.detail["left"] = len(left.rejects)
        return Answer(_shown(retry, within))

    return work.perform("rejects.retry_stop", f"retry/{before.retry}", act)


def retry_told(one: AskedRetry, within: Sight) -> RetryModel:
    """As it is answered: a sentence may quote what it is about."""
    secrets = may(within.caller, Permission.READ_FRAME_SECRETS)
    examples = [
        {**told, "why": str(told["why"]) if secrets else masked(str(told["why"]).encode()).decode()}
        for told in one.examples
    ]
    said = one._asdict()
    said["dry_run"] = said.pop("dry")
    return RetryModel.model_validate({**said, "examples": examples})


def _shown(retry: int, within: Sight) -> RetryModel:
    found = asked_retry(within.session, retry, within.plants())
    if found is None:
        raise not_found()
    return retry_told(found, within)


def _stopped(retry: int, within: Sight) -> RetryModel:
    """As it is. Raises Problem where it has come to its own end."""
    found = _shown(retry, within)
    if found.state == "stopped":
        return found
    raise Problem(
        Kinds.CONFLICT,
        "该重试任务已结束，无法停止。",
        "this retry has ended: there is nothing left of it to stop",
    )


def _one_plant(chosen: ChosenRejects) -> int | None:
    return chosen.plants[0] if chosen.plants and len(chosen.plants) == 1 else None


def _check(body: NewRetry) -> None:
    """Raises Problem where nothing says which, or it is no range."""
    if not body.named:
        raise Problem(
            Kinds.INVALID,
            "请指明重试哪些：或单条 reject，或 mn、reason、from、to 中至少一项，二者不可并用。",
            "say which: one `reject`, or at least one of `mn`, `reason`, `from` and `to`; not both",
            (
                FieldFault(
                    "/reject", Sentence("one reject, or what many match", "单条或条件二选一")
                ),
            ),
        )
    if body.since is not None and body.until is not None and body.until <= body.since:
        raise Problem(
            Kinds.BAD_RANGE,
            "from 必须早于 to。",
            "`from` must lie before `to`: ranges are half-open",
            (FieldFault("/from", Sentence("it does not lie before /to", "须早于 /to")),),
        )


def _chosen(wish: RetryWish, within: Sight, most: int) -> ChosenRejects:
    """Those to be fed in again. Raises Problem where there are none, or too many at once."""
    found = choose_rejects(within.session, wish, within.plants(), most + 1)
    if not found.rejects:
        raise _none(wish, within)
    if len(found.rejects) > most:
        raise Problem(
            Kinds.INVALID,
            f"符合条件的拒收报文超过 {most:,} 条：请缩小 MN、原因或时间范围，分批重试。",
            f"more than {most:,} rejects match: narrow MN, reason or range down, and retry in parts",
        )
    return found


def _none(wish: RetryWish, within: Sight) -> Problem:
    settled = replace(wish, again=True)
    if not wish.again and choose_rejects(within.session, settled, within.plants(), 1).rejects:
        return Problem(
            Kinds.CONFLICT,
            "符合条件的报文此前均已补入库，无须重试；确需再次重试的，请设 again。",
            "all that match were stored by a former retry: say `again` to feed them in all the same",
        )
    if wish.reject is not None:
        return not_found()
    return Problem(
        Kinds.INVALID,
        "没有符合条件的拒收报文：请核对 MN、原因和时间范围。",
        "no reject matches: check MN, reason and range",
    )
