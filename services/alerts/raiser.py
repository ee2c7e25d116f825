"""Raises cases: takes what is new of verdicts and findings, and what is due, and makes cases of it.

One at a time does so, whoever holds the lock; it keeps no state that counts. What it took and what
came of it are one transaction.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from schemas.alert import AlertKind, Event, Step
from services.alerts.raising import Raising
from services.alerts.raising_changes import Changes, read_changes
from services.store.raiser_lock import try_raising
from services.store.session import Session

MOST: Final = 500
"""Rows of each source that one pass takes: what it holds in memory is bounded by them."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What a pass or a round came to: rows read, keys looked at, of them those due, events by kind.

    `standing_by`: another one raises. `more`: rows are left already. `oldest`: when the finding was
    recorded that had waited longest.
    """

    verdicts: int = 0
    findings: int = 0
    keys: int = 0
    due: int = 0
    events: Mapping[tuple[AlertKind, Event], int] = field(
        default_factory=dict[tuple[AlertKind, Event], int]
    )
    oldest: datetime | None = None
    more: bool = False
    standing_by: bool = False


Observer = Callable[[Raised], object]


@dataclass
class Raiser:
    """Raises on one connection, which holds the lock; `now` is asked once a pass.

    `observer` is told of each pass after its commit.
    """

    session: Session
    now: Callable[[], datetime]
    most: int = MOST
    observer: Observer = lambda _: None
    _raising: Raising | None = None
    _holds: bool = False

    @property
    def raising(self) -> Raising:
        """For who watches: the same settings, on the same connection."""
        if self._raising is None:
            self._raising = Raising(self.session)
        return self._raising

    def holds(self) -> bool:
        """Whether this one raises; while another one does, the lock is asked for anew.

        Raises psycopg.Error.
        """
        self._holds = self._holds or try_raising(self.session)
        return self._holds

    def round(self, stop: Callable[[], bool] = lambda: False) -> Raised:
        """Pass after pass until nothing is new; `stop` is asked between them.

        Raises psycopg.Error when the database cannot be used, Stale when others write the same cases
        again and again.
        """
        if not self.holds():
            return Raised(standing_by=True)
        total = Raised(more=True)
        while total.more and not stop():
            total = summed(total, self.once())
        return total

    def once(self) -> Raised:
        """One pass: at most `most` rows of each source, in one transaction. Raises as `round`."""
        now = self.now()

        def in_transaction(*, held: bool) -> tuple[Changes, list[Step]]:
            changes = read_changes(self.session, now, self.most)
            return changes, self.raising.raise_changed(now, changes.since, held=held)

        changes, steps = self.raising.tried(in_transaction)
        done = Raised(
            *(changes.verdicts, changes.findings, len(changes.since), len(changes.due)),
            events=counted(steps),
            oldest=changes.oldest,
            # What stays due though it was looked at may not keep the loop busy.
            more=changes.more or (changes.due_left and bool(steps)),
        )
        self.observer(done)
        return done


def counted(steps: Iterable[Step]) -> dict[tuple[AlertKind, Event], int]:
    """How many events of which kind of case."""
    return dict(Counter((step.alert.kind, event.what) for step in steps for event in step.events))


def summed(total: Raised, done: Raised) -> Raised:
    """What both came to; the later one says whether more is left."""
    moments = [one for one in (total.oldest, done.oldest) if one is not None]
    return Raised(
        total.verdicts + done.verdicts,
        total.findings + done.findings,
        total.keys + done.keys,
        total.due + done.due,
        dict(Counter(total.events) + Counter(done.events)),
        min(moments, default=None),
        more=done.more,
        standing_by=done.standing_by,
    )
