"""The latest of what the feed tells, held in memory, and what of it somebody is shown. Pure.

A listener is no more than the number he has come to: nothing is kept for him, so nothing piles up
for one who is slow. It must not know sockets or the database.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

MOST_HELD: Final = 20_000
"""So many events are held; whoever is further behind reads on from the database."""


@dataclass(frozen=True, slots=True)
class Item:
    """An event with its number, rendered once for all who are shown it. `plant` None: the platform."""

    number: int
    about: str
    plant: int | None
    kind: str | None
    severity: str | None
    text: bytes


@dataclass(frozen=True, slots=True)
class Watch:
    """What a listener is shown. None: whatever there is; without `plants` the platform itself too.

    `kinds` and `severities` are those of cases; an order has none and is not left out by them.
    """

    plants: frozenset[int] | None = None
    about: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    severities: frozenset[str] | None = None

    def shows(self, item: Item) -> bool:
        """Whether the event lies within."""
        if self.plants is not None and item.plant not in self.plants:
            return False
        if self.about is not None and item.about not in self.about:
            return False
        return _among(item.kind, self.kinds) and _among(item.severity, self.severities)


class Shown(NamedTuple):
    """What of the numbers up to `upto` is shown, as text; empty: nothing of it."""

    upto: int
    text: bytes


@dataclass(slots=True)
class _Round:
    """What was told at once: the numbers in (after, upto]. `texts`: as it was shown before."""

    after: int
    upto: int
    items: tuple[Item, ...]
    texts: dict[Watch, bytes] = field(default_factory=dict[Watch, bytes])

    def text(self, watch: Watch, position: int) -> bytes:
        if position > self.after:
            return _joined(
                item for item in self.items if item.number > position and watch.shows(item)
            )
        known = self.texts.get(watch)
        if known is None:
            known = self.texts[watch] = _joined(item for item in self.items if watch.shows(item))
        return known


@dataclass(slots=True)
class Ring:
    """Rounds one after the other; all numbers in (start, head] are in them, or were never given."""

    head: int
    most: int = MOST_HELD
    start: int = field(init=False)
    held: int = field(init=False, default=0)
    _rounds: deque[_Round] = field(init=False, default_factory=deque[_Round])

    def __post_init__(self) -> None:
        self.start = self.head

    def tell(self, upto: int, items: Iterable[Item]) -> None:
        """What was numbered in (head, upto], in order. Raises ValueError when it does not go on."""
        fresh = tuple(items)
        numbers = [item.number for item in fresh]
        rising = all(one < two for one, two in pairwise(numbers))
        if upto <= self.head or not rising or (numbers and not self._follows(numbers, upto)):
            raise ValueError(f"numbers up to {upto} do not follow {self.head}")
        self._rounds.append(_Round(self.head, upto, fresh))
        self.head = upto
        self.held += len(fresh)
        while self.held > self.most:
            gone = self._rounds.popleft()
            self.held -= len(gone.items)
            self.start = gone.upto

    def since(self, position: int, watch: Watch) -> Shown | None:
        """What is shown of all behind a number; None: it lies too far back to be held."""
        if position < self.start:
            return None
        later: list[bytes] = []
        for one in reversed(self._rounds):
            if one.upto <= position:
                break
            later.append(one.text(watch, position))
        return Shown(max(position, self.head), b"".join(reversed(later)))

    def _follows(self, numbers: list[int], upto: int) -> bool:
        return self.head < numbers[0] and numbers[-1] <= upto


def _among(word: str | None, wanted: frozenset[str] | None) -> bool:
    return wanted is None or word is None or word in wanted


def _joined(items: Iterable[Item]) -> bytes:
    return b"".join(item.text for item in items)
