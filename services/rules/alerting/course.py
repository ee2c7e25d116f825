"""How one case goes on: from how it stands to what is believed, event by event, in event time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from schemas.alert import PLATFORM, Alert, AlertState, Event, Severity
from services.rules.alerting.draft import Draft, Happening, said
from services.rules.alerting.matching import anchor, ends_by_person
from services.rules.alerting.reasons import Reason
from services.rules.alerting.scene import Scene, shown
from services.rules.alerting.spells import Spell

_ACTIVE: Final = frozenset({AlertState.OPEN, AlertState.ACKNOWLEDGED})


class Course:
    """A case and its body (its spells, in order); `draft` takes down what happens."""

    def __init__(self, draft: Draft, body: Sequence[Spell], scene: Scene) -> None:
        self.draft = draft
        self.body = body
        self.scene = scene

    def run(self, place: int) -> None:
        """Go on from spell number `place`, which the case counts already (-1: none)."""
        if place >= 0:
            self._annotate(place)
            self._raise(0, place)
            self._turn(place)
        for number in range(place + 1, len(self.body)):
            self._begin(number)
            self._raise(number, number)
            if self.body[number].over:
                self._end(number, self.body[number].over_reason)
        self._reach_now()

    @property
    def _alert(self) -> Alert:
        return self.draft.alert

    @property
    def _on(self) -> bool:
        """Whether it is held to be wrong still."""
        return self._alert.until is None

    @property
    def _by_person(self) -> bool:
        """Whether a person closed it, so that the same spell does not open it again."""
        return self._alert.state is AlertState.RESOLVED and self._alert.resolved_by != PLATFORM

    def _add(
        self, what: Event, reason: Reason, at: datetime, changed: Alert, *, late: bool | None = None
    ) -> None:
        self.draft.add(Happening(what, reason, at), changed, said(changed, found_late=late))

    def _shown(self, number: int) -> Alert:
        """The case as its spells up to this one make it."""
        return replace(shown(self._alert, self.body[: number + 1]), since=self.body[0].since)

    def _annotate(self, place: int) -> None:
        """An older stretch became known, or a correction moved the beginning, the end or the middle."""
        alert, spell = self._alert, self.body[place]
        after = self._shown(place)
        if not self._on and spell.over:
            after = replace(after, until=spell.end)
        else:
            after = replace(after, spans=alert.spans)
        before = (alert.since, alert.until, alert.spells, alert.spans)
        if before == (after.since, after.until, after.spells, after.spans):
            return
        at = after.since if after.since != alert.since else after.until or spell.since
        reason = Reason.FOUND_LATE if _grew(alert, after) else Reason.BELIEF_CHANGED
        self._add(Event.EXTENDED, reason, at, after, late=self.scene.late(at))

    def _raise(self, first: int, last: int) -> None:
        if self._by_person:
            return
        for mark in self.scene.marks(self.body[first : last + 1]):
            if mark.severity.rank > self._alert.severity.rank:
                changed = replace(self._shown(last), severity=mark.severity)
                late = self.scene.late(mark.known)
                self._add(Event.RAISED, mark.reason, mark.at, changed, late=late)

    def _turn(self, place: int) -> None:
        """The spell that it counts is over now, or is not over after all."""
        spell, alert = self.body[place], self._alert
        if self._on and spell.over:
            self._end(place, spell.over_reason)
        elif not self._on and not spell.over:
            at = alert.until or spell.since
            changed = replace(self._shown(place), until=None)
            if alert.state is AlertState.RESOLVED and not self._by_person:
                self._add(Event.REOPENED, Reason.BELIEF_CHANGED, at, reopened(changed))
            else:
                self._add(Event.EXTENDED, Reason.BELIEF_CHANGED, at, changed)

    def _begin(self, number: int) -> None:
        spell = self.body[number]
        at = spell.firm_at or spell.since
        late = self.scene.late(spell.end)
        changed = replace(self._shown(number), until=None)
        if self._alert.state in _ACTIVE:
            self._add(Event.EXTENDED, Reason.CAME_AGAIN, at, changed, late=late)
            return
        changed = replace(changed, severity=self._severity(number, at))
        if self._alert.state is AlertState.PENDING:
            opened = replace(changed, state=AlertState.OPEN, opened_at=self.scene.now)
            self._add(Event.OPENED, spell.firm_reason, at, opened)
        else:
            again = replace(reopened(changed), found_late=late)
            self._add(Event.REOPENED, Reason.CAME_AGAIN, at, again, late=late)

    def _severity(self, number: int, at: datetime) -> Severity:
        marks = self.scene.marks(self.body[: number + 1])
        reached = [mark.severity for mark in marks if mark.at <= at]
        return max([self._alert.severity, *reached], key=lambda one: one.rank)

    def _end(self, number: int, reason: Reason) -> None:
        spell = self.body[number]
        at = spell.over_at or spell.end
        # It was long enough once, or it would not have opened.
        reason = Reason.CLEARED if reason is Reason.NOT_HELD else reason
        changed = replace(self._shown(number), until=spell.end)
        if self._alert.state in _ACTIVE and not ends_by_person(self._alert, self.scene.rules):
            self._add(Event.RESOLVED, reason, at, resolved(changed, self.scene.now))
        else:
            self._add(Event.EXTENDED, reason, at, changed)

    def _reach_now(self) -> None:
        """What was found late and goes on in the present is a matter of the present."""
        end = self.body[-1].end
        if (
            self._alert.found_late
            and self._on
            and self._alert.state in _ACTIVE
            and not self.scene.late(end)
        ):
            changed = replace(self._alert, found_late=False)
            self._add(Event.EXTENDED, Reason.GOES_ON, end, changed)


def place_of(alert: Alert, body: Sequence[Spell]) -> int:
    """Which spell of its body the case has come to; -1: it counts none of them yet."""
    if alert.state is AlertState.PENDING:
        return -1
    if alert.until is not None:
        return max((i for i, one in enumerate(body) if one.since <= alert.until), default=-1)
    at = anchor(alert)
    holding = [i for i, one in enumerate(body) if one.since <= at <= one.end]
    later = [i for i, one in enumerate(body) if one.since >= at]
    return next(iter([*holding, *later]), len(body) - 1)


def resolved(alert: Alert, now: datetime) -> Alert:
    """The case closed by the platform; what it was, a person has to say."""
    return replace(
        alert,
        state=AlertState.RESOLVED,
        resolved_at=now,
        resolved_by=PLATFORM,
        disposition=None,
        cause=None,
        duplicate_of=None,
    )


def reopened(alert: Alert) -> Alert:
    """The case open again: nobody has acknowledged it as it is now, and nobody has said what it is."""
    return replace(
        alert,
        state=AlertState.OPEN,
        acknowledged_at=None,
        acknowledged_by=None,
        resolved_at=None,
        resolved_by=None,
        disposition=None,
        cause=None,
        duplicate_of=None,
    )


def _grew(before: Alert, after: Alert) -> bool:
    """Whether more of it is known to have been wrong, and not less."""
    if before.spans == 0 or after.spans < before.spans:
        return False
    longer = before.until is not None and after.until is not None and after.until > before.until
    return (
        after.since < before.since
        or longer
        or after.spells > before.spells
        or after.spans > before.spans
    )
