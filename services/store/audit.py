"""The audit log: what persons did, and what evidence they looked at. It only grows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import LiteralString, NamedTuple, cast

from psycopg.types.json import Jsonb

from services.store.session import Session

ADD = """
INSERT INTO audit (at, account, actor, way, action, object, plant, detail, request_id, address)
VALUES (%(at)s, %(account)s, %(actor)s, %(way)s, %(action)s, %(object)s, %(plant)s, %(detail)s,
  %(request_id)s, %(address)s)
RETURNING id
"""
LIST: LiteralString = """
SELECT id, at, account, actor, way, action, object, plant, detail, request_id, address, position::text
FROM audit
WHERE position < %(below)s::text::xid8
  AND (%(plants)s::integer[] IS NULL OR plant = ANY(%(plants)s::integer[]))
  AND (%(before)s::bigint IS NULL OR id < %(before)s)
  AND (%(actor)s::text IS NULL OR actor = %(actor)s)
  AND (%(action)s::text IS NULL OR action = %(action)s OR action LIKE %(action)s || '.%%')
  AND (%(object)s::text IS NULL OR object = %(object)s)
  AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
ORDER BY id DESC
LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did. `way`: session, token, open or command; `about`: noun/number."""

    at: datetime
    account: int | None
    actor: str
    way: str
    action: str
    about: str
    request_id: str
    address: str
    plant: int | None = None
    detail: Mapping[str, object] = field(default_factory=dict[str, object])


class KeptDeed(NamedTuple):
    """A deed as it is kept."""

    id: int
    at: datetime
    account: int | None
    actor: str
    way: str
    action: str
    about: str
    plant: int | None
    detail: Mapping[str, object]
    request_id: str
    address: str
    position: int


@dataclass(frozen=True, slots=True)
class DeedQuery:
    """Which deeds; None: whichever. `action` means those below it too: `alert`, `alert.close`."""

    below: int
    plants: Sequence[int] | None = None
    actor: str | None = None
    action: str | None = None
    about: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def write_deed(session: Session, deed: Deed) -> int:
    """Its id, in the transaction of what was done. Raises psycopg.Error."""
    values = {
        "at": deed.at,
        "account": deed.account,
        "actor": deed.actor or "anybody",
        "way": deed.way,
        "action": deed.action,
        "object": deed.about,
        "plant": deed.plant,
        "detail": Jsonb(dict(deed.detail)),
        "request_id": deed.request_id,
        "address": deed.address,
    }
    row = session.execute(ADD, values).fetchone()
    return cast("int", row[0]) if row else 0


def read_deeds(
    session: Session, query: DeedQuery, most: int, before: int | None = None
) -> list[KeptDeed]:
    """The newest first, those with an id under `before`. Raises psycopg.Error."""
    values = {
        "below": str(query.below),
        "plants": None if query.plants is None else list(query.plants),
        "before": before,
        "actor": query.actor,
        "action": query.action,
        "object": query.about,
        "since": query.since,
        "until": query.until,
        "most": most,
    }
    rows = session.execute(LIST, values).fetchall()
    return [KeptDeed(*row[:-1], position=int(cast("str", row[-1]))) for row in rows]
