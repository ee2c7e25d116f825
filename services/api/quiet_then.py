"""What is kept quiet 静默 at the time that an answer is about. It must not know what is answered."""

from services.api.access import Sight
from services.api.then import ThenDep
from services.cases.quiet_cases import Quiet, quiet_at


def quiet_then(within: Sight, then: ThenDep) -> Quiet:
    """The silences that hold now, or held at the time of `as_of` as they were known by then.

    A position alone names no time: nothing is said to be quiet, for what is said as of a position stays
    the same. Raises psycopg.Error.
    """
    if then is None:
        return quiet_at(within.session, within.context.clock())
    if then.time is None:
        return Quiet(within.context.clock())
    return quiet_at(within.session, then.time, then.position)
