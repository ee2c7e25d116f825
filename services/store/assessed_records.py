"""What the effectiveness of transmission needs of a plant, read in the caller's snapshot or transaction.

It must not know how any of it is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas.judgement import MeanRow, Outcome, Period
from schemas.manual import ManualResult
from schemas.marks import Mark
from schemas.period_outcome import PeriodOutcome
from schemas.transmission import Graces, SeriesCount
from services.store.beliefs import Stretch, read_means
from services.store.manual_results import ResultQuery, read_results
from services.store.marks import MarkQuery, read_marks
from services.store.outcomes import read_outcomes
from services.store.session import Session
from services.store.transmission import series_counts
from services.store.transmission_span import Span

SERIES: Final = ("hour", "day")


Within = tuple[datetime, datetime]
"""A span [since, until)."""


@dataclass(frozen=True, slots=True)
class AssessedRecords:
    """What is kept now. All of its methods raise psycopg.Error."""

    session: Session

    def counts(
        self, plant: str, span: Within, now: datetime, graces: Graces
    ) -> Sequence[SeriesCount]:
        """Records of hours and days due and come, by code, as seen from `now`."""
        asked = Span(*span, now, plant=plant, series=SERIES)
        return series_counts(self.session, asked, graces, "code")

    def means(self, points: Sequence[int], span: Within, period: Period) -> Sequence[MeanRow]:
        """Believed means of the points."""
        stretch = Stretch(points, *span, period)
        return [one.row for one in read_means(self.session, stretch)]

    def stopped(self, points: Sequence[int], span: Within) -> Sequence[PeriodOutcome]:
        """Hours of the points believed to be stopped."""
        stretch = Stretch(points, *span)
        return read_outcomes(self.session, stretch, (Outcome.STOPPED,))

    def marks(self, subjects: Sequence[int], span: Within) -> Sequence[Mark]:
        """Marks of the subjects that touch the span."""
        return read_marks(self.session, MarkQuery(subjects, *span))

    def results(self, points: Sequence[int], span: Within) -> Sequence[ManualResult]:
        """Laboratory results of the points that touch the span."""
        since, until = span
        return read_results(self.session, ResultQuery(points=points, since=since, until=until))
