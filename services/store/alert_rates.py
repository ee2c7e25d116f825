"""What became of cases, counted: for whoever asks whether a threshold is worth its alarms.

It must not know what a good rate is.
"""

from typing import LiteralString, NamedTuple

from schemas.alert import AlertKind
from services.store.alert_lists import FILTERED, AlertQuery
from services.store.session import Session

RATES: LiteralString = (
    """
SELECT alert.kind, COALESCE(alert.evidence ->> 'rule', '') AS rule, count(*),
  count(*) FILTER (WHERE alert.state = 'lapsed'),
  count(*) FILTER (WHERE alert.state IN ('pending', 'open', 'acknowledged')),
  count(*) FILTER (WHERE alert.state = 'resolved' AND alert.disposition IS NULL),
  count(*) FILTER (WHERE alert.disposition = 'confirmed'),
  count(*) FILTER (WHERE alert.disposition = 'instrument'),
  count(*) FILTER (WHERE alert.disposition = 'exempt'),
  count(*) FILTER (WHERE alert.disposition = 'test'),
  count(*) FILTER (WHERE alert.disposition = 'duplicate')
"""
    + FILTERED
    + """
  AND alert.kind <> 'supervision'
GROUP BY 1, 2 ORDER BY 1, 2
"""
)


class Rate(NamedTuple):
    """Of cases of a kind by a rule (empty: by limits): how many, and what became of them.

    `disposed` is the sum of the last five.
    """

    kind: AlertKind
    rule: str
    cases: int
    lapsed: int
    active: int
    undisposed: int
    confirmed: int
    instrument: int
    exempt: int
    test: int
    duplicate: int

    @property
    def disposed(self) -> int:
        return self.confirmed + self.instrument + self.exempt + self.test + self.duplicate


def disposition_rates(session: Session, query: AlertQuery) -> list[Rate]:
    """The counts by kind and rule of the cases asked for, but those that stand for an order or contest.

    Raises psycopg.Error.
    """
    rows = session.execute(RATES, query.values(), prepare=False).fetchall()
    return [Rate(AlertKind(row[0]), *row[1:]) for row in rows]
