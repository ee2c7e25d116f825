"""Makes cases of what the watch sees: each change of it once, in the transaction that says so.

Cases of its kinds that the clock alone changes are looked at again here as well.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from schemas.alert import AlertKind
from services.alerts.raising import Key, Raising
from services.alerts.raising_changes import own_kinds
from services.alerts.raising_reading import Spans
from services.rules.alerting.kinds import KINDS
from services.store.alerts import due_alerts
from services.store.session import Session
from services.store.watch_spans import WatchNews, told, watch_news, watched_spans

MOST: Final = 500
AHEAD: Final = timedelta(days=1)


@cache
def watch_kinds() -> tuple[AlertKind, ...]:
    """The kinds that are made of what the watch sees, and of nothing else."""
    own = own_kinds()
    return tuple(kind for kind, info in KINDS.items() if kind not in own and info.closes != "order")


def raise_news(session: Session, raising: Raising, now: datetime) -> int:
    """Raise all that is news or due, on the connection of `raising`; how many keys there were.

    That it was told and the case it makes are written together, or neither. Raises psycopg.Error,
    SettingError, Stale.
    """
    count = 0
    while True:
        news = watch_news(session, MOST)
        due = due_alerts(session, now, watch_kinds(), MOST)
        changed = {
            (one.kind, one.target): one.since if one.until is None else one.until for one in due
        }
        for one in news:
            key = one.kind, one.target
            changed[key] = min(one.since, changed.get(key, one.since))
        if changed:
            _raise(session, raising, now, (changed, news))
        count += len(changed)
        if max(len(news), len(due)) < MOST:
            return count


def _raise(
    session: Session,
    raising: Raising,
    now: datetime,
    what: tuple[Mapping[Key, datetime], Sequence[WatchNews]],
) -> None:
    changed, news = what

    def once(*, held: bool) -> None:
        windows = raising.windows(now, changed, held=held)
        believed = [
            Spans(
                *(one.kind, one.target),
                watched_spans(session, one.kind, one.target, (one.since, now + AHEAD)),
                one.since,
            )
            for one in windows
        ]
        raising.write(now, windows, believed)
        told(session, [number for one in news for number in one.ids])

    raising.tried(once)
