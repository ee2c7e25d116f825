"""What persons do with a case: acknowledge, assign, comment, resolve, say what it was, reopen.

It must not know who may do so, nor where cases are kept.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from schemas.alert import Alert, AlertState, Detail, Disposition, Event, Step
from services.rules.alerting.causes import Cause, state_words
from services.rules.alerting.course import reopened
from services.rules.alerting.draft import Draft, Happening
from services.rules.alerting.matching import REOPENED_BY
from services.rules.alerting.own_case import MINDED_BY
from services.rules.alerting.reasons import Reason


class ActionError(ValueError):
    """The case does not stand so that this can be done; `zh` and `en` say why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{en}. {zh}。")
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """签收: somebody has seen it and deals with it; an open case alone can be."""

    actor: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Assign:
    """指派 to somebody; None: to nobody."""

    actor: str
    assignee: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """备注, in any state."""

    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """甄别: what it turned out to be, and why it came about; `other` needs a note.

    `duplicate_of`: the other case, if and only if it is a duplicate.
    """

    disposition: Disposition
    cause: Cause
    note: str = ""
    duplicate_of: int | None = None


@dataclass(frozen=True, slots=True)
class Resolve:
    """办结: an open case is closed by a person, with its verdict."""

    actor: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Dispose:
    """甄别 of a case that resolved by itself, or anew of one that a person resolved."""

    actor: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Reopen:
    """重开: a resolved case is open again, until a person resolves it."""

    actor: str
    reason: str


Action = Acknowledge | Assign | Comment | Resolve | Dispose | Reopen


def act(alert: Alert, action: Action, now: datetime) -> Step:
    """The case after what a person did, with one event. Raises ActionError."""
    if alert.about and isinstance(action, Resolve | Dispose | Reopen):
        raise _ends_by_itself(alert)
    draft = Draft(alert, now, actor=_named(action.actor))
    match action:
        case Acknowledge():
            _acknowledge(draft, action)
        case Assign():
            _assign(draft, action)
        case Comment():
            words = _words(
                action.text, "备注不能为空", "a comment needs words: write what is to be known"
            )
            _add(draft, Event.COMMENTED, alert, {"text": words})
        case Resolve():
            _resolve(draft, action)
        case Dispose():
            _dispose(draft, action)
        case Reopen():
            _reopen(draft, action)
    return draft.step()


def _acknowledge(draft: Draft, action: Acknowledge) -> None:
    alert = draft.alert
    if alert.state is AlertState.ACKNOWLEDGED:
        raise ActionError(
            f"告警{alert.alert}已由{alert.acknowledged_by}签收；如需说明，请添加备注",
            f"case {alert.alert} was acknowledged by {alert.acknowledged_by} already: add a comment "
            "if there is more to say",
        )
    if alert.state is not AlertState.OPEN:
        raise _wrong_state(alert, "只有已告警的才能签收", "only an open case can be acknowledged")
    changed = replace(
        alert,
        state=AlertState.ACKNOWLEDGED,
        acknowledged_at=draft.now,
        acknowledged_by=draft.actor,
    )
    _add(draft, Event.ACKNOWLEDGED, changed, {"note": action.note})


def _assign(draft: Draft, action: Assign) -> None:
    alert = draft.alert
    if alert.state is AlertState.LAPSED:
        raise _wrong_state(alert, "未成立的告警不能指派", "a lapsed case cannot be assigned")
    assignee = None if action.assignee is None else _named(action.assignee)
    if assignee == alert.assignee:
        raise ActionError(
            f"告警{alert.alert}的负责人已是{assignee or '空'}，无需再次指派",
            f"case {alert.alert} is assigned to {assignee or 'nobody'} already: name somebody else",
        )
    changed = replace(alert, assignee=assignee)
    _add(draft, Event.ASSIGNED, changed, {"assignee": assignee, "note": action.note})


def _resolve(draft: Draft, action: Resolve) -> None:
    alert = draft.alert
    if alert.state not in {AlertState.OPEN, AlertState.ACKNOWLEDGED}:
        raise _wrong_state(
            alert,
            "只有已告警或已签收的才能办结；已办结或恢复的请直接甄别",
            "only an open or acknowledged case can be closed; say of one that is closed or recovered "
            "what it was (dispose)",
        )
    _check(alert, action.verdict)
    evidence = {name: one for name, one in alert.evidence.items() if name != REOPENED_BY}
    changed = replace(
        _disposed(alert, action.verdict),
        state=AlertState.RESOLVED,
        resolved_at=draft.now,
        resolved_by=draft.actor,
        evidence=evidence,
        due_at=alert.due_at,
    )
    _add(draft, Event.RESOLVED, changed, _said(action.verdict))


def _dispose(draft: Draft, action: Dispose) -> None:
    alert = draft.alert
    if alert.state is not AlertState.RESOLVED:
        raise _wrong_state(
            alert,
            "只有已办结或恢复的告警才能甄别；进行中的请办结",
            "only of a closed or recovered case can be said what it was; close one that goes on",
        )
    _check(alert, action.verdict)
    _add(draft, Event.DISPOSED, _disposed(alert, action.verdict), _said(action.verdict))


def _reopen(draft: Draft, action: Reopen) -> None:
    alert = draft.alert
    if alert.state is not AlertState.RESOLVED:
        raise _wrong_state(
            alert,
            "只有已办结或恢复的告警才能重开",
            "only a closed or recovered case can be opened again",
        )
    reason = _words(action.reason, "重开须说明理由", "say why it is opened again")
    held = replace(alert, evidence={**alert.evidence, REOPENED_BY: draft.actor})
    _add(draft, Event.REOPENED, reopened(held), {"note": reason})


def _disposed(alert: Alert, verdict: Verdict) -> Alert:
    return replace(
        alert,
        disposition=verdict.disposition,
        cause=verdict.cause.value,
        duplicate_of=verdict.duplicate_of,
    )


def _said(verdict: Verdict) -> Detail:
    return {
        "disposition": verdict.disposition.value,
        "cause": verdict.cause.value,
        "note": verdict.note,
        "duplicate_of": verdict.duplicate_of,
    }


def _check(alert: Alert, verdict: Verdict) -> None:
    if verdict.cause is Cause.OTHER and not verdict.note.strip():
        raise ActionError(
            "原因选“其他”时须填写说明", "the cause `other` needs a note: write what the cause was"
        )
    if (verdict.disposition is Disposition.DUPLICATE) != (verdict.duplicate_of is not None):
        raise ActionError(
            "甄别为重复时须指明所重复的告警，其他结论则不指明",
            "a duplicate, and nothing else, names the case that it repeats",
        )
    if verdict.duplicate_of is not None and verdict.duplicate_of == alert.alert:
        raise ActionError(
            f"告警{alert.alert}不能是自身的重复，请指明另一告警",
            f"case {alert.alert} cannot repeat itself: name the other one",
        )


def _add(draft: Draft, what: Event, changed: Alert, detail: Detail) -> None:
    draft.add(Happening(what, Reason.BY_PERSON, draft.now), changed, detail)


def _named(actor: str) -> str:
    return _words(actor, "须写明操作人", "say who does it: a name is missing")


def _words(text: str, zh: str, en: str) -> str:
    stripped = text.strip()
    if not stripped:
        raise ActionError(zh, en)
    return stripped


def _ends_by_itself(alert: Alert) -> ActionError:
    """A case that stands for an order or contest is no question of its own."""
    how = alert.evidence.get(MINDED_BY, "qingkong orders")
    stands_for, _, number = alert.about.partition("/")
    zh = "督办单" if stands_for == "order" else "申诉"
    number = alert.evidence.get("number", number)
    return ActionError(
        f"告警{alert.alert}是{zh} {number} 的督办事项，随{zh}办结或撤销而结束，不能单独办结、甄别或重开，"
        f"请办理该{zh}：`{how}`",
        f"case {alert.alert} stands for {stands_for} {number} and ends with it: it cannot be closed, "
        f"disposed of or reopened by itself. Deal with the {stands_for}, for instance `{how}`",
    )


def _wrong_state(alert: Alert, zh: str, en: str) -> ActionError:
    return ActionError(
        f"告警{alert.alert}的状态是{state_words(alert).zh}：{zh}",
        f"case {alert.alert} is {state_words(alert).en}: {en}",
    )
