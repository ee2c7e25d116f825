"""How many cases wait for somebody: by severity and state, and of them those of one person.

It must not know how they are shown.
"""

from collections.abc import Sequence
from typing import NamedTuple, cast

from schemas.alert import AlertState, Severity
from services.store.session import Session

# Cases about the platform itself have no plant: they are for those who see everything.
COUNTS = """
SELECT severity, state, count(*), count(*) FILTER (WHERE assignee = %(person)s)
FROM alert
LEFT JOIN subject ON subject.id = alert.subject
WHERE state IN ('open', 'acknowledged')
  AND (%(plants)s::integer[] IS NULL
    OR COALESCE(alert.plant, subject.plant) = ANY(%(plants)s::integer[]))
GROUP BY severity, state
"""


class Waiting(NamedTuple):
    """So many cases of a severity in a state; `own`: of them those assigned to the person."""

    severity: Severity
    state: AlertState
    cases: int
    own: int


def waiting_cases(session: Session, plants: Sequence[int] | None, person: str) -> list[Waiting]:
    """The open and acknowledged cases of these plants (None: all). Raises psycopg.Error."""
    values = {"plants": None if plants is None else list(plants), "person": person}
    rows = session.execute(COUNTS, values).fetchall()
    return [
        Waiting(Severity(row[0]), AlertState(row[1]), *cast("tuple[int, int]", row[2:]))
        for row in rows
    ]
