"""What the registry says about a frame's head and shape, worked out once and used many times.

A plan holds while the registry's snapshot does, for times at which its channels stay the same.
Whatever it is unsure of goes the general way, which decides.
"""

from dataclasses import dataclass, field
from struct import Struct
from typing import NamedTuple

from schemas.lookup import Device, Lookup
from schemas.series import SERIES_NUMBER, Series
from services.hj212.form import Shape
from services.hj212.shape import FastFrame, Head
from services.ingest.command_places import SERIES_OF_COMMAND
from services.ingest.dialects import reads_plainly
from services.ingest.hj212_statement import BEIJING_OFFSET_S, span_of
from services.ingest.layout import LaidOut, lay_out

# Plans and layouts remembered at most; beyond, all are worked out anew.
MOST_PLANS = 65_536
# Keys are integers, made of a channel or a chunk's number and the series': they are looked up for
# every frame, and an enumeration's own hash is slow.
SERIES_ROOM = 8
# The run states of facilities (HJ 212-2017 table 9).
STATES = "2021"


def channel_key(series: Series, channel: int) -> int:
    """The key under which a channel's newest time in a series is remembered."""
    return channel * SERIES_ROOM + SERIES_NUMBER[series]


class Plan(NamedTuple):
    """Where the rows of frames with this head and shape go. `channels` are packed, big-endian."""

    topic: str
    device: int
    series: Series
    newest_keys: tuple[int, ...]
    channels: bytes
    subjects: tuple[int, ...]
    layout: LaidOut
    held_from_us: int
    held_to_us: int
    from_us: int
    to_us: int
    resent: bool

    def holds(self, received_us: int, time_us: int) -> bool:
        """Whether it is right for a reading of that time, received then."""
        return (
            self.from_us <= time_us < self.to_us
            and self.held_from_us <= received_us < self.held_to_us
        )


class Spot(NamedTuple):
    """Where one code of one sender's JSON messages goes, and for which times that holds."""

    device: int
    channel: int
    subject: int
    span_s: int
    unflagged_as: str | None
    held_from_us: int
    held_to_us: int
    from_us: int
    to_us: int

    def holds(self, received_us: int, time_us: int) -> bool:
        """Whether it is right for a reading of that time, received then."""
        return (
            self.from_us <= time_us < self.to_us
            and self.held_from_us <= received_us < self.held_to_us
        )


class Named(NamedTuple):
    """What a JSON reading is known by."""

    topic: str
    mn: str
    series: Series
    code: str


@dataclass(slots=True)
class Plans:
    """The plans under one snapshot of the registry; a number where none could be made so often."""

    lookup: Lookup
    _plans: dict[tuple[Head, Shape], Plan | int] = field(
        default_factory=dict[tuple[Head, Shape], Plan | int]
    )
    _layouts: dict[tuple[Shape, Series, int, bool], LaidOut] = field(
        default_factory=dict[tuple[Shape, Series, int, bool], LaidOut]
    )

    _spots: dict[Named, Spot | int] = field(default_factory=dict[Named, Spot | int])

    def spot(self, named: Named, received_us: int, time_us: int) -> Spot | None:
        """Where the reading goes at these times; None where the general way must decide."""
        spot = self._spots.get(named, None)
        if isinstance(spot, Spot) and spot.holds(received_us, time_us):
            return spot
        if isinstance(spot, int) and not _try_again(spot):
            self._spots[named] = spot + 1
            return None
        if len(self._spots) >= MOST_PLANS:
            self._spots.clear()
        found = self._find(named, received_us, time_us)
        self._spots[named] = found or (spot + 1 if isinstance(spot, int) else 1)
        return found if found is not None and found.holds(received_us, time_us) else None

    def _find(self, named: Named, received_us: int, time_us: int) -> Spot | None:
        device = self.lookup.device(named.mn, received_us)
        if device is None or named.topic != f"cems/v1/{device.mn}":
            return None
        channel = self.lookup.channel(device.id, named.code, time_us)
        if channel is None:
            return None
        return Spot(
            device=device.id,
            channel=channel.id,
            subject=channel.subject,
            span_s=span_of(named.series, device),
            unflagged_as=device.unflagged_as,
            held_from_us=device.from_us,
            held_to_us=device.to_us,
            from_us=max(device.commissioned_us, channel.from_us),
            to_us=channel.to_us,
        )

    def plan(self, fast: FastFrame, received_us: int, time_us: int) -> Plan | None:
        """The plan for a frame of these times; None where the general way must decide."""
        key = (fast.head, fast.shape)
        plan = self._plans.get(key)
        # What `holds` says, written out: this is asked for every frame.
        if (
            type(plan) is Plan
            and plan.from_us <= time_us < plan.to_us
            and plan.held_from_us <= received_us < plan.held_to_us
        ):
            return plan
        if isinstance(plan, int) and not _try_again(plan):
            self._plans[key] = plan + 1
            return None
        if len(self._plans) >= MOST_PLANS:
            self._plans.clear()
            self._layouts.clear()
        made = self._make(fast, received_us, time_us)
        self._plans[key] = made or (plan + 1 if isinstance(plan, int) else 1)
        return made if made is not None and made.holds(received_us, time_us) else None

    def _make(self, fast: FastFrame, received_us: int, time_us: int) -> Plan | None:
        template, shape = fast.head.template, fast.shape
        series = _series(template.cn, shape)
        device = self.lookup.device(template.mn or "", received_us)
        if series is None or device is None or not _plain(device, shape):
            return None
        channels = [self.lookup.channel(device.id, code, time_us) for code in shape.codes]
        bound = [channel for channel in channels if channel is not None]
        if not bound or len(bound) < len(channels):
            return None
        return Plan(
            topic=f"hj212/{device.mn}",
            device=device.id,
            series=series,
            newest_keys=tuple(channel_key(series, channel.id) for channel in bound),
            channels=Struct(f">{len(bound)}i").pack(*[channel.id for channel in bound]),
            subjects=tuple({channel.subject for channel in bound}),
            layout=self._layout(shape, series, span_of(series, device), sent=fast.qn is not None),
            held_from_us=device.from_us,
            held_to_us=device.to_us,
            from_us=max(device.commissioned_us, *[channel.from_us for channel in bound]),
            to_us=min(channel.to_us for channel in bound),
            resent=template.rf == "1",
        )

    def _layout(self, shape: Shape, series: Series, span_s: int, *, sent: bool) -> LaidOut:
        key = (shape, series, span_s, sent)
        layout = self._layouts.get(key)
        if layout is None:
            layout = self._layouts[key] = lay_out(shape, series, span_s, sent=sent)
        return layout


def _try_again(refused: int) -> bool:
    """Whether to work a plan out again that could not be made so many times: ever more rarely."""
    return refused & (refused - 1) == 0


def _plain(device: Device, shape: Shape) -> bool:
    """Whether neither the device's clock nor its dialect nor its flags need the general way."""
    return (
        device.utc_offset_s == BEIJING_OFFSET_S
        and reads_plainly(device)
        and shape.has_data_time
        and bool(shape.columns)
        and (device.unflagged_as is None or len(shape.flags) == len(shape.codes))
        # A mark of a code is picked in the order of the marks, its row stands in that of the codes.
        and [code for code in shape.codes if code in shape.flags] == list(shape.flags)
        and [code for code in shape.codes if code in shape.samples] == list(shape.samples)
    )


def _series(command: str, shape: Shape) -> Series | None:
    """What a frame of this command and shape fills; None where the general way must tell."""
    if shape.states:
        return Series.STATE if command == STATES else None
    return SERIES_OF_COMMAND.get(command)
