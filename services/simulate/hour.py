"""What a virtual logger measured in an hour: the model as one pure function of world and time.

It must not know how an hour is put into words.
"""

from typing import Final

from services.simulate.process.chance import HOUR_S
from services.simulate.process.display import display
from services.simulate.process.events import happenings, parameters
from services.simulate.process.load import BEIJING_S, DAY_S
from services.simulate.process.treatment import OFF, run_hours, states
from services.simulate.site import Site
from services.simulate.world import Hour, StateChange, VirtualDevice, World

_DECLARED: Final = "declared_stopped"


def hour_of(world: World, device: VirtualDevice, begin_s: int) -> Hour:
    """The hour from `begin_s` (seconds since 1970 UTC); raises ValueError unless it is a full one.

    The same for the same world, device and hour, in any order and in any process.
    """
    if begin_s % HOUR_S:
        raise ValueError(f"{begin_s} begins no hour: give a multiple of {HOUR_S}")
    site = world.sites[device.plant]
    shown = display(site, device, begin_s)
    changes = [
        StateChange(code, at_s, state)
        for code, facility in device.facilities
        for at_s, state in _reported(site, device, facility, (begin_s, begin_s + HOUR_S))
    ]
    return Hour(
        begin_s=begin_s,
        values=shown.values,
        converted=shown.converted,
        flags=shown.flags,
        sampled=shown.sampled,
        states=tuple(sorted(changes, key=lambda change: change.at_s)),
        happenings=happenings(site, device, shown, begin_s),
        parameters=parameters(site, device, begin_s),
        run_hours=_run_hours(site, device, begin_s + HOUR_S),
    )


def _run_hours(site: Site, device: VirtualDevice, end_s: int) -> dict[str, float]:
    """Each facility's hours in the local day that ends at `end_s`; empty at other times."""
    if (end_s + BEIJING_S) % DAY_S:
        return {}
    found: dict[str, float] = {}
    for code, facility in device.facilities:
        hours = run_hours(site, site.facilities[facility], end_s - DAY_S, end_s)
        declared = [
            (max(episode.from_s, end_s - DAY_S), min(episode.to_s, end_s))
            for episode in site.loggers[device.code].episodes
            if episode.kind == _DECLARED and episode.meets(end_s - DAY_S, end_s)
        ]
        for from_s, to_s in declared:
            hours -= run_hours(site, site.facilities[facility], from_s, to_s)
        found[code] = round(max(hours, 0.0), 2)
    return found


def _reported(
    site: Site, device: VirtualDevice, facility: str, span: tuple[int, int]
) -> list[tuple[int, int]]:
    """What the logger says of a facility; nothing runs where the plant is declared to stand."""
    course = states(site, site.facilities[facility], *span)
    for episode in site.loggers[device.code].episodes:
        if episode.kind != _DECLARED or not episode.meets(*span):
            continue
        after = states(site, site.facilities[facility], *span)
        before = [change for change in course if change[0] < episode.from_s]
        resumed = [change for change in after if change[0] >= episode.to_s]
        ends = []
        if episode.to_s < span[1]:
            then = [state for at_s, state in after if at_s <= episode.to_s][-1]
            ends = [(episode.to_s, then)]
            resumed = [change for change in resumed if change[0] > episode.to_s]
        course = [*before, (max(span[0], episode.from_s), OFF), *ends, *resumed]
    return course
