"""A sustained exceedance 实时超限: a run of records over a limit, from its beginning to its end.

It must not know where records come from, nor what the limit is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from services.rules.judging.live_parameters import LiveParameters


class Said(NamedTuple):
    """A valid record over [since, until), and whether it is over the limit."""

    since: datetime
    until: datetime
    over: bool


class Run(NamedTuple):
    """Over the limit from `since`; `until` None: it goes on. `why` it ended: within, or silent."""

    since: datetime
    until: datetime | None = None
    why: str = ""


@dataclass
class _Following:
    """What is known after some records: the run found, or the one that may become it."""

    hold: timedelta
    clear: timedelta
    silent: timedelta
    least: int
    open_since: datetime | None = None
    may_be: datetime | None = None
    over_so_far: int = 0
    within_since: datetime | None = None
    heard: datetime | None = None
    ended: Run | None = None

    def hear(self, one: Said) -> None:
        if self.open_since is not None:
            self._go_on(self.open_since, one)
        if self.open_since is None:
            self._look(one)
        self.heard = one.until

    def _go_on(self, since: datetime, one: Said) -> None:
        if self.heard is not None and one.since - self.heard >= self.silent:
            self._end(Run(since, self.within_since or self.heard, "silent"))
            return
        if one.over:
            self.within_since = None
            return
        self.within_since = self.within_since or one.since
        if one.until - self.within_since >= self.clear:
            self._end(Run(since, self.within_since, "within"))

    def _look(self, one: Said) -> None:
        apart = self.heard is not None and one.since - self.heard >= max(
            self.clear, timedelta(seconds=1)
        )
        if apart or not one.over:
            self.may_be = None
        if not one.over:
            return
        self.over_so_far = 1 if self.may_be is None else self.over_so_far + 1
        self.may_be = self.may_be or one.since
        if one.until - self.may_be >= self.hold and self.over_so_far >= self.least:
            self.open_since, self.may_be, self.within_since = self.may_be, None, None

    def _end(self, run: Run) -> None:
        self.ended, self.open_since, self.within_since = run, None, None


def follow(
    said: Iterable[Said], known: Run | None, seen: tuple[datetime, datetime], params: LiveParameters
) -> Run | None:
    """The newest run by the end of what is `seen`, or None; `known`: the one found before.

    Records before a known run's beginning, or before its end, say nothing new. A run begins once
    records over the limit, `least_records` of them, have lasted `hold_s` without one within it or a
    gap of `clear_s`; its beginning is that of its first record. It ends where records within the limit begin that last
    `clear_s`, or with the last valid record once nothing valid came for `silent_s`; of a run that was
    known before and of which nothing valid is seen any more, where the seen time begins. The order in
    which records are given does not count.
    """
    start, now = seen
    state = _Following(
        timedelta(seconds=params.hold_s),
        timedelta(seconds=params.clear_s),
        timedelta(seconds=params.silent_s),
        params.least_records,
    )
    begin = start
    if known is not None and known.until is None:
        begin, state.open_since = max(start, known.since), known.since
    elif known is not None and known.until is not None:
        begin, state.ended = max(start, known.until), known
    for one in sorted(said):
        if one.since >= begin:
            state.hear(one)
    if state.open_since is None:
        return state.ended
    heard = state.heard or begin
    if now - heard >= state.silent:
        return Run(state.open_since, state.within_since or heard, "silent")
    return Run(state.open_since)
