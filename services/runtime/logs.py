"""Structured logs: events with keys, one line each, on standard error, in UTC.

Libraries that log the plain way come out in the same form.
"""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor

from services.runtime.settings import Settings

# Their events are ours already, or are told for every connection and message; and httpx tells URLs,
# in which robots have their tokens.
QUIET = ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio", "httpx", "httpcore")


def quiet_drivers() -> None:
    """Say nothing of `UTC0`: it is UTC to the server, and a name that the driver does not know."""
    logging.getLogger("psycopg").setLevel(logging.ERROR)


def configure_logs(settings: Settings, stream: TextIO | None = None) -> None:
    """Set up structlog and the standard library's logging, once, at the start of a process.

    `stream` is standard error unless given.
    """
    target = stream or sys.stderr
    console = settings.log_format == "console" or (
        settings.log_format == "auto" and target.isatty()
    )
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared = _shared()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(console=console, colours=target.isatty()),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _renderers(*, console: bool, colours: bool) -> list[Processor]:
    if console:
        # Plain: the pretty form shows local variables, and they may hold secrets.
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain)]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
