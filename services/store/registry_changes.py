"""What was changed in the registry, by whom: counts alone, for a large import names very much."""

from datetime import datetime
from typing import NamedTuple, cast

from services.store.session import Session

LIST = """
SELECT version, made_at, actor, source, COALESCE(summary -> 'counts', '{}'),
  COALESCE((summary ->> 'hours_judged_anew')::bigint, 0)
FROM registry_change
WHERE %(before)s::bigint IS NULL OR version < %(before)s
ORDER BY version DESC LIMIT %(most)s
"""


class KeptChange(NamedTuple):
    """A change of the registry; `counts` by kind and verb."""

    version: int
    at: datetime
    actor: str
    source: str
    counts: dict[str, dict[str, int]]
    hours: int


def registry_changes(session: Session, most: int, before: int | None = None) -> list[KeptChange]:
    """The newest first, those of a version under `before`. Raises psycopg.Error."""
    rows = session.execute(LIST, {"most": most, "before": before}).fetchall()
    return [KeptChange._make(cast("tuple[object, ...]", row)) for row in rows]
