"""The gaps of an outlet's points, put together from the registry, the means, the marks and settings.

It must not know how hours are judged.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from schemas.judgement import Period
from schemas.marks import Mark
from schemas.registry_rows import PointRow, RegistryRows
from services.api.models.status_place import GapModel, MendModel
from services.api.ranges import Range
from services.rules.gaps import Gap, GapParameters, GapRules, GapSpan, Mend, gaps
from services.rules.judging.facts import is_incinerator
from services.rules.judging.shelf import Shelf
from services.rules.marks.intervals import Interval, joined
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.plant_view import Plants
from services.rules.settings_catalogue import Place
from services.rules.transmission.parameters import TransmissionParameters
from services.store.beliefs import Stretch, read_means
from services.store.marks import MarkQuery, read_marks
from services.store.places import SubjectRef
from services.store.rule_settings import read_settings
from services.store.session import Session
from services.store.status_plant_rows import read_plant_rows

HOUR: Final = timedelta(hours=1)


class _Case(NamedTuple):
    """An outlet's points over whole hours, as of a position."""

    own: SubjectRef
    rows: RegistryRows
    shelf: Shelf
    since: datetime
    until: datetime
    now: datetime
    known: int


def gaps_of(
    session: Session, own: SubjectRef, asked: Range, now: datetime, known: int
) -> list[GapModel]:
    """The gaps of the outlet's points, by point and time; read in one snapshot.

    Raises psycopg.Error; SettingError when what is set does not fit together.
    """
    rows = read_plant_rows(session, own.plant.id)
    until = min(asked.until, now)
    case = _Case(
        own,
        rows,
        Shelf(read_settings(session, known)),
        asked.since.replace(minute=0, second=0, microsecond=0).astimezone(UTC),
        _hour_from(until).astimezone(UTC),
        now,
        known,
    )
    view = Plants(rows).at(own.plant.id, case.since)
    burns = is_incinerator(view, view.outlets[own.id])
    about = [own.id, *view.units_of(own.id)]
    marks = read_marks(session, MarkQuery(about, case.since, case.until, known))
    found: list[GapModel] = []
    for point in sorted(rows.points.values(), key=lambda one: (one.side, one.code)):
        if point.subject == own.id and point.side != "state":
            rules = _rules(case, point, burns=burns)
            found += [_model(one, point, now) for one in _gaps(session, case, point, rules, marks)]
    return found


def _gaps(
    session: Session, case: _Case, point: PointRow, rules: GapRules, marks: list[Mark]
) -> Iterator[Gap]:
    stretch = Stretch([point.id], case.since, case.until, Period.HOUR, case.known)
    means = [one.row for one in read_means(session, stretch)]
    for part in _served(case, point):
        span = GapSpan(point.id, part.since, part.until, case.now)
        yield from gaps(means, span, rules, marks)


def _rules(case: _Case, point: PointRow, *, burns: bool) -> GapRules:
    own = case.own
    name = f"{own.plant.code}/{own.code}"
    place = Place(own.plant.region, own.plant.code, name, f"{name}/{point.side}/{point.code}")
    return GapRules(
        case.shelf.parameters(GapParameters, place, case.since),
        case.shelf.parameters(TransmissionParameters, place, case.since),
        case.shelf.parameters(MarkParameters, place, case.since),
        "hour" if burns else "noon",
    )


def _served(case: _Case, point: PointRow) -> list[Interval]:
    """Whole hours in which a main channel of a commissioned device was bound to the point."""
    found: list[Interval] = []
    for channel, bindings in case.rows.bindings.items():
        commissioned = case.rows.devices[case.rows.channels[channel].device].commissioned_at
        for one in bindings:
            if one.point == point.id and one.rank == "main":
                since = max(_hour_from(max(one.since, commissioned)), case.since)
                until = min(one.until or case.until, case.until)
                if since < until:
                    found.append(Interval(since, until))
    return joined(found)


def _hour_from(at: datetime) -> datetime:
    """The hour that begins at or after the moment."""
    floor = at.replace(minute=0, second=0, microsecond=0)
    return floor if floor == at else floor + HOUR


def _model(gap: Gap, point: PointRow, now: datetime) -> GapModel:
    return GapModel(
        point=f"{point.side}/{point.code}",
        since=gap.since,
        until=gap.until,
        hours=gap.hours,
        kind=gap.kind,
        reason=gap.reason,
        seconds=dict(gap.seconds),
        zh=gap.zh,
        en=gap.en,
        marks=list(gap.marks),
        mends=[_mend(one, now) for one in gap.mends],
    )


def _mend(one: Mend, now: datetime) -> MendModel:
    return MendModel(
        kind=one.kind,
        zh=one.zh,
        en=one.en,
        first_due=one.first_due,
        last_due=one.last_due,
        open=one.last_due is None or now < one.last_due,
        doubts=list(one.doubts),
    )
