"""Why something was judged so: a verdict, and a case with the verdicts it rests on."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

from fastapi import APIRouter

from schemas.alert import AlertEvent
from services.api.access import Within, require
from services.api.alert_answers import alert_model, event_model
from services.api.asof import AsOfDep
from services.api.looking import LookDep
from services.api.models.evidence import AlertEvidenceModel, VerdictEvidenceModel
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.quiet_then import quiet_then
from services.api.routes.alerts_read import listed_alert
from services.api.then import ThenDep
from services.api.verdict_evidence import verdict_evidence
from services.rules.alerting.as_known import as_known
from services.store.history_alerts_known import ALERT_STEPS
from services.store.known_steps import known_steps

router = APIRouter(tags=["evidence"])
MOST_VERDICTS: Final = 20
SOURCE: Final = re.compile(r"\A(verdict|mean|finding|performance|mark):(\d{1,18}(?:,\d{1,18})*)\Z")
"""One row, or several of a kind: a case over two limits names both of its verdicts."""


@router.get(
    "/verdicts/{verdict}",
    dependencies=[require(Permission.READ_EVIDENCE)],
    summary="What a verdict rests on 判定依据",
)
def verdict(verdict: int, within: Within, look: LookDep) -> VerdictEvidenceModel:
    """A verdict as written: the mean with its counts, the limit as it was, the clause, the formula.

    With the records of the point over the period as they were known then, the batches that brought
    them with digest and place in the chain, and the first checkpoint that covers each. Each look is
    put on record in the audit log.
    """
    plant = within.verdict(verdict)
    look.at("evidence.read", f"verdict/{verdict}", plant.id)
    found = verdict_evidence(within.session, verdict)
    if found is None:
        raise not_found()
    return found


@router.get(
    "/alerts/{alert}/evidence",
    dependencies=[require(Permission.READ_EVIDENCE)],
    summary="What a case rests on 告警证据",
)
def alert_evidence(
    alert: int, within: Within, look: LookDep, known: AsOfDep, then: ThenDep
) -> AlertEvidenceModel:
    """A case with its steps and the verdicts that they name; each look is put on record.

    As it stands now, or as its events told `as_of`.
    """
    plant = within.alert(alert)
    look.at("evidence.read", f"alert/{alert}", None if plant is None else plant.id)
    listed = listed_alert(within.session, alert)
    events = known_steps(within.session, ALERT_STEPS, [alert], known.position).get(alert, [])
    if then is not None:
        if not events:
            raise not_found()
        listed = listed._replace(alert=as_known(listed.alert, events))
    sources = list(dict.fromkeys(_sources((listed.alert.evidence, *_details(events)))))
    verdicts = [int(one.partition(":")[2]) for one in sources if one.startswith("verdict:")]
    shown = [verdict_evidence(within.session, one) for one in verdicts[:MOST_VERDICTS]]
    return AlertEvidenceModel(
        alert=alert_model(listed, quiet_then(within, then).silence_of(listed.alert)),
        events=[event_model(one) for one in events],
        verdicts=[one for one in shown if one is not None],
        sources=sources,
        more=len(verdicts) > MOST_VERDICTS,
    )


def _details(events: Sequence[AlertEvent]) -> Iterator[Mapping[str, object]]:
    for one in events:
        yield one.detail


def _sources(said: object) -> Iterator[str]:
    """The rows that a detail names, wherever in it."""
    if isinstance(said, str):
        found = SOURCE.match(said)
        if found is not None:
            yield from (f"{found[1]}:{number}" for number in found[2].split(","))
    elif isinstance(said, Mapping):
        for part in cast("Mapping[str, object]", said).values():
            yield from _sources(part)
    elif isinstance(said, Sequence):
        for part in cast("Sequence[object]", said):
            yield from _sources(part)
