"""Contests 申诉 a page at a time for whoever sees only some plants, as they stand or with what was known.

It must not know how they are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, LiteralString, NamedTuple

from schemas.contest import Contest, ContestAbout, ContestEvent, ContestState
from services.store.contests import SELECT, contest_of, event_of
from services.store.known_steps import Steps, known_steps
from services.store.session import Session

FILED: LiteralString = """
JOIN contest_event AS first ON first.contest = one.id AND first.version = 1
  AND first.position < %(known)s::text::xid8
"""
WANTED: LiteralString = """
WHERE (%(plants)s::integer[] IS NULL OR one.plant = ANY(%(plants)s::integer[]))
  AND (%(plant)s::text IS NULL OR plant.code = %(plant)s::text)
  AND (%(states)s::text[] IS NULL OR one.state = ANY(%(states)s::text[]))
  AND (%(overdue)s::boolean IS NULL OR one.overdue = %(overdue)s::boolean)
  AND (%(about)s::text IS NULL OR one.about = %(about)s::text)
  AND (%(key)s::bigint IS NULL OR one.key = %(key)s::bigint)
  AND (%(alert)s::bigint IS NULL OR EXISTS (SELECT FROM contest_alert
    WHERE contest = one.id AND alert = %(alert)s::bigint))
  AND (%(since)s::timestamptz IS NULL OR one.filed_at >= %(since)s::timestamptz)
  AND (%(until)s::timestamptz IS NULL OR one.filed_at < %(until)s::timestamptz)
  AND (%(after_id)s::bigint IS NULL
    OR (one.filed_at, one.id) < (%(after_at)s::timestamptz, %(after_id)s::bigint))
ORDER BY one.filed_at DESC, one.id DESC
LIMIT %(most)s
"""
PAGE: LiteralString = SELECT + WANTED
PAGE_KNOWN: LiteralString = SELECT + FILED + WANTED
CONTEST_STEPS: Final = Steps(
    "contest_event",
    "contest",
    "version, what, reason, actor, party, place, at, made_at, state, held_by, detail",
    event_of,
)


@dataclass(frozen=True, slots=True)
class ContestsAsked:
    """Which contests; None: all. `plants` are ids, `plant` a code; filed in [since, until).

    `key` is the number of what is contested, `alert` a case that it bears on.
    """

    plants: Sequence[int] | None = None
    plant: str | None = None
    states: Sequence[ContestState] | None = None
    overdue: bool | None = None
    about: ContestAbout | None = None
    key: int | None = None
    alert: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def values(self, most: int, after: tuple[datetime, int] | None) -> dict[str, object]:
        """For a statement that asks so."""
        return {
            "plants": None if self.plants is None else list(self.plants),
            "plant": self.plant,
            "states": None if self.states is None else [one.value for one in self.states],
            "overdue": self.overdue,
            "about": None if self.about is None else self.about.value,
            "key": self.key,
            "alert": self.alert,
            "since": self.since,
            "until": self.until,
            "after_at": None if after is None else after[0],
            "after_id": None if after is None else after[1],
            "most": most,
        }


class KnownContest(NamedTuple):
    """A contest as it is now, and what was known of its events, one at least."""

    contest: Contest
    events: Sequence[ContestEvent]


def page_of_contests(
    session: Session, asked: ContestsAsked, most: int, after: tuple[datetime, int] | None = None
) -> list[Contest]:
    """At most `most` contests behind (filed at, id), the latest first. Raises psycopg.Error."""
    # Unprepared: what is not asked for costs nothing then.
    rows = session.execute(PAGE, asked.values(most, after), prepare=False).fetchall()
    return [contest_of(row) for row in rows]


def page_of_contests_known(
    session: Session,
    asked: ContestsAsked,
    known: int,
    page: tuple[int, tuple[datetime, int] | None],
) -> list[KnownContest]:
    """Contests that had been filed below a position, the latest first, whatever their state.

    `page`: at most so many, behind (filed at, id). Raises psycopg.Error.
    """
    any_state = replace(asked, states=None, overdue=None)
    values = {**any_state.values(*page), "known": str(known)}
    rows = session.execute(PAGE_KNOWN, values, prepare=False).fetchall()
    contests = [contest_of(row) for row in rows]
    events = known_steps(session, CONTEST_STEPS, [one.contest for one in contests], known)
    return [KnownContest(one, events[one.contest]) for one in contests]
