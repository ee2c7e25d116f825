"""Connections to the database: one role per service, keep-alives, times in UTC.

A host that vanished is noticed within seconds on both sides, so that its slot falls free.
"""

import asyncio
import os
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Literal

import psycopg
from psycopg.conninfo import make_conninfo

Role = Literal["ingest", "alerts", "api", "registrar"]
Connection = psycopg.AsyncConnection[tuple[object, ...]]

# libpq notices a dead server after idle + interval x count = 11 s.
KEEPALIVES = {
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 11_000,
    "connect_timeout": 5,
}


# A session that falls silent is ended by the server whatever TCP believes, and its locks with it.
# Whoever keeps one open says something at least every HEARTBEAT_S.
SILENCE_MS = 20_000
HEARTBEAT_S = 5.0
PATIENCE_S = 15.0


def session_options(role: Role) -> str:
    """The role, UTC (by offset: names need time-zone files), and the server's side of liveness."""
    options = (
        f"-c role=qingkong_{role} -c timezone=UTC0 -c tcp_keepalives_idle=5 "
        "-c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
    )
    if role == "ingest":
        options += (
            f" -c statement_timeout={SILENCE_MS} -c idle_session_timeout={SILENCE_MS}"
            f" -c idle_in_transaction_session_timeout={SILENCE_MS // 2}"
            # Ingest looks rows up by key alone. A plan made while a table was small must not
            # read all of it once it is large.
            " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
        )
    return options


def session_address(url: str, role: Role, application: str) -> str:
    """The connection string of a session that runs as the service's role."""
    return make_conninfo(
        url, options=session_options(role), application_name=application, **KEEPALIVES
    )


async def connect(url: str, role: Role, application: str) -> Connection:
    """A connection in autocommit mode whose every statement runs as the service's role.

    Raises psycopg.OperationalError when the server cannot be reached or refuses.
    """
    address = session_address(url, role, application)
    return await psycopg.AsyncConnection.connect(address, autocommit=True)


def connect_now(url: str, role: Role, application: str) -> psycopg.Connection:
    """The same for commands that have nothing else to do meanwhile."""
    return psycopg.connect(session_address(url, role, application), autocommit=True)


@contextmanager
def patience(connection: Connection, seconds: float = PATIENCE_S) -> Generator[None]:
    """Break the connection when what is done within takes longer: it then fails as lost.

    Cancelling would not do: the driver goes on waiting for a server that may never answer.
    """
    alarm = asyncio.get_running_loop().call_later(seconds, sever, connection)
    try:
        yield
    finally:
        alarm.cancel()


def sever(connection: Connection) -> None:
    """Break the connection under whoever waits for an answer on it; harmless when repeated."""
    with suppress(OSError, psycopg.Error):
        duplicate = socket.socket(fileno=os.dup(connection.fileno()))
        with duplicate:
            duplicate.shutdown(socket.SHUT_RDWR)
