"""What persons do with cases 告警: acknowledge, assign, remark, resolve, say what it was, reopen."""

from fastapi import APIRouter, Response

from services.api.access import Within, require
from services.api.models.alerts_work import (
    AlertNow,
    Assignment,
    Judged,
    ManyAlerts,
    ManyNow,
    NotDone,
    Note,
    Remark,
    Reopening,
    alert_now,
    step_now,
)
from services.api.permissions import Permission
from services.api.problems import Problem, not_found
from services.api.refusals import check_seen, fit, refusing
from services.api.writing import Answer, Entry, Work, WorkDep
from services.cases.alert_actions import act_on_alert, act_on_alerts
from services.rules.alerting.actions import (
    Acknowledge,
    Action,
    Assign,
    Comment,
    Dispose,
    Reopen,
    Resolve,
)
from services.rules.alerting.causes import state_words
from services.store.alerts import alerts_by_id

router = APIRouter(tags=["work on alerts 告警处置"])
MAY = [require(Permission.ACT_ON_ALERTS)]


@router.post(
    "/alerts/acknowledge",
    dependencies=MAY,
    response_model=ManyNow,
    summary="Acknowledge several cases 批量签收",
)
def acknowledge_many(body: ManyAlerts, work: WorkDep, within: Within) -> Response:
    """Each by itself: one that is not open, or not there, does not keep the others from it."""

    def act(entry: Entry) -> Answer:
        plants = _plants(within, body.alerts)
        action = Acknowledge(work.caller.name, body.note)
        with refusing():
            done = act_on_alerts(work.session, list(plants), action, work.now)
        for step in done.steps:
            number = step.alert.alert
            with work.audited("alert.acknowledge", f"alert/{number}", plants[number]) as one:
                one.detail["note"] = body.note
        entry.detail["alerts"] = [step.alert.alert for step in done.steps]
        refused = [NotDone(alert=n, zh=fit(e.zh), en=fit(e.en)) for n, e in done.refused]
        missing = not_found()
        refused += [
            NotDone(alert=number, zh=missing.zh, en=missing.en)
            for number in dict.fromkeys(body.alerts)
            if number not in plants
        ]
        return Answer(ManyNow(done=[step_now(step) for step in done.steps], refused=refused))

    return work.perform("alert.acknowledge_many", "alerts", act)


@router.post(
    "/alerts/{alert}/acknowledge",
    dependencies=MAY,
    response_model=AlertNow,
    summary="Acknowledge a case 签收",
)
def acknowledge(alert: int, body: Note, work: WorkDep, within: Within) -> Response:
    """Somebody has seen it and deals with it. Only an open case can be acknowledged."""
    action = Acknowledge(work.caller.name, body.note)
    return _do(alert, action, "alert.acknowledge", (work, within))


@router.post(
    "/alerts/{alert}/assign",
    dependencies=MAY,
    response_model=AlertNow,
    summary="Assign a case 指派",
)
def assign(alert: int, body: Assignment, work: WorkDep, within: Within) -> Response:
    """Name who deals with it."""
    action = Assign(work.caller.name, body.assignee, body.note)
    return _do(alert, action, "alert.assign", (work, within))


@router.post(
    "/alerts/{alert}/comments",
    dependencies=MAY,
    response_model=AlertNow,
    summary="Add a remark 备注",
)
def comment(alert: int, body: Remark, work: WorkDep, within: Within) -> Response:
    """In any state. It stays in the history and is kept as text, whatever it looks like."""
    return _do(alert, Comment(work.caller.name, body.text), "alert.comment", (work, within))


@router.post(
    "/alerts/{alert}/resolve",
    dependencies=MAY,
    response_model=AlertNow,
    summary="Resolve a case 办结",
)
def resolve(alert: int, body: Judged, work: WorkDep, within: Within) -> Response:
    """Close an open or acknowledged case, with what it was and why it came about."""
    _other(body, within)
    action = Resolve(work.caller.name, body.verdict())
    return _do(alert, action, "alert.resolve", (work, within))


@router.post(
    "/alerts/{alert}/dispose",
    dependencies=MAY,
    response_model=AlertNow,
    summary="Say what a resolved case was 甄别",
)
def dispose(alert: int, body: Judged, work: WorkDep, within: Within) -> Response:
    """Of a case that resolved by itself, or anew of one that a person resolved."""
    _other(body, within)
    action = Dispose(work.caller.name, body.verdict())
    return _do(alert, action, "alert.dispose", (work, within))


@router.post(
    "/alerts/{alert}/reopen",
    dependencies=MAY,
    response_model=AlertNow,
    summary="Open a case again 重开",
)
def reopen(alert: int, body: Reopening, work: WorkDep, within: Within) -> Response:
    """A resolved case goes on, until a person resolves it."""
    return _do(alert, Reopen(work.caller.name, body.reason), "alert.reopen", (work, within))


def _do(alert: int, action: Action, name: str, by: tuple[Work, Within]) -> Response:
    work, within = by

    def act(entry: Entry) -> Answer:
        plant = within.alert(alert)
        entry.plant = None if plant is None else plant.id

        def look() -> None:
            [known] = alerts_by_id(work.session, [alert])
            check_seen(work.seen, known.version, state_words(known))

        look()
        with refusing(look=look):
            step = act_on_alert(work.session, alert, action, work.now, seen=work.seen)
        event = step.events[-1]
        entry.detail.update({"version": step.alert.version, "said": dict(event.detail)})
        return Answer(alert_now(step.alert), version=step.alert.version)

    return work.perform(name, f"alert/{alert}", act)


def _other(body: Judged, within: Within) -> None:
    """A case can be told to repeat only one that its reader sees. Raises Problem."""
    if body.duplicate_of is not None:
        within.alert(body.duplicate_of)


def _plants(within: Within, alerts: list[int]) -> dict[int, int | None]:
    """The plants of those cases that the caller sees."""
    found: dict[int, int | None] = {}
    for number in dict.fromkeys(alerts):
        try:
            plant = within.alert(number)
        except Problem:
            continue
        found[number] = None if plant is None else plant.id
    return found
