"""`qingkong ingest` and `qingkong migrate`: the composition root of the ingest process."""

import asyncio
import gc
from typing import Annotated

import structlog
import typer
from prometheus_client import CollectorRegistry

from services.ingest.message import SessionTakenOver
from services.ingest.metrics import ingest_metrics
from services.ingest.retire import BrokerAwayError, SlotHeldError, retire_slot
from services.ingest.worker import Worker
from services.runtime.http import listen, pages, serve
from services.runtime.logs import configure_logs
from services.runtime.options import database_of
from services.runtime.seal import seal_key_of
from services.runtime.settings import Settings, read_settings
from services.runtime.signals import stop_event
from services.store.errors import DatabaseError
from services.store.migrations import Migration, MigrationError
from services.store.migrations import migrate as apply_migrations

LOG = structlog.stdlib.get_logger(__name__)
app = typer.Typer(
    invoke_without_command=True, help="Receive from MQTT and store; see `qingkong ingest --help`."
)


def addresses(settings: Settings) -> tuple[str, str]:
    """Database and broker URL.

    Raises typer.BadParameter, saying what to do, when one is not set.
    """
    if settings.database_url is None or settings.mqtt_url is None:
        raise typer.BadParameter(
            "no servers: run `qingkong embedded up`, or set QINGKONG_DATABASE_URL and "
            "QINGKONG_MQTT_URL to your own"
        )
    return settings.database_url.get_secret_value(), settings.mqtt_url.get_secret_value()


@app.callback()
def ingest(
    context: typer.Context,
    slots: Annotated[
        int | None, typer.Option(min=1, max=64, help="slots shared by all workers (QINGKONG_SLOTS)")
    ] = None,
) -> None:
    """Receive from MQTT, decode, check and store; acknowledge what is committed.

    Start as many of these as you like with the same --slots: each holds what the others leave,
    and takes over from one that dies. Stop with SIGTERM; metrics and health are on
    QINGKONG_METRICS_HOST:QINGKONG_METRICS_PORT.

    Example: qingkong migrate && qingkong registry import plants.yaml && qingkong ingest
    """
    if context.invoked_subcommand is not None:
        return
    settings = read_settings()
    if slots is not None:
        settings = settings.model_copy(update={"slots": slots})
    configure_logs(settings)
    # A key that is none ends it here, in one sentence, and not within a group of tasks.
    seal_key_of(settings)
    asyncio.run(_run(settings))


@app.command()
def retire(
    slot: Annotated[int, typer.Argument(min=0, help="number of the slot to take away")],
    quiet_s: Annotated[
        float, typer.Option(help="seconds without a message that count as empty")
    ] = 3.0,
) -> None:
    """Empty a slot's session at the broker, store what was in it, and end the session.

    Do this after lowering the number of slots: the broker goes on feeding a session that nobody
    reads. The slot must not be held by a running worker.
    """
    settings = read_settings()
    configure_logs(settings)
    metrics = ingest_metrics(CollectorRegistry())
    stored, failures = 0, list[str]()
    try:
        stored = asyncio.run(retire_slot(settings, addresses(settings), metrics, slot, quiet_s))
    except* (
        SlotHeldError,
        BrokerAwayError,
        SessionTakenOver,
        ConnectionError,
        DatabaseError,
    ) as group:
        failures = [str(error) for error in group.exceptions]
    if failures:
        typer.secho(f"slot {slot} is not retired: {'; '.join(failures)}", err=True, fg="red")
        raise typer.Exit(1)
    typer.echo(f"slot {slot}: {stored} messages drained and stored, session ended")


async def _run(settings: Settings) -> None:
    database_url, mqtt_url = addresses(settings)
    # What was imported stays for good: no collection need walk over it.
    gc.freeze()
    registry = CollectorRegistry()
    metrics = ingest_metrics(registry)
    listening = listen(settings.metrics_host, settings.metrics_port)
    LOG.info("ingest starts", slots=settings.slots, metrics_port=listening.getsockname()[1])
    async with stop_event() as stop, asyncio.TaskGroup() as group:
        worker = Worker(settings, database_url, mqtt_url, metrics, stop)
        serving = group.create_task(serve(pages(registry, worker.health), listening), name="http")
        await worker.run()
        serving.cancel()


def migrate() -> None:
    """Bring the database to this version's schema; safe to run again and from two places at once."""
    try:
        done = apply_migrations(database_of(), _report)
    except (MigrationError, DatabaseError) as error:
        typer.secho(f"not migrated: {error}", err=True, fg="red")
        raise typer.Exit(1) from error
    typer.echo(
        f"{len(done)} migrations applied" if done else "nothing to do: the schema is current"
    )


def _report(migration: Migration) -> None:
    typer.echo(f"applied {migration.number:04} {migration.name}")
