"""How completely devices transmit: counts of what was due and what came. It judges nothing.

The transmission rate 传输率 is arrived / due. The effectiveness 传输有效率 (validity times
transmission) is a rule's business and is not here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple


class SeriesCount(NamedTuple):
    """A device's records of one series whose periods begin in the hour or local day from `since`.

    A record counts once per time, whatever the number of its codes. `part` is the outlet's or the
    channel's code where asked for, else empty. due + extra = in_time + late + missing: `late` is
    the first arrival after the grace, `missing` what is still absent, `extra` what came in an hour
    beyond what was due there. `revised` of the records have another value, earlier or later.
    """

    plant: str
    device: str
    mn: str
    part: str
    series: str
    since: datetime
    due: int
    in_time: int
    late: int
    missing: int
    extra: int
    revised: int

    @property
    def arrived(self) -> int:
        """What was due and has come, in time or late."""
        return self.due - self.missing

    @property
    def rate(self) -> float | None:
        """The transmission rate 传输率 from 0 to 1; None when nothing was due."""
        return self.arrived / self.due if self.due else None


class FrameCount(NamedTuple):
    """A device's frames by receipt in the hour or local day from `since`, of all series.

    received = stored + repeated + rejected; `reasons` says how many were rejected for what.
    `resent` of the frames said so themselves (RF=1, HJ 212-2025); it is counted to the time of
    the batch that they came in.
    """

    plant: str
    device: str
    mn: str
    since: datetime
    received: int
    stored: int
    repeated: int
    rejected: int
    resent: int
    reasons: Mapping[str, int]


class Graces(NamedTuple):
    """Seconds after a period's end in which a record still is in time; of our choice, not the law's."""

    realtime_s: int = 60
    minute_s: int = 300
    hour_s: int = 1800
    day_s: int = 21_600
