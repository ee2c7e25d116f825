"""When clocks of plants' loggers are known to have been wrong, by the cases that say so.

It must not know what is judged with it.
"""

from collections.abc import Sequence
from datetime import datetime

from schemas.alert import AlertKind, AlertState
from services.rules.quality.case import While
from services.store.alert_lists import AlertQuery, list_alerts
from services.store.session import Session

CASES = 500


def wrong_clocks(
    session: Session, plants: Sequence[int], since: datetime, until: datetime
) -> dict[int, list[While]]:
    """By device; the newest few cases that meet [since, until) are enough. Raises psycopg.Error."""
    query = AlertQuery(
        kinds=(AlertKind.DEVICE_CLOCK,), plants=tuple(plants), since=since, until=until
    )
    found: dict[int, list[While]] = {}
    for one in list_alerts(session, query, CASES).alerts:
        case = one.alert
        if case.target.device is not None and case.state is not AlertState.LAPSED:
            found.setdefault(case.target.device, []).append(While(case.since, case.until))
    return found
