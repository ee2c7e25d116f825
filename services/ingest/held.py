"""What a slot has taken from its consumer and not yet committed, and how it is counted. Pure.

It knows neither what a message says nor how it is stored.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import TypeAlias

from schemas.pending import HeldCount
from services.ingest.admit import HOUR_US, publisher_of
from services.ingest.message import Message
from services.ingest.words import LONGEST_NAME, SUBSTITUTE, readable

Lot: TypeAlias = Sequence[Message]
_topic = attrgetter("topic")
_received_us = attrgetter("received_at_us")


@dataclass(slots=True)
class Held:
    """Messages by their place on the path: in the draft being made, or in one that waits."""

    making: list[Message] = field(default_factory=list[Message])
    made: deque[Lot] = field(default_factory=deque[Lot])

    def close(self, drafted: Lot, left: Lot) -> None:
        """The draft is made and waits to be written; what is left begins the next one."""
        self.made.append(drafted)
        self.making = [*left]

    def lots(self) -> list[Lot]:
        """All that is held, in the order it came."""
        return [*self.made, self.making]


@lru_cache(maxsize=8192)
def _publisher(topic: str) -> str:
    # They are kept as lines.
    return readable(publisher_of(topic), LONGEST_NAME).replace("\n", SUBSTITUTE)


def counted(lots: Iterable[Lot]) -> list[HeldCount]:
    """Count messages by topic and hour of receipt; nearly always there is one hour only."""
    messages = list(chain.from_iterable(lots))
    if not messages:
        return []
    moments: list[int] = list(map(_received_us, messages))
    first, last = min(moments) // HOUR_US, max(moments) // HOUR_US
    topics: Iterable[str] = map(_topic, messages)
    if first == last:
        found = {(topic, first): count for topic, count in Counter(topics).items()}
    else:
        found = Counter(zip(topics, [moment // HOUR_US for moment in moments], strict=True))
    return [
        HeldCount(_publisher(topic), hour * HOUR_US, count)
        for (topic, hour), count in found.items()
    ]
