"""What persons do with silences 静默: make, withdraw, and see what one keeps quiet.

It must not know who may do so.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

from schemas.sentence import Sentence, term
from schemas.silence import Silence
from services.rules.alerting.silences import CaseFacts, silenced_by
from services.rules.supervision.refusals import Refused
from services.store.alert_lists import AlertQuery, ListedAlert, list_alerts
from services.store.session import Session
from services.store.silence_facts import PlaceFacts, place_facts, places_named
from services.store.silences import SilenceConflict, read_silence, write_silence

MOST: Final = 5_000
"""Among so many cases of its time is looked for what a silence keeps quiet."""
NOWHERE: Final = PlaceFacts(frozenset(), frozenset(), frozenset())


class Quiet(NamedTuple):
    """A place by the names that people give it; None: any."""

    region: str | None = None
    plant: str | None = None
    subject: str | None = None
    mn: str | None = None


def make_silence(session: Session, where: Quiet, asked: Silence, now: datetime) -> Silence:
    """Make a silence about a place; `asked` has all but the place.

    Raises Refused, SilenceConflict, psycopg.Error.
    """
    if asked.until <= asked.since or asked.until <= now:
        raise Refused(
            "its end must lie ahead, and after its beginning: mend from or to",
            "结束时间须晚于现在和开始时间",
        )
    if not asked.reason.strip():
        raise Refused("say why: give a reason", "须说明理由")
    if not (where.region or where.plant or where.mn or asked.kinds):
        raise Refused(
            "say what is kept quiet: a region, a plant, a logger or kinds",
            "须指明静默范围：行政区、企业、数采仪或告警类别",
        )
    if where.subject and not where.plant:
        raise Refused(
            "give the plant too: codes of outlets and facilities are its own", "须同时给出企业编码"
        )
    places = places_named(session, where.region, (where.plant, where.subject), where.mn)
    for name, given, found in zip(Quiet._fields, where, places, strict=True):
        if given and found is None:
            raise Refused(
                f"{name} {given} is not registered: see `qingkong registry export`",
                f"{name} {given} 未登记",
            )
    placed = replace(
        asked, reason=asked.reason.strip(), region=places.region, plant=places.plant,
        subject=places.subject, device=places.device,
    )  # fmt: skip
    return write_silence(session, placed)


def withdraw_silence(session: Session, key: int, actor: str, reason: str) -> Silence:
    """Take a silence back; from now on it keeps nothing quiet, and stays in the history.

    Raises SilenceConflict where there is none or it is withdrawn already; psycopg.Error.
    """
    known = read_silence(session, key)
    if known is None:
        raise SilenceConflict(
            Sentence(
                f"there is no silence {key}{term('无此静默')}: see `qingkong silence list`",
                f"没有静默 {key}",
            )
        )
    if known.withdrawn:
        raise SilenceConflict(
            Sentence(
                f"silence {key} was withdrawn by {known.actor} already{term('已撤回')}",
                f"静默 {key} 已由 {known.actor} 撤回",
            )
        )
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
