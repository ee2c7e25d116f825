"""What the commands of marks share: options, a session, the way an error is said."""

import getpass
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer

from schemas.mark_entry import NewMark
from services.registry.mark_entries import EntryError
from services.registry.mark_hints import hints
from services.runtime.options import database_of, stop
from services.store.marks import MarkConflict, MarkQuery, read_marks
from services.store.registry_read import read_registry
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
    except (StoreError, MarkConflict) as error:
        stop(str(error))


def hints_on(connection: Session, entries: Sequence[NewMark]) -> list[str]:
    """What may be meant otherwise: marks over the same time, kinds of another sector."""
    if not entries:
        return []
    ends = [one.until for one in entries]
    until = None if None in ends else max(one for one in ends if one is not None)
    subjects = sorted({one.subject for one in entries})
    query = MarkQuery(subjects, min(one.since for one in entries), until)
    return hints(entries, read_marks(connection, query), read_registry(connection))


def who(actor: str | None) -> str:
    """The actor, or the account that runs the command."""
    return actor or getpass.getuser()
