"""What is believed of the keys that changed, each from its window on, in a few statements for all.

It must not know how a case runs its course.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Self

from schemas.alert import Alert, AlertKind, Span, Target
from schemas.judgement import Period
from services.alerts.raising_changes import own_rules
from services.alerts.raising_settings import CaseSettings, place_of
from services.alerts.raising_spans import Judged, finding_spans, lacking_spans, limit_spans
from services.alerts.raising_words import Where
from services.rules.alerting.kind_rules import KindRules
from services.rules.alerting.kinds import KINDS, kind_of_rule
from services.store.alert_places import Names
from services.store.alert_sources import (
    Asked,
    SeenFinding,
    SeenVerdict,
    exceeding_starts,
    points_of,
    seen_findings,
    seen_verdicts,
)
from services.store.session import Session

LENGTHS: Final[Mapping[Period, timedelta]] = {
    Period.HOUR: timedelta(hours=1),
    Period.DAY: timedelta(days=1),
    Period.MONTH: timedelta(days=31),
}
Key = tuple[AlertKind, Target]
_Place = tuple[AlertKind | None, int | None, int | None]


class Window(NamedTuple):
    """A key whose beliefs are needed from `since` on, with the cases that there are of it."""

    kind: AlertKind
    target: Target
    since: datetime
    alerts: Sequence[Alert]
    rules: KindRules


class Spans(NamedTuple):
    """What is believed of a key from `since` to now, as `Believed` of the lifecycle has it."""

    kind: AlertKind
    target: Target
    spans: Sequence[Span]
    since: datetime
    says_right: bool = False
    recent: Sequence[datetime] = ()

    @property
    def key(self) -> str:
        return self.target.key(self.kind)


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads for some windows at `now`."""

    session: Session
    names: Names
    settings: CaseSettings
    now: datetime
    codes: Mapping[int, str]
    """Of each point that has a name."""

    @classmethod
    def of(cls, session: Session, names: Names, settings: CaseSettings, now: datetime) -> Self:
        codes = {point: one.code for point, one in names.points.items()}
        return cls(session, names, settings, now, codes)

    def believed(self, windows: Sequence[Window]) -> list[Spans]:
        """What is believed in each window, in their order; what ends as it begins is outside.

        For of that it is not read whether something covers it. Raises psycopg.Error.
        """
        spans: dict[Key, list[Span]] = {(one.kind, one.target): [] for one in windows}
        recent: dict[Key, list[datetime]] = {}
        self._limits(windows, spans, recent)
        self._lacking([one for one in windows if one.kind is AlertKind.NO_DATA], spans)
        self._findings([one for one in windows if KINDS[one.kind].rules], spans)
        return [
            Spans(
                *(one.kind, one.target, within(spans[one.kind, one.target], one.since), one.since),
                says_right=_says_right(one),
                recent=recent.get((one.kind, one.target), ()),
            )
            for one in windows
        ]

    def _limits(
        self,
        windows: Sequence[Window],
        spans: dict[Key, list[Span]],
        recent: dict[Key, list[datetime]],
    ) -> None:
        for period, length in LENGTHS.items():
            some = [one for one in windows if KINDS[one.kind].period is period]
            asked = [
                Asked(one.target.point, one.since - length, self.now)
                for one in some
                if one.target.point is not None
            ]
            found = seen_verdicts(self.session, asked, period)
            for one in some:
                rows = found.get(one.target.point or 0, [])
                spans[one.kind, one.target] += limit_spans(self._judged(one, period, rows))
            self._recent([one for one in some if one.target.point and one.rules.repeats], recent)

    def _recent(self, windows: Sequence[Window], recent: dict[Key, list[datetime]]) -> None:
        asked = [
            Asked(one.target.point or 0, one.since - one.rules.repeats.window, one.since)
            for one in windows
            if one.rules.repeats is not None
        ]
        period = KINDS[windows[0].kind].period if windows else None
        if period is None:
            return
        for one, starts in zip(windows, exceeding_starts(self.session, asked, period), strict=True):
            recent[one.kind, one.target] = starts

    def _lacking(self, windows: Sequence[Window], spans: dict[Key, list[Span]]) -> None:
        subjects = [one.target.subject for one in windows if one.target.subject is not None]
        points = points_of(self.session, subjects)
        asked = [
            Asked(point, one.since - LENGTHS[Period.HOUR], self.now)
            for one in windows
            for point in points.get(one.target.subject or 0, ())
        ]
        found = seen_verdicts(self.session, asked, Period.HOUR)
        for one in windows:
            rows = [
                row
                for point in points.get(one.target.subject or 0, ())
                for row in found.get(point, ())
            ]
            spans[one.kind, one.target] += lacking_spans(self._judged(one, Period.HOUR, rows))

    def _findings(self, windows: Sequence[Window], spans: dict[Key, list[Span]]) -> None:
        asked: dict[int, datetime] = {}
        for one in windows:
            subject = one.target.subject
            if subject is not None:
                asked[subject] = min(asked.get(subject, one.since), one.since)
        until = self.now + timedelta(days=1)
        found = seen_findings(
            self.session,
            [Asked(subject, since, until) for subject, since in asked.items()],
            own_rules({one.kind for one in windows}),
        )
        by_key = _by_key(row for rows in found.values() for row in rows)
        for one in windows:
            where = Where.of(self.names, one.target.subject)
            rows = [
                row
                for row in by_key.get((one.kind, one.target.subject, one.target.point), ())
                if row.until is None or row.until > one.since
            ]
            spans[one.kind, one.target] += finding_spans(where, rows)
            spans[one.kind, one.target].sort(key=lambda span: (span.since, span.source))

    def _judged(self, window: Window, period: Period, rows: Sequence[SeenVerdict]) -> Judged:
        place = place_of(self.names, window.target)
        return Judged(
            Where.of(self.names, window.target.subject),
            period,
            self.codes,
            rows,
            self.settings.projecting(place, self.now),
        )


def within(spans: Iterable[Span], since: datetime) -> list[Span]:
    """The spans that reach beyond `since`."""
    return [span for span in spans if span.until is None or span.until > since]


def _by_key(
    rows: Iterable[SeenFinding],
) -> dict[_Place, list[SeenFinding]]:
    found: dict[_Place, list[SeenFinding]] = {}
    for row in rows:
        found.setdefault((kind_of_rule(row.rule), row.subject, row.point), []).append(row)
    return found


def _says_right(window: Window) -> bool:
    """Verdicts say of each period what it was; findings name what is wrong alone."""
    if window.kind is AlertKind.NO_DATA:
        return True
    return KINDS[window.kind].period is not None and window.target.point is not None
