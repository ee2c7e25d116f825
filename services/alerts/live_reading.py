"""What live judging reads: the last hour of some outlets, and what is believed of their running hour."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from schemas.judgement import Finding
from schemas.registry_words import BEIJING
from schemas.series import Series
from services.alerts.library import Library
from services.alerts.plant_reading import Asked, PlantPart, plant_days
from services.rules.judging.case import Delays, PlantDay
from services.rules.judging.live_air import hour_at
from services.rules.judging.live_told import LIVE_RULES, LiveCase, Still, nothing_still
from services.rules.judging.plant_day import day_facilities
from services.rules.judging.records import HOUR, LONGEST, Lines, Recorded
from services.rules.judging.taken_out import with_marks
from services.rules.periods import local_day
from services.rules.plant_view import PlantView, SubjectView
from services.store.beliefs import read_findings_of
from services.store.instruments import Span, read_instruments
from services.store.session import Session
from services.store.window_records import Records, read_records

BACK: Final = timedelta(days=31)
"""An exceedance that began longer ago is begun anew."""
RECENT: Final = timedelta(hours=2)
"""What ended longer ago is compared with nothing."""
AHEAD: Final = timedelta(minutes=1)
Key = tuple[str, int, int | None, datetime]


@dataclass(frozen=True, slots=True)
class LastHour:
    """Records of the hour before now by point and rank, minutes and realtime."""

    minutes: Lines
    realtime: Lines


@dataclass
class Beliefs:
    """The newest belief of each episode of the running hour's rules, fallen ones among them."""

    _by_point: dict[int | None, dict[Key, Finding]] = field(
        default_factory=dict[int | None, dict[Key, Finding]]
    )
    _open: dict[Key, Finding] = field(default_factory=dict[Key, Finding])
    _opened: Counter[tuple[str, int | None]] = field(
        default_factory=Counter[tuple[str, "int | None"]]
    )

    def add(self, some: Iterable[Finding]) -> None:
        for one in some:
            key = key_of(one)
            self._by_point.setdefault(one.point, {})[key] = one
            if self._open.pop(key, None) is not None:
                self._opened[one.rule, one.point] -= 1
            if is_open(one):
                self._open[key] = one
                self._opened[one.rule, one.point] += 1

    def all(self) -> Iterator[Finding]:
        for some in self._by_point.values():
            yield from some.values()

    def opens(self) -> list[Finding]:
        """Those that stand and go on."""
        return list(self._open.values())

    def opened(self, rule: str, point: int) -> bool:
        """Whether something of the rule is open at the point."""
        return self._opened[rule, point] > 0

    def forget(self, before: datetime) -> None:
        """What ended or fell before that time: nothing is compared with it any more."""
        kept = [one for one in self.all() if is_open(one) or (one.until or one.since) >= before]
        for part in (self._by_point, self._open, self._opened):
            part.clear()
        self.add(kept)

    def known(self, points: Iterable[int]) -> dict[tuple[str, int], Finding]:
        """By rule and point the standing one that began last; an open one before all."""
        found: dict[tuple[str, int], Finding] = {}
        for point in set(points):
            for one in self._by_point.get(point, {}).values():
                if one.standing:
                    known = found.get((one.rule, point))
                    if known is None or _rank(one) > _rank(known):
                        found[one.rule, point] = one
        return found

    def news(self, found: Iterable[Finding]) -> list[Finding]:
        """What begins, ends or falls; a new projection of what was said before is none."""
        return [
            one for one in found if is_news(one, self._by_point.get(one.point, {}).get(key_of(one)))
        ]


def key_of(one: Finding) -> Key:
    """Which episode a finding is about."""
    return one.rule, one.subject, one.point, one.since


def is_open(one: Finding) -> bool:
    """Whether it stands and goes on."""
    return one.standing and one.until is None


def is_news(one: Finding, known: Finding | None) -> bool:
    """Whether the episode begins, ends, goes on after all, or falls."""
    if known is None:
        return one.standing
    return (one.standing, is_open(one)) != (known.standing, is_open(known))


def read_beliefs(
    session: Session,
    now: datetime,
    subjects: Sequence[int] | None = None,
    since: datetime | None = None,
) -> list[Finding]:
    """What is believed by the rules of running hours, of these subjects (None: all).

    What began since then; None: since as long ago as anything is still looked at.
    """
    began = now - BACK if since is None else since
    rows = read_findings_of(session, sorted(LIVE_RULES), began, subjects)
    return [one.row for one in rows]


def read_last_hour(session: Session, points: Sequence[int], now: datetime) -> LastHour:
    """The records of these points that may tell of the hour before now. Raises psycopg.Error."""
    since = now - HOUR - LONGEST
    instruments = read_instruments(session, Span(sorted(points), since, now + AHEAD))
    minutes = read_records(session, instruments, Series.MINUTE)
    realtime = read_records(session, instruments, Series.REALTIME)
    return LastHour(_lines(minutes), _lines(realtime))


def points_of(outlets: Iterable[SubjectView]) -> list[int]:
    """All points of these outlets."""
    return [point.point for one in outlets for point in one.points()]


def live_case(
    library: Library, plant: int, now: datetime, hour: LastHour, beliefs: Beliefs
) -> LiveCase:
    """A plant at `now`, by its records alone: no mark is looked at, nor whether a unit stands."""
    view = library.plants.at(plant, now)
    points = points_of(view.outlets.values())
    return LiveCase(
        view,
        library.limits,
        library.shelf,
        now,
        hour.minutes,
        hour.realtime,
        beliefs.known(points),
    )


def day_so_far(
    session: Session, library: Library, plant: int, now: datetime, delays: Delays
) -> tuple[PlantDay, PlantView]:
    """The plant's running day as the evaluator would see it now, with marks taken out."""
    hour = hour_at(now)
    part = PlantPart(library, plant, local_day(hour, BEIJING), [hour])
    (case,) = plant_days(session, [part], Asked(library, now, delays))
    view = case.view_at(hour)
    return with_marks(case, view), view


def with_day(case: LiveCase, day: PlantDay) -> LiveCase:
    """The same with marks looked at, and with what is known of units that stand still."""
    return replace(
        case,
        minutes=_unmarked(day, case.view, case.minutes),
        realtime=_unmarked(day, case.view, case.realtime),
        still=_still(day, case.view),
    )


def _unmarked(day: PlantDay, view: PlantView, lines: Lines) -> Lines:
    recorded = Recorded(day.now - HOUR - LONGEST, day.now + AHEAD, lines)
    return with_marks(replace(day, recorded=recorded), view).recorded.minutes


def _still(day: PlantDay, view: PlantView) -> Still:
    facilities = cache(lambda: day_facilities(day, view))

    def asked(outlet: SubjectView, since: datetime, until: datetime) -> bool:
        units, found = view.units_of(outlet.row.id), facilities()
        return found is not None and found.stood_still(units, since, until)

    return asked if any(group.serves for group in view.groups) else nothing_still


def _lines(records: Records) -> Lines:
    return {(line.point, line.rank): some for line, some in records.items()}


def _rank(one: Finding) -> tuple[bool, datetime]:
    return is_open(one), one.since
