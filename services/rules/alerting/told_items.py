"""Events of cases for programs: codes, times in ISO 8601, numbers as text, and where to look."""

from collections.abc import Sequence

from schemas.notice import Language, Told


def item_of(told: Told, language: Language, link: str | None) -> dict[str, object]:
    """An event for a program: codes, times in ISO 8601, numbers as text."""
    place = told.place
    return {
        "event": told.event,
        "alert": told.alert,
        "version": told.version,
        "what": told.what.value,
        "reason": told.reason,
        "actor": told.actor,
        "at": told.at.isoformat(),
        "made_at": told.made_at.isoformat(),
        "state": told.state.value,
        "severity": told.severity.value,
        "kind": told.kind.value,
        "since": told.since.isoformat(),
        "until": None if told.until is None else told.until.isoformat(),
        "region": place.regions[0] if place.regions else None,
        "plant": place.plant or None,
        "subject": place.subject or None,
        "point": place.point or None,
        "device": place.device or None,
        "multiple": None if told.worst is None else str(told.worst),
        "sure": told.sure,
        "found_late": told.found_late,
        "clause": told.clause,
        "sentence": told.zh if language == "zh" else told.en,
        "link": link,
    }


def link_of(told: Sequence[Told], public_url: str | None) -> str | None:
    """The page of the one case, or of them all; None without an address of the console."""
    if public_url is None:
        return None
    alerts = {one.alert for one in told}
    base = public_url.rstrip("/")
    return f"{base}/alerts/{alerts.pop()}" if len(alerts) == 1 else f"{base}/alerts"
