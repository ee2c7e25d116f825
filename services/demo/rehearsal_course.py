"""A scenario played through in its own time: minutes of it taken in, then judged as of that minute.

It must not know how anything is judged, nor what should come of it.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from services.demo.rehearsal_expected import Reported
from services.demo.rehearsal_intake import Intake
from services.simulate.hour import hour_of
from services.simulate.outgoing import Air, HourOf, Outgoing
from services.simulate.said import Said, StateFact
from services.simulate.world import Interval, VirtualDevice, World

AFTER_S: Final = 7_200
"""So long after its end a scenario is still judged: what was begun has to come to its end."""
Judge = Callable[[datetime], Awaitable[None]]
"""Judges, raises and notices all that there is to be at a moment, and comes back when it is done."""
Told = Callable[[float], None]
"""How much of the scenario's time has passed, from 0 to 1."""


@dataclass
class Rehearsal:
    """A world played from `during.from_s` to `during.to_s`, judged every `every_s` seconds of it."""

    world: World
    during: Interval
    every_s: int
    hour_of: HourOf = hour_of
    messages: int = 0
    _reported: dict[tuple[str, str], list[Reported]] = field(
        default_factory=dict[tuple[str, str], list[Reported]]
    )

    async def play(self, intake: Intake, judge: Judge, told: Told) -> None:
        """Play all of it. Raises what the intake and the judge raise."""
        whole_s = self.during.to_s + AFTER_S - self.during.from_s
        for now_s, sent in self._steps():
            self.messages += await intake.store(sent)
            await judge(datetime.fromtimestamp(now_s, UTC))
            told((now_s - self.during.from_s) / whole_s)

    @property
    def reported(self) -> list[Reported]:
        """Every change of a facility's state, as its logger said it."""
        return [one for course in self._reported.values() for one in course]

    def _steps(self) -> Iterator[tuple[int, list[Outgoing]]]:
        """The end of each step and what was sent within it."""
        sending = self._sending()
        ahead = next(sending, None)
        for now_s in range(
            self.during.from_s + self.every_s, self.during.to_s + AFTER_S + 1, self.every_s
        ):
            sent: list[Outgoing] = []
            while ahead is not None and ahead.at_s < now_s:
                sent.append(ahead)
                ahead = next(sending, None)
            yield now_s, sent

    def _sending(self) -> Iterator[Outgoing]:
        air = Air(self.world, self.hour_of, self.during.from_s, self.during.to_s, self._hear)
        for lot in air.lots(in_order=True):
            yield from lot

    def _hear(self, device: VirtualDevice, said: Said) -> None:
        names = dict(device.facilities)
        for fact in said.facts:
            if not isinstance(fact, StateFact) or fact.code not in names:
                continue
            course = self._reported.setdefault((device.plant, names[fact.code]), [])
            # What a logger says is dated by its own clock, right or wrong.
            at_s = fact.at_s + said.at_s - said.shown_s
            if not course or course[-1].state != fact.state:
                course.append(Reported(device.plant, names[fact.code], at_s, fact.state))
