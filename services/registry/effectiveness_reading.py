"""What the effectiveness of transmission needs of a plant, read from the store in one snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.registry_rows import PlantRow, RegistryRows
from schemas.transmission import Graces
from services.rules.judging.effectiveness_part import Assessors, OutletDays, outlet_days
from services.rules.judging.shelf import Shelf
from services.rules.periods import Bounds
from services.rules.plant_view import Plants, PlantView
from services.store.assessed_records import AssessedRecords
from services.store.session import Session


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which plant over which local days, as of when; `graces` say what is in time."""

    plant: PlantRow
    bounds: Bounds
    now: datetime
    graces: Graces


@dataclass(frozen=True, slots=True)
class PlantRead:
    """The plant as it was bound at the end, or is now, and the days of its assessed outlets."""

    view: PlantView
    outlets: Sequence[OutletDays]


def read_plant(session: Session, rows: RegistryRows, shelf: Shelf, wanted: Wanted) -> PlantRead:
    """The plant's outlets with all that they owed and what came.

    Raises psycopg.Error and SettingError.
    """
    asked = Assessors(Plants(rows), wanted.plant.id, shelf, wanted.now, wanted.graces)
    days = outlet_days(AssessedRecords(session), asked, wanted.bounds)
    return PlantRead(asked.view(wanted.bounds), days)
