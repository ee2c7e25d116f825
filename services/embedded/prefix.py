"""The folder of packages that both servers run from, and where their programs are in it.

It must not know what is done with the programs.
"""

from dataclasses import dataclass
from pathlib import Path

from services.embedded.building import Progress, Recipe, built
from services.embedded.folders import ServerUser
from services.embedded.packages import SERVERS

EDITION = "1"
PACKAGES = (
    *("libaudit1", "libc6", "libcap-ng0", "libcap2", "libcom-err2", "libdlt2", "libgcc-s1"),
    *("libgssapi-krb5-2", "libicu76", "libk5crypto3", "libkeyutils1", "libkrb5-3"),
    *("libkrb5support0", "libldap2", "liblz4-1", "liblzma5", "libpam0g", "libpq5"),
    *("libreadline8t64", "libsasl2-2", "libssl3t64", "libstdc++6", "libsystemd0", "libtinfo6"),
    *("libwebsockets19t64", "libwrap0", "libxml2", "libxxhash0", "libzstd1", "mosquitto"),
    *("postgresql-17", "postgresql-17-timescaledb", "postgresql-client-17", "zlib1g"),
)
_BIN = "usr/lib/postgresql/17/bin"
POSTGRES_PROGRAMS = (
    *("postgres", "initdb", "pg_ctl", "pg_controldata", "psql", "pg_dump", "pg_restore"),
    *("pg_isready", "pg_basebackup", "pg_config"),
)
MOSQUITTO_PROGRAMS = ("usr/sbin/mosquitto", "usr/bin/mosquitto_passwd")
# For a user number without a name, as in a container run with a bare number: initdb asks for it.
NAMELESS_PACKAGE, NAMELESS_LIBRARY = "libnss-wrapper", "libnss_wrapper.so"
NAMELESS_PROGRAMS = frozenset({"initdb", "postgres", "pg_ctl"})


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

    Raises EmbeddedError when a prerequisite is missing or the network fails.
    """
    nameless = not user.known
    return Prefix(built(_recipe(nameless=nameless), cache, user, progress), nameless)


def _recipe(*, nameless: bool) -> Recipe:
    named = {f"{_BIN}/{name}": NAMELESS_LIBRARY for name in sorted(NAMELESS_PROGRAMS)}
    return Recipe(
        name="servers",
        edition=EDITION,
        purpose=SERVERS,
        packages=(*PACKAGES, NAMELESS_PACKAGE) if nameless else PACKAGES,
        programs=(*(f"{_BIN}/{name}" for name in POSTGRES_PROGRAMS), *MOSQUITTO_PROGRAMS),
        dropped=(
            "usr/lib/postgresql/17/lib/bitcode",
            "usr/lib/postgresql/17/lib/llvmjit.so",
        ),
        added=named if nameless else {},
    )
