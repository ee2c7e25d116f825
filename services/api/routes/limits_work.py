"""What persons do with limits 限值: assign, change, correct and withdraw, each told before it is done."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from schemas.access import Account
from schemas.sentence import Sentence
from services.api.access import Sight, Within, require
from services.api.callers import permissions_of
from services.api.models.limits_work import (
    LimitChange,
    LimitCorrection,
    LimitDone,
    LimitWithdrawal,
    NewLimit,
    limit_done,
)
from services.api.permissions import Permission
from services.api.problems import FieldFault, Kinds, Problem, not_found
from services.api.refusals import check_seen, refusing, told
from services.api.writing import Answer, Entry, Work, WorkDep
from services.cases.limit_actions import (
    Concluded,
    LimitActing,
    assign_limit,
    change_limit,
    correct_limit,
    withdraw_limit,
)
from services.rules.limit_acts import Who
from services.store.accounts import account_by_name
from services.store.limits import PlacedLimit, newest_limit

router = APIRouter(tags=["work on limits 限值"])
MAY = [require(Permission.WRITE_LIMITS)]
PARTS = 4
APPROVER = Sentence("another account that may write limits", "另一有权维护限值的账户")
Do = Callable[[LimitActing], Concluded]


@router.post(
    "/limits",
    status_code=201,
    dependencies=MAY,
    response_model=LimitDone,
    summary="Put a limit on a point 设定限值",
    responses={200: {"model": LimitDone, "description": "With `preview`: what would be 试运行"}},
)
def assign(body: NewLimit, work: WorkDep, within: Within) -> Response:
    """A row of the catalogue, or the figures of a permit.

    A row whose region, fuel, dates or conditions do not fit the plant is refused; what cannot be
    known from the registry is stated in `facts`. With `preview` nothing is written.
    """
    parts = body.point.split("/")
    if len(parts) != PARTS:
        raise not_found()
    subject = within.subject(parts[0], parts[1])
    within.point(subject, parts[2], parts[3])

    def act(entry: Entry) -> Answer:
        by = LimitActing(work.session, _who(work, body.reason), preview=body.preview)
        with refusing(Kinds.INVALID):
            done = assign_limit(body.point, body.stated(), by)
        return _told(done, body.point, (work, entry), 200 if body.preview else 201)

    return work.perform("limit.assign", f"point/{body.point}", act, subject.plant.id)


@router.post(
    "/limits/{limit}/change",
    dependencies=MAY,
    response_model=LimitDone,
    summary="Change a limit from a date on 变更限值",
    responses={428: {}},
)
def change(limit: int, body: LimitChange, work: WorkDep, within: Within) -> Response:
    """Before that date it stays what it was. Where stored verdicts would turn, a reason is needed."""

    def do(by: LimitActing) -> Concluded:
        return change_limit(limit, body.since, body.figures(), by)

    who = _who(work, body.reason)
    return _act(limit, (work, within), ("limit.change", do), (who, body.preview))


@router.post(
    "/limits/{limit}/correct",
    dependencies=MAY,
    response_model=LimitDone,
    summary="Correct a limit over a time that is past 更正限值",
    responses={428: {}},
)
def correct(limit: int, body: LimitCorrection, work: WorkDep, within: Within) -> Response:
    """With `preview` it tells which stored verdicts would turn; done, their hours are judged anew.

    What was believed stays, and can be asked for with `as_of`. Another account, that may write
    limits too, approves it.
    """

    def do(by: LimitActing) -> Concluded:
        return correct_limit(limit, (body.since, body.until), body.figures(), by)

    approver = _approver(body.approver, _known(limit, work, within), (work, within))
    who = _who(work, body.reason, approver)
    return _act(limit, (work, within), ("limit.correct", do), (who, body.preview))


@router.post(
    "/limits/{limit}/withdraw",
    dependencies=MAY,
    response_model=LimitDone,
    summary="Let a limit bind nothing from a date on 撤销限值",
    responses={428: {}},
)
def withdraw(limit: int, body: LimitWithdrawal, work: WorkDep, within: Within) -> Response:
    """What it was before stays."""

    def do(by: LimitActing) -> Concluded:
        return withdraw_limit(limit, (body.since, body.until), by)

    who = _who(work, body.reason)
    return _act(limit, (work, within), ("limit.withdraw", do), (who, body.preview))


def _act(
    limit: int, by: tuple[Work, Sight], what: tuple[str, Do], how: tuple[Who, bool]
) -> Response:
    work, within = by
    name, do = what
    who, preview = how
    known = _known(limit, work, within)
    if work.seen is None and not preview:
        raise Problem(
            Kinds.VERSION_NEEDED,
            "请先以 preview 试运行，再以 If-Match 给出其 ETag。",
            "ask with `preview` first, and send the ETag of its answer as If-Match",
        )

    def act(entry: Entry) -> Answer:
        entry.plant = known.plant

        def look() -> PlacedLimit:
            newest = _known(limit, work, within)
            said = f"由 {newest.actor} 更新", f"changed by {newest.actor}"
            check_seen(work.seen, newest.version, said)
            return newest

        newest = look()
        with refusing(Kinds.INVALID, look):
            done = do(LimitActing(work.session, who, work.seen, preview))
        answer = _told(done, known.point, (work, entry))
        # A preview's ETag is the version that it was made over: what is to be sent as If-Match.
        return Answer(answer.body, version=newest.version) if preview else answer

    return work.perform(f"{name}_preview" if preview else name, f"limit/{limit}", act, known.plant)


def _known(limit: int, work: Work, within: Sight) -> PlacedLimit:
    found = newest_limit(work.session, limit) if 0 < limit < 1 << 31 else None
    if found is None or not within.sees(found.plant):
        raise not_found()
    return found


def _who(work: Work, reason: str, approver: str | None = None) -> Who:
    return Who(work.caller.name, work.now, reason, approver)


def _approver(name: str, known: PlacedLimit, by: tuple[Work, Sight]) -> str:
    """The account that approves. Raises Problem where there is none that may."""
    work, within = by
    found = account_by_name(work.session, name)
    account = found and found[0]
    if account is None or account.id == work.caller.account or not _may(account, known, within):
        raise Problem(
            Kinds.INVALID,
            f"批准人须为{APPROVER.zh}。",
            f"the approver is {APPROVER.en}",
            errors=[FieldFault("/approver", APPROVER)],
        )
    return account.name


def _may(account: Account, known: PlacedLimit, within: Sight) -> bool:
    """Whether an account may write the limit."""
    plants = within.context.scopes.plants(within.session, account.scope)
    permitted = Permission.WRITE_LIMITS in permissions_of(account.role, "session", None)
    return permitted and not account.disabled and (plants is None or known.plant in plants)


def _told(done: Concluded, point: str, by: tuple[Work, Entry], status: int = 200) -> Answer:
    (work, entry), version = by, done.version
    if not done.preview:
        entry.about = f"limit/{version.limit}"
    entry.detail.update({
        "point": point, "version": version.version, "act": version.act,
        "reason": version.reason, "approver": version.approver, "preview": done.preview,
        "turns": len(done.turned.turns),
    })  # fmt: skip
    body = limit_done(done, point, [told(one, work) for one in done.warnings])
    place = f"/api/v1/limits/{version.limit}" if status == 201 else None  # noqa: PLR2004 - created
    return Answer(body, status, None if done.preview else version.version, place)
