"""The public part: there only where the setting switches it on, and only so often.

It must not know what is shown there.
"""

import math

from fastapi import Request
from fastapi.params import Depends as Dependency

from services.api.context import ContextDep
from services.api.credentials import neighbourhood
from services.api.identity import address_of
from services.api.problems import Kinds, Problem, not_found


def opened(request: Request, context: ContextDep) -> None:
    """Raises Problem when it is switched off, or this address has asked too often."""
    if not context.settings.open_data:
        raise not_found()
    wait = context.open_rates.take(neighbourhood(address_of(request)))
    if wait:
        raise too_many(wait)


def too_many(wait_s: float) -> Problem:
    """Whoever asks too often is told when to come back."""
    seconds = max(1, math.ceil(wait_s))
    return Problem(
        Kinds.TOO_MANY,
        f"请求过于频繁，请 {seconds} 秒后再试。",
        f"too many requests: try again in {seconds} s",
        headers={"Retry-After": str(seconds)},
    )


OPEN_PART = Dependency(opened)
