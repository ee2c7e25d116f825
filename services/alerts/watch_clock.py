"""Whether this host's clock may be trusted: compared with the database's, which all hosts share.

Whoever's clock is wrong must not judge nor raise: what it would write has wrong times.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from services.store.loop_progress import database_now, report_clock
from services.store.session import Session

TRIES: Final = 3


class Skew(NamedTuple):
    """How far this clock is ahead of the database's, give or take `doubt`: half the way there."""

    ahead: timedelta
    doubt: timedelta

    def beyond(self, tolerance: timedelta) -> bool:
        """Whether it is surely further off than that."""
        return abs(self.ahead) - self.doubt > tolerance


def clock_check(session: Session, now: Callable[[], datetime], tolerance: timedelta) -> Skew:
    """Ask the database for its time; again where the answer took too long to tell.

    Raises psycopg.Error.
    """
    best = _asked(session, now)
    for _ in range(TRIES - 1):
        if best.doubt <= tolerance / 2:
            break
        best = min(best, _asked(session, now), key=lambda one: one.doubt)
    return best


def clock_trusted(
    session: Session, now: Callable[[], datetime], host: str, tolerance: timedelta
) -> str | None:
    """None where this host may judge and raise; else a sentence for its health and its log.

    Its skew is kept, by the database's clock, so that a host whose clock is right raises it. All
    loops ask this before each round. Raises psycopg.Error.
    """
    skew = clock_check(session, now, tolerance)
    report_clock(session, host, skew.ahead.total_seconds())
    if not skew.beyond(tolerance):
        return None
    seconds = skew.ahead.total_seconds()
    return (
        f"the clock of {host} is {abs(seconds):.1f} s {'ahead of' if seconds > 0 else 'behind'} the "
        f"database's: nothing is judged or raised here until it is set (主机时钟异常); "
        "check its NTP service, or that of the database's host"
    )


def _asked(session: Session, now: Callable[[], datetime]) -> Skew:
    before = now()
    theirs = database_now(session)
    after = now()
    # A clock that was set back meanwhile gives nothing to rely on: it counts as a long way.
    half = abs(after - before) / 2
    return Skew(before + (after - before) / 2 - theirs, half)
