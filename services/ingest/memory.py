"""What a slot remembers from batch to batch. All of it may be forgotten without harm."""

from dataclasses import dataclass, field

from schemas.lookup import Lookup
from schemas.series import SERIES_NUMBER, Series
from services.hj212.shape import ShapeDecoder
from services.ingest.plan import SERIES_ROOM, Plans

DAY_US = 86_400 * 1_000_000
# The width of each series' chunks, as the store's migrations 0003 and 0006 make them.
CHUNK_US = {
    Series.REALTIME: DAY_US,
    Series.MINUTE: 7 * DAY_US,
    Series.HOUR: 90 * DAY_US,
    Series.DAY: 365 * DAY_US,
    Series.STATE: 7 * DAY_US,
    Series.FIVE_MINUTE: 7 * DAY_US,
}


def chunk_key(time_us: int, width_us: int, series: int) -> int:
    """The number of the chunk of a time, among all series'."""
    return time_us // width_us * SERIES_ROOM + series


@dataclass(slots=True)
class Newest:
    """The last time seen of a channel, or of all channels under `keys` while they come together."""

    time_us: int
    keys: tuple[int, ...] | None = None


@dataclass(slots=True)
class Memory:
    """What a slot remembers from batch to batch; all of it may be forgotten without harm.

    `newest` holds the last time seen of each channel: what is newer cannot be known yet.
    """

    newest: dict[int, Newest] = field(default_factory=dict[int, Newest])
    chunks: set[int] = field(default_factory=set[int])
    decoder: ShapeDecoder = field(default_factory=ShapeDecoder)
    plans: Plans | None = None

    def plans_under(self, lookup: Lookup) -> Plans:
        """The plans made under this snapshot of the registry."""
        if self.plans is None or self.plans.lookup is not lookup:
            self.plans = Plans(lookup)
        return self.plans

    def opens_chunk(self, series: Series, time_us: int) -> bool:
        """Whether a reading at that time is the first known of its chunk; it then is known."""
        chunk = chunk_key(time_us, CHUNK_US[series], SERIES_NUMBER[series])
        if chunk in self.chunks:
            return False
        self.chunks.add(chunk)
        return True

    def is_newer(self, key: int, time_us: int) -> bool:
        """Whether nothing as new was seen under the key; the time then is its newest."""
        newest = self.newest.get(key)
        if newest is not None:
            if time_us <= newest.time_us:
                return False
            newest.keys = None
        self.newest[key] = Newest(time_us)
        return True

    def are_newer(self, keys: tuple[int, ...], time_us: int) -> bool:
        """The same for all channels of a frame at once: whether all of them are newer.

        Channels that always come together share one entry, so that one look-up answers for all.
        """
        shared = self.newest.get(keys[0])
        if shared is None or shared.keys is not keys:
            return self._are_newer_each(keys, time_us)
        if time_us <= shared.time_us:
            return False
        shared.time_us = time_us
        return True

    def _are_newer_each(self, keys: tuple[int, ...], time_us: int) -> bool:
        known = [self.newest.get(key) for key in keys]
        if any(newest is not None and time_us <= newest.time_us for newest in known):
            for key in keys:
                self.is_newer(key, time_us)
            return False
        for newest in known:
            if newest is not None:
                newest.keys = None
        self.newest.update(dict.fromkeys(keys, Newest(time_us, keys)))
        return True
