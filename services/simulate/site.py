"""A plant as worked out: what stands on the way from its units to its outlets, and what befalls it.

Plain values for the process models. It must not know scenario files nor protocols.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Medium: TypeAlias = Literal["air", "water"]


@dataclass(frozen=True, slots=True)
class Episode:
    """Something that lasts from (inclusive) to (exclusive), in seconds since 1970 UTC.

    `number` is the kind's own: a factor, a limit, an error; `codes` are those concerned.
    """

    kind: str
    from_s: int
    to_s: int
    codes: tuple[str, ...] = ()
    number: float = 1.0
    days_back: int = 0
    forged: bool = False

    def meets(self, from_s: int, to_s: int) -> bool:
        return self.from_s < to_s and from_s < self.to_s

    def holds(self, at_s: int) -> bool:
        return self.from_s <= at_s < self.to_s


@dataclass(frozen=True, slots=True)
class Outage:
    """A unit goes down from `from_s`, stands from `off_s`, is lit at `start_s`, is up at `end_s`.

    `low` is the load while it stands: 0, or a little when it is banked (压火).
    """

    from_s: int
    off_s: int
    start_s: int
    end_s: int
    low: float = 0.0


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A process unit; `phase` in [0, 1) sets its daily course apart from the others'."""

    code: str
    process: str
    capacity: float
    phase: float
    outages: tuple[Outage, ...] = ()
    episodes: tuple[Episode, ...] = ()


@dataclass(frozen=True, slots=True)
class StagePlan:
    """Facilities side by side, of which `needed` carry the whole load."""

    code: str
    treatment: str
    facilities: tuple[str, ...]
    needed: int


@dataclass(frozen=True, slots=True)
class FacilityPlan:
    """A treatment facility; `phase` sets the times of its blow-back and checks apart."""

    code: str
    treatment: str
    phase: float
    units: tuple[str, ...]
    """Units whose gas or water it treats: it stands when all of them do."""
    stage: StagePlan
    episodes: tuple[Episode, ...] = ()


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """What comes to an outlet: from which units, through which stages in series."""

    outlet: str
    medium: Medium
    process: str
    units: tuple[str, ...]
    stages: tuple[StagePlan, ...]
    bypass: bool = False
    """A way around treatment (旁路): it flows only while something is diverted to it."""


@dataclass(frozen=True, slots=True)
class LoggerPlan:
    """A logger and its analysers: where they measure, their habits, what befalls them.

    `calibrate_s` is the time between two automatic calibrations; `flags_stops` whether it gives F
    when the process stands (else N and what the analysers show).
    """

    code: str
    side: Literal["in", "out"]
    phase: float
    calibrate_s: int
    flags_stops: bool
    episodes: tuple[Episode, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """A plant; `seed` is that of the run and the plant's code, and so the root of all its noise."""

    seed: str
    code: str
    kind: str
    units: Mapping[str, UnitPlan]
    facilities: Mapping[str, FacilityPlan]
    streams: Mapping[str, StreamPlan]
    loggers: Mapping[str, LoggerPlan]
