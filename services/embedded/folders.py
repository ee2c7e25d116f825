"""Where packages and data live, and as which user the servers run.

PostgreSQL refuses root, so root's servers run as an unprivileged user, who must be able to reach
both folders. It must not know what is kept in them.
"""

import os
import pwd
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.embedded.errors import EmbeddedError

NOBODY = 65534


@dataclass(frozen=True)
class ServerUser:
    """The user the servers run as; `switch` when that is not the user who starts them."""

    uid: int
    gid: int
    switch: bool
    known: bool


@dataclass(frozen=True)
class Folders:
    """The package cache, which can be built again, and the home with data, which cannot."""

    cache: Path
    home: Path


@dataclass(frozen=True)
class Entry:
    """What decides whether somebody may pass through a folder."""

    path: Path
    mode: int
    uid: int
    gid: int


def server_user() -> ServerUser:
    """Give the user for the servers: the caller, or an unprivileged one when that is root."""
    uid, gid = os.geteuid(), os.getegid()
    if uid != 0:
        return ServerUser(uid, gid, switch=False, known=_known(uid))
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return ServerUser(NOBODY, NOBODY, switch=True, known=_known(NOBODY))
    return ServerUser(nobody.pw_uid, nobody.pw_gid, switch=True, known=True)


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def chosen_folders(
    environ: Mapping[str, str], user: ServerUser, home: Path | None = None
) -> Folders:
    """Give the folders that settings, the XDG variables or the defaults name.

    A folder that was asked for (`home`, QINGKONG_CACHE_DIR, QINGKONG_HOME) and cannot be reached
    by `user` raises EmbeddedError; a default one gives way to /var/cache or /var/lib.
    """
    asked_cache, asked_home = environ.get("QINGKONG_CACHE_DIR"), environ.get("QINGKONG_HOME")
    cache = _xdg(environ, "XDG_CACHE_HOME", "~/.cache") / "qingkong"
    state = _xdg(environ, "XDG_STATE_HOME", "~/.local/state") / "qingkong"
    asked = home or (Path(asked_home) if asked_home else None)
    return Folders(
        cache=_asked(Path(asked_cache), user)
        if asked_cache
        else _default(cache, Path("/var/cache/qingkong"), user),
        home=_asked(asked, user) if asked else _default(state, Path("/var/lib/qingkong"), user),
    )


def _xdg(environ: Mapping[str, str], variable: str, otherwise: str) -> Path:
    """Give the folder of an XDG variable, which counts only when it is absolute."""
    named = Path(environ.get(variable, ""))
    return named if named.is_absolute() else Path(otherwise)


def _asked(folder: Path, user: ServerUser) -> Path:
    folder = folder.expanduser().resolve()
    closed = closed_folder(ancestors(folder), user)
    if closed is not None:
        raise EmbeddedError(
            f"PostgreSQL refuses to run as root, and the user it runs as instead (uid {user.uid}) "
            f"cannot pass through {closed} to {folder}. Choose another folder, or give others the "
            f"right to pass: chmod o+x {closed}"
        )
    return folder


def _default(folder: Path, instead: Path, user: ServerUser) -> Path:
    try:
        folder = folder.expanduser().resolve()
    except RuntimeError as error:
        raise EmbeddedError(
            "This user has no home folder: set QINGKONG_CACHE_DIR and QINGKONG_HOME."
        ) from error
    return instead if closed_folder(ancestors(folder), user) else folder


def ancestors(folder: Path) -> list[Entry]:
    """Read the existing folders from / down to `folder`, itself included."""
    existing = [path for path in [*reversed(folder.parents), folder] if path.exists()]
    return [
        Entry(path, status.st_mode, status.st_uid, status.st_gid)
        for path in existing
        for status in [path.stat()]
    ]


def closed_folder(entries: Iterable[Entry], user: ServerUser) -> Path | None:
    """Give the first folder that `user` may not pass through; None when the way is open.

    Only asked when the servers run as another user: one's own folders are one's own business.
    """
    if not user.switch:
        return None
    return next((entry.path for entry in entries if not _may_pass(entry, user)), None)


def _may_pass(entry: Entry, user: ServerUser) -> bool:
    if entry.uid == user.uid:
        return bool(entry.mode & 0o100)
    if entry.gid == user.gid:
        return bool(entry.mode & 0o010)
    return bool(entry.mode & 0o001)


def make_folder(folder: Path, user: ServerUser, *, private: bool = False) -> None:
    """Make a folder, with its parents: passable for `user`, or theirs alone when `private`."""
    if not folder.parent.exists():
        make_folder(folder.parent, user)
    if folder.exists():
        return
    folder.mkdir()
    if private:
        folder.chmod(0o700)
        give(folder, user)
    elif user.switch:
        folder.chmod(0o755)


def give(path: Path, user: ServerUser) -> None:
    """Make `user` the owner of a file or folder, where that is another user."""
    if user.switch:
        os.chown(path, user.uid, user.gid)
