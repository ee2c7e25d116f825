"""The figures by which loggers are watched, as they are set where each of them stands.

It must not know what is made of them.
"""

from datetime import datetime
from typing import TypeVar

from schemas.parameter import Parameters
from services.api.console.fleet.seen import Rules
from services.rules.alerting.watch_parameters import (
    DeviceClockParameters,
    LateParameters,
    OfflineParameters,
)
from services.rules.judging.shelf import SettingError, Shelf
from services.rules.settings_catalogue import Place
from services.store.fleet_devices import FleetDevice

Rule = TypeVar("Rule", bound=Parameters)


def rules_of(shelf: Shelf, device: FleetDevice, now: datetime) -> Rules:
    """As set for the logger's region or plant; where a setting does not fit, as the watch has it."""
    place = Place(device.region, device.plant)
    return Rules(
        _of(shelf, OfflineParameters, place, now),
        _of(shelf, LateParameters, place, now),
        _of(shelf, DeviceClockParameters, place, now),
    )


def _of(shelf: Shelf, owner: type[Rule], place: Place, now: datetime) -> Rule:
    try:
        return shelf.parameters(owner, place, now)
    except SettingError:
        # The watch goes by the defaults then: no logger is left unwatched for a setting.
        return owner()
