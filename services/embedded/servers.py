"""Both embedded servers as one: up, down, reset and status of a home folder.

It must not know who uses them; callers get two URLs.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from services.embedded.accounts import Account, put_accounts, replace_file, service_account
from services.embedded.building import Progress
from services.embedded.errors import EmbeddedError
from services.embedded.folders import (
    Folders,
    ServerUser,
    chosen_folders,
    make_folder,
    server_user,
)
from services.embedded.mosquitto import (
    Mosquitto,
    MosquittoSettings,
    mosquitto_url,
    reload_accounts,
    running_mosquitto,
    stop_mosquitto,
)
from services.embedded.postgres import (
    DATABASE,
    Postgres,
    PostgresSettings,
    postgres_url,
    running_postgres,
    stop_postgres,
)
from services.embedded.prefix import Prefix, prepared
from services.embedded.processes import free_port, locked, port_free

_STATE, _POSTGRES, _MOSQUITTO = "servers.json", "postgres", "mosquitto"


@dataclass(frozen=True)
class Servers:
    """Two servers that accept connections; the URLs hold passwords."""

    database_url: str = field(repr=False)
    mqtt_url: str = field(repr=False)
    data_dir: Path
    postgres_pid: int
    mosquitto_pid: int


@dataclass(frozen=True)
class Status:
    """What is known of a home folder: URLs once it was up, process numbers while they run."""

    data_dir: Path
    database_url: str | None = field(repr=False)
    mqtt_url: str | None = field(repr=False)
    postgres_pid: int | None
    mosquitto_pid: int | None

    @property
    def running(self) -> bool:
        return self.postgres_pid is not None and self.mosquitto_pid is not None


@dataclass(frozen=True)
class ServerSettings:
    """Settings of both servers."""

    postgres: PostgresSettings = field(default_factory=PostgresSettings)
    mosquitto: MosquittoSettings = field(default_factory=MosquittoSettings)


class _Saved(BaseModel):
    """The ports and passwords a home keeps, so that its URLs stay."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    postgres_port: int
    postgres_password: str
    mosquitto_port: int
    mosquitto_password: str
    database_made: bool = False


def _silent(_what: str, _part: float) -> None:
    """Show no progress."""


def up(
    home: Path | None = None,
    *,
    progress: Callable[[str, float], None] | None = None,
    settings: ServerSettings | None = None,
) -> Servers:
    """Start what does not run and return when both servers accept connections.

    Makes what is missing: packages (downloaded once), cluster, database `qingkong` with its
    extensions, the broker's service account. `progress` is told what is being done and the share
    done of it, 0 to 1. Raises EmbeddedError in words for the person at the terminal.
    """
    user = server_user()
    folders = chosen_folders(os.environ, user, home)
    make_folder(folders.home, user)
    with locked(folders.home / "lock"):
        running = _running(folders.home)
        if running is not None:
            return running
        show = progress or _silent
        prefix = prepared(folders.cache, user, show)
        return _start(prefix, user, folders.home, show, settings or ServerSettings())


def down(home: Path | None = None) -> None:
    """Stop both servers and keep their data. Harmless when they do not run."""
    folders = chosen_folders(os.environ, server_user(), home)
    if folders.home.exists():
        with locked(folders.home / "lock"):
            _stop(folders)


def reset(home: Path | None = None) -> None:
    """Stop both servers and delete their data, ports and passwords; the packages stay."""
    folders = chosen_folders(os.environ, server_user(), home)
    if not folders.home.exists():
        return
    with locked(folders.home / "lock"):
        _stop(folders)
        (folders.home / _STATE).unlink(missing_ok=True)
        for name in (_POSTGRES, _MOSQUITTO):
            if (folders.home / name).exists():
                shutil.rmtree(folders.home / name)


def status(home: Path | None = None) -> Status:
    """Tell what runs on a home folder, without starting or changing anything."""
    folder = chosen_folders(os.environ, server_user(), home).home
    saved = _saved(folder)
    return Status(
        data_dir=folder,
        database_url=_database_url(saved) if saved else None,
        mqtt_url=_mqtt_url(saved) if saved else None,
        postgres_pid=running_postgres(folder / _POSTGRES),
        mosquitto_pid=running_mosquitto(folder / _MOSQUITTO),
    )


def write_access(data_dir: Path, accounts: Iterable[Account]) -> None:
    """Replace the broker accounts of a home folder, the services' own excepted.

    A running broker takes them at once, others when they start. `data_dir` is that of `Servers`;
    EmbeddedError when it has never been up.
    """
    saved = _saved(data_dir)
    if saved is None:
        raise EmbeddedError(
            f"{data_dir} holds no embedded servers: run qingkong embedded up first."
        )
    folder = data_dir / _MOSQUITTO
    put_accounts(folder, [*accounts, service_account(saved.mosquitto_password)])
    reload_accounts(folder)


def _start(
    prefix: Prefix, user: ServerUser, home: Path, progress: Progress, settings: ServerSettings
) -> Servers:
    saved = _keep(home, _with_free_ports(home, _saved(home) or _fresh(home)))
    postgres = Postgres(
        prefix=prefix,
        user=user,
        folder=home / _POSTGRES,
        port=saved.postgres_port,
        password=saved.postgres_password,
        settings=settings.postgres,
    )
    mosquitto = Mosquitto(
        prefix=prefix,
        user=user,
        folder=home / _MOSQUITTO,
        port=saved.mosquitto_port,
        password=saved.mosquitto_password,
        settings=settings.mosquitto,
    )
    progress("starting Mosquitto", 0.0)
    mosquitto.start()
    progress("starting PostgreSQL", 0.3)
    postgres.start()
    if not saved.database_made:
        progress("making the database", 0.8)
        postgres.create_database(DATABASE)
        _keep(home, saved.model_copy(update={"database_made": True}))
    progress("ready", 1.0)
    running = _running(home)
    if running is None:
        raise EmbeddedError(f"A server ended right after its start; see the logs in {home}.")
    return running


def _stop(folders: Folders) -> None:
    stop_mosquitto(folders.home / _MOSQUITTO)
    stop_postgres(folders.home / _POSTGRES)


def _running(home: Path) -> Servers | None:
    saved = _saved(home)
    postgres = running_postgres(home / _POSTGRES)
    mosquitto = running_mosquitto(home / _MOSQUITTO)
    if saved is None or not saved.database_made or postgres is None or mosquitto is None:
        return None
    return Servers(_database_url(saved), _mqtt_url(saved), home, postgres, mosquitto)


def _saved(home: Path) -> _Saved | None:
    try:
        return _Saved.model_validate_json((home / _STATE).read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise EmbeddedError(
            f"{home / _STATE} cannot be understood; qingkong embedded reset starts afresh, "
            "without the data."
        ) from error


def _fresh(home: Path) -> _Saved:
    if (home / _POSTGRES / "data").exists():
        raise EmbeddedError(
            f"{home} holds a database, but its passwords in {_STATE} are gone: put that file back, "
            "or start afresh without the data by qingkong embedded reset."
        )
    return _Saved(
        postgres_port=0,
        postgres_password=secrets.token_urlsafe(24),
        mosquitto_port=0,
        mosquitto_password=secrets.token_urlsafe(24),
    )


def _with_free_ports(home: Path, saved: _Saved) -> _Saved:
    """Keep the ports while they can be had; choose another for one that somebody else took."""
    chosen: dict[str, int] = {}
    if running_postgres(home / _POSTGRES) is None:
        chosen["postgres_port"] = _port(saved.postgres_port)
    if running_mosquitto(home / _MOSQUITTO) is None:
        chosen["mosquitto_port"] = _port(saved.mosquitto_port)
    return saved.model_copy(update=chosen)


def _port(wanted: int) -> int:
    return wanted if wanted and port_free(wanted) else free_port()


def _keep(home: Path, saved: _Saved) -> _Saved:
    replace_file(home / _STATE, saved.model_dump_json(indent=2) + "\n")
    return saved


def _database_url(saved: _Saved) -> str:
    return postgres_url(saved.postgres_port, saved.postgres_password)


def _mqtt_url(saved: _Saved) -> str:
    return mosquitto_url(saved.mosquitto_port, saved.mosquitto_password)
