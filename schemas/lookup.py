"""The registry as ingest needs it: device by MN and time, channel by device, code and time."""

from collections.abc import Iterable
from typing import NamedTuple

from schemas.policies import Policy

# Open ends of an interval, in microseconds since 1970 UTC (the years 1 and 9999).
BEGINNING_US = -62_135_596_800_000_000
END_US = 253_402_300_799_000_000


class Device(NamedTuple):
    """A registered logger, as far as decoding and validation depend on it."""

    id: int
    mn: str
    from_us: int
    to_us: int
    protocol: str
    crc: str
    utc_offset_s: int
    realtime_interval_s: int
    minute_interval_s: int
    unflagged_as: str | None
    commissioned_us: int
    gateway: str | None
    policies: frozenset[Policy] = frozenset()
    keys: "tuple[DeviceKey, ...]" = ()

    @property
    def strict(self) -> bool:
        """Whether its frames are read as the standard has them."""
        return self.crc == "strict" and not self.policies and not self.keys


class DeviceKey(NamedTuple):
    """An SM4 key of a device, opened, from and to (exclusive); `opened` is None when it cannot be.

    Its `repr` does not tell the key.
    """

    from_us: int
    to_us: int
    opened: bytes | None

    def __repr__(self) -> str:
        return f"DeviceKey({self.from_us}, {self.to_us}, ******)"


class Channel(NamedTuple):
    """A device's code bound to a point of a subject, from and to (exclusive)."""

    id: int
    device: int
    code: str
    from_us: int
    to_us: int
    subject: int


class Lookup:
    """A snapshot of the registry at `version`; replaced whole when the registry changes."""

    def __init__(
        self, version: int, devices: Iterable[Device], channels: Iterable[Channel]
    ) -> None:
        self.version = version
        self._devices: dict[str, list[Device]] = {}
        self._channels: dict[tuple[int, str], list[Channel]] = {}
        self._lenient: set[str | None] = set()
        for device in devices:
            self._devices.setdefault(device.mn, []).append(device)
            if not device.strict:
                self._lenient |= {device.mn, device.gateway}
        for channel in channels:
            self._channels.setdefault((channel.device, channel.code), []).append(channel)

    @property
    def registered(self) -> int:
        """How many MNs there are."""
        return len(self._devices)

    def is_lenient(self, publisher: str) -> bool:
        """Whether anything of this publisher may have to be read otherwise than strictly."""
        return publisher in self._lenient

    def device(self, mn: str, at_us: int) -> Device | None:
        """The device that held the MN at that time."""
        for device in self._devices.get(mn, ()):
            if device.from_us <= at_us < device.to_us:
                return device
        return None

    def channel(self, device: int, code: str, at_us: int) -> Channel | None:
        """The channel that the device's code was bound to at that time."""
        for channel in self._channels.get((device, code), ()):
            if channel.from_us <= at_us < channel.to_us:
                return channel
        return None
