"""How long to wait before trying again: longer each time, never the same for two processes."""

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Backoff:
    """The wait after `failures` failures in a row; a value, so success is a fresh one.

    `first_s` and `limit_s` bound the wait in seconds; each failure doubles it.
    """

    first_s: float = 0.5
    limit_s: float = 30.0
    failures: int = 0

    def after_failure(self) -> "Backoff":
        """The same with one failure more."""
        return replace(self, failures=self.failures + 1)

    def after_success(self) -> "Backoff":
        """The same, begun anew."""
        return replace(self, failures=0)

    def wait_s(self, random: Callable[[], float]) -> float:
        """Seconds to wait: between half and all of the present bound; `random` gives 0 to 1.

        Half is kept, so that a refused login never becomes a busy loop.
        """
        # 2.0**64 seconds is past any limit; more would overflow in the end.
        bound = min(self.limit_s, self.first_s * 2.0 ** min(self.failures, 64))
        return bound * (0.5 + random() / 2)
