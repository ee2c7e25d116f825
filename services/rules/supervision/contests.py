"""What persons do with a contest 申诉: a plant files it, the bureau answers it with reasons. Pure.

An answer changes no judgement by itself: it names what a person has still to do, and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from schemas.attachment import NewAttachment
from schemas.contest import (
    ANSWERS,
    Contest,
    ContestAbout,
    Contested,
    ContestEvent,
    ContestState,
    ContestStep,
    ContestWhat,
    Needed,
)
from schemas.order import Actor, OrderPlant, OrderState
from schemas.registry_words import BEIJING
from services.rules.supervision.attachments import attached_detail
from services.rules.supervision.authority import as_bureau, as_plant, with_reason
from services.rules.supervision.deadlines import term_end
from services.rules.supervision.order_parameters import ContestParameters
from services.rules.supervision.refusals import Refused
from services.rules.supervision.words import ABOUT, CONTEST_STATES

NEEDED_OF: Mapping[ContestAbout, tuple[Needed, ...]] = {
    ContestAbout.VERDICT: (Needed.CORRECT_LIMIT, Needed.JUDGE_AGAIN, Needed.DISPOSE_ALERT),
    ContestAbout.FINDING: (Needed.JUDGE_AGAIN, Needed.DISPOSE_ALERT),
    ContestAbout.MARK: (Needed.ACCEPT_MARK, Needed.DISPOSE_ALERT),
    ContestAbout.ORDER: (Needed.WITHDRAW_ORDER,),
    ContestAbout.ALERT: (Needed.DISPOSE_ALERT,),
}
"""What an upheld contest asks of a person, in this order."""
CONTESTABLE: Mapping[ContestAbout, tuple[str, ...]] = {
    ContestAbout.VERDICT: (
        "exceeding", "exceeding_at_least", "exemption_claimed", "invalid", "no_data", "unknown",
    ),
    ContestAbout.FINDING: ("standing",),
    ContestAbout.MARK: ("rejected", "lapsed"),
    ContestAbout.ORDER: tuple(one.value for one in OrderState if one is not OrderState.WITHDRAWN),
    ContestAbout.ALERT: ("open", "acknowledged", "resolved"),
}  # fmt: skip
"""What is burdensome for the plant, and so may be contested."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A contest that is about to be filed; `open_now`: contests about the same thing not answered.

    `region` answers for it.
    """

    plant: OrderPlant
    subject: Contested
    grounds: str
    region: str
    files: tuple[NewAttachment, ...] = ()
    alerts: tuple[int, ...] = ()
    open_now: tuple[int, ...] = ()


class ContestDoing(NamedTuple):
    """Who does it, when, and the settings that hold for the plant."""

    actor: Actor
    now: datetime
    rules: ContestParameters


def may_be_contested(subject: Contested, state: str) -> None:
    """Raises Refused where there is nothing to hold against: a mark that was not rejected, say.

    `state`: as it stands in its table; of a finding `standing` or `fallen`.
    """
    wanted = CONTESTABLE.get(subject.about)
    if wanted is not None and state not in wanted:
        raise Refused(
            f"{subject.about.value} {subject.key} is {state}: only what is {' or '.join(wanted)} can"
            " be contested",
            f"{ABOUT[subject.about]} {subject.key} 当前状态为 {state}，不可申诉",
        )


def file(filing: Filing, by: ContestDoing) -> ContestStep:
    """A new contest of the plant. Raises Refused."""
    as_plant(by.actor, filing.plant)
    about = filing.subject.about
    if filing.open_now:
        numbers = ", ".join(map(str, filing.open_now))
        raise Refused(
            f"{about.value} {filing.subject.key} is contested already by contest {numbers}: wait for"
            " its answer, or withdraw it",
            f"{ABOUT[about]} {filing.subject.key} 已有申诉 {numbers}：请等待答复或先撤回",
        )
    grounds = with_reason(filing.grounds, "the grounds", "申诉理由")
    due = term_end(by.now, by.rules.contest_term, BEIJING)
    contest = Contest(
        contest=0, plant=filing.plant, subject=filing.subject, grounds=grounds,
        state=ContestState.FILED, filed_at=by.now, filed_by=by.actor.name, region=filing.region,
        held_by=filing.region, due=due, clock_at=by.now, version=0, changed_at=by.now,
        alerts=filing.alerts,
    )  # fmt: skip
    detail: dict[str, object] = {
        "plant": filing.plant.code,
        "about": about.value,
        "key": filing.subject.key,
        "title": filing.subject.title,
        "alerts": list(filing.alerts),
        "attachments": attached_detail(filing.files),
        "due": due.isoformat(),
    }
    return _stepped(contest, by, (ContestWhat.FILED, grounds), detail)


def answer(contest: Contest, outcome: ContestState, reasons: str, by: ContestDoing) -> ContestStep:
    """The bureau's answer, upheld, partly or rejected, always with reasons. Raises Refused."""
    if outcome not in ANSWERS:
        raise Refused("answer upheld, partly or rejected", "答复须为：成立、部分成立或不成立")
    as_bureau(by.actor, contest.held_by)
    _open(contest)
    said = with_reason(reasons, "the reasons of the answer", "答复理由")
    needed = () if outcome is ContestState.REJECTED else NEEDED_OF[contest.subject.about]
    if not contest.alerts and contest.subject.about is not ContestAbout.ALERT:
        needed = tuple(one for one in needed if one is not Needed.DISPOSE_ALERT)
    after = replace(contest, state=outcome, answer=said, needed=needed, overdue=False)
    late = {"late_s": int((by.now - contest.due).total_seconds())} if by.now >= contest.due else {}
    detail: dict[str, object] = {
        "outcome": outcome.value,
        "needed": [one.value for one in needed],
        **late,
    }
    return _stepped(after, by, (ContestWhat.ANSWERED, said), detail)


def withdraw(contest: Contest, reason: str, by: ContestDoing) -> ContestStep:
    """The plant takes it back 撤回. Raises Refused."""
    as_plant(by.actor, contest.plant)
    _open(contest)
    why = with_reason(reason, "why it is withdrawn", "撤回理由")
    after = replace(contest, state=ContestState.WITHDRAWN, overdue=False)
    return _stepped(after, by, (ContestWhat.WITHDRAWN, why), {})


def contest_late(contest: Contest, now: datetime) -> bool:
    """Whether its answer is overdue 超期, whether the clock has told so yet or not."""
    return contest.open and contest.due <= now


def _open(contest: Contest) -> None:
    if not contest.open:
        raise Refused(
            f"contest {contest.contest} is {contest.state.value}: file another with new grounds",
            f"申诉 {contest.contest} 当前为“{CONTEST_STATES[contest.state]}”：如有新理由请另行提出",
        )


def _stepped(
    contest: Contest, by: ContestDoing, what: tuple[ContestWhat, str], detail: dict[str, object]
) -> ContestStep:
    after = replace(contest, version=contest.version + 1, changed_at=by.now)
    event = ContestEvent(
        after.version, *what, by.actor, by.now, by.now, after.state, after.held_by, detail
    )
    return ContestStep(after, (event,))
