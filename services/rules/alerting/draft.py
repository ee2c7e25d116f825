"""A case while its next events are written down: each event raises the version by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from schemas.alert import PLATFORM, Alert, AlertEvent, Event, Step
from services.rules.alerting.reasons import Reason


class Happening(NamedTuple):
    """What happened, why, and when it did (event time)."""

    what: Event
    reason: Reason
    at: datetime


@dataclass(slots=True)
class Draft:
    """The case as it stands by now, and what happened to it in this step."""

    alert: Alert
    now: datetime
    actor: str = PLATFORM
    events: list[AlertEvent] = field(default_factory=list[AlertEvent])

    def add(
        self, happening: Happening, changed: Alert, detail: Mapping[str, object] | None = None
    ) -> None:
        """Write down that the case became `changed` (its version is taken care of)."""
        what, reason, at = happening
        after = replace(changed, version=self.alert.version + 1, changed_at=self.now)
        self.alert = after
        told = said(after) if detail is None else detail
        self.events.append(
            AlertEvent(
                version=after.version,
                what=what,
                reason=reason.value,
                actor=self.actor,
                at=at,
                made_at=self.now,
                state=after.state,
                severity=after.severity,
                since=after.since,
                until=after.until,
                detail=told,
            )
        )

    def step(self) -> Step:
        return Step(self.alert, tuple(self.events))


def said(alert: Alert, *, found_late: bool | None = None) -> Mapping[str, object]:
    """What an event of the platform keeps of the case beside its own columns."""
    return {
        "found_late": alert.found_late if found_late is None else found_late,
        "spells": alert.spells,
        "spans": alert.spans,
        "worst": None if alert.worst is None else str(alert.worst),
        "sure": alert.sure,
        "zh": alert.zh,
        "en": alert.en,
        "source": alert.evidence.get("source", ""),
    }
