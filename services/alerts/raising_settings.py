"""The rules of cases as a bureau set them for a place, read again when one of them is new."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog

from schemas.alert import AlertKind, Target
from schemas.parameter import Parameters
from services.rules.alerting.kind_rules import KindRules, kind_rules
from services.rules.exact import ComparisonParameters
from services.rules.judging.shelf import SettingError, Shelf
from services.rules.projection import Projecting, ProjectionParameters
from services.rules.settings_catalogue import Place
from services.store.alert_places import Names
from services.store.judging_library import present_stamp
from services.store.rule_settings import read_settings
from services.store.session import Session

LOG = structlog.stdlib.get_logger(__name__)
Rule = TypeVar("Rule", bound=Parameters)


@dataclass
class CaseSettings:
    """Gives the rules of a kind at a place; what is asked for twice is made once."""

    _shelf: Shelf = field(default_factory=partial(Shelf, ()))
    _stamp: int = 0
    _made: dict[tuple[AlertKind, Place], KindRules] = field(
        default_factory=dict[tuple[AlertKind, Place], KindRules]
    )
    _made_at: datetime | None = None

    def refresh(self, session: Session, now: datetime) -> None:
        """Read the settings where one is new. Raises psycopg.Error."""
        stamp = present_stamp(session).settings
        if stamp != self._stamp:
            self._shelf = Shelf(read_settings(session))
            self._stamp = stamp
        # Settings begin and end: what holds is asked for each `now`.
        if now != self._made_at:
            self._made.clear()
            self._made_at = now

    def of(self, kind: AlertKind, place: Place, now: datetime) -> KindRules:
        """The rules of a kind; the defaults where what is set for the place does not fit together."""
        key = (kind, place)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._read(kind, place, now)
        return found

    def projecting(self, place: Place, now: datetime) -> Projecting:
        """What decides whether a running period is settled; the defaults likewise."""
        try:
            return Projecting(
                self._shelf.parameters(ProjectionParameters, place, now),
                self._shelf.parameters(ComparisonParameters, place, now),
            )
        except SettingError as error:
            _warn(place, error)
            return Projecting()

    def _read(self, kind: AlertKind, place: Place, now: datetime) -> KindRules:
        # One plant's settings may not keep the cases of all others from being raised.
        try:
            return kind_rules(kind, _At(self._shelf, place, now))
        except SettingError as error:
            _warn(place, error)
            return kind_rules(kind)


@dataclass(frozen=True, slots=True)
class _At:
    """The shelf at a place and time."""

    shelf: Shelf
    place: Place
    now: datetime

    def __call__(self, owner: type[Rule], /) -> Rule:
        return self.shelf.parameters(owner, self.place, self.now)


def _warn(place: Place, error: SettingError) -> None:
    LOG.warning("settings do not fit: the defaults hold", place=str(place), why=str(error))


def place_of(names: Names, target: Target) -> Place:
    """The scopes of a case's place; those of the whole platform have none."""
    subject = None if target.subject is None else names.subjects.get(target.subject)
    plant = None if target.plant is None else names.plants.get(target.plant)
    if plant is None:
        return Place()
    if subject is None:
        return Place(plant.region, plant.code)
    return Place(plant.region, plant.code, f"{plant.code}/{subject.code}")
