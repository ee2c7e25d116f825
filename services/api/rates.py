"""How often somebody may ask: a bucket per address that fills again by and by.

It must not know what is asked.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MOST_BUCKETS: Final = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Rates:
    """Buckets of `per_minute` requests each; `elapsed` gives seconds of a clock that never goes back."""

    def __init__(self, per_minute: int, elapsed: Callable[[], float]) -> None:
        self._most = float(per_minute)
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, who: str) -> float:
        """0: go on. Otherwise the seconds after which it is worth asking again."""
        now = self._elapsed()
        with self._lock:
            bucket = self._buckets.pop(who, None) or _Bucket(self._most, now)
            bucket.left = min(self._most, bucket.left + (now - bucket.at) * self._most / 60)
            bucket.at = now
            self._buckets[who] = bucket
            # Whoever was quiet longest is forgotten first: his bucket is the fullest.
            while len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)
            if bucket.left < 1:
                return (1 - bucket.left) * 60 / self._most
            bucket.left -= 1
        return 0.0
