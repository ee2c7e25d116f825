"""What new batches say, plant by plant: which outlets come near a limit, and which facilities turn."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from services.alerts.library import Library
from services.alerts.live_facilities import FacilityWatch
from services.rules.judging.live_facilities import Signals
from services.rules.judging.live_screen import Ear, Heard, Listened, ears, near
from services.store.heard import HeardBatch, Number, Wanted, heard_numbers
from services.store.session import Session

HOUR: Final = timedelta(hours=1)
MANY: Final = 500
"""After so many batches at once all that spoke is looked at closely, and none of it is read twice."""


@dataclass
class Near:
    """Outlets that came near a limit within the last hour, by plant; until when each stays so."""

    until: dict[tuple[int, int], datetime] = field(default_factory=dict[tuple[int, int], datetime])

    def add(self, plant: int, outlets: Iterable[int], now: datetime) -> None:
        for outlet in outlets:
            self.until[plant, outlet] = now + HOUR

    def of(self, plant: int, outlets: Iterable[int], now: datetime) -> set[int]:
        """Those of the plant's outlets."""
        return {one for one in outlets if self.until.get((plant, one), now) > now}

    def forget(self, now: datetime) -> None:
        """Those whose hour is over."""
        self.until = {key: until for key, until in self.until.items() if until > now}


class _Plant(NamedTuple):
    by: Listened
    ears: Mapping[int, Ear]
    signals: Signals | None

    @property
    def outlets(self) -> set[int]:
        return {one.outlet for one in self.ears.values()}


class Hearing:
    """Listens with what one library says; the plants' channels are looked up as they speak."""

    def __init__(self, library: Library, facilities: FacilityWatch) -> None:
        self._library = library
        self._facilities = facilities
        self._plant_of = {
            device.id: plant
            for plant in library.plants.ids()
            for device in library.plants.rows(plant).devices.values()
        }
        self._plants: dict[int, _Plant] = {}

    def outlets(self, plant: int, now: datetime) -> set[int]:
        """The plant's outlets with an hourly limit. Raises SettingError."""
        return self._listened(plant, now).outlets

    def hear(
        self, session: Session, batches: Sequence[HeardBatch], now: datetime
    ) -> dict[int, set[int]]:
        """The plants that spoke, each with those of its outlets that came near a limit.

        Raises psycopg.Error and SettingError.
        """
        spoke = {
            self._plant_of[device]
            for batch in batches
            for device in batch.devices
            if device in self._plant_of
        }
        plants = {plant: self._listened(plant, now) for plant in sorted(spoke)}
        if len(batches) > MANY:
            return {plant: known.outlets for plant, known in plants.items()}
        by_plant = self._by_plant(self._numbers(session, plants.values(), batches, now), plants)
        found: dict[int, set[int]] = {}
        for plant, known in plants.items():
            heard = by_plant.get(plant, ())
            found[plant] = near(known.ears, heard)
            self._facilities.hear(plant, known.by, heard)
        return found

    def _numbers(
        self,
        session: Session,
        plants: Iterable[_Plant],
        batches: Sequence[HeardBatch],
        now: datetime,
    ) -> list[Number]:
        channels: set[int] = set()
        states: set[int] = set()
        for known in plants:
            channels.update(known.ears)
            if known.signals is not None:
                channels |= known.signals.channels()
                states |= known.signals.states
        if not batches or not (channels or states):
            return []
        numbers = sorted(one.id for one in batches)
        return heard_numbers(session, Wanted(sorted(channels), sorted(states), now - HOUR, numbers))

    def _by_plant(
        self, numbers: Iterable[Number], plants: Mapping[int, _Plant]
    ) -> Mapping[int, Sequence[Heard]]:
        owner = {channel: plant for plant, known in plants.items() for channel in _channels(known)}
        found: dict[int, list[Heard]] = {}
        for one in numbers:
            said = Heard(one.channel, one.series.value, one.at, one.value, one.flag)
            found.setdefault(owner[one.channel], []).append(said)
        return found

    def _listened(self, plant: int, now: datetime) -> _Plant:
        view = self._library.plants.at(plant, now)
        known = self._plants.get(plant)
        # A limit may begin within the hour, too.
        if known is None or known.by.view is not view or now - known.by.at >= HOUR:
            library = self._library
            rows = library.plants.rows(plant)
            by = Listened(view, rows, library.shelf, library.limits, now)
            known = _Plant(by, ears(by), self._facilities.channels(plant, by))
            self._plants[plant] = known
        return known


def _channels(plant: _Plant) -> Iterator[int]:
    yield from plant.ears
    if plant.signals is not None:
        yield from plant.signals.channels()
        yield from plant.signals.states
