"""One round of the watch over what no reading judges: silence, clocks, lateness, the platform itself.

Only the process that holds the raiser's lock runs it. All that must survive it lies in tables.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.watch import Undelivered
from services.alerts.raiser import Raiser
from services.alerts.raising import Raising
from services.alerts.watch_hearing import Listener
from services.alerts.watch_messages import look_at_messages
from services.alerts.watch_mismatch import end_mismatches
from services.alerts.watch_own import OwnWatch
from services.alerts.watch_raising import raise_news
from services.alerts.watch_settings import WatchSettings
from services.alerts.watch_silence import judge_silence
from services.rules.judging.shelf import Shelf
from services.runtime.clock import utc_now
from services.store.rule_settings import read_settings
from services.store.session import Session

Notices = Callable[[Session], Undelivered | None]
EVERY: Final = timedelta(seconds=5)
"""Between two rounds, for whoever calls more often."""


def nothing_known(_: Session) -> None:
    """Of notices, where nobody asks for them."""


class WatchRound(NamedTuple):
    """What one round came to: devices to be heard, those looked at, and keys that were raised."""

    devices: int
    looked: int
    raised: int


@dataclass
class Watch:
    """Watches on the raiser's connection; `now` is asked once a round."""

    session: Session
    now: Callable[[], datetime]
    raising: Raising
    notices: Notices = nothing_known
    _last: datetime | None = None

    def round_when_due(self) -> WatchRound | None:
        """A round, unless the last one was a few seconds ago. Raises as `round`."""
        now = self.now()
        if self._last is not None and timedelta(0) <= now - self._last < EVERY:
            return None
        self._last = now
        return self.round()

    def round(self) -> WatchRound:
        """Hear, judge, and raise what is new. Raises psycopg.Error, SettingError, Stale."""
        now = self.now()
        devices, looked = look(self.session, now, self.notices(self.session))
        return WatchRound(devices, looked, raise_news(self.session, self.raising, now))


def look(
    session: Session, now: datetime, undelivered: Undelivered | None = None
) -> tuple[int, int]:
    """All of a round but the raising: what is seen stands in the tables then, as news.

    How many devices there are to be heard, and how many were looked at. Raises psycopg.Error.
    """
    ears = Listener(session, now).listen()
    settings = WatchSettings(Shelf(read_settings(session)), now)
    own = OwnWatch(session, settings, now, undelivered)
    own.watch_slots(ears)
    with session.transaction():
        silences = judge_silence(session, ears, settings, now)
        end_mismatches(session, ears.devices, settings, now)
    looked = look_at_messages(session, ears, silences, settings, now)
    own.watch()
    return len(ears.devices), looked


def watch_beside(
    notices: Notices = nothing_known, now: Callable[[], datetime] = utc_now
) -> Callable[[Raiser], Callable[[], object]]:
    """What a raising loop does before each of its rounds: a round of the watch every few seconds."""

    def begin(raiser: Raiser) -> Callable[[], object]:
        return Watch(raiser.session, now, raiser.raising, notices).round_when_due

    return begin
