"""What the proof commands do with the database, each in one function: connect, load, work."""

from collections.abc import Callable, Sequence

from schemas.series import Series
from services.ingest.from_settings import clock_guard
from services.ingest.proof.rebuild import Rebuild, Rebuilt
from services.ingest.proof.rejects import RejectRetry, Retried, RetryOrder
from services.ingest.proof.verification import Show
from services.ingest.registry_copy import lookup_of
from services.runtime.seal import opener_of
from services.runtime.settings import Settings
from services.store.batch_walk import Span, extents
from services.store.connection import connect
from services.store.registry import load_lookup
from services.store.rejects import KeptReject, Wanted, newest_rejects


async def wanted_rejects(database_url: str, wanted: Wanted, limit: int) -> list[KeptReject]:
    """The newest of the wanted rejects. Raises psycopg.Error."""
    async with await connect(database_url, "api", "qingkong rejects") as connection:
        return await newest_rejects(connection, wanted, limit)


async def retry_rejects(
    settings: Settings, database_url: str, wanted: Wanted, order: RetryOrder, show: Show
) -> list[Retried]:
    """Retry the wanted rejects. Raises RetryBusyError, psycopg.Error."""
    async with await connect(database_url, "ingest", "qingkong rejects retry") as connection:
        lookup = lookup_of(await load_lookup(connection), opener_of(settings))
        advance = _counted(show, "rejects 拒收", 0)
        work = RejectRetry(connection, lookup, clock_guard(settings), order, advance)
        return await work.run(wanted)


async def rebuild_span(
    settings: Settings, database_url: str, span: Span, series: Sequence[Series], show: Show
) -> Rebuilt:
    """Make the readings of a span again. Raises psycopg.Error; what was committed stays."""
    async with await connect(database_url, "ingest", "qingkong rebuild") as connection:
        lookup = lookup_of(await load_lookup(connection), opener_of(settings))
        total = sum(extent.batches for extent in await extents(connection, span))
        advance = _counted(show, "batches 批次", total)
        return await Rebuild(connection, lookup, clock_guard(settings), series, advance).run(span)


def _counted(show: Show, what: str, total: int) -> Callable[[int], None]:
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        show(what, done, total)

    return advance
