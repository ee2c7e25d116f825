"""Of a registry the part that concerns some plants, and which plants a change concerns. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar

from schemas.registry_rows import RegistryRows

Row = TypeVar("Row")


def rows_of_plants(rows: RegistryRows, plants: Collection[int] | None) -> RegistryRows:
    """The plants of these ids with all that is theirs, and every region; None: the whole registry."""
    if plants is None:
        return rows
    subjects = {key: row for key, row in rows.subjects.items() if row.plant in plants}
    devices = {key: row for key, row in rows.devices.items() if row.plant in plants}
    channels = {key: row for key, row in rows.channels.items() if row.device in devices}
    return RegistryRows(
        regions=rows.regions,
        plants=_chosen(rows.plants, plants),
        subjects=subjects,
        groups={key: row for key, row in rows.groups.items() if row.plant in plants},
        devices=devices,
        mns=_chosen(rows.mns, devices),
        points={key: row for key, row in rows.points.items() if row.subject in subjects},
        channels=channels,
        settings=_chosen(rows.settings, channels),
        bindings=_chosen(rows.bindings, channels),
    )


def plants_touched(write: RegistryRows, known: RegistryRows) -> frozenset[int]:
    """The ids of the plants that `write` says something of; `known` is the registry as it will be.

    What is not stored yet has an id below zero.
    """
    return frozenset(_touched(write, known))


def regions_above(code: str, known: RegistryRows) -> frozenset[str]:
    """A region and all that it lies in."""
    found: set[str] = set()
    following: str | None = code
    while following is not None and following not in found:
        found.add(following)
        region = known.regions.get(following)
        following = None if region is None else region.parent
    return frozenset(found)


def _touched(write: RegistryRows, known: RegistryRows) -> Iterator[int]:
    yield from write.plants
    for rows in (write.subjects, write.groups, write.devices):
        yield from (row.plant for row in rows.values())
    for point in write.points.values():
        yield known.subjects[point.subject].plant
    devices = {*write.mns, *(row.device for row in write.channels.values())}
    for channel in (*write.settings, *write.bindings):
        devices.add(known.channels[channel].device)
    yield from (known.devices[device].plant for device in devices)


def _chosen(rows: Mapping[int, Row], keys: Collection[int]) -> dict[int, Row]:
    return {key: row for key, row in rows.items() if key in keys}
