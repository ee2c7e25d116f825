"""What a single mark is worth at each moment: it counts, it is claimed, or it is void, and why.

Reviews, origins, deadlines and whether a planned mark came true decide; other marks do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

from schemas.marks import Mark, Review
from schemas.registry_words import BEIJING
from services.rules.marks.intervals import Interval, local_midnight, pieces, within
from services.rules.marks.kinds import MarkKind, kind_of
from services.rules.marks.mark_parameters import MarkParameters

TICK = timedelta(microseconds=1)
ALWAYS = datetime.max.replace(tzinfo=UTC)
Held = Mapping[str, Sequence[Interval] | None]
"""By key of a kind: when the plant really was in that condition, as its signals say; None: unknown."""


class Standing(StrEnum):
    """What a mark is worth."""

    COUNTS = "counts"
    CLAIMED = "claimed"
    VOID = "void"


class StandingWhy(StrEnum):
    """Why a mark is worth that."""

    ACCEPTED = "accepted"
    ORIGIN = "origin"  # of an origin that counts at once
    CLAIMED = "claimed"
    LATE = "late"  # 逾期
    UNCONFIRMED = "unconfirmed"  # planned 计划, and the time has not shown it
    REJECTED = "rejected"
    LAPSED = "lapsed"


REFUSED: Mapping[Review, StandingWhy] = {
    Review.REJECTED: StandingWhy.REJECTED,
    Review.LAPSED: StandingWhy.LAPSED,
}


class Stretch(NamedTuple):
    """A part of a mark that is worth one thing; `event` is when the event it belongs to began.

    `late`: this part was entered after its deadline, whatever it is worth. `contested`: it holds by
    its rank alone, before a mark of another kind that is worth as much.
    """

    since: datetime
    until: datetime
    mark: Mark
    kind: MarkKind
    standing: Standing
    why: StandingWhy
    late: bool
    event: datetime
    contested: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the marks: the time now (an open mark ends there), the signals, the clock.

    `dark`: when the signals that tell of a kind say nothing.
    """

    now: datetime
    held: Held = field(default_factory=dict[str, Sequence[Interval] | None])
    clock: tzinfo = BEIJING
    dark: Mapping[str, Sequence[Interval]] = field(default_factory=dict[str, Sequence[Interval]])


def stretches_of(mark: Mark, known: Known, params: MarkParameters) -> list[Stretch]:
    """The mark cut where its worth changes.

    A planned mark counts only in the time for which the signals show its condition; where they are
    unknown it is claimed, where they deny it void.
    """
    kind = params.as_set(kind_of(mark.kind))
    whole = Interval(mark.since, mark.until or known.now)
    if whole.until <= whole.since:
        return []
    late_until = late_until_of(mark, kind, known.clock, params) or mark.since
    shown = known.held.get(mark.kind) if mark.planned else ()
    dark = known.dark.get(mark.kind, ()) if mark.planned else ()
    cuts = [late_until, *(end for one in (*(shown or ()), *dark) for end in one)]
    found: list[Stretch] = []
    for since, until in pieces(whole, cuts):
        confirmed = not mark.planned or _confirmed(since, shown, dark)
        late = since < late_until
        standing, why = _worth(mark, late=late, confirmed=confirmed, params=params)
        found.append(Stretch(since, until, mark, kind, standing, why, late, whole.since))
    return found


def _confirmed(
    at: datetime, shown: Sequence[Interval] | None, dark: Sequence[Interval]
) -> bool | None:
    if shown is None:
        return None
    return True if within(at, shown) else None if within(at, dark) else False


def late_until_of(
    mark: Mark, kind: MarkKind, clock: tzinfo, params: MarkParameters
) -> datetime | None:
    """Before which moment the mark's time was entered too late; None: nothing of it.

    Deadlines bind the plant. Waste incineration: within 1 h of the event, which is the mark's
    beginning, or else all of it is late; ahead is allowed (2019 No. 50, 5.2). All others: the marks
    of a day until 12:00 of the next, so a long mark may be late for its first days only (2022
    No. 21 art 5).
    """
    if mark.origin != "plant":
        return None
    if kind.deadline == "hour":
        due = mark.since + timedelta(hours=float(params.after_event_h))
        return ALWAYS if mark.entered_at > due else None
    # The last day that was still open when the mark came: all before it is late.
    grace = timedelta(hours=params.next_day_hour) + TICK
    first_open = local_midnight(mark.entered_at - grace, clock)
    return first_open if first_open > mark.since else None


def _worth(
    mark: Mark, *, late: bool, confirmed: bool | None, params: MarkParameters
) -> tuple[Standing, StandingWhy]:
    """Reviews first, then whether a planned mark came true, then lateness, then the origin."""
    if mark.review in REFUSED:
        return Standing.VOID, REFUSED[mark.review]
    if not confirmed:
        void = confirmed is False
        return Standing.VOID if void else Standing.CLAIMED, StandingWhy.UNCONFIRMED
    if mark.review is Review.ACCEPTED:
        return Standing.COUNTS, StandingWhy.ACCEPTED
    if late:
        void = params.late_marks == "void"
        return Standing.VOID if void else Standing.CLAIMED, StandingWhy.LATE
    if mark.origin in params.counting_origins:
        return Standing.COUNTS, StandingWhy.ORIGIN
    return Standing.CLAIMED, StandingWhy.CLAIMED
