"""What persons do with silences 静默: make, withdraw, and see what one keeps quiet.

It must not know who may do so.
"""

from dataclasses import replace
from typing import Final

from schemas.silence import Silence
from services.rules.alerting.silences import CaseFacts, silenced_by
from services.store.alert_lists import AlertQuery, ListedAlert, list_alerts
from services.store.session import Session
from services.store.silence_facts import PlaceFacts, place_facts
from services.store.silences import SilenceConflict, read_silence, write_silence

MOST: Final = 5_000
"""Among so many cases of its time is looked for what a silence keeps quiet."""
NOWHERE: Final = PlaceFacts(frozenset(), frozenset(), frozenset())


def withdraw_silence(session: Session, key: int, actor: str, reason: str) -> Silence:
    """Take a silence back; from now on it keeps nothing quiet, and stays in the history.

    Raises SilenceConflict where there is none or it is withdrawn already; psycopg.Error.
    """
    known = read_silence(session, key)
    if known is None:
        raise SilenceConflict(f"there is no silence {key} 无此静默: see `qingkong silence list`")
    if known.withdrawn:
        raise SilenceConflict(f"silence {key} was withdrawn by {known.actor} already 已撤回")
    return write_silence(session, replace(known, actor=actor, reason=reason, withdrawn=True))


def kept_quiet(session: Session, silence: Silence) -> list[ListedAlert]:
    """The cases that it keeps, or kept, quiet: those of its time that match it. Raises psycopg.Error."""
    query = AlertQuery(since=silence.since, until=silence.until)
    found = list_alerts(session, query, MOST).alerts
    facts = place_facts(session, [one.alert.alert for one in found])
    holds = replace(silence, withdrawn=False)
    return [one for one in found if _matches(one, facts.get(one.alert.alert, NOWHERE), holds)]


def _matches(one: ListedAlert, place: PlaceFacts, silence: Silence) -> bool:
    alert = one.alert
    facts = CaseFacts(
        *(alert.kind, alert.severity, alert.target),
        *(place.regions, place.subjects, place.devices),
    )
    return silenced_by(facts, [silence], max(alert.since, silence.since)) is not None
