"""Cases as answers show them: rows made models. It must not read anything itself."""

from schemas.alert import AlertEvent
from schemas.silence import Silence
from services.api.models.alerts_read import AlertModel, EventModel, SilencedBy
from services.rules.alerting.kind_words import KIND_WORDS
from services.rules.alerting.officer_words import OFFICER_WORDS
from services.store.alert_lists import ListedAlert


def alert_model(listed: ListedAlert, silence: Silence | None) -> AlertModel:
    """A case; `silence`: what keeps it quiet at the time that is shown."""
    one = listed.alert
    words, officer = KIND_WORDS[one.kind], OFFICER_WORDS[one.kind]
    return AlertModel(
        id=one.alert,
        kind=one.kind,
        zh_kind=words.zh,
        en_kind=words.en,
        plant=listed.plant,
        plant_name=listed.plant_name,
        plant_name_en=listed.plant_name_en,
        subject=listed.subject,
        subject_name=listed.subject_name,
        device=listed.device,
        point=one.target.point,
        code=listed.code,
        state=one.state,
        severity=one.severity,
        since=one.since,
        until=one.until,
        spells=one.spells,
        spans=one.spans,
        worst=None if one.worst is None else float(one.worst),
        sure=one.sure,
        found_late=one.found_late,
        zh=one.zh,
        en=one.en,
        clause=one.clause,
        advice_zh=words.advice_zh,
        advice_en=words.advice_en,
        bureau_advice_zh=officer.zh,
        bureau_advice_en=officer.en,
        opened_at=one.opened_at,
        acknowledged_at=one.acknowledged_at,
        acknowledged_by=one.acknowledged_by,
        resolved_at=one.resolved_at,
        resolved_by=one.resolved_by,
        assignee=one.assignee,
        disposition=one.disposition,
        cause=one.cause,
        duplicate_of=one.duplicate_of,
        version=one.version,
        changed_at=one.changed_at,
        silenced=None if silence is None else _silenced(silence),
        evidence=dict(one.evidence),
    )


def _silenced(one: Silence) -> SilencedBy:
    return SilencedBy(
        silence=one.silence,
        maintenance=one.maintenance,
        actor=one.actor,
        reason=one.reason,
        since=one.since,
        until=one.until,
    )


def event_model(one: AlertEvent) -> EventModel:
    return EventModel.model_validate({**one._asdict(), "detail": dict(one.detail)})
