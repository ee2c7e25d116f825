"""The course of a case, as a pure function of what is believed: `reconcile`.

It must not know where beliefs and cases are kept, nor who is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from schemas.alert import Alert, AlertKind, AlertState, Event, Span, Step, Target
from services.rules.alerting.course import Course, place_of, resolved
from services.rules.alerting.draft import Draft, Happening
from services.rules.alerting.intervals import FOREVER
from services.rules.alerting.kind_rules import KindRules
from services.rules.alerting.kinds import KINDS
from services.rules.alerting.matching import Case, ends_by_person, latest, matched
from services.rules.alerting.reasons import Reason
from services.rules.alerting.scene import Scene, shown
from services.rules.alerting.severity import next_step, repeated
from services.rules.alerting.spells import Spell, spells_of

_ROUNDS: Final = 8
_UNSTORED: Final = 1 << 62
"""Numbers from here on stand for cases that are not stored yet."""


@dataclass(frozen=True, slots=True)
class Believed:
    """What is believed of a key (kind and target) from `since` to now.

    `since`: what `window_for` gave, or earlier; no belief that touches the time from there to `now`
    is missing, and spans that begin earlier are given whole. `says_right`: the source says what is
    right too (verdicts: time without a span is unknown); False: it names only what is wrong (findings,
    watch: time without a span is right, unless a span with `holds` None covers it). `recent`:
    the beginnings of settled wrong periods in the `rules.repeats.window` before `since`; may be empty
    where `rules.repeats` is None.
    """

    spans: Sequence[Span]
    since: datetime
    now: datetime
    says_right: bool
    recent: Sequence[datetime] = ()


def reconcile(
    target: Target,
    kind: AlertKind,
    alerts: Sequence[Alert],
    believed: Believed,
    rules: KindRules,
) -> list[Step]:
    """What has to be written so that the cases say what is believed; nothing where they do.

    `alerts`: those of the key that `window_for` names, in any order, lapsed ones too. Steps are given
    in the order in which they can be written: what ends comes before what begins, for a key has one
    active case. A new case has `alert` 0.

    A Step without events changes `due_at` alone (the clock must be looked at by then): write it at
    the version it was read with. `due_at` is None where only a change of belief can matter, and is
    later than `believed.now` otherwise. Each event's `detail` has `found_late` (bool), `spells`,
    `zh`, `en`, `sure` and the `source` of the span that the case shows.

    Who looks late finds the same events, in the order of event time, as who looked all along: what,
    reason, at, state, severity, since, until. That cannot hold where belief itself changed meanwhile
    (a number corrected, a period settled out of order, one seen wrong before and right later), nor
    for `made_at`, `found_late` and the event `goes_on`, which are about when it was seen; nor for
    the severity at opening of periods told as a whole that also have a hold-down.

    By hand, hours of the limit 50 (hold 0, clear 1 h, reopen 24 h; 08:00 to 12:00 is what came):
    08-09 60 (n 0.2), 09-10 115 (n 1.3), 10-11 70 (n 0.4), 11-12 40. Events: pending (seen, 08:00,
    yellow), opened (settled, 08:00, yellow), raised (multiple, 09:00, orange), resolved (cleared,
    12:00, orange, since 08:00, until 11:00).

    A case that stands for an order or a contest is no matter of belief: nothing is written of it.

    Raises ValueError where an active case began before the window: it would be taken for gone.
    """
    if KINDS[kind].closes == "order":
        return []
    spells = spells_of(believed.spans, believed.now, rules, says_right=believed.says_right)
    scene = _scene(target, kind, believed, rules)
    known = {one.alert: one for one in alerts}
    found: dict[int, Step] = {}
    # What a case gave up another may take: go on until all agree.
    for _ in range(_ROUNDS):
        steps = _round(list(known.values()), spells, scene, believed)
        if not steps:
            break
        for step in steps:
            number = step.alert.alert or _UNSTORED + len(known)
            known[number] = replace(step.alert, alert=number)
            before = found[number].events if number in found else ()
            found[number] = Step(known[number], before + step.events)
    written = sorted(
        found.items(), key=lambda one: (one[1].alert.active, one[1].alert.since, one[0])
    )
    return [_numbered(number, step) for number, step in written]


def _numbered(number: int, step: Step) -> Step:
    return step._replace(alert=replace(step.alert, alert=0)) if number >= _UNSTORED else step


def _round(
    alerts: Sequence[Alert], spells: Sequence[Spell], scene: Scene, believed: Believed
) -> list[Step]:
    cases = matched(alerts, spells, scene.rules)
    newest = max((latest(one) for one in cases), default=believed.since)
    steps: list[Step] = []
    for case in cases:
        if case.alert is not None and case.alert.since < believed.since:
            _refuse_active(case.alert, believed)
            continue
        overtaken = not case.blips and not case.body and latest(case) < newest
        step = _step(case, scene, overtaken=overtaken)
        steps += [step] if step is not None else []
    return steps


def window_for(alerts: Sequence[Alert], changed: datetime, rules: KindRules) -> datetime:
    """From when on (to now) beliefs must be read after a belief changed at `changed` or later.

    `alerts`: those of the key which end not earlier than `changed` less the longer of `rules.reopen`
    and `rules.clear`, or are active. Read those that touch the window given back, and give all of them
    to `reconcile` (ask again with them, if there are more than before).
    """
    since = changed - max(rules.reopen, rules.clear)
    for alert in sorted(alerts, key=lambda one: one.until or FOREVER, reverse=True):
        touches = alert.active or (alert.until or FOREVER) >= since
        since = min(since, alert.since) if touches else since
    return since


def _scene(target: Target, kind: AlertKind, believed: Believed, rules: KindRules) -> Scene:
    wrong = [one.since for one in believed.spans if one.holds and one.settled]
    often = repeated([*believed.recent, *wrong], rules.repeats)
    excused = [one for one in believed.spans if one.exempt]
    return Scene(target, kind, rules, believed.now, often, excused)


def _refuse_active(alert: Alert, believed: Believed) -> None:
    if alert.active:
        raise ValueError(
            f"case {alert.alert} of {alert.key} began {alert.since.isoformat()}, before the window of "
            f"what is believed ({believed.since.isoformat()}): read from what window_for gives"
        )


def _step(case: Case, scene: Scene, *, overtaken: bool) -> Step | None:
    if case.alert is None and overtaken:
        return None
    draft = Draft(case.alert if case.alert is not None else _seed(case, scene), scene.now)
    if case.alert is None:
        _seen(draft, case)
    body = case.body
    if body:
        Course(draft, body, scene).run(place_of(draft.alert, body))
    elif draft.alert.state is AlertState.PENDING:
        _wait(draft, case, scene, overtaken=overtaken)
    else:
        _vanish(draft, scene)
    due = _due(draft.alert, case, scene)
    if not draft.events and due == draft.alert.due_at:
        return None
    draft.alert = replace(draft.alert, due_at=due)
    return draft.step()


def _waiting(case: Case) -> list[Spell]:
    """The spells of a case that has not opened; blips only where there is nothing else."""
    return [one for one in case.spells if not one.blip] or case.spells


def _seed(case: Case, scene: Scene) -> Alert:
    first = _waiting(case)[0]
    return shown(
        Alert(
            alert=0,
            kind=scene.kind,
            target=scene.target,
            state=AlertState.PENDING,
            severity=scene.rules.base,
            since=first.since,
            until=None,
            version=0,
            changed_at=scene.now,
            found_late=scene.late(first.end),
        ),
        [first],
    )


def _seen(draft: Draft, case: Case) -> None:
    at = _waiting(case)[0].since
    draft.add(Happening(Event.PENDING, Reason.SEEN, at), draft.alert)


def _wait(draft: Draft, case: Case, scene: Scene, *, overtaken: bool) -> None:
    """A case that cannot open yet: it waits on, has gone, was too short, or another one began."""
    if not case.spells:
        _vanish(draft, scene)
        return
    spells = _waiting(case)
    alert = replace(shown(draft.alert, spells[:1]), since=spells[0].since)
    if case.blips:
        last = spells[-1]
        happening = Happening(Event.LAPSED, Reason.NOT_HELD, last.over_at or last.end)
        draft.add(happening, replace(alert, state=AlertState.LAPSED, until=last.end))
    elif overtaken:
        happening = Happening(Event.LAPSED, Reason.OVERTAKEN, scene.now)
        draft.add(happening, replace(alert, state=AlertState.LAPSED, until=spells[-1].end))
    elif alert.since != draft.alert.since:
        earlier = alert.since < draft.alert.since
        reason = Reason.FOUND_LATE if earlier else Reason.BELIEF_CHANGED
        draft.add(Happening(Event.EXTENDED, reason, alert.since), alert)


def _vanish(draft: Draft, scene: Scene) -> None:
    """Nothing of what the case was about is believed to have been wrong any more."""
    alert = draft.alert
    if alert.state is not AlertState.PENDING and alert.spans == 0:
        return
    excuse = scene.excusing(alert)
    reason = Reason.BELIEF_CHANGED if excuse is None else Reason.EXEMPT
    until = alert.until or alert.since
    if excuse is not None and alert.until is None:
        until = max(until, min(excuse.until or scene.now, scene.now))
    gone = replace(alert, until=until, spans=0)
    if alert.state is AlertState.PENDING:
        lapsed = replace(gone, state=AlertState.LAPSED)
        draft.add(Happening(Event.LAPSED, reason, scene.now), lapsed)
    elif alert.active and alert.until is not None and ends_by_person(alert, scene.rules):
        draft.add(Happening(Event.EXTENDED, reason, scene.now), gone)
    elif alert.active:
        closed = resolved(gone, scene.now)
        draft.add(Happening(Event.RESOLVED, reason, scene.now), closed)
    else:
        draft.add(Happening(Event.EXTENDED, reason, scene.now), gone)


def _due(alert: Alert, case: Case, scene: Scene) -> datetime | None:
    """When the clock alone changes something of it."""
    if alert.state is AlertState.LAPSED:
        return None
    ahead = [one.clear_due for one in case.spells]
    ahead += [one.hold_due for one in case.spells if not one.over]
    body = case.body
    if body and not body[-1].over and alert.active:
        ahead.append(next_step(body[-1], alert.severity, scene.now, scene.rules))
    return min((at for at in ahead if at is not None and at > scene.now), default=None)
