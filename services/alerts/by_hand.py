"""History judged again by hand: the composition of the evaluators, put to the hours that are asked.

What turns is told by what was believed before the transaction. It must not know who asks, nor
whether the transaction is kept.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from schemas.judgement import Finding, Period, VerdictRow
from schemas.registry_words import BEIJING
from services.alerts.composition import (
    NOTHING,
    added,
    judge_hours,
    judge_what_rests_on_hours,
    rows_of,
)
from services.alerts.difference import Difference, VerdictKey, verdict_key
from services.alerts.plant_reading import Asked
from services.rules.judging.case import Judgements
from services.rules.periods import local_month
from services.store.as_known import own_position
from services.store.beliefs import Stretch, read_findings, read_verdicts
from services.store.judgements import INSTANT, News, write_judgements
from services.store.judging import HOUR, Work, hour_of
from services.store.session import Session


@dataclass(frozen=True, slots=True)
class Wanted:
    """Hours of a plant to be judged; `outlet`: what is written of it alone, with its `points`."""

    plant: int
    since: datetime
    until: datetime
    outlet: int | None = None
    points: frozenset[int] = frozenset()

    def hours(self, now: datetime) -> list[datetime]:
        """Those that have ended."""
        first = hour_of(self.since)
        last = min(self.until, hour_of(now))
        return [first + number * HOUR for number in range(max(0, (last - first) // HOUR))]

    def of_it(self, found: Judgements) -> Judgements:
        """What is about the outlet; all where none is named."""
        if self.outlet is None:
            return found
        return Judgements(
            means=[row for row in found.means if row.point in self.points],
            verdicts=[row for row in found.verdicts if row.point in self.points],
            performance=[row for row in found.performance if row.subject == self.outlet],
            findings=[
                row
                for row in found.findings
                if row.subject == self.outlet or row.point in self.points
            ],
        )


@dataclass
class JudgedAgain:
    """What came of it: the difference, how many verdicts were judged, how many rows are new.

    `explained` has the verdicts themselves, as judged last, where they were asked for.
    """

    difference: Difference = field(default_factory=Difference)
    judged: set[VerdictKey] = field(default_factory=set[VerdictKey])
    news: News = NOTHING
    explained: dict[VerdictKey, VerdictRow] = field(default_factory=dict[VerdictKey, VerdictRow])


@dataclass(frozen=True, slots=True)
class Telling:
    """`explain`: keep the verdicts; `advance` is told how many days were judged."""

    explain: bool
    advance: Callable[[int], None]


def judge_by_hand(session: Session, wanted: Wanted, asked: Asked, telling: Telling) -> JudgedAgain:
    """Judge the hours as an evaluator would to which all of them are touched.

    Within the caller's transaction, which holds the plant. A month of hours is judged at a time;
    months, marks of loggers and indicators once all hours are. Raises psycopg.Error, SettingError.
    """
    keeping = _Keeping(session, wanted, own_position(session), explain=telling.explain)
    hours = wanted.hours(asked.now)

    def keep_day(found: Judgements) -> News:
        telling.advance(1)
        return keeping.keep(found)

    for _, some in groupby(hours, lambda hour: local_month(hour, BEIJING)):
        judge_hours(session, [_work(wanted, list(some))], asked, keep_day)
    if hours:
        judge_what_rests_on_hours(session, _work(wanted, hours), asked, keeping.keep)
    return keeping.done


@dataclass
class _Keeping:
    """Writes what is found, and notes what of it says something else than before `own`."""

    session: Session
    wanted: Wanted
    own: int
    explain: bool
    done: JudgedAgain = field(default_factory=JudgedAgain)

    def keep(self, found: Judgements) -> News:
        own = self.wanted.of_it(found)
        self.done.difference.add_verdicts(self._former_verdicts(own.verdicts), own.verdicts)
        self.done.difference.add_findings(self._former_findings(own.findings), own.findings)
        rows = {verdict_key(row): row for row in own.verdicts}
        self.done.judged.update(rows)
        if self.explain:
            self.done.explained |= rows
        news = write_judgements(self.session, rows_of(own))
        self.done.news = added(self.done.news, news)
        return news

    def _former_verdicts(self, rows: Sequence[VerdictRow]) -> Iterable[VerdictRow]:
        for period in Period:
            some = [row for row in rows if row.period is period]
            if some:
                starts = [row.start for row in some]
                points = sorted({row.point for row in some})
                until = max(starts) + INSTANT
                stretch = Stretch(points, min(starts), until, period, self.own)
                for one in read_verdicts(self.session, stretch):
                    yield one.row

    def _former_findings(self, rows: Sequence[Finding]) -> Iterable[Finding]:
        if not rows:
            return
        subjects = sorted({row.subject for row in rows})
        until = max(row.since for row in rows) + INSTANT
        # A moment earlier: an episode may end as it began.
        since = min(row.since for row in rows) - INSTANT
        stretch = Stretch(subjects, since, until, known=self.own)
        for one in read_findings(self.session, stretch):
            yield one.row


def _work(wanted: Wanted, hours: list[datetime]) -> Work:
    """As though all of these hours had been touched; which subject did does not matter."""
    return Work(wanted.plant, {wanted.outlet or 0: hours}, ())
