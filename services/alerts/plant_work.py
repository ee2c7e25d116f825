"""Hours of plants read and judged: one local day after the other, several plants at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from schemas.registry_words import BEIJING
from services.alerts.library import Library
from services.alerts.plant_reading import Asked, PlantPart, plant_days
from services.rules.judging.case import Delays, Judgements
from services.rules.judging.plant_day import judge_plant_day
from services.rules.periods import Bounds, local_day
from services.store.session import Session


@dataclass(frozen=True, slots=True)
class PlantHours:
    """Hours of a plant, in order, to be judged at `now` with what a library holds."""

    library: Library
    plant: int
    hours: Sequence[datetime]
    now: datetime
    delays: Delays
    known: int | None = None
    """As was known below this position; None: now."""

    @property
    def asked(self) -> Asked:
        return Asked(self.library, self.now, self.delays, self.known)


def judged_days(session: Session, asked: PlantHours) -> Iterator[tuple[Bounds, Judgements]]:
    """What the hours of each local day come to. Raises psycopg.Error and SettingError."""
    for day, found in judged_together(session, asked.asked, {asked.plant: asked.hours}):
        yield day, found[asked.plant]


def judged_together(
    session: Session, asked: Asked, hours: dict[int, Sequence[datetime]]
) -> Iterator[tuple[Bounds, dict[int, Judgements]]]:
    """The same for the hours of several plants: day by day, by plant.

    What they need is read together, which changes nothing of what each comes to. Raises
    psycopg.Error, and SettingError where the settings of one of them do not fit.
    """
    days: dict[Bounds, list[PlantPart]] = {}
    for plant, several in hours.items():
        for day, some in groupby(several, lambda hour: local_day(hour, BEIJING)):
            days.setdefault(day, []).append(PlantPart(asked.library, plant, day, list(some)))
    for day in sorted(days):
        cases = plant_days(session, days[day], asked)
        yield (
            day,
            {
                part.plant: judge_plant_day(case)
                for part, case in zip(days[day], cases, strict=True)
            },
        )
