"""Which cases are kept quiet at a time, and by which silence 静默 or planned maintenance.

It must not know who asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from schemas.alert import ACTIVE, Alert
from schemas.silence import Silence
from services.rules.alerting.silences import CaseFacts, kinds_of, severities_of, silenced_by
from services.store.alert_lists import AlertQuery
from services.store.session import Session
from services.store.silence_reach import Reach, reaches_of
from services.store.silences import read_silences

_MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """The silences that hold at a time, with what they reach."""

    at: datetime
    reaches: Sequence[Reach] = ()

    def silence_of(self, alert: Alert) -> Silence | None:
        """What keeps a case quiet; None: people are told of it.

        A case that was over and resolved before the silence began is none that it keeps quiet.
        """
        near = [one for one in self.reaches if _meets(alert, one.silence)]
        return silenced_by(_facts(alert, near), [one.silence for one in near], self.at)

    def sought(self, query: AlertQuery) -> AlertQuery:
        """The same for a query that looks for what is silenced, or is not."""
        if query.silenced is None:
            return query
        return replace(query, silences=[_row(one) for one in self.reaches])


def quiet_at(session: Session, at: datetime, known: int | None = None) -> Quiet:
    """What holds at a time, of the silences believed (`known`: below this position).

    Two statements, one where none holds. Raises psycopg.Error.
    """
    holding = read_silences(session, at, at + _MOMENT, known=known)
    return Quiet(at, reaches_of(session, holding))


def _meets(alert: Alert, silence: Silence) -> bool:
    return alert.state in ACTIVE or alert.until is None or alert.until >= silence.since


def _facts(alert: Alert, near: Sequence[Reach]) -> CaseFacts:
    """Of what touches the case that much which these silences name."""
    target = alert.target
    regions = {one.silence.region for one in near if target.plant in one.plants}
    subjects = {one.silence.subject for one in near if target.device in one.serving}
    devices = {one.silence.device for one in near if target.subject in one.served}
    return CaseFacts(
        *(alert.kind, alert.severity, target),
        regions=frozenset(code for code in regions if code is not None),
        subjects=frozenset(key for key in subjects if key is not None),
        devices=frozenset(key for key in devices if key is not None),
    )


def _row(one: Reach) -> Mapping[str, object]:
    silence = one.silence
    return {
        "since": silence.since.isoformat(),
        "plant": silence.plant,
        "plants": None if silence.region is None else sorted(one.plants),
        "subject": silence.subject,
        "serving": sorted(one.serving),
        "device": silence.device,
        "served": sorted(one.served),
        "kinds": sorted(kind.value for kind in kinds_of(silence)),
        "severities": sorted(severity.value for severity in severities_of(silence)),
    }
