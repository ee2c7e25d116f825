"""What the commands of accounts and tokens share: a session, who acts, errors as sentences."""

import getpass
import json
import secrets
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer

from schemas.access import Account, Scope
from schemas.registry_words import BEIJING
from services.api.granting import GrantError, unknown_plants
from services.api.passwords import WeakPasswordError, fit_password
from services.runtime.clock import utc_now
from services.runtime.options import database_of, stop
from services.store.accounts import AccountConflict, account_by_name
from services.store.audit import Deed, write_deed
from services.store.places import plant_ids
from services.store.session import Session, StoreError, session

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Actor = Annotated[str | None, typer.Option(help="Who does it 操作人; default: you.")]
Region = Annotated[str | None, typer.Option(help="GB/T 2260 code; with all below it 行政区.")]
Plants = Annotated[
    list[str] | None,
    typer.Option("--plant", help="A plant's code 企业; several times for several."),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="QINGKONG_DATABASE_URL", help="postgresql://…; default: QINGKONG_DATABASE_URL."
    ),
]


@contextmanager
def asked(database_url: str | None) -> Generator[Session]:
    """A transaction of the API's role; what cannot be done becomes a sentence and exit 1."""
    try:
        with (
            session(database_of(database_url), "api", "qingkong accounts") as connection,
            connection.transaction(),
        ):
            yield connection
    except (StoreError, AccountConflict, GrantError) as error:
        stop(str(error))


def audit(
    connection: Session, actor: str | None, what: tuple[str, str], detail: Mapping[str, object]
) -> None:
    """Write who did it here; `what`: action and object."""
    deed = Deed(
        *(utc_now(), None, actor or getpass.getuser(), "command", *what),
        *(f"command-{secrets.token_hex(4)}", "", None, detail),
    )
    write_deed(connection, deed)


def known_account(connection: Session, name: str) -> Account:
    """The account of that name; none: exit 1."""
    found = account_by_name(connection, name)
    if found is None:
        stop(f"there is no account {name} 无此账号: see `qingkong accounts list`")
    return found[0]


def scope_said(connection: Session, region: str | None, plants: Sequence[str] | None) -> Scope:
    """The scope of the options; what is not registered: exit 1."""
    if not plants:
        return Scope(region)
    known = plant_ids(connection, plants)
    missing = unknown_plants(plants, known)
    if missing:
        stop(f"not registered 未登记: {', '.join(missing)}; see `qingkong registry export`")
    return Scope(region, frozenset(known.values()))


def asked_password(name: str) -> str:
    """From the terminal, twice; else the first line of standard input. What will not do: exit 1."""
    if sys.stdin.isatty():
        given = str(typer.prompt("password 密码", hide_input=True, confirmation_prompt=True))
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    try:
        return fit_password(given, name)
    except WeakPasswordError as error:
        stop(str(error))


def said(at: datetime | None) -> str:
    """A time of Beijing for people."""
    return "" if at is None else at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def echo(value: object) -> None:
    """JSON for programs."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
