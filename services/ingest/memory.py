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


@dataclass(slots=True)
class Memory:
    """What a slot remembers from batch to batch; all of it may be forgotten without harm.

    `newest_us` is the last time seen of each channel: what is newer cannot be known yet.
    """

    newest_us: dict[int, int] = field(default_factory=dict[int, int])
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
        chunk = time_us // CHUNK_US[series] * SERIES_ROOM + SERIES_NUMBER[series]
        if chunk in self.chunks:
            return False
        self.chunks.add(chunk)
        return True

    def is_newer(self, key: int, time_us: int) -> bool:
        """Whether nothing as new was seen under the key; the time then is its newest."""
        newest = self.newest_us.get(key)
        if newest is not None and time_us <= newest:
            return False
        self.newest_us[key] = time_us
        return True

    def are_newer(self, keys: tuple[int, ...], time_us: int) -> bool:
        """The same for all channels of a frame at once: whether all of them are newer."""
        newest = self.newest_us
        for key in keys:
            if newest.get(key, time_us - 1) >= time_us:
                break
        else:
            for key in keys:
                newest[key] = time_us
            return True
        for key in keys:
            self.is_newer(key, time_us)
        return False
