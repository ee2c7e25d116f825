"""Cases as answers show them: rows made models. It must not read anything itself."""

from schemas.alert import AlertEvent
from services.api.models.alerts_read import AlertModel, EventModel
from services.rules.alerting.kind_words import KIND_WORDS
from services.store.alert_lists import ListedAlert


def alert_model(listed: ListedAlert) -> AlertModel:
    one = listed.alert
    words = KIND_WORDS[one.kind]
    return AlertModel(
        id=one.alert,
        kind=one.kind,
        zh_kind=words.zh,
        en_kind=words.en,
        plant=listed.plant,
        plant_name=listed.plant_name,
        subject=listed.subject,
        device=listed.device,
        point=one.target.point,
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
        evidence=dict(one.evidence),
    )


def event_model(one: AlertEvent) -> EventModel:
    return EventModel.model_validate({**one._asdict(), "detail": dict(one.detail)})
