"""What is known of who speaks: devices to be heard, when each was, and the silences between.

All times are UTC and the platform's own (of receipt), but where a name says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from schemas.alert import AlertKind, Span, Target


class WatchedDevice(NamedTuple):
    """A device that is to speak over [since, until): commissioned, and holding an MN.

    The intervals are those registered, in seconds; `region` is a code of GB/T 2260.
    """

    device: int
    plant: int
    code: str
    plant_code: str
    plant_name: str
    region: str
    gateway: str | None
    mn: str
    realtime_s: int
    minute_s: int
    since: datetime
    until: datetime | None

    @property
    def target(self) -> Target:
        """Whom a case about it names."""
        return Target(plant=self.plant, device=self.device)


class Beat(NamedTuple):
    """A device was heard from `first` to `last`, at least once a minute between."""

    device: int
    first: datetime
    last: datetime


class Gap(NamedTuple):
    """Nothing was heard of a device between two moments; `until` None: nothing yet.

    `said_at` is the newest time of sending (by its own clock) that it had stated before. `never`:
    nothing was ever heard of it before `until`; `since` is then when the watch over it began.
    """

    device: int
    since: datetime
    until: datetime | None
    said_at: datetime | None = None
    never: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """How one device was heard. `known_at`: when the watch first saw it in the registry.

    `first_at` and `heard_at`: its first and last frame (None: none ever). `data_at` and `said_at`:
    the data time and the time of sending of its newest reading. `skews`: receipt less sending of its
    last readings, in seconds. `clock_rejected_at`: its last frame that was refused for its clock.
    """

    device: int
    known_at: datetime
    first_at: datetime | None = None
    heard_at: datetime | None = None
    looked_at: datetime | None = None
    data_at: datetime | None = None
    said_at: datetime | None = None
    received_at: datetime | None = None
    skews: tuple[float, ...] = ()
    clock_rejected_at: datetime | None = None


class Newest(NamedTuple):
    """A device's newest reading by data time; `sent_at` by its own clock, None where not stated.

    `channel` is one that has it, `span_s` the seconds that it stands for.
    """

    device: int
    data_at: datetime
    sent_at: datetime | None
    received_at: datetime
    channel: int = 0
    span_s: int = 0


class Arrival(NamedTuple):
    """A real-time or minute record of a device, in the order of arrival.

    `data_at` and `sent_at` (None: not stated) by its own clock; `batch` and `frame`: what brought it.
    """

    device: int
    realtime: bool
    data_at: datetime
    sent_at: datetime | None
    received_at: datetime
    batch: int = 0
    frame: int = 0


class Refusals(NamedTuple):
    """Frames refused for one reason under one topic in the name of one device."""

    reason: str
    device: int
    topic: str
    mn: str
    frames: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Deaf:
    """The platform, or its way to a group of devices, heard nothing over [since, until).

    `devices` fell silent together, of `of` that were speaking. `whole`: nobody's silence counts
    meanwhile. `why` is `together`, `gateway:<its MN>`, `region:<code>` or `ingest`.
    """

    since: datetime
    until: datetime | None
    devices: frozenset[int]
    of: int
    whole: bool
    why: str

    def concerns(self, device: int) -> bool:
        """Whether this device's silence is explained by it."""
        return self.whole or device in self.devices


class Seen(NamedTuple):
    """A stretch of time in which a watch holds something to be wrong, and where."""

    kind: AlertKind
    target: Target
    span: Span

    @property
    def key(self) -> tuple[str, int, str, datetime]:
        """One stretch of one source begins once."""
        return self.kind.value, self.target.device or 0, self.span.source, self.span.since


class Progress(NamedTuple):
    """What a loop last said of itself: how far it is behind, by the database's clock `said_at`."""

    name: str
    host: str
    lag_s: float
    skew_s: float | None
    said_at: datetime


class Undelivered(NamedTuple):
    """Notices that did not arrive: given up, and the oldest that still waits."""

    dead: int
    oldest_at: datetime | None
    channels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Said:
    """Sentences and figures of a stretch; `at`: since when, where that is known."""

    zh: str
    en: str
    evidence: dict[str, object] = field(default_factory=dict[str, object])
    at: datetime | None = None
