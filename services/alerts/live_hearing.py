"""What new batches say, plant by plant: which outlets come near a limit, and which facilities turn."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from services.alerts.library import Library
from services.alerts.live_facilities import FacilityWatch
from services.alerts.live_misfits import Misfits
from services.rules.judging.live_facilities import Signals
from services.rules.judging.live_screen import Ear, Heard, Listened, ears, sounded
from services.rules.judging.live_turns import Turned, Turns
from services.rules.judging.shelf import SettingError
from services.store.heard import HeardBatch, Number, Wanted, heard_numbers
from services.store.session import Session

HOUR: Final = timedelta(hours=1)
MANY: Final = 500
"""After so many batches at once all that spoke is looked at closely, and none of it is read twice."""


class Spoke(NamedTuple):
    """Of a plant: its outlets and points that came near a limit, and where a run may turn.

    `all_of`: so much was heard at once that all that spoke is to be looked at.
    """

    outlets: frozenset[int]
    points: frozenset[int]
    turned: Turned
    warns_s: int
    all_of: bool = False


class _Plant(NamedTuple):
    by: Listened
    ears: Mapping[int, Ear]
    signals: Signals | None

    @property
    def warns_s(self) -> int:
        """Seconds of an hour before which nothing of the plant is warned of."""
        return min((one.patience.warns_s for one in self.ears.values()), default=0)

    @property
    def outlet_of(self) -> Mapping[int, int]:
        return {one.point: one.outlet for one in self.ears.values() if one.levels}

    @property
    def all_of(self) -> Spoke:
        outlet_of = self.outlet_of
        points = frozenset(outlet_of)
        return Spoke(
            frozenset(outlet_of.values()), points, Turned(points, points), self.warns_s, all_of=True
        )


class Hearing:
    """Listens with what one library says; the plants' channels are looked up as they speak."""

    def __init__(self, library: Library, facilities: FacilityWatch, misfits: Misfits) -> None:
        self._library = library
        self._facilities = facilities
        self._misfits = misfits
        self._turns = Turns()
        self._plant_of = {
            device.id: plant
            for plant in library.plants.ids()
            for device in library.plants.rows(plant).devices.values()
        }
        self._plants: dict[int, _Plant] = {}

    def outlet_of(self, plant: int) -> Mapping[int, int]:
        """The outlet of each of the plant's points with an hourly limit, as far as it spoke."""
        known = self._plants.get(plant)
        return {} if known is None else known.outlet_of

    def hear(
        self, session: Session, batches: Sequence[HeardBatch], now: datetime
    ) -> dict[int, Spoke]:
        """The plants that spoke, each with what came near a limit. Raises psycopg.Error."""
        spoke = {
            self._plant_of[device]
            for batch in batches
            for device in batch.devices
            if device in self._plant_of
        }
        plants = {
            plant: known
            for plant in sorted(spoke)
            if (known := self._listened(plant, now)) is not None
        }
        if len(batches) > MANY:
            return {plant: known.all_of for plant, known in plants.items()}
        by_plant = self._by_plant(self._numbers(session, plants.values(), batches, now), plants)
        found: dict[int, Spoke] = {}
        for plant, known in plants.items():
            heard = by_plant.get(plant, ())
            found[plant] = self._spoke(known, heard)
            try:
                self._facilities.hear(plant, known.by, heard)
            except SettingError as error:
                self._misfits.note(plant, error)
        return found

    def _spoke(self, plant: _Plant, heard: Sequence[Heard]) -> Spoke:
        said = sounded(plant.ears, heard)
        near = [one for one in said if one.near]
        return Spoke(
            frozenset(one.outlet for one in near),
            frozenset(one.point for one in near),
            self._turns.hear(said),
            plant.warns_s,
        )

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
            said = Heard(one.channel, one.series.value, one.at, one.value, one.flag, one.span_s)
            found.setdefault(owner[one.channel], []).append(said)
        return found

    def _listened(self, plant: int, now: datetime) -> _Plant | None:
        """None: what is set of the plant does not fit; it is asked again after a while."""
        view = self._library.plants.at(plant, now)
        known = self._plants.get(plant)
        # A limit may begin within the hour, too.
        if known is not None and known.by.view is view and now - known.by.at < HOUR:
            return known
        if self._misfits.holds(plant, now):
            return None
        library = self._library
        by = Listened(view, library.plants.rows(plant), library.shelf, library.limits, now)
        try:
            known = _Plant(by, ears(by), self._facilities.channels(plant, by))
        except SettingError as error:
            self._misfits.note(plant, error, now + HOUR)
            return None
        self._plants[plant] = known
        return known


def _channels(plant: _Plant) -> Iterator[int]:
    yield from plant.ears
    if plant.signals is not None:
        yield from plant.signals.channels()
        yield from plant.signals.states
