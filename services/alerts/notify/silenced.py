"""Which events are silenced, by the silences that are believed now.

What happened within a silence is quiet, and so is what is told within one.
"""

from collections.abc import Sequence
from datetime import datetime

from schemas.notice import Told
from services.rules.alerting.silences import CaseFacts, silenced_by
from services.store.session import Session
from services.store.silences import read_silences


def silenced_events(session: Session, told: Sequence[Told], now: datetime) -> dict[int, int]:
    """Of these events those that are silenced, each with the key of its silence.

    Raises psycopg.Error.
    """
    if not told:
        return {}
    silences = read_silences(session, min(now, *(one.at for one in told)), None)
    if not silences:
        return {}
    found: dict[int, int] = {}
    for one in told:
        facts = CaseFacts(
            one.kind,
            one.severity,
            one.target,
            frozenset(one.place.regions),
            frozenset(),
            one.devices,
        )
        silence = silenced_by(facts, silences, one.at) or silenced_by(facts, silences, now)
        if silence is not None:
            found[one.event] = silence.silence
    return found
