"""Starting a daemon, recognising it later, and ending it; locks and free ports.

A process is known by its number and by a marker (its data folder) on its command line, so a
number that was recycled by the system is never believed. It must not know PostgreSQL or Mosquitto.
"""

import fcntl
import os
import secrets
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from services.embedded.errors import EmbeddedError
from services.embedded.folders import ServerUser

# The shell starts the server in the background and ends, so that the server belongs to nobody.
_DETACH = '"$@" >&2 & echo $!'
_POLL_S = 0.02
_LOOKS = 10
_LOWEST_PORT = 20_000


@dataclass(frozen=True)
class Command:
    """A command line, the user who runs it and the folder it runs in."""

    words: Sequence[str]
    user: ServerUser
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


def run(command: Command, *, given: str = "") -> str:
    """Run a command to its end and give its output; EmbeddedError holds its last lines."""
    with _popen(command, command.words, subprocess.PIPE) as process:
        output, errors = process.communicate(given)
    if process.returncode:
        raise EmbeddedError(f"{Path(command.words[0]).name} failed: {_last_lines(errors)}")
    return output


def start_detached(command: Command, log: Path) -> int:
    """Start a daemon that outlives this process, its output appended to `log`; give its number."""
    words = ["/bin/sh", "-c", _DETACH, "sh", *command.words]
    with log.open("a", encoding="utf-8") as output, _popen(command, words, output) as process:
        number, _ = process.communicate()
    return int(number)


def call(words: Sequence[str]) -> str:
    """Run a program of the host, or of a prefix in the making, and give its output."""
    done = subprocess.run(  # noqa: S603 - the words are ours
        words, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise EmbeddedError(f"{Path(words[0]).name} failed: {_last_lines(done.stderr)}")
    return done.stdout


def _popen(command: Command, words: Sequence[str], errors: int | IO[str]) -> subprocess.Popen[str]:
    user = command.user
    return subprocess.Popen(  # noqa: S603 - the words are ours
        words,
        text=True,
        stdin=subprocess.PIPE if errors == subprocess.PIPE else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=command.folder,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **command.environment},
        start_new_session=True,
        umask=0o077,
        user=user.uid if user.switch else None,
        group=user.gid if user.switch else None,
        extra_groups=[] if user.switch else None,
    )


def alive(number: int, marker: str) -> bool:
    """Tell whether process `number` runs and has `marker` on its command line."""
    try:
        line = Path(f"/proc/{number}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return os.fsencode(marker) in line.split(b"\0")


def wait_ready(number: int, marker: str, ready: Callable[[], bool], limit_s: float) -> bool:
    """Wait until `ready`; False when the process ended or the limit passed before."""
    deadline, gone = time.monotonic() + limit_s, 0
    while time.monotonic() < deadline:
        if ready():
            return True
        # While a program takes the place of another its command line is empty for a moment.
        gone = 0 if alive(number, marker) else gone + 1
        if gone == _LOOKS:
            return False
        time.sleep(_POLL_S)
    return False


def end(number: int, marker: str, how: signal.Signals, limit_s: float) -> bool:
    """Send a signal to the process, if it is the one meant, and wait for its end.

    Gives False when it still runs after `limit_s` seconds.
    """
    try:
        handle = os.pidfd_open(number)
    except ProcessLookupError:
        return True
    try:
        if not alive(number, marker):
            return True
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, how)
        return _ended(handle, limit_s)
    finally:
        os.close(handle)


def kill_family(number: int, marker: str) -> None:
    """SIGKILL a process and the children it had, as a power cut would, and wait for their end."""
    if not alive(number, marker):
        return
    handles: list[int] = []
    for child in children(number):
        with suppress(ProcessLookupError):
            handles.append(os.pidfd_open(child))
    end(number, marker, signal.SIGKILL, 10)
    for handle in handles:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        _ended(handle, 10)
        os.close(handle)


def _ended(handle: int, limit_s: float) -> bool:
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    return bool(waiting.poll(limit_s * 1000))


def children(number: int) -> list[int]:
    """Give the numbers of the processes whose parent is `number`."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            after_name = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
            if int(after_name.split()[1]) == number:
                found.append(int(path.parent.name))
    return found


def tail(log: Path, lines: int = 5) -> str:
    """Give the last lines of a log for an error message."""
    if not log.exists():
        return "(no log)"
    return _last_lines(log.read_text(encoding="utf-8", errors="replace"), lines)


def _last_lines(text: str, lines: int = 5) -> str:
    return "\n".join(text.strip().splitlines()[-lines:]) or "(it said nothing)"


@contextmanager
def locked(file: Path) -> Generator[None]:
    """Hold a lock on `file` that the system frees when this process ends, however it ends."""
    with file.open("a", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def port_free(port: int) -> bool:
    """Tell whether nobody listens on this port of the loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Give a free port below those the system hands to outgoing connections.

    So nobody's connection sits on it while the server is down.
    """
    limits = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()
    span = int(limits[0]) - _LOWEST_PORT
    if span > 0:
        for _ in range(100):
            port = _LOWEST_PORT + secrets.randbelow(span)
            if port_free(port):
                return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Tell whether somebody accepts connections on this port of the loopback."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
