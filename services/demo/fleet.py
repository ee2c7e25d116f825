"""What the virtual province has sent so far, league by league, and what happens in it now. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from services.simulate.outgoing import Outgoing
from services.simulate.world import Incident, World

LEAGUE_DIGITS = 4
"""Of a GB/T 2260 code: those of a league or city (盟市)."""


class Tally(NamedTuple):
    """A league by its name: how many plants and devices there are, and messages sent."""

    league: str
    plants: int
    devices: int
    messages: int


@dataclass
class Fleet:
    """Counts what the broker has taken; `names` of leagues by their codes."""

    world: World
    names: Mapping[str, str]
    _messages: Counter[str] = field(default_factory=Counter[str])
    _leagues: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        leagues = leagues_of(self.world)
        self._leagues = {device.mn: leagues[device.plant] for device in self.world.devices}

    def sent(self, message: Outgoing) -> None:
        """Count a message."""
        self._messages[self._leagues[message.mn]] += 1

    def tallies(self) -> list[Tally]:
        """The counts by league, in the order of their codes."""
        plants = Counter(leagues_of(self.world).values())
        devices = Counter(self._leagues.values())
        return [
            Tally(self.names.get(league, league), count, devices[league], self._messages[league])
            for league, count in sorted(plants.items())
        ]

    def newest(self, now_s: float, count: int) -> Sequence[Incident]:
        """The incidents that began last, the newest first."""
        begun = [each for each in self.world.incidents if each.during.from_s <= now_s]
        return sorted(begun, key=lambda each: each.during.from_s, reverse=True)[:count]


def leagues_of(world: World) -> dict[str, str]:
    """The code of each plant's league, by the plant's code."""
    plants = cast("list[dict[str, str]]", world.registry["plants"])
    return {plant["code"]: plant["region"][:LEAGUE_DIGITS] for plant in plants}
