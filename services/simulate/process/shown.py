"""What is shown of an hour while it is being made: arrays by code, and whose they are."""

from dataclasses import dataclass, field

from services.simulate.process.codes import CHECKED
from services.simulate.site import Episode, LoggerPlan, Site
from services.simulate.world import INSTANTS, STEP_S, Flags, Floats, Quantity, Times, VirtualDevice


@dataclass(slots=True)
class Display:
    """Arrays of INSTANTS by code, while they are made; flags may be one array for many codes."""

    values: dict[str, Floats]
    flags: dict[str, Flags]
    converted: dict[str, Floats] = field(default_factory=dict[str, Floats])
    sampled: dict[str, Times] = field(default_factory=dict[str, Times])

    def flag(self, codes: list[str], where: slice, letter: str) -> None:
        """Set a flag for a part of the hour."""
        for code in codes:
            flags = self.flags[code].copy()
            flags[where] = letter
            self.flags[code] = flags


@dataclass(frozen=True, slots=True)
class Frame:
    """Who shows what, and the hour."""

    site: Site
    device: VirtualDevice
    logger: LoggerPlan
    begin_s: int

    def part(self, from_s: int, to_s: int) -> slice:
        """The instants of the hour from (inclusive) to (exclusive)."""
        first = -(-(from_s - self.begin_s) // STEP_S)
        last = -(-(to_s - self.begin_s) // STEP_S)
        return slice(max(first, 0), max(min(last, INSTANTS), 0))

    def concerned(self, episode: Episode) -> list[Quantity]:
        return [
            quantity
            for quantity in self.device.quantities
            if (quantity.code in episode.codes if episode.codes else quantity.code in CHECKED)
        ]
