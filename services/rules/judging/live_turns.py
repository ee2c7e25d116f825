"""Which points may have begun, or ended, to be over a limit: by floats, reading after reading.

It says only when an exact look is worth its cost; it decides nothing. Where it does not know it says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from services.rules.judging.live_screen import Sounded

UNKNOWN: Final = datetime.min.replace(tzinfo=UTC)
"""What was before the first reading nobody knows: it may have been so for ever."""
Line = tuple[int, str]


class Turned(NamedTuple):
    """Points of which a run over a limit may now begin, and those of which one may now end."""

    begins: frozenset[int]
    ends: frozenset[int]


@dataclass
class _Since:
    """Since when every reading may have been over, and within; None: the last one surely was not."""

    over: datetime | None = UNKNOWN
    within: datetime | None = UNKNOWN


@dataclass
class Turns:
    """What is known of each channel and series. A value that is corrected later is not followed."""

    lines: dict[Line, _Since] = field(default_factory=dict[Line, _Since])

    def hear(self, said: Iterable[Sounded]) -> Turned:
        """Follow these readings; never silent where records in the order of time begin or end a run."""
        begins: set[int] = set()
        ends: set[int] = set()
        for one in sorted(said, key=_at):
            heard = one.heard
            since = self.lines.setdefault((heard.channel, heard.series), _Since())
            # A gap breaks no run here: an exact look knows better.
            since.over = (since.over or heard.at) if one.over else None
            since.within = (since.within or heard.at) if one.within else None
            if _lasted(since.over, heard.until, one.patience.hold_s):
                begins.add(one.point)
            if _lasted(since.within, heard.until, one.patience.clear_s):
                ends.add(one.point)
        return Turned(frozenset(begins), frozenset(ends))


def _lasted(since: datetime | None, until: datetime, seconds: int) -> bool:
    return since is not None and until - since >= timedelta(seconds=seconds)


def _at(one: Sounded) -> datetime:
    return one.heard.at
