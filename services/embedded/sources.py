"""Which of the host's own package sources serve Debian, and the same sources for one release.

Pure: text in, values out. It must not know files, apt or the network.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

RELEASES = frozenset(
    {
        *("bullseye", "bookworm", "trixie", "forky", "duke", "sid"),
        *("oldoldstable", "oldstable", "stable", "testing", "unstable"),
    }
)
SUFFIXES = frozenset({"", "-updates", "-security"})
TRANSPORTS = ("http", "https", "mirror", "mirror+file", "file", "copy", "tor+http", "tor+https")
_ONE_LINE = re.compile(r"^deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<rest>.+)$")


@dataclass(frozen=True)
class Source:
    """One URI and suite of the component main, as apt knows them."""

    uri: str
    suite: str


@dataclass(frozen=True)
class _Entry:
    uris: tuple[str, ...]
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str


def debian_sources(texts: Iterable[tuple[str, str]], release: str) -> tuple[Source, ...]:
    """Give the Debian sources found in (file name, text) pairs, moved to `release`.

    Kept are entries with the component main whose suite is a Debian release, its updates or its
    security suite, and which are not signed by somebody else's key.
    """
    found: dict[Source, None] = {}
    for name, text in texts:
        entries = _deb822(text) if name.endswith(".sources") else _one_line(text)
        for entry in entries:
            if "main" in entry.components and _debian_key(entry.signed_by):
                found.update(dict.fromkeys(_moved(entry, release)))
    return tuple(found)


def _moved(entry: _Entry, release: str) -> Iterator[Source]:
    for uri in entry.uris:
        if uri.partition(":")[0] not in TRANSPORTS:
            continue
        for suite in entry.suites:
            leading, dash, rest = suite.partition("-")
            if leading in RELEASES and dash + rest in SUFFIXES:
                yield Source(uri, f"{release}{dash}{rest}")


def _debian_key(signed_by: str) -> bool:
    """Tell whether a Signed-By leaves the source to the Debian keyring (none given: it may)."""
    return not signed_by or "debian-archive" in signed_by


def _deb822(text: str) -> Iterator[_Entry]:
    for paragraph in re.split(r"\n\s*\n", text):
        fields = _fields(paragraph)
        if fields.get("enabled", "yes").strip().lower() in {"no", "false", "0"}:
            continue
        if "deb" in fields.get("types", "").split():
            yield _Entry(
                uris=tuple(fields.get("uris", "").split()),
                suites=tuple(fields.get("suites", "").split()),
                components=tuple(fields.get("components", "").split()),
                signed_by=fields.get("signed-by", "").strip(),
            )


def _fields(paragraph: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in paragraph.splitlines():
        if line.startswith("#"):
            continue
        if line[:1].isspace() and name:
            fields[name] += "\n" + line.strip()
            continue
        key, colon, value = line.partition(":")
        if colon:
            name = key.strip().lower()
            fields[name] = value.strip()
    return fields


def _one_line(text: str) -> Iterator[_Entry]:
    for line in text.splitlines():
        match = _ONE_LINE.match(line.partition("#")[0].strip())
        if match is None:
            continue
        options = dict(
            option.lower().split("=", 1)
            for option in (match["options"] or "").split()
            if "=" in option
        )
        suite, *components = match["rest"].split()
        yield _Entry((match["uri"],), (suite,), tuple(components), options.get("signed-by", ""))


def sources_list(sources: Iterable[Source], keyring: str, architecture: str) -> str:
    """Render a one-line source list that only fetches package indexes, signed by `keyring`."""
    options = f"arch={architecture} target=Packages signed-by={keyring}"
    return "".join(f"deb [{options}] {source.uri} {source.suite} main\n" for source in sources)
