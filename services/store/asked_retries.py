"""Retries of rejects as people ask for them and look at them; ingest carries them out.

It must not know who may ask.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString, NamedTuple, cast

from services.store.session import Session

# Who was stored by a former retry is left out, unless asked for again.
CHOOSE: LiteralString = """
SELECT reject.id, device.plant
FROM reject LEFT JOIN device ON device.id = reject.device
WHERE (%(reject)s::bigint IS NULL OR reject.id = %(reject)s)
  AND (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR received_at < %(until)s)
  AND (%(plants)s::integer[] IS NULL OR device.plant = ANY(%(plants)s::integer[]))
  AND (%(mn)s::text IS NULL OR mn = %(mn)s)
  AND (%(reason)s::text IS NULL OR reason = %(reason)s)
  AND (%(again)s OR NOT EXISTS (
    SELECT FROM reject_retry AS former
    WHERE former.reject = reject.id AND former.outcome <> 'rejected'))
ORDER BY reject.id LIMIT %(most)s
"""
ADD: LiteralString = """
INSERT INTO asked_retry (account, actor, asked_at, reject, mn, reason, since, until, rejects, plants,
  clock_offset_s, again, dry)
VALUES (%(account)s, %(actor)s, %(asked_at)s, %(reject)s, %(mn)s, %(reason)s, %(since)s, %(until)s,
  %(rejects)s, %(plants)s, %(clock_offset_s)s, %(again)s, %(dry)s)
RETURNING id
"""
LIST: LiteralString = """
SELECT id, actor, asked_at, reject, mn, reason, since, until, clock_offset_s, again, dry,
  CASE WHEN stopped_by IS NULL THEN state ELSE 'stopped' END,
  cardinality(rejects), looked, stored, repeated, rejected, skipped, reasons, examples, error,
  COALESCE(finished_at, stopped_at), stopped_by
FROM asked_retry
WHERE (%(retry)s::bigint IS NULL OR id = %(retry)s)
  AND (%(plants)s::integer[] IS NULL OR plants <@ %(plants)s::integer[])
  AND (%(before)s::bigint IS NULL OR id < %(before)s)
ORDER BY id DESC LIMIT %(most)s
"""

# A piece in hand is waited for: it is told before this is seen.
STOP: LiteralString = """
UPDATE asked_retry SET stopped_by = %(actor)s, stopped_at = %(now)s
WHERE id = %(retry)s AND state IN ('asked', 'running') AND stopped_by IS NULL
RETURNING rejects[looked + 1 :], plants
"""


@dataclass(frozen=True, slots=True)
class RetryWish:
    """Which rejects: one, or all that match and were received in [since, until); None: any."""

    reject: int | None = None
    mn: str | None = None
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    clock_offset_s: int = 0
    again: bool = False
    dry: bool = False


class ChosenRejects(NamedTuple):
    """What a wish comes to: ids in order, and the plants they are of (None: also of nobody's devices)."""

    rejects: Sequence[int]
    plants: Sequence[int] | None


class AskedRetry(NamedTuple):
    """A retry that was asked for, and how far it is: looked = stored + repeated + rejected + skipped."""

    retry: int
    actor: str
    asked_at: datetime
    reject: int | None
    mn: str | None
    reason: str | None
    since: datetime | None
    until: datetime | None
    clock_offset_s: int
    again: bool
    dry: bool
    state: str
    total: int
    looked: int
    stored: int
    repeated: int
    rejected: int
    skipped: int
    reasons: Mapping[str, int]
    examples: Sequence[Mapping[str, object]]
    error: str
    finished_at: datetime | None
    stopped_by: str | None


def choose_rejects(
    session: Session, wish: RetryWish, plants: Sequence[int] | None, most: int
) -> ChosenRejects:
    """At most `most` of those that are wished for, of these plants (None: all, also of nobody's).

    Raises psycopg.Error.
    """
    values = {
        **_wish(wish),
        "again": wish.again,
        "plants": None if plants is None else list(plants),
        "most": most,
    }
    # Unprepared: planned for its own times.
    rows = cast(
        "list[tuple[int, int | None]]", session.execute(CHOOSE, values, prepare=False).fetchall()
    )
    owned = {plant for _, plant in rows if plant is not None}
    nobodys = any(plant is None for _, plant in rows)
    return ChosenRejects([reject for reject, _ in rows], None if nobodys else sorted(owned))


def ask_retry(
    session: Session, wish: RetryWish, chosen: ChosenRejects, by: tuple[int | None, str, datetime]
) -> int:
    """Ask ingest for it, in the name of (account, name, now); its number. Raises psycopg.Error."""
    account, actor, now = by
    values = {
        **_wish(wish),
        "clock_offset_s": wish.clock_offset_s,
        "again": wish.again,
        "dry": wish.dry,
        "account": account,
        "actor": actor,
        "asked_at": now,
        "rejects": list(chosen.rejects),
        "plants": None if chosen.plants is None else list(chosen.plants),
    }
    row = session.execute(ADD, values).fetchone()
    return cast("int", row[0]) if row else 0


def asked_retries(
    session: Session, plants: Sequence[int] | None, most: int, before: int | None = None
) -> list[AskedRetry]:
    """The newest first, behind a number, that concern these plants alone (None: all).

    Raises psycopg.Error.
    """
    return _read(session, {"retry": None, "plants": plants, "before": before, "most": most})


def asked_retry(session: Session, retry: int, plants: Sequence[int] | None) -> AskedRetry | None:
    """None: it is not there, or concerns others too. Raises psycopg.Error."""
    found = _read(session, {"retry": retry, "plants": plants, "before": None, "most": 1})
    return found[0] if found else None


def stop_retry(session: Session, retry: int, actor: str, now: datetime) -> ChosenRejects | None:
    """Let nothing more of it be begun: what is left of it; None: it has ended. Raises psycopg.Error."""
    row = session.execute(STOP, {"retry": retry, "actor": actor, "now": now}).fetchone()
    return None if row is None else ChosenRejects._make(row)


def _read(session: Session, values: Mapping[str, object]) -> list[AskedRetry]:
    return [AskedRetry._make(row) for row in session.execute(LIST, values).fetchall()]


def _wish(wish: RetryWish) -> dict[str, object]:
    return {
        "reject": wish.reject,
        "mn": wish.mn,
        "reason": wish.reason,
        "since": wish.since,
        "until": wish.until,
    }
