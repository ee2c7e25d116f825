"""Whether so much is rejected that something must be wrong on our side. Pure.

Each publisher has one vote, the rejected share of its own frames: a single babbling device can
neither stop the intake nor hide that all others are rejected.
"""

from collections import Counter, deque
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tally:
    """Frames and rejects by publisher in one batch, and when it was made (monotonic seconds)."""

    at_s: float
    frames: Counter[str]
    rejected: Counter[str]


@dataclass(slots=True)
class RejectWatch:
    """Looks back `window_s` seconds; says nothing before `min_frames` of `min_publishers`."""

    limit: float
    min_frames: int
    window_s: float = 60.0
    min_publishers: int = 3
    _tallies: deque[Tally] = field(default_factory=deque[Tally])
    _frames: Counter[str] = field(default_factory=Counter[str])
    _rejected: Counter[str] = field(default_factory=Counter[str])

    def note(self, tally: Tally) -> None:
        """Take in a batch and let go of what has left the window."""
        self._tallies.append(tally)
        self._frames.update(tally.frames)
        self._rejected.update(tally.rejected)
        while self._tallies[0].at_s < tally.at_s - self.window_s:
            gone = self._tallies.popleft()
            self._frames -= gone.frames
            self._rejected -= gone.rejected

    def share(self) -> float:
        """The mean over publishers of their rejected share, 0 to 1; 0 while there is too little."""
        publishers = len(self._frames)
        if self._frames.total() < self.min_frames or publishers < self.min_publishers:
            return 0.0
        votes = (self._rejected[publisher] / count for publisher, count in self._frames.items())
        return sum(votes) / publishers

    @property
    def exceeded(self) -> bool:
        """Whether intake must stop."""
        mostly_rejected = 2 * self._rejected.total() > self._frames.total()
        return mostly_rejected and self.share() >= self.limit

    def forget(self) -> None:
        """Begin anew, after somebody mended something."""
        self._tallies.clear()
        self._frames.clear()
        self._rejected.clear()
