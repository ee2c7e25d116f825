"""What an API does beside answering: tell which position is closed, forget what is over.

It must not know what is answered. Several processes may do it at once.
"""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from services.api.context import Context
from services.store.errors import DatabaseError
from services.store.idempotency import sweep_answers
from services.store.login_begun import sweep_begun
from services.store.pool import PoolBusyError
from services.store.position_clock import tell_position
from services.store.sign_ins import sweep_sessions
from services.store.throttles import sweep_tries

LOG = structlog.stdlib.get_logger(__name__)
TELL_EVERY_S: Final = 10.0
SWEEP_EVERY: Final = 60
"""So many tellings."""


async def keep_up(context: Context) -> None:
    """Until cancelled. A database that does not answer is asked again."""
    turn = 0
    while True:
        try:
            await asyncio.to_thread(upkeep, context, sweep=turn % SWEEP_EVERY == 0)
        except (DatabaseError, PoolBusyError) as error:
            LOG.warning("upkeep waits for the database", error=type(error).__name__)
        turn += 1
        await asyncio.sleep(TELL_EVERY_S)


def upkeep(context: Context, *, sweep: bool) -> None:
    """Once. Raises psycopg.Error, PoolBusyError."""
    now = context.clock()
    with context.database.session() as session:
        tell_position(session)
        if sweep:
            sweep_sessions(session, now, timedelta(seconds=context.settings.session_idle_s))
            sweep_tries(session, now)
            sweep_answers(session, now)
            sweep_begun(session, now)
