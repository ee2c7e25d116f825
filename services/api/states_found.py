"""When units and facilities ran, put together from the registry, reports, signals, marks and settings.

Day by day as judging believes it. It must not know how a state is believed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from schemas.facility import StateRow
from schemas.marks import Mark
from schemas.registry_words import BEIJING
from schemas.series import Series
from services.api.ranges import Range
from services.rules.facility.course import window_of
from services.rules.facility.parameters import FacilityParameters
from services.rules.facility.reported import reported
from services.rules.facility.timeline import Sources, Timeline, state_rows, timeline
from services.rules.judging.case import PlantDay
from services.rules.judging.facilities import lead_of, watched
from services.rules.judging.plant_day import day_facilities
from services.rules.judging.records import HOUR, MAIN, Recorded
from services.rules.judging.shelf import Shelf, place_of
from services.rules.judging.standstill import stated_of
from services.rules.limit_history import prepared
from services.rules.periods import Bounds, local_day, local_year
from services.rules.plant_view import Plants, PlantView, SubjectView
from services.store.history_known import Known
from services.store.instruments import Wiring, points_of, read_wiring
from services.store.marks import MarkQuery, read_marks
from services.store.rule_settings import read_settings
from services.store.session import Session
from services.store.status_plant_rows import read_plant_rows
from services.store.window_records import read_records, read_states

LONGEST_EVENT: Final = timedelta(days=31)
"""A mark that began so long before its year still has its event reach into it."""
STATE: Final = "SB"


@dataclass(frozen=True, slots=True)
class _Case:
    """A plant over a range, as known; `below` None: as is known now."""

    session: Session
    plants: Plants
    plant: int
    shelf: Shelf
    wiring: Wiring
    now: datetime
    position: int

    def view(self, at: datetime) -> PlantView:
        return self.plants.at(self.plant, at)


def states_of(
    session: Session, plant: int, asked: Range, now: datetime, known: Known
) -> list[StateRow]:
    """The states of the plant's units, facilities and bypasses, by beginning; read in one snapshot.

    Each subject's intervals are the range without a gap, up to now. The registry is as registered
    now. Raises psycopg.Error; SettingError when what is set does not fit together.
    """
    fresh = known.nothing_fresh and known.registry is None
    case = _Case(
        session,
        Plants(read_plant_rows(session, plant)),
        plant,
        Shelf(read_settings(session, known.position)),
        read_wiring(session, points_of(session, plant), None if fresh else known.position),
        now,
        known.position,
    )
    found: dict[int, list[StateRow]] = {}
    for day in _days(asked, now):
        part = Range(max(asked.since, day.since), min(asked.until, day.until, now))
        for line in _lines(case, day):
            for row in state_rows(line):
                _joined(found.setdefault(line.subject, []), _cut(row, part))
    rows = [row for rows in found.values() for row in rows]
    return sorted(rows, key=lambda row: (row.since, row.subject))


def _days(asked: Range, now: datetime) -> Iterator[Bounds]:
    at, until = asked.since, min(asked.until, now)
    while at < until:
        day = local_day(at, BEIJING)
        yield day
        at = day.until


def _lines(case: _Case, day: Bounds) -> Iterable[Timeline]:
    """What is believed of a day, as who judges it looks at it."""
    until = min(day.until, case.now)
    view = case.view(max(day.since, until - HOUR))
    lead = lead_of(view, case.shelf, day.since)
    subjects = [one.row.id for one in view.subjects()]
    plant_day = PlantDay(
        view_at=case.view,
        hours=[day.since],
        # An hour more: what holds as the lead begins was said before.
        recorded=_recorded(case, _wanted(case, view, day), Bounds(day.since - lead - HOUR, until)),
        limits=prepared(()),
        shelf=case.shelf,
        now=case.now,
        marks=_marks(case, subjects, day),
    )
    facilities = day_facilities(plant_day, view)
    if facilities is not None:
        return facilities.asked.lines.values()
    return _said(case, plant_day, view, Range(day.since - lead, until))


def _said(case: _Case, day: PlantDay, view: PlantView, span: Range) -> Iterator[Timeline]:
    """Of a plant without facilities on a way: what was reported and stated."""
    window = window_of(span.since, span.until)
    stated = stated_of(day, view)
    for subject in (*view.units.values(), *view.facilities.values()):
        params = case.shelf.parameters(FacilityParameters, place_of(view, subject), day.day.since)
        reports = [
            record
            for point in _state_points(subject)
            for record in day.recorded.states.get((point, MAIN), ())
        ]
        report = reported(reports, window, params) if reports else None
        sources = Sources(stated.get(subject.row.id, ()), report)
        yield timeline(subject.row.id, window, sources)


def _state_points(subject: SubjectView) -> list[int]:
    signals = subject.signals.values()
    return [one.point for one in signals if one.code.upper().startswith(STATE)]


def _wanted(case: _Case, view: PlantView, day: Bounds) -> set[int]:
    """Points that tell of units, facilities and bypasses."""
    own = {
        point.point
        for subject in view.subjects()
        if subject.row.kind != "outlet" or subject.row.role == "bypass"
        for point in subject.points()
    }
    return own | watched(view, case.shelf, day.since)


def _recorded(case: _Case, wanted: Collection[int], span: Bounds) -> Recorded:
    """Minutes of these points, and states; nothing else is looked at."""
    pieces = [one for one in case.wiring.over(span.since, span.until) if one.line.point in wanted]
    minutes = read_records(case.session, pieces, Series.MINUTE, case.wiring.known)
    states = read_states(case.session, case.wiring, (span.since, span.until))
    return Recorded(
        span.since,
        span.until,
        {(line.point, line.rank): records for line, records in minutes.items()},
        states={(line.point, line.rank): records for line, records in states.items()},
    )


def _marks(case: _Case, subjects: Sequence[int], day: Bounds) -> Mapping[int, Sequence[Mark]]:
    since = local_year(day.since, BEIJING).since - LONGEST_EVENT
    found: dict[int, list[Mark]] = {}
    query = MarkQuery(subjects, since, day.until, before=case.position)
    for mark in read_marks(case.session, query):
        found.setdefault(mark.subject, []).append(mark)
    return found


def _cut(row: StateRow, part: Range) -> StateRow:
    return row._replace(since=max(row.since, part.since), until=min(row.until, part.until))


def _joined(rows: list[StateRow], row: StateRow) -> None:
    """Add an interval; one that goes on over midnight stays one."""
    if row.since >= row.until:
        return
    last = rows[-1] if rows else None
    goes_on = last is not None and last.until == row.since
    if last is not None and goes_on and last._replace(since=row.since, until=row.until) == row:
        rows[-1] = last._replace(until=row.until)
    else:
        rows.append(row)
