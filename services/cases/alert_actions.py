"""What persons do with cases 告警: read, decide by the rules, write where it still is what was read.

It must not know who may do so, nor who asks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from schemas.alert import Step
from services.rules.alerting.actions import Action, ActionError, Dispose, Resolve, act
from services.store.alerts import Stale, alerts_by_id, write_steps
from services.store.session import Session

TRIES: Final = 5
"""Who acts holds the cases; only what is written of other cases of the same key is in the way then."""
AT_ONCE: Final = 500
"""So many cases are written together; the next ones need no waiting for them."""


class CaseConflict(Exception):  # noqa: N818 - it is a conflict, by whoever's error
    """The case is not what was looked at; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was written, and the cases that do not stand so that it could be done, with why."""

    steps: list[Step] = field(default_factory=list[Step])
    refused: list[tuple[int, ActionError]] = field(default_factory=list[tuple[int, ActionError]])


def act_on_alert(
    session: Session, alert: int, action: Action, now: datetime, *, seen: int | None = None
) -> Step:
    """One step of a case by a person; `seen`: the version that he looked at, None: whichever it is.

    Raises ActionError where the case does not stand so or is not there; CaseConflict where it is
    another version than was seen, or others write it again and again; psycopg.Error. Nothing is
    written then.
    """
    for _ in range(TRIES):
        try:
            with session.transaction():
                return _once(session, alert, action, (now, seen))
        except Stale:
            continue
    raise CaseConflict(
        f"case {alert} is being changed again and again: look at it anew, and try again"
    )


def act_on_alerts(session: Session, alerts: Sequence[int], action: Action, now: datetime) -> Done:
    """The same step of many cases; what one of them refuses does not keep the others from it.

    Raises CaseConflict, psycopg.Error; what was written until then stays.
    """
    done = Done()
    wanted = list(dict.fromkeys(alerts))
    for first in range(0, len(wanted), AT_ONCE):
        part = _part(session, wanted[first : first + AT_ONCE], action, now)
        done.steps.extend(part.steps)
        done.refused.extend(part.refused)
    return done


def _part(session: Session, alerts: Sequence[int], action: Action, now: datetime) -> Done:
    for _ in range(TRIES):
        try:
            with session.transaction():
                decided = _decided(session, alerts, action, now)
                return Done(write_steps(session, decided.steps), decided.refused)
        except Stale:
            continue
    raise CaseConflict("the cases are being changed again and again: try again in a moment")


def _decided(session: Session, alerts: Sequence[int], action: Action, now: datetime) -> Done:
    known = {one.alert: one for one in alerts_by_id(session, alerts, held=True)}
    done = Done()
    for number in alerts:
        try:
            if number not in known:
                raise _missing(number)
            _check_other(session, action)
            done.steps.append(act(known[number], action, now))
        except ActionError as error:
            done.refused.append((number, error))
    return done


def _once(session: Session, number: int, action: Action, at: tuple[datetime, int | None]) -> Step:
    now, seen = at
    [alert] = alerts_by_id(session, [number], held=True) or [None]
    if alert is None:
        raise _missing(number)
    if seen is not None and alert.version != seen:
        raise CaseConflict(
            f"case {number} was changed since you looked at it (version {seen}, now "
            f"{alert.version}): look at it again"
        )
    _check_other(session, action)
    [step] = write_steps(session, [act(alert, action, now)])
    return step


def _check_other(session: Session, action: Action) -> None:
    """A case can only repeat one that is there."""
    if not isinstance(action, Resolve | Dispose):
        return
    other = action.verdict.duplicate_of
    if other is not None and not alerts_by_id(session, [other]):
        raise _missing(other)


def _missing(number: int) -> ActionError:
    return ActionError(
        f"没有告警{number}，请用 `qingkong alerts list` 查编号",
        f"there is no case {number}: look its number up with `qingkong alerts list`",
    )


def numbers_of(steps: Iterable[Step]) -> list[int]:
    """The cases that were written."""
    return [step.alert.alert for step in steps]
