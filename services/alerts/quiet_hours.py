"""Hours about which nothing is new since this process judged them: they become final as they are.

Everything that an hour is judged by touches it when it changes: records, marks, limits, settings and
what instruments are bound to. What does not is looked at here: the registry as a whole, other hours
that an hour's verdict may rest on, and how much time has passed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schemas.judgement import Stage
from schemas.registry_words import BEIJING
from services.alerts.plant_reading import Asked
from services.rules.judging.facts import is_incinerator
from services.rules.judging.records import HOUR
from services.rules.periods import local_day
from services.rules.plant_view import PlantView
from services.store.judgements import News
from services.store.judging import Work
from services.store.judging_library import Stamp
from services.store.marks import MarkQuery, read_marks
from services.store.restaging import make_final
from services.store.session import Session


@dataclass(frozen=True, slots=True)
class _Done:
    stamp: Stamp
    hours: frozenset[datetime]


@dataclass
class Remembered:
    """The hours that this process judged last of each plant, and with which library.

    To forget costs work, never truth: what is not remembered is judged again.
    """

    _of_plant: dict[int, _Done] = field(default_factory=dict[int, _Done])

    def keep(self, stamp: Stamp, hours: Mapping[int, Sequence[datetime]]) -> None:
        """Once they are committed."""
        for plant, some in hours.items():
            if some:
                self._of_plant[plant] = _Done(stamp, frozenset(some))

    def has(self, plant: int, stamp: Stamp, hours: Sequence[datetime]) -> bool:
        done = self._of_plant.get(plant)
        return done is not None and done.stamp == stamp and done.hours.issuperset(hours)


def made_final(
    session: Session, works: Sequence[Work], asked: Asked, known: Remembered
) -> tuple[set[int], News]:
    """The plants whose work was nothing but hours that became final as they were, and the new rows.

    Raises psycopg.Error.
    """
    plants = _quiet(session, works, asked, known)
    spans: dict[tuple[datetime, datetime], list[int]] = {}
    for work in works:
        if work.plant in plants:
            view = asked.library.plants.at(work.plant, asked.now)
            points = [point.point for one in view.outlets.values() for point in one.points()]
            for due in work.due:
                spans.setdefault((due.since, due.until), []).extend(points)
    moved = [make_final(session, points, *span) for span, points in sorted(spans.items())]
    means, verdicts = sum(one.means for one in moved), sum(one.verdicts for one in moved)
    return plants, News(means, verdicts, 0, 0)


def _quiet(session: Session, works: Sequence[Work], asked: Asked, known: Remembered) -> set[int]:
    found = {
        work.plant: asked.library.plants.at(work.plant, asked.now)
        for work in works
        if _nothing_new(work, asked.now)
        and known.has(work.plant, asked.library.stamp, work.hours())
        and _rests_on_itself(asked.library.plants.at(work.plant, asked.now))
    }
    if not found:
        return set()
    plants = {one.row.id: plant for plant, view in found.items() for one in view.subjects()}
    # What a mark excuses may turn as time passes, and with what was excused before.
    marked = read_marks(session, MarkQuery(sorted(plants)))
    return found.keys() - {plants[mark.subject] for mark in marked}


def _nothing_new(work: Work, now: datetime) -> bool:
    """Untouched hours of the running day; the last hour of a day makes the day, so it is judged."""
    if work.touched or any(due.stage is not Stage.FINAL for due in work.due):
        return False
    return all(local_day(hour, BEIJING).until > max(now, hour + HOUR) for hour in work.hours())


def _rests_on_itself(view: PlantView) -> bool:
    """Whether its hours are judged by their own minutes alone.

    Not where facilities are looked at, what enters them is measured, or water's results stand long.
    """
    return not view.groups and all(
        outlet.row.medium == "air"
        and outlet.row.role != "bypass"
        and not outlet.inward
        and not is_incinerator(view, outlet)
        for outlet in view.outlets.values()
    )
