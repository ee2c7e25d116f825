"""`qingkong alerts run`: the composition root of the alert service."""

import asyncio

import structlog
import typer
from prometheus_client import CollectorRegistry

from services.alerts.alert_commands import handover, list_, rates, show
from services.alerts.alert_step_commands import ack, assign, comment, dispose, reopen, resolve
from services.alerts.worker import AlertProcess, process_metrics
from services.runtime.http import listen, pages, serve
from services.runtime.logs import configure_logs
from services.runtime.options import database_of, stop
from services.runtime.settings import Settings, SettingsError, read_settings
from services.runtime.signals import stop_event

LOG = structlog.stdlib.get_logger(__name__)
app = typer.Typer(
    no_args_is_help=True,
    help="Judge what was measured, raise cases 告警, and bring each to its end. "
    "Example: qingkong alerts run",
)


for _name, _command in {
    "list": list_, "show": show, "ack": ack, "assign": assign, "comment": comment,
    "resolve": resolve, "dispose": dispose, "reopen": reopen, "handover": handover, "rates": rates,
}.items():  # fmt: skip
    app.command(_name)(_command)


@app.callback()
def _alerts() -> None:
    """Judge what was measured, raise cases 告警, and bring each to its end.

    `qingkong alerts run` is the service; the other commands are for the people who work on cases.

    Example: qingkong alerts list --state open
    """


@app.command()
def run() -> None:
    """Judge hours as they end and as data come late, watch the loggers, raise cases, tell people.

    Start as many of these as you like: each takes the plants that no other one holds, one of them
    raises and the others stand by, and nothing is lost or doubled when one dies. Stop with SIGTERM;
    metrics and health are on QINGKONG_METRICS_HOST:QINGKONG_METRICS_PORT.

    Example: qingkong limits list && QINGKONG_METRICS_PORT=9213 qingkong alerts run
    """
    settings = read_settings()
    configure_logs(settings)
    failures: list[str] = []
    try:
        asyncio.run(_run(settings))
    except* (SettingsError, OSError) as group:
        failures = [str(error) for error in group.exceptions]
    if failures:
        stop(*failures)


async def _run(settings: Settings) -> None:
    registry = CollectorRegistry()
    process = AlertProcess(settings, database_of(), process_metrics(registry))
    listening = listen(settings.metrics_host, settings.metrics_port)
    LOG.info("judging starts", metrics_port=listening.getsockname()[1])
    async with stop_event() as stopping, asyncio.TaskGroup() as group:
        serving = group.create_task(serve(pages(registry, process.health), listening), name="http")
        await process.run(stopping)
        serving.cancel()
