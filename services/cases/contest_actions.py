"""What a plant and the bureau do with contests 申诉: read, decide by the rules, write, in one transaction."""

from collections.abc import Callable, Iterable

from schemas.contest import Contest, ContestAbout, Contested, ContestState, ContestStep
from schemas.order import OrderPlant
from schemas.sentence import Sentence, term
from services.cases.acting import Acting
from services.cases.own_cases import refuse_own
from services.cases.told_alerts import contest_with_case, tell_of_contest
from services.rules.supervision import contests
from services.rules.supervision.attachments import taken
from services.rules.supervision.contests import ContestDoing, Filing
from services.rules.supervision.order_parameters import AttachmentParameters, ContestParameters
from services.rules.supervision.refusals import Refused
from services.store.attachments import add_attachments
from services.store.contested import Contestable, read_contestable
from services.store.contests import (
    ContestConflict,
    ContestQuery,
    insert_contest,
    read_contest,
    read_contests,
    write_contest,
)
from services.store.orders import read_order
from services.store.session import Session
from services.store.supervision_places import plant_of_id

Decide = Callable[[Contest, ContestDoing], ContestStep]


def contest_subject(
    session: Session, about: ContestAbout, key: int
) -> tuple[Contestable, OrderPlant]:
    """What is contested, and whose it is. Raises Refused, psycopg.Error."""
    found = read_contestable(session, about, key)
    plant = None if found is None else plant_of_id(session, found.plant)
    if found is None or plant is None:
        raise Refused(f"there is no {about.value} {key}: look up its number", f"编号 {key} 不存在")
    return found, plant


def file_contest(
    subject: tuple[ContestAbout, int],
    grounds: str,
    files: Iterable[tuple[str, bytes]],
    by: Acting,
) -> ContestStep:
    """The plant holds something against a judgement, with grounds and files (names and bytes).

    Raises Refused, ContestConflict, SettingError, psycopg.Error; nothing is written then.
    """
    about, key = subject
    with by.session.transaction():
        found, plant = contest_subject(by.session, about, key)
        contested = Contested(about, key, found.title)
        contests.may_be_contested(contested, found.state)
        if about is ContestAbout.ALERT:
            refuse_own(by.session, [key])
        query = ContestQuery(subject=contested, states=[ContestState.FILED])
        kept = taken(files, by.rules(AttachmentParameters, plant))
        filing = Filing(
            plant=plant, subject=contested, grounds=grounds,
            region=_region(by.session, contested, plant), files=kept, alerts=found.alerts,
            open_now=tuple(one.contest for one in read_contests(by.session, query)),
        )  # fmt: skip
        doing = _doing(by, plant)
        step = insert_contest(by.session, contests.file(filing, doing))
        event = (step.contest.version, by.actor.name, by.now)
        add_attachments(by.session, ("contest", step.contest.contest), event, kept)
        return contest_with_case(by.session, step, doing.rules)


def answer_contest(contest: int, outcome: ContestState, reasons: str, by: Acting) -> ContestStep:
    """The bureau answers 答复. Raises Refused, ContestConflict, SettingError, psycopg.Error."""
    return change_contest(
        contest, by, lambda known, doing: contests.answer(known, outcome, reasons, doing)
    )


def withdraw_contest(contest: int, reason: str, by: Acting) -> ContestStep:
    """The plant takes it back 撤回. Raises as the answer."""
    return change_contest(contest, by, lambda known, doing: contests.withdraw(known, reason, doing))


def change_contest(contest: int, by: Acting, decide: Decide) -> ContestStep:
    """One step of a contest, decided on what is there and written where it still is."""
    with by.session.transaction():
        known = read_contest(by.session, contest)
        if known is None:
            raise Refused(
                f"there is no contest {contest}: see `qingkong contests list`",
                f"申诉 {contest} 不存在",
            )
        if by.seen is not None and by.seen != known.version:
            raise ContestConflict(
                Sentence(
                    f"contest {contest}{term('申诉')} was changed since you looked at"
                    f" it{term('已被他人更新')}: look again",
                    f"申诉 {contest} 已被他人更新：请重新读取后再试",
                )
            )
        step = decide(known, _doing(by, known.plant))
        write_contest_step(by.session, step)
    return step


def write_contest_step(session: Session, step: ContestStep) -> None:
    """Write a step and what the cases tell of it. Raises ContestConflict, psycopg.Error."""
    with session.transaction():
        write_contest(session, step)
        tell_of_contest(session, step)


def _doing(by: Acting, plant: OrderPlant) -> ContestDoing:
    return ContestDoing(by.actor, by.now, by.rules(ContestParameters, plant))


def _region(session: Session, subject: Contested, plant: OrderPlant) -> str:
    """Who answers: of an order whoever holds it, else the plant's region."""
    if subject.about is not ContestAbout.ORDER:
        return plant.region
    order = read_order(session, subject.key)
    return plant.region if order is None else order.held_by
