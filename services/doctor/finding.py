"""What the doctor says: a level, what was found, and what to do, in English and Chinese.

Values only.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum


class Level(StrEnum):
    """How bad it is; only a fault makes the command fail."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages."""

    en: str
    zh: str


class Subject(Enum):
    """Where it was found."""

    SETTINGS = Words("settings", "设置")
    HOST = Words("this host", "本机")
    DATABASE = Words("database", "数据库")
    BROKER = Words("MQTT broker", "MQTT 服务器")


NOTHING = Words("", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    subject: Subject
    what: Words
    do: Words = NOTHING


class Cause(StrEnum):
    """Why a server cannot be talked to."""

    UNSET = "unset"
    UNKNOWN_HOST = "unknown_host"
    REFUSED = "refused"
    SILENT = "silent"
    TLS = "tls"
    LOGIN = "login"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A server that could not be examined; `detail` is its own or the system's words."""

    cause: Cause
    place: str = ""
    detail: str = ""
