"""A world on the air: hour by hour what each of its devices sends, and what is to become of it.

Pure and streamed: no more than an hour of one device is in memory, or of all where asked for in
the order of time.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple, TypeAlias

from services.simulate.carriage import Fate, Sending, Way, spoilt
from services.simulate.quirk import quirk_of
from services.simulate.quirks import GATEWAY
from services.simulate.said import Said
from services.simulate.speech import HOUR_S, Speaker
from services.simulate.speech_frame import Hand, frames, hand_of
from services.simulate.speech_json import message
from services.simulate.world import Hour, VirtualDevice, World

HourOf: TypeAlias = Callable[[World, VirtualDevice, int], Hour]
Tell: TypeAlias = Callable[[VirtualDevice, Said], None]
REST_S: Final = 60
"""So long after the end the records of the last hour still go out."""
SPOILT_REASONS: Final = {Fate.CUT: "truncated", Fate.WRONG_BYTE: "crc_mismatch"}
SPOILT_JSON: Final = "json"


def _unheard(_device: VirtualDevice, _said: Said) -> None:
    """Nobody listens."""


class Outgoing(NamedTuple):
    """A message to publish at `at_s`; `account` publishes it.

    `mn` sends `frames` frames; `repeated` ones say nothing new. `refused` is why any receiver
    refuses them, `odd` why one does that knows nothing of the device's quirk. `dated_s` is DataTime
    and `shown_s` the time of sending, both by the device's clock.
    """

    topic: str
    payload: bytes
    at_s: float
    account: str
    mn: str
    command: str
    frames: int = 1
    repeated: bool = False
    refused: str | None = None
    odd: str | None = None
    dated_s: int = 0
    shown_s: int = 0


@dataclass(slots=True)
class Voice:
    """A device on the air: what it remembers, how it writes, and the way of its messages."""

    device: VirtualDevice
    seed: str
    speaker: Speaker = field(init=False)
    way: Way = field(init=False)
    hand: Hand = field(init=False)
    topic: str = field(init=False)
    account: str = field(init=False)

    def __post_init__(self) -> None:
        device = self.device
        quirk = quirk_of(device)
        unchecked = quirk.unchecked or device.sm4_key is not None or device.protocol == "cems-v1"
        self.speaker = Speaker(device)
        self.way = Way(
            f"{self.seed}:{device.mn}:{device.code}",
            device.carriage,
            newest_first=device.protocol == "hj212-2025",
            cut_only=unchecked,
        )
        self.hand = hand_of(device, quirk)
        self.account = account_of(device)
        prefix = "cems/v1" if device.protocol == "cems-v1" else "hj212"
        self.topic = f"{prefix}/{self.account}"

    def sends(self, hour: Hour, tell: Tell) -> Iterator[Outgoing]:
        """What goes out in the hour, in the order of time; `tell` hears all that is said."""
        told = self.speaker.says(hour)
        for one in told:
            tell(self.device, one)
        if self.hand.quirk.glued:
            parcels: Iterable[tuple[Said, ...]] = (
                tuple(alike) for _, alike in groupby(told, key=attrgetter("at_s"))
            )
        else:
            parcels = ((one,) for one in told)
        for sending in self.way.carry(parcels, hour.begin_s + HOUR_S):
            yield from self._outgoing(sending)

    def rest(self, until_s: float) -> Iterator[Outgoing]:
        """What of the last hour goes out after its end: its records."""
        for sending in self.way.carry((), until_s):
            yield from self._outgoing(sending)

    def _outgoing(self, sending: Sending) -> Iterator[Outgoing]:
        first = sending.said[0]
        if self.device.protocol == "cems-v1":
            payloads = [message(self.device.mn, first)]
            refused = SPOILT_JSON if sending.fate is Fate.CUT else None
        else:
            payloads = [
                frame
                for one in sending.said
                for frame in frames(self.hand, one, again=sending.late)
            ]
            refused = self._refused(payloads[0], sending.fate)
        pieces = len(payloads) if self.hand.quirk.glued else 1
        if pieces > 1 and refused is not None:
            # A bad line would spoil some of these frames and not others: all are lost on it, and
            # come whole when they are sent again.
            return
        for number, payload in enumerate([b"".join(payloads)] if pieces > 1 else payloads):
            yield Outgoing(
                self.topic,
                spoilt(payload, sending.fate),
                sending.at_s + number / 1000,
                self.account,
                self.device.mn,
                first.command,
                pieces,
                repeated=sending.fate is Fate.REPEATED,
                refused=refused,
                odd=self.hand.quirk.refusal(first.command),
                dated_s=first.data_s,
                shown_s=first.shown_s,
            )

    def _refused(self, frame: bytes, fate: Fate) -> str | None:
        cut = self.hand.quirk.cut
        if fate is Fate.CUT and cut is not None:
            return cut(spoilt(frame, fate))
        return SPOILT_REASONS.get(fate)


@dataclass(frozen=True, slots=True)
class Air:
    """All devices of a world on the air from `begin_s` to `end_s`; `hour_of` measures an hour."""

    world: World
    hour_of: HourOf
    begin_s: int
    end_s: int
    tell: Tell = _unheard

    def accounts(self) -> frozenset[str]:
        """The user names under which the devices publish."""
        return frozenset(account_of(device) for device in self.world.devices)

    def lots(self, *, in_order: bool) -> Iterator[Iterable[Outgoing]]:
        """Lots of what goes out, hour after hour; of each device in the order of time.

        In order: a lot is the hour of all devices in the order of time. Else it is one device's.
        """
        voices = [Voice(device, self.world.seed) for device in self.world.devices]
        for hour_s in range(self.begin_s - self.begin_s % HOUR_S, self.end_s, HOUR_S):
            lots = (self._lot(voice, hour_s) for voice in voices if _speaks(voice, hour_s))
            yield from _ordered(lots) if in_order else lots
        rests = (voice.rest(self.end_s + REST_S) for voice in voices)
        yield from _ordered(rests) if in_order else rests

    def _lot(self, voice: Voice, hour_s: int) -> Iterator[Outgoing]:
        hour = self.hour_of(self.world, voice.device, hour_s)
        sent = voice.sends(hour, self.tell)
        return (one for one in sent if self.begin_s <= one.at_s < self.end_s)


def _ordered(lots: Iterable[Iterable[Outgoing]]) -> Iterator[Iterable[Outgoing]]:
    yield sorted((one for lot in lots for one in lot), key=attrgetter("at_s"))


def account_of(device: VirtualDevice) -> str:
    """The user name under which a device publishes: its MN, or its gateway's."""
    return GATEWAY if device.quirk == "gateway" else device.mn


def _speaks(voice: Voice, hour_s: int) -> bool:
    """Whether the logger is in service in the hour, or what it kept has still to go out."""
    device = voice.device
    works = device.works
    if hour_s + HOUR_S <= max(device.commissioned_s, works.from_s if works else 0):
        return False
    return works is None or hour_s <= works.to_s or voice.way.waits
