"""Who acts on a case, order or contest, when, and by which settings. It must not know what is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from schemas.order import Actor, OrderPlant
from schemas.parameter import Parameters
from services.rules.judging.shelf import Shelf
from services.rules.settings_catalogue import Place
from services.store.rule_settings import read_settings
from services.store.session import Session

Rule = TypeVar("Rule", bound=Parameters)


@dataclass(frozen=True, slots=True)
class Acting:
    """`seen`: the version that the person looked at; None: whichever is there."""

    session: Session
    actor: Actor
    now: datetime
    seen: int | None = None

    def rules(self, owner: type[Rule], plant: OrderPlant) -> Rule:
        """The parameters set for a plant now. Raises SettingError, psycopg.Error."""
        shelf = Shelf(read_settings(self.session))
        return shelf.parameters(owner, place_of_plant(plant), self.now)


def place_of_plant(plant: OrderPlant) -> Place:
    """Where settings are looked up for a plant."""
    return Place(plant.region, plant.code)
