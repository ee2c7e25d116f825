"""Plants whose running hour cannot be judged because what is set of their rules does not fit together.

Each is said once, and costs no other plant anything.
"""

from dataclasses import dataclass, field
from datetime import datetime

import structlog

from services.rules.judging.shelf import SettingError

LOG = structlog.stdlib.get_logger(__name__)


@dataclass
class Misfits:
    """What does not fit, by plant; forgotten as soon as a setting, a limit or the registry is new."""

    why: dict[int, str] = field(default_factory=dict[int, str])
    _until: dict[int, datetime] = field(default_factory=dict[int, datetime])

    def __len__(self) -> int:
        return len(self.why)

    def note(self, plant: int, error: SettingError, until: datetime | None = None) -> None:
        """Say it, unless just this was said; `until`: the plant is not asked before."""
        if self.why.get(plant) != str(error):
            LOG.warning("running hour not judged: settings do not fit", plant=plant, why=str(error))
        self.why[plant] = str(error)
        if until is not None:
            self._until[plant] = until

    def holds(self, plant: int, now: datetime) -> bool:
        """Whether the plant is not to be asked yet."""
        return self._until.get(plant, now) > now

    def forget(self) -> None:
        """Something is new: all may fit now."""
        self.why.clear()
        self._until.clear()
