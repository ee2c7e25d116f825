"""How a sender's frames are to be read, by the registry at the time of receipt. Pure."""

from collections.abc import Callable

from schemas.lookup import Device, DeviceKey, Lookup
from schemas.policies import Policy
from services.hj212.dialect import STRICT, Dialect, DialectOf
from services.hj212.frame import CrcPolicy

# With these even a good frame of the standard may be read otherwise, or refused.
DECISIVE = frozenset({Policy.REQUIRE_SM4})


def dialect_of(device: Device, received_us: int) -> Dialect:
    """The device's dialect, with all of its keys that could be opened.

    First those valid at that time, the newest first, then the others: what a device sends late
    may be encrypted with a key of before.
    """
    if device.strict:
        return STRICT
    opened = [key for key in device.keys if key.opened is not None]
    opened.sort(key=lambda key: not key.from_us <= received_us < key.to_us)
    keys = tuple(dict.fromkeys(key.opened for key in opened if key.opened is not None))
    return Dialect(CrcPolicy(device.crc), device.policies, keys)


def dialects_at(lookup: Lookup, publisher: str, received_us: int) -> DialectOf | None:
    """The dialect by MN of what comes from a publisher; None when all of it is read strictly.

    Where the MN is not registered or not there, the publisher's own device decides.
    """
    if not lookup.is_lenient(publisher):
        return None
    return _asked_once(lambda mn: _dialect(lookup, mn, publisher, received_us))


def reads_plainly(device: Device) -> bool:
    """Whether a good frame of the standard from this device needs no dialect."""
    return not device.keys and DECISIVE.isdisjoint(device.policies)


def unopened(device: Device) -> list[DeviceKey]:
    """The device's keys that could not be opened."""
    return [key for key in device.keys if key.opened is None]


def _dialect(lookup: Lookup, mn: str, publisher: str, received_us: int) -> Dialect:
    device = lookup.device(mn, received_us)
    if device is None or publisher not in {device.mn, device.gateway}:
        device = lookup.device(publisher, received_us)
    return STRICT if device is None else dialect_of(device, received_us)


def _asked_once(find: Callable[[str], Dialect]) -> DialectOf:
    """The same, each MN looked up once: a hostile payload may name it in every frame."""
    found: dict[str, Dialect] = {}

    def dialect(mn: str) -> Dialect:
        known = found.get(mn)
        if known is None:
            known = found[mn] = find(mn)
        return known

    return dialect
