"""`qingkong alerts`: the composition root of the evaluating process."""

import asyncio

import structlog
import typer
from prometheus_client import CollectorRegistry

from services.alerts.metrics import evaluator_metrics
from services.alerts.worker import EvaluatorProcess
from services.runtime.http import listen, pages, serve
from services.runtime.logs import configure_logs
from services.runtime.settings import Settings, read_settings
from services.runtime.signals import stop_event

LOG = structlog.stdlib.get_logger(__name__)
app = typer.Typer(no_args_is_help=True, help="Judge what was measured, hour by hour.")


@app.callback()
def _alerts() -> None:
    """Judge what was measured; see `qingkong alerts run --help`."""


@app.command()
def run() -> None:
    """Judge hours as they end and as data come late, and keep every verdict with its evidence.

    Start as many of these as you like: each takes the plants that no other one holds, and nothing
    is lost or judged twice when one dies. Stop with SIGTERM; metrics and health are on
    QINGKONG_METRICS_HOST:QINGKONG_METRICS_PORT.

    Example: qingkong limits list && QINGKONG_METRICS_PORT=9213 qingkong alerts run
    """
    settings = read_settings()
    configure_logs(settings)
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    if settings.database_url is None:
        raise typer.BadParameter(
            "no database: run `qingkong embedded up` or set QINGKONG_DATABASE_URL"
        )
    registry = CollectorRegistry()
    url = settings.database_url.get_secret_value()
    process = EvaluatorProcess(settings, url, evaluator_metrics(registry))
    listening = listen(settings.metrics_host, settings.metrics_port)
    LOG.info("judging starts", metrics_port=listening.getsockname()[1])
    async with stop_event() as stop, asyncio.TaskGroup() as group:
        serving = group.create_task(serve(pages(registry, process.health), listening), name="http")
        await process.run(stop)
        serving.cancel()
