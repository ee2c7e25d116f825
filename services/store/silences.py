"""Silences 静默 and planned maintenance as they are believed: of each key the newest row.

Nothing is ever taken back but by a newer row. What a silence keeps quiet is not known here.
"""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, cast

import psycopg

from schemas.alert import AlertKind, Severity
from schemas.sentence import Sentence, SentenceError
from schemas.silence import Silence
from services.store.session import Session

# One lock for all who write silences: what is changed must still be the newest.
SILENCES_LOCK = 0x716B_7369
BELIEVED = """
SELECT silence_key, lower(during), upper(during), reason, actor, maintenance, region, plant, subject,
  device, kinds, severity, withdrawn, id, recorded_at
FROM (
  SELECT DISTINCT ON (silence_key) silence_key, during, reason, actor, maintenance, region, plant,
    subject, device, kinds, severity, withdrawn, id, recorded_at
  FROM silence
  WHERE (%(key)s::integer IS NULL OR silence_key = %(key)s::integer)
    AND (%(known)s::text IS NULL OR position < %(known)s::text::xid8)
  ORDER BY silence_key, position DESC, id DESC
) AS newest
WHERE (%(withdrawn)s OR NOT withdrawn)
  AND during && tstzrange(%(since)s::timestamptz, %(until)s::timestamptz)
ORDER BY lower(during), silence_key
"""
NEXT = """
INSERT INTO silence (silence_key, maintenance, region, plant, subject, device, kinds, severity, during,
  withdrawn, reason, actor)
VALUES (COALESCE(%(key)s::integer, nextval('silence_key')::integer), %(maintenance)s, %(region)s,
  %(plant)s, %(subject)s, %(device)s, %(kinds)s, %(severity)s, tstzrange(%(since)s, %(until)s),
  %(withdrawn)s, %(reason)s, %(actor)s)
RETURNING silence_key, id, recorded_at
"""


class SilenceConflict(SentenceError):  # noqa: N818 - it is a conflict, by whoever's error
    """The silence is not what was looked at, or names what is not there; the message says what to do."""


class _Row(NamedTuple):
    silence: int
    since: datetime
    until: datetime
    reason: str
    actor: str
    maintenance: bool
    region: str | None
    plant: int | None
    subject: int | None
    device: int | None
    kinds: list[str]
    severity: str | None
    withdrawn: bool
    row: int
    recorded_at: datetime


def read_silences(
    session: Session,
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    withdrawn: bool = False,
    known: int | None = None,
) -> list[Silence]:
    """What is believed (`known`: was below this position) and meets [since, until) (None: open).

    Raises psycopg.Error.
    """
    values = {
        "key": None, "since": since, "until": until, "withdrawn": withdrawn,
        "known": None if known is None else str(known),
    }  # fmt: skip
    return [_silence(row) for row in session.execute(BELIEVED, values, prepare=False).fetchall()]


def read_silence(session: Session, key: int) -> Silence | None:
    """The newest belief of a key, also where it was withdrawn. Raises psycopg.Error."""
    values = {"key": key, "since": None, "until": None, "withdrawn": True, "known": None}
    row = session.execute(BELIEVED, values, prepare=False).fetchone()
    return None if row is None else _silence(row)


def write_silence(session: Session, silence: Silence) -> Silence:
    """Add a belief: a new silence (its key 0), or a newer one in the place of `silence.row`.

    Gives it as stored. Raises SilenceConflict when another was written meanwhile or a place it names
    is not registered, psycopg.Error otherwise.
    """
    with session.transaction():
        session.execute("SELECT pg_advisory_xact_lock(%s)", (SILENCES_LOCK,))
        if silence.silence:
            known = read_silence(session, silence.silence)
            if known is None or known.row != silence.row:
                raise SilenceConflict(
                    Sentence(
                        f"silence {silence.silence} was changed meanwhile or never made: look at it"
                        " again",
                        f"静默 {silence.silence} 已被他人更新或不存在：请重新读取后再试",
                    )
                )
        try:
            row = session.execute(NEXT, _values(silence)).fetchone()
        except psycopg.errors.ForeignKeyViolation as error:
            raise SilenceConflict(
                Sentence("the silence names a place that is not registered", "静默的对象未登记")
            ) from error
    key, number, recorded_at = cast("tuple[int, int, datetime]", row)
    return replace(silence, silence=key, row=number, recorded_at=recorded_at)


def _values(silence: Silence) -> dict[str, object]:
    return {
        "key": silence.silence or None,
        "maintenance": silence.maintenance,
        "region": silence.region,
        "plant": silence.plant,
        "subject": silence.subject,
        "device": silence.device,
        "kinds": sorted(kind.value for kind in silence.kinds),
        "severity": None if silence.severity is None else silence.severity.value,
        "since": silence.since,
        "until": silence.until,
        "withdrawn": silence.withdrawn,
        "reason": silence.reason,
        "actor": silence.actor,
    }


def _silence(row: tuple[object, ...]) -> Silence:
    one = _Row._make(row)
    return Silence(
        silence=one.silence,
        since=one.since,
        until=one.until,
        reason=one.reason,
        actor=one.actor,
        maintenance=one.maintenance,
        region=one.region,
        plant=one.plant,
        subject=one.subject,
        device=one.device,
        kinds=frozenset(AlertKind(kind) for kind in one.kinds),
        severity=None if one.severity is None else Severity(one.severity),
        withdrawn=one.withdrawn,
        row=one.row,
        recorded_at=one.recorded_at,
    )
