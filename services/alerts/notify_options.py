"""What the commands about notices share: options, the database, who acts."""

import getpass
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

import typer

from services.rules.supervision.refusals import Refused
from services.runtime.options import database_of, stop
from services.store.session import Session, StoreError, session

APPLICATION = "qingkong notify"
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="QINGKONG_DATABASE_URL", help="postgresql://…; default: QINGKONG_DATABASE_URL."
    ),
]
Actor = Annotated[str | None, typer.Option(help="Who does it; default: you.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@contextmanager
def asked(given: str | None) -> Generator[Session]:
    """A session of the registrar; what is wrong ends the command with a sentence."""
    try:
        with session(database_of(given), "registrar", APPLICATION) as connection:
            yield connection
    except (StoreError, Refused) as error:
        stop(str(error))


def who(actor: str | None) -> str:
    """The actor, or the account that runs the command."""
    return actor or getpass.getuser()
