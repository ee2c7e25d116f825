"""How a device's messages reach the broker: late after an outage, doubled, or spoilt on the line.

Pure: (messages of an hour, carriage, seed) in, what is sent and when out, in the order of sending.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Final, NamedTuple

from services.simulate.noise import lattice
from services.simulate.said import Said
from services.simulate.world import Carriage, Interval

RESEND_AFTER_S: Final = 10
"""HJ 212-2017 table 1: a sender that hears no answer for so long sends again."""
BACKLOG_S: Final = 0.05
"""Between two messages that were kept during an outage."""


class Fate(StrEnum):
    """What becomes of a message on its way."""

    WHOLE = "whole"
    CUT = "cut"
    WRONG_BYTE = "wrong_byte"
    REPEATED = "repeated"
    """The same bytes once more."""


class Sending(NamedTuple):
    """Messages that go out in one payload at `at_s`; `late`: they were kept during an outage."""

    at_s: float
    said: tuple[Said, ...]
    fate: Fate
    late: bool


class _Due(NamedTuple):
    at_s: float
    order: int
    said: tuple[Said, ...]
    fate: Fate
    late: bool
    tried: bool


@dataclass(slots=True)
class Way:
    """The way of one device's messages; keeps what waits for the end of an outage.

    `name` roots its chance. `newest_first`: so kept messages go out (HJ 212-2025); `cut_only`: a
    wrong byte would not be noticed, or not be told apart from a wrong key.
    """

    name: str
    carriage: Carriage
    newest_first: bool = False
    cut_only: bool = False
    _due: list[_Due] = field(default_factory=list[_Due])
    _kept: list[_Due] = field(default_factory=list[_Due])
    _released_at_s: float = 0.0
    _order: "count[int]" = field(default_factory=count)

    @property
    def waits(self) -> bool:
        """Whether something has still to go out."""
        return bool(self._due or self._kept)

    def carry(self, messages: Iterable[tuple[Said, ...]], until_s: float) -> Iterator[Sending]:
        """What is sent before `until_s` of all that was ever handed over, in the order of sending."""
        for said in messages:
            self._push(_Due(said[0].leaves_s, 0, said, Fate.WHOLE, late=False, tried=False))
        while True:
            next_s = self._due[0].at_s if self._due else until_s
            if self._kept and self._released_at_s <= min(next_s, until_s):
                self._release()
            elif next_s < until_s:
                yield from self._take(heapq.heappop(self._due))
            else:
                return

    def _push(self, due: _Due) -> None:
        heapq.heappush(self._due, due._replace(order=next(self._order)))

    def _take(self, due: _Due) -> Iterator[Sending]:
        outage = next((gap for gap in self.carriage.offline if _within(gap, due.at_s)), None)
        if outage is None:
            yield from self._send(due)
        elif due.fate is not Fate.REPEATED:
            self._kept.append(due)
            self._released_at_s = outage.to_s

    def _release(self) -> None:
        """The link is back: send what was kept, a little apart from each other."""
        self._kept.sort(key=lambda due: due.said[0].leaves_s, reverse=self.newest_first)
        for number, due in enumerate(self._kept, 1):
            at_s = self._released_at_s + number * BACKLOG_S
            self._push(due._replace(at_s=at_s, late=True))
        self._kept.clear()

    def _send(self, due: _Due) -> Iterator[Sending]:
        fate = due.fate if due.tried else self._fate(due)
        again = due._replace(at_s=due.at_s + RESEND_AFTER_S, tried=True)
        if fate in {Fate.CUT, Fate.WRONG_BYTE}:
            self._push(again)
        elif not due.tried and self._chance(
            "double", due, self.carriage.resends, self.carriage.resend_share
        ):
            self._push(again._replace(fate=Fate.REPEATED))
        yield Sending(due.at_s, due.said, fate, due.late)

    def _fate(self, due: _Due) -> Fate:
        share = self.carriage.garble_share
        if not self._chance("spoil", due, self.carriage.garbling, share):
            return Fate.WHOLE
        if self.cut_only or self._chance("cut", due, (), 0.5):
            return Fate.CUT
        return Fate.WRONG_BYTE

    def _chance(self, what: str, due: _Due, during: tuple[Interval, ...], share: float) -> bool:
        if not share or (during and not any(_within(each, due.at_s) for each in during)):
            return False
        name, number = f"{self.name}:{what}", round(due.said[0].leaves_s * 1000)
        return (lattice(name, number) + 1) / 2 < share


def spoilt(payload: bytes, fate: Fate) -> bytes:
    """The payload as a bad line leaves it."""
    middle = len(payload) // 2
    match fate:
        case Fate.CUT:
            return payload[:middle]
        case Fate.WRONG_BYTE:
            return payload[:middle] + bytes([payload[middle] ^ 0x15]) + payload[middle + 1 :]
        case Fate.WHOLE | Fate.REPEATED:
            return payload


def _within(gap: Interval, at_s: float) -> bool:
    return gap.from_s <= at_s < gap.to_s
