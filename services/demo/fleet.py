"""What the virtual province has sent so far, league by league, and what happens in it now. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, cast

from services.simulate.outgoing import Outgoing
from services.simulate.world import World
from services.store.judged_overview import Overview

NOTHING_JUDGED: Final = Overview()
LEAGUE_DIGITS = 4
"""Of a GB/T 2260 code: those of a league or city (盟市)."""


class Tally(NamedTuple):
    """A league by its name: how many plants and devices there are, and messages sent.

    Of what was judged lately: hours of outlets, outlets over a limit and without data in their
    newest hour, and facilities found off.
    """

    league: str
    plants: int
    devices: int
    messages: int
    hours: int = 0
    over: int = 0
    silent: int = 0
    off: int = 0


class Happened(NamedTuple):
    """What truly happened: from when (Unix seconds), where (plant and code), which kind."""

    from_s: int
    place: str
    kind: str
    honest: bool


@dataclass
class Fleet:
    """Counts what the broker has taken; `names` of leagues by their codes."""

    world: World
    names: Mapping[str, str]
    _messages: Counter[str] = field(default_factory=Counter[str])
    _leagues: Mapping[str, str] = field(default_factory=dict[str, str])
    _plants: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        leagues = leagues_of(self.world)
        self._plants = {
            plant["code"]: plant.get("name", plant["code"]) for plant in _plants(self.world)
        }
        self._leagues = {device.mn: leagues[device.plant] for device in self.world.devices}

    def sent(self, message: Outgoing) -> None:
        """Count a message."""
        self._messages[self._leagues[message.mn]] += 1

    def tallies(self, judged: Overview = NOTHING_JUDGED) -> list[Tally]:
        """The counts by league, in the order of their codes."""
        leagues = leagues_of(self.world)
        plants = Counter(leagues.values())
        devices = Counter(self._leagues.values())
        hours, over, silent, off = (Counter[str]() for _ in range(4))
        # The registry may hold plants of an operator's own beside the province.
        for outlet in judged.outlets:
            league = leagues.get(outlet.plant, "")
            hours[league] += outlet.hours
            over[league] += outlet.over
            silent[league] += outlet.silent
        for plant, count in judged.off.items():
            off[leagues.get(plant, "")] += count
        return [
            Tally(
                *(self.names.get(league, league), count, devices[league], self._messages[league]),
                *(hours[league], over[league], silent[league], off[league]),
            )
            for league, count in sorted(plants.items())
        ]

    def newest(self, now_s: float, count: int) -> list[Happened]:
        """The incidents that began last until then, the newest first."""
        begun = [each for each in self.world.incidents if each.during.from_s <= now_s]
        begun.sort(key=lambda each: each.during.from_s, reverse=True)
        return [
            Happened(each.during.from_s, self._place(each.subject), each.kind, each.honest)
            for each in begun[:count]
        ]

    def _place(self, subject: str) -> str:
        plant, _, code = subject.partition("/")
        return f"{self._plants.get(plant, plant)} {code}"


def leagues_of(world: World) -> dict[str, str]:
    """The code of each plant's league, by the plant's code."""
    return {plant["code"]: plant["region"][:LEAGUE_DIGITS] for plant in _plants(world)}


def _plants(world: World) -> list[dict[str, str]]:
    return cast("list[dict[str, str]]", world.registry["plants"])
