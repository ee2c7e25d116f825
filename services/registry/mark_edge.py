"""What the commands of marks share: options, a session, the way an error is said."""

import getpass
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

import typer

from services.rules.marks.mark_entries import EntryError
from services.rules.supervision.refusals import Refused
from services.runtime.options import database_of, stop
from services.store.marks import MarkConflict
from services.store.session import Session, StoreError, session

APPLICATION = "qingkong marks"
Plant = Annotated[str, typer.Option(help="The plant's code 企业.")]
Subject = Annotated[
    str, typer.Option(help="Code of the unit, outlet or facility 生产设施、排放口、治理设施.")
]
Kind = Annotated[
    str, typer.Option(help="启炉, start_up or waste_incineration/start_up; see `marks kinds`.")
]
Sector = Annotated[
    str | None, typer.Option(help="Whose kinds, e.g. waste_incineration; settles a shared name.")
]
Actor = Annotated[str | None, typer.Option(help="Who does it; default: you.")]
Key = Annotated[int, typer.Argument(help="The mark's number, from `marks list`.", metavar="MARK")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="QINGKONG_DATABASE_URL", help="postgresql://…; default: QINGKONG_DATABASE_URL."
    ),
]


@contextmanager
def asked(given: str | None) -> Generator[Session]:
    """A session of the registrar; what is wrong ends the command with sentences."""
    try:
        with session(database_of(given), "registrar", APPLICATION) as connection:
            yield connection
    except EntryError as error:
        stop(*error.sentences)
    except (StoreError, MarkConflict, Refused) as error:
        stop(str(error))


def who(actor: str | None) -> str:
    """The actor, or the account that runs the command."""
    return actor or getpass.getuser()
