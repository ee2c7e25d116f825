"""Whether so much is rejected that something must be wrong on our side. Pure.

Each publisher has one vote, the share of its own frames that was rejected for a reason the registry
could mend: a few babbling devices can neither stop the intake nor hide that all others are rejected.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TypeAlias

MIN_PUBLISHERS = 3
BUCKET_S = 1.0


# A publisher that nobody registered is named by its topic, a device by its number.
Voter: TypeAlias = int | str


@dataclass(frozen=True, slots=True)
class Tally:
    """Frames and rejects by publisher, and since when (monotonic seconds)."""

    at_s: float
    frames: Counter[Voter]
    rejected: Counter[Voter]


@dataclass(slots=True)
class RejectWatch:
    """Looks back `window_s` seconds; says nothing before `min_frames` of enough publishers."""

    limit: float
    min_frames: int
    window_s: float = 60.0
    _tallies: deque[Tally] = field(default_factory=deque[Tally])
    _frames: Counter[Voter] = field(default_factory=Counter[Voter])
    _rejected: Counter[Voter] = field(default_factory=Counter[Voter])

    def note(self, tally: Tally) -> None:
        """Take in a batch and let go of what has left the window."""
        tallies = self._tallies
        self._frames.update(tally.frames)
        self._rejected.update(tally.rejected)
        if tallies and tally.at_s - tallies[-1].at_s < BUCKET_S:
            tallies[-1].frames.update(tally.frames)
            tallies[-1].rejected.update(tally.rejected)
        else:
            tallies.append(Tally(tally.at_s, Counter(tally.frames), Counter(tally.rejected)))
        while tallies[0].at_s < tally.at_s - self.window_s:
            gone = tallies.popleft()
            _take_away(self._frames, gone.frames)
            _take_away(self._rejected, gone.rejected)

    def share(self, registered: int) -> float:
        """The mean over publishers of their rejected share, 0 to 1; 0 while there is too little.

        `registered` devices make it enough at a twentieth of them, and three at the least.
        """
        publishers = len(self._frames)
        enough = max(MIN_PUBLISHERS, registered // 20)
        if self._frames.total() < self.min_frames or publishers < enough:
            return 0.0
        votes = (self._rejected[publisher] / count for publisher, count in self._frames.items())
        return sum(votes) / publishers

    def exceeded(self, registered: int) -> bool:
        """Whether intake must stop."""
        return self.share(registered) >= self.limit

    def forget(self) -> None:
        """Begin anew, after somebody mended something."""
        self._tallies.clear()
        self._frames.clear()
        self._rejected.clear()


def _take_away(total: Counter[Voter], gone: Counter[Voter]) -> None:
    """Subtract in the time of what goes, not of all there is."""
    for voter, count in gone.items():
        total[voter] -= count
        if total[voter] <= 0:
            del total[voter]
