"""A case as a row of the table `alert`, and back; who reads and who writes one shares its columns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import LiteralString, NamedTuple

import orjson

from schemas.alert import Alert, AlertKind, AlertState, Detail, Disposition, Severity, Target

COLUMNS: LiteralString = """alert.id, alert.kind, alert.plant, alert.subject, alert.point,
  alert.device, alert.state, alert.severity, alert.since, alert.until, alert.version,
  alert.changed_at, alert.sure, alert.found_late, alert.spells, alert.spans, alert.worst, alert.zh,
  alert.en, alert.clause, alert.evidence, alert.opened_at, alert.acknowledged_at,
  alert.acknowledged_by, alert.resolved_at, alert.resolved_by, alert.assignee, alert.disposition,
  alert.cause, alert.duplicate_of, alert.due_at, alert.key"""


class _Stored(NamedTuple):
    """The columns in their order."""

    id: int
    kind: str
    plant: int | None
    subject: int | None
    point: int | None
    device: int | None
    state: str
    severity: str
    since: datetime
    until: datetime | None
    version: int
    changed_at: datetime
    sure: bool
    found_late: bool
    spells: int
    spans: int
    worst: Decimal | None
    zh: str
    en: str
    clause: str
    evidence: Mapping[str, object]
    opened_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    assignee: str | None
    disposition: str | None
    cause: str | None
    duplicate_of: int | None
    due_at: datetime | None
    key: str


WIDTH = len(_Stored._fields)


def alert_of(row: Sequence[object]) -> Alert:
    """The case of a row of COLUMNS."""
    one = _Stored._make(row)
    kind, target = AlertKind(one.kind), Target(one.plant, one.subject, one.point, one.device)
    return Alert(
        alert=one.id,
        kind=kind,
        target=target,
        state=AlertState(one.state),
        severity=Severity(one.severity),
        since=one.since,
        until=one.until,
        version=one.version,
        changed_at=one.changed_at,
        sure=one.sure,
        found_late=one.found_late,
        spells=one.spells,
        spans=one.spans,
        worst=one.worst,
        zh=one.zh,
        en=one.en,
        clause=one.clause,
        evidence=one.evidence,
        opened_at=one.opened_at,
        acknowledged_at=one.acknowledged_at,
        acknowledged_by=one.acknowledged_by,
        resolved_at=one.resolved_at,
        resolved_by=one.resolved_by,
        assignee=one.assignee,
        disposition=None if one.disposition is None else Disposition(one.disposition),
        cause=one.cause,
        duplicate_of=one.duplicate_of,
        due_at=one.due_at,
        about=_about(one.key, target.key(kind)),
    )


def columns_of(alerts: Sequence[Alert]) -> dict[str, list[object]]:
    """The same cases as one list for each column, by its name, for a statement that unnests them."""
    rows = [_row(alert) for alert in alerts]
    columns = zip(*rows, strict=True) if rows else ((),) * WIDTH
    return {name: list(column) for name, column in zip(_Stored._fields, columns, strict=True)}


def _row(alert: Alert) -> tuple[object, ...]:
    return (
        *(alert.alert, alert.kind.value, *alert.target, alert.state.value, alert.severity.value),
        *(alert.since, alert.until, alert.version, alert.changed_at, alert.sure, alert.found_late),
        *(alert.spells, alert.spans, alert.worst, alert.zh, alert.en, alert.clause),
        *(as_json(alert.evidence), alert.opened_at, alert.acknowledged_at, alert.acknowledged_by),
        *(alert.resolved_at, alert.resolved_by, alert.assignee),
        *(None if alert.disposition is None else alert.disposition.value, alert.cause),
        *(alert.duplicate_of, alert.due_at, alert.key),
    )


def _about(key: str, place: str) -> str:
    """What the key names beside kind and place."""
    return key.removeprefix(f"{place}/") if key.startswith(f"{place}/") else ""


def as_json(detail: Detail) -> str:
    """A detail as JSON; decimals as text."""
    return orjson.dumps(detail, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - any detail
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - any detail
    raise TypeError(f"a detail cannot hold {type(value).__name__}")
