"""A private Mosquitto: its configuration, its accounts on disk, its process.

It must not know what the topics carry.
"""

import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from services.embedded.accounts import (
    SERVICE,
    Account,
    put_accounts,
    replace_file,
    service_account,
)
from services.embedded.errors import EmbeddedError
from services.embedded.folders import ServerUser, make_folder
from services.embedded.prefix import Prefix
from services.embedded.processes import (
    Command,
    alive,
    answers,
    end,
    start_detached,
    tail,
    wait_ready,
)

_LOG = "mosquitto.log"
_START_LIMIT_S = 60.0  # a large backlog is read from disk first
_STOP_LIMIT_S = 60.0
# The defaults drop what is queued for a slow reader and tell the sender it was taken, and keep up
# to half an hour of queues in memory only. Queues have no bound in bytes and a far one in messages:
# with 0, which means none, Mosquitto 2.0.21 disconnects whoever publishes where they may not,
# instead of answering with a reason.
_CONFIGURATION = """\
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/access
persistence true
persistence_location {folder}/store/
autosave_interval 1
autosave_on_changes false
max_queued_messages 1000000000
max_queued_bytes 0
max_inflight_messages 1000
max_packet_size {max_packet_size}
set_tcp_nodelay true
log_dest stderr
log_type error
log_type warning
log_type notice
log_timestamp_format %Y-%m-%dT%H:%M:%S
pid_file {folder}/mosquitto.pid
"""


@dataclass(frozen=True)
class MosquittoSettings:
    """What may differ between brokers; the packet size is in bytes and bounds one publication."""

    max_packet_size: int = 8 * 1024 * 1024


def render_configuration(port: int, folder: Path, settings: MosquittoSettings) -> str:
    """Render mosquitto.conf for a broker on the loopback that keeps its state in `folder`."""
    return _CONFIGURATION.format(port=port, folder=folder, max_packet_size=settings.max_packet_size)


@dataclass(frozen=True, kw_only=True)
class Mosquitto:
    """A broker of one folder, which holds its configuration, accounts, queues and log."""

    prefix: Prefix
    user: ServerUser
    folder: Path
    port: int
    password: str = field(repr=False)
    settings: MosquittoSettings = MosquittoSettings()

    @property
    def log(self) -> Path:
        return self.folder / _LOG

    @property
    def configuration(self) -> Path:
        return self.folder / "mosquitto.conf"

    @property
    def url(self) -> str:
        return mosquitto_url(self.port, self.password)

    def pid(self) -> int | None:
        """Give the number of the running broker; None when it does not run."""
        return running_mosquitto(self.folder)

    def start(self) -> None:
        """Start the broker and wait until it accepts connections.

        Raises EmbeddedError with the end of its log when it does not come up.
        """
        if self.pid() is not None:
            return
        make_folder(self.folder, self.user, private=True)
        make_folder(self.folder / "store", self.user, private=True)
        if not (self.folder / "passwords").exists():
            self.grant([])
        replace_file(
            self.configuration, render_configuration(self.port, self.folder, self.settings)
        )
        (self.folder / "mosquitto.pid").unlink(missing_ok=True)
        words = (self.prefix.mosquitto_program, "-c", str(self.configuration))
        number = start_detached(Command(words, self.user, self.folder), self.log)
        marker = str(self.configuration)
        if not wait_ready(number, marker, lambda: self._ready(number), _START_LIMIT_S):
            raise EmbeddedError(f"Mosquitto did not start; {self.log} ends:\n{tail(self.log)}")

    def grant(self, accounts: Iterable[Account]) -> None:
        """Replace all accounts but the services' own; a running broker takes them at once."""
        put_accounts(self.folder, [*accounts, service_account(self.password)])
        reload_accounts(self.folder)

    def stop(self) -> None:
        """Stop the broker; it writes its queues first. Harmless when down."""
        stop_mosquitto(self.folder)

    def kill(self) -> None:
        """SIGKILL the broker: what it took in the last second or two is lost. Harmless when down."""
        stop_mosquitto(self.folder, signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start the broker on the same port, with what it has queued."""
        self.stop()
        self.start()

    def _ready(self, number: int) -> bool:
        return self.pid() == number and answers(self.port)


def running_mosquitto(folder: Path) -> int | None:
    """Give the number of the broker running on `folder`, believed only by its command line."""
    try:
        text = (folder / "mosquitto.pid").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    if not text.isdecimal():
        return None
    return int(text) if alive(int(text), str(folder / "mosquitto.conf")) else None


def reload_accounts(folder: Path) -> None:
    """Make the broker running on `folder`, if there is one, read its accounts again."""
    number = running_mosquitto(folder)
    if number is not None:
        os.kill(number, signal.SIGHUP)


def stop_mosquitto(folder: Path, how: signal.Signals = signal.SIGTERM) -> None:
    """End the broker running on `folder`, if there is one, and wait for its end."""
    number, log = running_mosquitto(folder), folder / _LOG
    if number and not end(number, str(folder / "mosquitto.conf"), how, _STOP_LIMIT_S):
        raise EmbeddedError(f"Mosquitto did not stop; {log} ends:\n{tail(log)}")


def mosquitto_url(port: int, password: str) -> str:
    """Give the broker's URL for the services' own account."""
    return f"mqtt://{SERVICE}:{password}@127.0.0.1:{port}"
