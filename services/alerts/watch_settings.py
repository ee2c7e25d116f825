"""The parameters of watches as they are set where a device stands; a setting that does not fit is left."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import structlog

from schemas.parameter import Parameters
from schemas.watch import WatchedDevice
from services.rules.judging.shelf import SettingError, Shelf
from services.rules.settings_catalogue import Place

LOG = structlog.stdlib.get_logger(__name__)
Rule = TypeVar("Rule", bound=Parameters)
EVERYWHERE = Place()


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """The settings of one moment."""

    shelf: Shelf
    now: datetime

    def everywhere(self, owner: type[Rule]) -> Rule:
        """As set for all."""
        return self._of(owner, EVERYWHERE)

    def of_device(self, owner: type[Rule], device: WatchedDevice) -> Rule:
        """As set for the device's region or plant."""
        return self._of(owner, Place(device.region, device.plant_code))

    def _of(self, owner: type[Rule], place: Place) -> Rule:
        try:
            return self.shelf.parameters(owner, place, self.now)
        except SettingError as error:
            # Nobody may go unwatched for a setting.
            LOG.warning("a watch's settings do not fit: its defaults hold", why=str(error))
            return owner()
