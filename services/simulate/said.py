"""What a device has to say at a moment, before it is put into bytes; and what it tells by it.

Pure values between the speech, the frame and the truth. Times are seconds since 1970 UTC.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from services.hj212.clock import BEIJING

REALTIME: Final = "2011"
STATES: Final = "2021"
DAY: Final = "2031"
RUN_HOURS: Final = "2041"
MINUTE: Final = "2051"
HOUR: Final = "2061"
RESTART: Final = "2081"
FURNACE: Final = "2111"
CHECK: Final = "2062"
RETAINED: Final = "3015"
IDENTITY: Final = "3019"
DEVICE: Final = "3020"

_HOUR_S: Final = 3_600
_MINUTE_S: Final = 60


class StateFact(NamedTuple):
    """A facility's state as reported, by the device's clock."""

    code: str
    at_s: int
    state: int


class EventFact(NamedTuple):
    """Something that happened to the device, as it tells it."""

    kind: str
    at_s: int
    about: str | None
    code: str | None
    text: str


class ParameterFact(NamedTuple):
    """A setting as the device tells it."""

    at_s: int
    about: str | None
    code: str
    value: str


Fact: TypeAlias = StateFact | EventFact | ParameterFact


class Said(NamedTuple):
    """A message: said at `at_s`, when the device's own clock shows `shown_s` and `ms`.

    `command` is the CN of HJ 212 whatever the protocol, `data_s` its DataTime, `groups` the texts
    of its content: projects of HJ 212, or items of JSON.
    """

    at_s: int
    shown_s: int
    ms: int
    command: str
    data_s: int
    groups: Sequence[str]
    facts: tuple[Fact, ...] = ()

    @property
    def leaves_s(self) -> float:
        """When it is sent."""
        return self.at_s + self.ms / 1000


def digits(at_s: int) -> str:
    """YYYYMMDDhhmmss of a second, Beijing time (HJ 212-2017 table 4, DataTime)."""
    hour, rest = divmod(at_s, _HOUR_S)
    minute, second = divmod(rest, _MINUTE_S)
    return f"{_hour_text(hour)[0]}{minute:02}{second:02}"


def moment(at_s: int) -> str:
    """The second in the form of JSON messages, with Beijing's offset."""
    hour, rest = divmod(at_s, _HOUR_S)
    minute, second = divmod(rest, _MINUTE_S)
    return f"{_hour_text(hour)[1]}:{minute:02}:{second:02}+08:00"


@lru_cache(maxsize=64)
def _hour_text(hour: int) -> tuple[str, str]:
    begin = datetime.fromtimestamp(hour * _HOUR_S, BEIJING)
    return f"{begin:%Y%m%d%H}", f"{begin:%Y-%m-%dT%H}"
