"""A private PostgreSQL with TimescaleDB: its cluster, its settings, its process.

It must not know what the databases are for.
"""

import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from services.embedded.errors import EmbeddedError
from services.embedded.folders import ServerUser, give, make_folder
from services.embedded.prefix import Prefix
from services.embedded.processes import (
    Command,
    alive,
    end,
    kill_family,
    run,
    start_detached,
    tail,
    wait_ready,
)

SUPERUSER = "qingkong"
DATABASE = "qingkong"
_LOG = "postgres.log"
_START_LIMIT_S = 60.0  # the log of up to max_wal_size is replayed after a crash
_STOP_LIMIT_S = 60.0
_LONGEST_SOCKET_FOLDER = 90  # a socket's whole path may have 107 bytes
_NO_PROCESS = 2**31 - 1  # above any number the system gives

# UTC0 and not UTC: Debian's PostgreSQL reads zones from the host, which may have none.
_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC0",
    "log_timezone": "UTC0",
    "jit": "off",
    "shared_preload_libraries": "timescaledb",
    "timescaledb.telemetry_level": "off",
    "max_wal_size": "4GB",
    "fsync": "on",
    "synchronous_commit": "on",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "max_connections": "100",
    "max_locks_per_transaction": "256",
    "max_worker_processes": "32",
    "password_encryption": "scram-sha-256",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_checkpoints": "off",
}
_NOT_DURABLE: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@dataclass(frozen=True)
class PostgresSettings:
    """What may differ between servers; `durable` off is for tests that never crash a server."""

    shared_buffers: str = "512MB"
    durable: bool = True
    more: Mapping[str, str] = field(default_factory=dict[str, str])


def render_settings(port: int, socket_folder: Path, settings: PostgresSettings) -> str:
    """Render postgresql.conf; a socket folder whose path is too long for a socket is left out."""
    sockets = str(socket_folder)
    chosen = {
        **_SETTINGS,
        "port": str(port),
        "unix_socket_directories": sockets if len(sockets) <= _LONGEST_SOCKET_FOLDER else "",
        "shared_buffers": settings.shared_buffers,
        **({} if settings.durable else _NOT_DURABLE),
        **settings.more,
    }
    return "".join(f"{name} = '{_quoted(value)}'\n" for name, value in chosen.items())


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """A PostgreSQL server of one folder, which holds its cluster, its sockets and its log."""

    prefix: Prefix
    user: ServerUser
    folder: Path
    port: int
    password: str = field(repr=False)
    settings: PostgresSettings = PostgresSettings()

    @property
    def cluster(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / _LOG

    def url(self, database: str = DATABASE) -> str:
        return postgres_url(self.port, self.password, database)

    def pid(self) -> int | None:
        """Give the number of the running server; None when it does not run."""
        return running_postgres(self.folder)

    def start(self) -> None:
        """Make the cluster once, start the server and wait until it accepts connections.

        Raises EmbeddedError with the end of its log when it does not come up.
        """
        if self.pid() is not None:
            return
        make_folder(self.folder, self.user, private=True)
        if not self.cluster.exists():
            self._make_cluster()
        self._write("data/postgresql.conf", self._configuration())
        _disown(self.cluster / "postmaster.pid")
        for lock in self.folder.glob(".s.PGSQL.*.lock"):
            lock.unlink()
        words = ("-D", str(self.cluster))
        number = start_detached(self._command("postgres", *words), self.log)
        if not wait_ready(number, str(self.cluster), lambda: self._ready(number), _START_LIMIT_S):
            raise EmbeddedError(f"PostgreSQL did not start; {self.log} ends:\n{tail(self.log)}")

    def create_database(self, name: str = DATABASE) -> None:
        """Make a database with the extensions the store builds on, unless it is there."""
        text = (files("services.embedded") / "bootstrap.sql").read_text(encoding="utf-8")
        words = ("-X", "-q", "-v", f"database={name}", "-d", "postgres")
        server = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port)}
        account = {"PGUSER": SUPERUSER, "PGPASSWORD": self.password}
        run(self._command("psql", *words, environment=server | account), given=text)

    def stop(self) -> None:
        """Stop in the fast way: sessions are ended, everything is written. Harmless when down."""
        stop_postgres(self.folder)

    def kill(self) -> None:
        """SIGKILL the server and its backends, as a power cut would. Harmless when down."""
        number = self.pid()
        if number:
            kill_family(number, str(self.cluster))

    def _make_cluster(self) -> None:
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._write("password", self.password)
        words = ["-D", str(fresh), "-U", SUPERUSER, "-E", "UTF8", "--no-instructions"]
        words += ["--locale-provider=builtin", "--locale=C.UTF-8", "--auth=scram-sha-256"]
        words += ["--pwfile", str(self.folder / "password")]
        words += [] if self.settings.durable else ["--no-sync"]
        run(self._command("initdb", *words))
        (self.folder / "password").unlink()
        fresh.rename(self.cluster)

    def _configuration(self) -> str:
        return render_settings(self.port, self.folder, self.settings)

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        give(path, self.user)

    def _ready(self, number: int) -> bool:
        lines = _pid_lines(self.cluster / "postmaster.pid")
        return lines[:1] == [str(number)] and lines[-1].strip() == "ready"

    def _command(
        self, program: str, *words: str, environment: Mapping[str, str] | None = None
    ) -> Command:
        return Command(
            words=(self.prefix.postgres_program(program), *words),
            user=self.user,
            folder=self.folder,
            environment={**(environment or {}), **self._nameless_environment()},
        )

    def _nameless_environment(self) -> Mapping[str, str]:
        if not self.prefix.nameless:
            return {}
        passwd, group = self.folder / "passwd", self.folder / "group"
        uid, gid = self.user.uid, self.user.gid
        if not passwd.exists():
            self._write("passwd", f"{SUPERUSER}:x:{uid}:{gid}::/:/bin/false\n")
            self._write("group", f"{SUPERUSER}:x:{gid}:\n")
        return {"NSS_WRAPPER_PASSWD": str(passwd), "NSS_WRAPPER_GROUP": str(group)}


def running_postgres(folder: Path) -> int | None:
    """Give the number of the server running on `folder`, believed only by its command line."""
    lines = _pid_lines(folder / "data/postmaster.pid")
    if not lines or not lines[0].isdecimal():
        return None
    number = int(lines[0])
    return number if alive(number, str(folder / "data")) else None


def stop_postgres(folder: Path) -> None:
    """Stop the server running on `folder`, if there is one, and wait for its end."""
    number, log = running_postgres(folder), folder / _LOG
    # PostgreSQL's fast shutdown is SIGINT; its SIGTERM waits for every client to leave.
    if number and not end(number, str(folder / "data"), signal.SIGINT, _STOP_LIMIT_S):
        raise EmbeddedError(f"PostgreSQL did not stop; {log} ends:\n{tail(log)}")


def postgres_url(port: int, password: str, database: str = DATABASE) -> str:
    """Give the URL of a database as its owner."""
    return f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/{database}"


def _pid_lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _disown(file: Path) -> None:
    """Take a process number that is not a server out of a left-over postmaster.pid.

    PostgreSQL would believe it if another process got that number since. The file itself stays:
    its last lines are how PostgreSQL notices backends that outlived their postmaster.
    """
    lines = _pid_lines(file)
    if lines:
        lines[0] = str(_NO_PROCESS)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
