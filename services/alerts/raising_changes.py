"""Which cases what is new may touch: of each kind and place, the earliest moment that changed.

It must not know what becomes of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Final

from schemas.alert import Alert, AlertKind, Target
from schemas.judgement import Period
from services.rules.alerting.kinds import KINDS, kind_of_period, kind_of_rule
from services.store.alert_covers import (
    CoverChange,
    Covered,
    changed_covers,
    under_cover,
)
from services.store.alert_news import NewFinding, NewVerdict, new_findings, new_verdicts
from services.store.alerts import due_alerts
from services.store.cursors import Cursor, keep_cursor, read_cursor
from services.store.session import Session

Key = tuple[AlertKind, Target]
VERDICTS: Final = "raiser.verdict"
FINDINGS: Final = "raiser.finding"
COVERS: Final = "raiser.cover"


@dataclass
class Changes:
    """What is to be looked at again, from when on; how many rows said so; whether more are waiting.

    `oldest`: when the finding was recorded that has waited longest.
    """

    since: dict[Key, datetime] = field(default_factory=dict[Key, datetime])
    verdicts: int = 0
    findings: int = 0
    due: frozenset[int] = frozenset()
    oldest: datetime | None = None
    more: bool = False
    due_left: bool = False

    def add(self, key: Key, at: datetime) -> None:
        known = self.since.get(key)
        self.since[key] = at if known is None else min(known, at)


@cache
def own_kinds() -> tuple[AlertKind, ...]:
    """The kinds that are made of verdicts and findings; the others are made by who watches."""
    return tuple(
        kind
        for kind, info in KINDS.items()
        if info.period is not None or info.rules or kind is AlertKind.NO_DATA
    )


@cache
def verdict_kinds() -> tuple[AlertKind, ...]:
    """The kinds that are made of verdicts."""
    return tuple(
        kind for kind in own_kinds() if KINDS[kind].period is not None or kind is AlertKind.NO_DATA
    )


def periods() -> tuple[Period, ...]:
    """The periods whose verdicts make cases."""
    return tuple(period for period in Period if kind_of_period(period) is not None)


def own_rules(kinds: Iterable[AlertKind]) -> list[str]:
    """The rules whose findings make cases of these kinds."""
    return sorted({rule for kind in kinds for rule in KINDS[kind].rules})


def read_changes(session: Session, now: datetime, most: int) -> Changes:
    """Take what is new or due, up to `most` rows of each source, and move the cursors behind it.

    In the caller's transaction, which writes what comes of it. Raises psycopg.Error.
    """
    changes = Changes()
    _verdicts(session, changes, most)
    _findings(session, changes, most)
    _covers(session, changes, most)
    due = due_alerts(session, now, own_kinds(), most)
    for alert in due:
        changes.add((alert.kind, alert.target), _touched(alert))
    changes.due = frozenset(alert.alert for alert in due)
    changes.due_left = len(due) >= most
    return changes


def _touched(alert: Alert) -> datetime:
    return alert.since if alert.until is None else alert.until


def _verdicts(session: Session, changes: Changes, most: int) -> None:
    cursor = read_cursor(session, VERDICTS)
    wanted = (periods(), [kind.value for kind in verdict_kinds()])
    rows, moved, more = new_verdicts(session, cursor, wanted, most)
    _keep(session, VERDICTS, (cursor, moved))
    changes.verdicts += len(rows)
    changes.more = changes.more or more
    for row in rows:
        for key in _keys_of_verdict(row):
            changes.add(key, row.start)


def _findings(session: Session, changes: Changes, most: int) -> None:
    cursor = read_cursor(session, FINDINGS)
    rows, moved, more = new_findings(session, cursor, own_rules(own_kinds()), most)
    _keep(session, FINDINGS, (cursor, moved))
    changes.findings += len(rows)
    changes.more = changes.more or more
    changes.oldest = min((row.recorded_at for row in rows), default=None)
    for row in rows:
        key = _key_of_finding(row)
        if key is not None:
            changes.add(key, row.since)


def _covers(session: Session, changes: Changes, most: int) -> None:
    """What a cover that began or ended explains, or explains no more."""
    covering = sorted({one for kind in own_kinds() for one in KINDS[kind].covered_by})
    cursor = read_cursor(session, COVERS)
    rows, moved = changed_covers(session, cursor, covering, most)
    _keep(session, COVERS, (cursor, moved))
    changes.more = changes.more or len(rows) >= most
    for row in dict.fromkeys(rows):
        for one in under_cover(session, row, covered_kinds(row)):
            changes.add(_key_of_covered(one), row.since)


def covered_kinds(change: CoverChange) -> Sequence[AlertKind]:
    """The kinds of ours that a case of this kind explains."""
    return [kind for kind in own_kinds() if change.kind in KINDS[kind].covered_by]


def _keep(session: Session, reader: str, cursors: tuple[Cursor, Cursor]) -> None:
    before, after = cursors
    if after != before:
        keep_cursor(session, reader, after)


def _keys_of_verdict(row: NewVerdict) -> Iterable[Key]:
    kind = kind_of_period(row.period)
    if kind is not None and row.limits:
        yield kind, Target(row.plant, row.subject, row.point)
    if row.lacks:
        yield AlertKind.NO_DATA, Target(row.plant, row.subject)


def _key_of_finding(row: NewFinding) -> Key | None:
    kind = kind_of_rule(row.rule)
    return None if kind is None else (kind, Target(row.plant, row.subject, row.point))


def _key_of_covered(one: Covered) -> Key:
    return one.kind, Target(one.plant, one.subject, one.point)
