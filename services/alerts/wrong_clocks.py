"""When clocks of plants' loggers are known to have been wrong, by the cases that say so.

It must not know what is judged with it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from schemas.alert import Alert, AlertKind, AlertState
from services.rules.quality.case import While
from services.store.alert_lists import AlertQuery, list_alerts
from services.store.session import Session

A_PAGE = 500
FARTHEST = timedelta(days=3)
"""No clock is found to be behind by more: nobody looks for newer readings in data so old."""


def wrong_clocks(
    session: Session, plants: Sequence[int], since: datetime, until: datetime
) -> dict[int, list[While]]:
    """By device, the times whose records may be misdated, of all cases that meet [since, until).

    Raises psycopg.Error.
    """
    # A case of another time may date its records into this one.
    query = AlertQuery(
        kinds=(AlertKind.DEVICE_CLOCK,),
        plants=tuple(plants),
        since=since - FARTHEST,
        until=until + FARTHEST,
    )
    found: dict[int, list[While]] = {}
    for case in _cases(session, query):
        if case.target.device is not None and case.state is not AlertState.LAPSED:
            wrong = _misdated(case)
            if wrong.meets(since, until):
                found.setdefault(case.target.device, []).append(wrong)
    return found


def _cases(session: Session, query: AlertQuery) -> Iterator[Alert]:
    """To the end: what began first has lasted longest."""
    after = None
    while True:
        page = list_alerts(session, query, A_PAGE, after)
        yield from (one.alert for one in page.alerts)
        if page.after is None:
            return
        after = page.after


def _misdated(case: Alert) -> While:
    """The time of the case, and that into which a clock so far behind or ahead dated its records.

    Set back by an hour at 12:00, a logger dates into 11:00 to 12:00 once more what it measures; while
    one that is ahead by an hour was set right at 12:00, records are dated up to 13:00.
    """
    seen = case.evidence.get("skew_s")
    skew = timedelta(seconds=float(seen)) if isinstance(seen, int | float) else timedelta(0)
    skew = max(-FARTHEST, min(skew, FARTHEST))
    until = None if case.until is None else case.until + max(-skew, timedelta(0))
    return While(case.since - max(skew, timedelta(0)), until)
