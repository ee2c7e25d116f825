"""Fetching Debian packages through apt with a configuration of its own.

apt verifies signatures and checksums; nothing is installed and the host's apt state is not read
or written. It must not know what the packages are for.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.embedded.errors import OWN_SERVERS, EmbeddedError
from services.embedded.processes import call
from services.embedded.sources import Source, debian_sources, sources_list

RELEASE = "trixie"
KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
# The host's apt.conf.d is still read first (proxies, mirrors' credentials); its hooks are not ours.
_APT_CONFIGURATION = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::State "{work}/state";
Dir::State::status "{work}/state/status";
Dir::Cache "{work}/cache";
Dir::Etc "{work}/etc";
Dir::Etc::netrc "/etc/apt/auth.conf";
Dir::Etc::netrcparts "/etc/apt/auth.conf.d";
APT::Architecture "{architecture}";
APT::Sandbox::User "";
APT::Get::AllowUnauthenticated "false";
APT::Get::List-Cleanup "false";
APT::Install-Recommends "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
"""


@dataclass(frozen=True)
class Purpose:
    """What packages are for, and what one does where they cannot be had: words of a complaint."""

    what: str
    otherwise: str


SERVERS = Purpose("the embedded servers", OWN_SERVERS)


def fetch(
    names: Sequence[str], work: Path, progress: Callable[[str, float], None], purpose: Purpose
) -> tuple[Path, ...]:
    """Download the named packages of Debian's release into `work` and give the files.

    Raises EmbeddedError in one sentence when a prerequisite, a source or the network is missing.
    """
    apt, keyring = _program("apt-get", purpose), _keyring(purpose)
    architecture = call([_program("dpkg", purpose), "--print-architecture"]).strip()
    sources = host_sources(purpose)
    configuration = _prepare(work, sources, keyring, architecture)
    downloads = work / "debs"
    downloads.mkdir()
    base = [apt, "-q", "-c", str(configuration)]
    # A mirror that fails makes update warn, or fail, without saying what is still usable:
    # whether the packages can be had is decided by the download.
    complaints = _apt([*base, "update"], work, lambda f: progress("package index", f / 2))[1]
    code, errors = _apt(
        [*base, "download", *names], downloads, lambda f: progress("packages", 0.5 + f / 2)
    )
    files = tuple(sorted(downloads.glob("*.deb")))
    if code or len(files) != len(names):
        raise EmbeddedError(_network_sentence(complaints + errors, purpose))
    return files


def host_sources(purpose: Purpose = SERVERS) -> tuple[Source, ...]:
    """Give this host's Debian sources, moved to the release that the packages come from."""
    etc = Path("/etc/apt")
    files = [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]
    texts = [
        (file.name, file.read_text(encoding="utf-8", errors="replace"))
        for file in files
        if file.suffix in {".list", ".sources"} and file.is_file() and os.access(file, os.R_OK)
    ]
    sources = debian_sources(texts, RELEASE)
    if not sources:
        raise EmbeddedError(
            f"For {purpose.what} packages come from the Debian archive, and no Debian source with "
            f"the component main is listed in /etc/apt. {purpose.otherwise}"
        )
    return sources


def require_host(purpose: Purpose) -> None:
    """Raise EmbeddedError, naming the first missing prerequisite, unless packages can be had."""
    for program in ("apt-get", "dpkg", "dpkg-deb"):
        _program(program, purpose)
    _keyring(purpose)
    host_sources(purpose)


def _program(name: str, purpose: Purpose) -> str:
    found = shutil.which(name)
    if found is None:
        raise EmbeddedError(
            f"For {purpose.what} one needs Debian 12 or 13 and its program {name}, "
            f"which is not on the path. {purpose.otherwise}"
        )
    return found


def _keyring(purpose: Purpose) -> Path:
    for keyring in KEYRINGS:
        if keyring.is_file():
            return keyring
    raise EmbeddedError(
        "The Debian archive keyring is missing: install the package debian-archive-keyring. "
        f"{purpose.otherwise}"
    )


def _prepare(work: Path, sources: Sequence[Source], keyring: Path, architecture: str) -> Path:
    for folder in ("state/lists/partial", "cache/archives/partial", "etc"):
        (work / folder).mkdir(parents=True)
    (work / "state/status").touch()
    (work / "etc/sources.list").write_text(
        sources_list(sources, str(keyring), architecture), encoding="utf-8"
    )
    configuration = work / "apt.conf"
    configuration.write_text(
        _APT_CONFIGURATION.format(work=work, architecture=architecture), encoding="utf-8"
    )
    return configuration


def _apt(
    command: list[str], folder: Path, progress: Callable[[float], None]
) -> tuple[int, list[str]]:
    """Run apt-get in `folder`; give its exit code and its lines of complaint."""
    reading, writing = os.pipe()
    log = folder / "apt.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(  # noqa: S603 - the words are ours
            [*command, "-o", f"APT::Status-Fd={writing}"],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(writing,),
        )
        os.close(writing)
        with process, os.fdopen(reading, encoding="utf-8", errors="replace") as status:
            for fraction in _fractions(status):
                progress(fraction)
    progress(1.0)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return process.returncode, [line for line in lines if line.startswith(("E:", "W:", "Err:"))]


def _fractions(status: Iterator[str]) -> Iterator[float]:
    for line in status:
        parts = line.split(":")
        if parts[0] == "dlstatus" and len(parts) > 2:  # noqa: PLR2004 - kind:number:percent:text
            yield min(float(parts[2]) / 100, 1.0)


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}


def _network_sentence(complaints: Sequence[str], purpose: Purpose) -> str:
    told = next((line for line in complaints if "Failed to fetch" in line), None)
    told = told or next(iter(complaints), "apt gave no reason")
    return (
        f"The packages of {purpose.what} could not be downloaded. Check the network, the proxy and "
        f"the Debian sources in /etc/apt, then try again. {purpose.otherwise} apt says: {told}"
    )
