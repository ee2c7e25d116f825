"""What a virtual logger publishes at a second, its resends and garbled lines among it.

Pure: (logger, seed, second) decides everything, so that a run can be told again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.simulate import hj212_words, json_words
from services.simulate.model import facility_state
from services.simulate.noise import lattice
from services.simulate.period import MINUTE_S
from services.simulate.plant import VirtualLogger

# Chances of a message: an even number between -1 and 1 above these.
_REPEAT_ABOVE: Final = 0.94
_GARBLE_ABOVE: Final = 0.98


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to publish."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between real-time messages, and the run's seed."""

    realtime_s: int = 2
    seed: str = "qingkong"


def due(logger: VirtualLogger, pace: Pace, at_s: int) -> Iterator[Outgoing]:
    """All that the logger publishes at a second since 1970 UTC."""
    for payload in _said(logger, pace, at_s):
        yield _outgoing(logger, payload)
    if at_s % pace.realtime_s:
        return
    mishap = lattice(f"{pace.seed}:{logger.mn}:mishap", at_s)
    if mishap > _GARBLE_ABOVE:
        yield _outgoing(logger, _garbled(logger, _realtime(logger, pace, at_s - 1)))
    elif mishap > _REPEAT_ABOVE:
        yield _outgoing(logger, _realtime(logger, pace, at_s))


def _garbled(logger: VirtualLogger, payload: bytes) -> bytes:
    """A message as a bad line leaves it: with a wrong byte in its middle, or cut off there."""
    middle = len(payload) // 2
    if logger.protocol == "json":
        return payload[:middle]
    return payload[:middle] + bytes([payload[middle] ^ 0x15]) + payload[middle + 1 :]


def _said(logger: VirtualLogger, pace: Pace, at_s: int) -> Iterator[bytes]:
    hj212 = logger.protocol == "hj212"
    if at_s % pace.realtime_s == 0:
        yield _realtime(logger, pace, at_s)
    if at_s % MINUTE_S == 0:
        minute = hj212_words.minute_frame if hj212 else json_words.minute_message
        yield minute(logger, pace.seed, at_s - MINUTE_S)
    if at_s % MINUTE_S == 0 or _changed(logger, pace, at_s):
        states = hj212_words.states_frame if hj212 else json_words.states_message
        yield states(logger, pace.seed, at_s)


def _realtime(logger: VirtualLogger, pace: Pace, at_s: int) -> bytes:
    if logger.protocol == "hj212":
        return hj212_words.realtime_frame(logger, pace.seed, at_s)
    return json_words.realtime_message(logger, pace.seed, at_s)


def _changed(logger: VirtualLogger, pace: Pace, at_s: int) -> bool:
    key = f"{pace.seed}:{logger.mn}"
    return any(
        facility_state(key, code, at_s) != facility_state(key, code, at_s - 1)
        for code in logger.facilities
    )


def _outgoing(logger: VirtualLogger, payload: bytes) -> Outgoing:
    prefix = "hj212" if logger.protocol == "hj212" else "cems/v1"
    return Outgoing(f"{prefix}/{logger.mn}", payload)
