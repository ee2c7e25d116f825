"""A silence 静默: for whom and which kinds of cases nobody is told, over which time, by whom and why."""

from dataclasses import dataclass
from datetime import datetime

from schemas.alert import AlertKind, Severity


@dataclass(frozen=True, slots=True)
class Silence:
    """The newest belief of one key; a case matches where everything that is set matches.

    `silence` is the key (0: not stored yet), `row` the version. `region` a code of GB/T 2260 with all
    below it; `kinds` empty: all; `severity`: only cases up to this one; `maintenance` 计划检修. It
    holds over `since` <= t < `until`.
    """

    silence: int
    since: datetime
    until: datetime
    reason: str
    actor: str
    maintenance: bool = False
    region: str | None = None
    plant: int | None = None
    subject: int | None = None
    device: int | None = None
    kinds: frozenset[AlertKind] = frozenset()
    severity: Severity | None = None
    withdrawn: bool = False
    row: int = 0
    recorded_at: datetime | None = None
