"""The console's own files: scripts, styles, pictures; each has its digest in its address.

So a browser keeps them for good, and never shows an old one. It must not know any page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, NamedTuple

PREFIX: Final = "/console/static"
TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_DIGITS: Final = 12


class Asset(NamedTuple):
    """A file as it is sent."""

    content: bytes
    media_type: str
    digest: str


@dataclass(frozen=True)
class Assets:
    """All there are, by their path below the folder."""

    found: Mapping[str, Asset]

    def address(self, name: str) -> str:
        """Where a page finds it. Raises KeyError."""
        return f"{PREFIX}/{self.found[name].digest}/{name}"

    def get(self, name: str) -> Asset | None:
        return self.found.get(name)


def read_assets() -> Assets:
    """Read them, once. Scripts import each other by `./name.js`: they share one digest for all."""
    found = dict(_below(files("services.api.console") / "static", ""))
    whole = sha256(b"".join(found[name][0] for name in sorted(found))).hexdigest()[:_DIGITS]
    return Assets({name: Asset(*one, whole) for name, one in found.items()})


def _below(folder: Traversable, path: str) -> Iterator[tuple[str, tuple[bytes, str]]]:
    for entry in folder.iterdir():
        name = f"{path}{entry.name}"
        if entry.is_dir():
            yield from _below(entry, f"{name}/")
            continue
        ending = name[name.rfind(".") :] if "." in name else ""
        if ending in TYPES:
            yield name, (entry.read_bytes(), TYPES[ending])
