"""What the commands of orders and contests share: options, a session, who acts, files, times."""

import csv
import getpass
import io
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from schemas.order import Actor, Party
from schemas.registry_words import BEIJING
from services.rules.judging.shelf import SettingError
from services.rules.supervision.refusals import Refused
from services.runtime.options import database_of, stop
from services.store.contests import ContestConflict
from services.store.orders import OrderConflict
from services.store.session import Session, StoreError, session

APPLICATION = "qingkong orders"
LARGEST_FILE = 200_000_000
"""Nothing larger is even read; how large a file may be is a setting."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Number = Annotated[
    str, typer.Argument(help="The order's number, e.g. 1505-2026-0007 督办单号.", metavar="ORDER")
]
Person = Annotated[str | None, typer.Option("--actor", help="Who does it 操作人; default: you.")]
For = Annotated[
    str | None,
    typer.Option("--as", help="plant:P1 or bureau:1505; default: whom the step is for."),
]
Files = Annotated[
    list[Path] | None, typer.Option("--attach", help="A file 附件; may be given several times.")
]
Reason = Annotated[str, typer.Option(help="Why 理由; it stays in the history.")]
PlantCode = Annotated[str | None, typer.Option("--plant", help="The plant's code 企业.")]
Region = Annotated[str | None, typer.Option(help="Held by this region or one below it 行政区.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="QINGKONG_DATABASE_URL", help="postgresql://…; default: QINGKONG_DATABASE_URL."
    ),
]


@contextmanager
def asked(given: str | None) -> Generator[Session]:
    """A session; whatever is refused or cannot be done ends the command with a sentence."""
    try:
        with session(database_of(given), "registrar", APPLICATION) as connection:
            yield connection
    except (StoreError, Refused, OrderConflict, ContestConflict, SettingError) as error:
        stop(str(error))


def acting_as(person: str | None, given: str | None, otherwise: tuple[Party, str]) -> Actor:
    """Who acts, and for whom: `plant:P1`, `bureau:1505`. Raises typer.BadParameter."""
    name = person or getpass.getuser()
    if given is None:
        return Actor(name, *otherwise)
    word, _, place = given.partition(":")
    if word not in {Party.PLANT.value, Party.BUREAU.value} or not place:
        raise typer.BadParameter(f"--as {given}: write plant:P1 or bureau:1505")
    return Actor(name, Party(word), place)


def files_read(paths: Iterable[Path] | None) -> list[tuple[str, bytes]]:
    """The names and bytes of files; ends the command where one cannot be read."""
    found: list[tuple[str, bytes]] = []
    for path in paths or ():
        try:
            if path.stat().st_size > LARGEST_FILE:
                stop(f"{path} is larger than {LARGEST_FILE:,} bytes 附件过大: leave it out")
            found.append((path.name, path.read_bytes()))
        except OSError as error:
            stop(f"{path} cannot be read: {error.strerror}")
    return found


def beijing(moment: datetime | None) -> str:
    """A time as people read it; a dash where there is none."""
    return "–" if moment is None else f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def json_time(moment: datetime | None) -> str | None:
    """A time for programs, in Beijing time."""
    return None if moment is None else moment.astimezone(BEIJING).isoformat()


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV; text that a spreadsheet would take for a formula gets a quote before it."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_plain(one) for one in row])
    return written.getvalue()


def _plain(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
