"""`qingkong registry …` and `qingkong devices`: files and terminal on one side, the store behind.

It decides nothing about what a document means.
"""

import getpass
import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from schemas.registry import document_schema
from schemas.registry_rows import RegistryRows
from services.cases.registering.difference import Difference
from services.cases.registering.importing import (
    compared,
    mending_of,
    shipped,
    summary_of,
    write_difference,
)
from services.cases.registering.sources import Source, SourceError, read_source
from services.cases.registering.written import document_fields, registry_text
from services.cases.registering.xlsx_write import write_workbook
from services.registry.accounts import accounts_json, balance_json, hours_json
from services.registry.key_commands import app as key_commands
from services.registry.tables import (
    balance_table,
    changes_table,
    counts_table,
    devices_table,
    hours_table,
    warning_lines,
)
from services.registry.writing_progress import writing_progress
from services.registry.xlsx_example import example_fields, example_text
from services.registry.xlsx_progress import shown_progress
from services.runtime.options import database_of, stop
from services.store.accounting import device_accounts, hour_accounts, one_snapshot, unknown_accounts
from services.store.balance import unbalanced
from services.store.registry_read import read_registry
from services.store.registry_write import RegistryChange, RegistryConflict, registry_lock
from services.store.session import Session, StoreError, session

APPLICATION = "qingkong registry"
app = typer.Typer(
    no_args_is_help=True,
    help="Plants, outlets, devices and channels 登记簿: import and export them as YAML or Excel.",
)
devices_app = typer.Typer(invoke_without_command=True)
devices_app.add_typer(key_commands, name="key")

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="QINGKONG_DATABASE_URL", help="postgresql://…; default: QINGKONG_DATABASE_URL."
    ),
]


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(help="A YAML file or a workbook (.xlsx); `registry example` shows both."),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the changes only.")] = False,
    actor: Annotated[str | None, typer.Option(help="Who changes it; default: you.")] = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make the registry say what FILE says; what FILE does not mention stays as it is.

    All errors are told at once, each with its line, or its sheet, row and column; with any of them
    nothing is written. In a workbook an empty cell leaves the field as it is, - clears it.
    """
    try:
        source = read_source(file, shown_progress)
    except SourceError as error:
        stop(*error.lines)
    with _locked(database_url) as connection:
        found = _compared(source, read_registry(connection))
        hours = _mending(connection, found)
        if found.empty or dry_run:
            _say("Nothing to change." if found.empty else "Dry run: nothing was changed.")
            return
        summary = summary_of(found, hours)
        change = RegistryChange(actor or getpass.getuser(), file.name, summary)
        with writing_progress(found.write) as advance:
            version = write_difference(connection, found, change, advance)
    _say(f"The registry is now at version {version}.")


@app.command()
def export(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="A workbook if it ends in .xlsx, else YAML; none, and `-`: print YAML."
        ),
    ] = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Write the whole registry as a file that, imported again, changes nothing."""
    with _locked(database_url) as connection:
        rows = read_registry(connection)
    if file is None or str(file) == "-":
        sys.stdout.write(registry_text(rows, shipped()))
        return
    if file.suffix.lower() == ".xlsx":
        _write_workbook(file, document_fields(rows, shipped()))
    else:
        try:
            file.write_text(registry_text(rows, shipped()), encoding="utf-8")
        except OSError as error:
            stop(f"{file} cannot be written: {error.strerror}")
    _say(f"{len(rows.plants):,} plants, {len(rows.devices):,} devices written to {file}.")


@app.command()
def schema() -> None:
    """Print the JSON Schema of the file."""
    typer.echo(json.dumps(document_schema(), ensure_ascii=False, indent=2))


@app.command()
def example(
    xlsx: Annotated[
        Path | None,
        typer.Option(
            help="Write a workbook instead: headers in two languages, choices, a read-me."
        ),
    ] = None,
) -> None:
    """Print an example with comments, or write it as a workbook to fill in."""
    if xlsx is not None:
        _write_workbook(xlsx, example_fields())
        _say(f"Fill {xlsx} in and try it: qingkong registry import {xlsx} --dry-run")
        return
    typer.echo(example_text(), nl=False)


@devices_app.callback()
def devices(
    context: typer.Context,
    hours: Annotated[float, typer.Option(min=0.1, max=87600, help="Of the last … hours.")] = 24,
    mn: Annotated[str | None, typer.Option(help="One MN, with its hours.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only name the hours that do not come out even.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Show each device's last contact, and what became of every frame that came for it.

    received 收到 = stored 入库 + repeated 重复 + rejected 拒收 + pending 在途. Of the rejected,
    recovered 补收 were stored later by `qingkong rejects retry`; pending counts messages.
    """
    if context.invoked_subcommand is not None:
        return
    now = datetime.now(UTC)
    since = now - timedelta(hours=hours)
    if check:
        _check((since, now), database_url, as_json=as_json)
        return
    with (
        _spoken_errors(),
        session(database_of(database_url), "api", "qingkong devices") as connection,
        one_snapshot(connection),
    ):
        accounts = device_accounts(connection, since, now, mn)
        accounts += unknown_accounts(connection, since, now, mn)
        by_hour = [] if mn is None else hour_accounts(connection, since, now, mn)
    if mn is not None and not (accounts or by_hour):
        stop(f"no device holds or held MN {mn} 未注册: see `qingkong devices`")
    if as_json:
        told = accounts_json(accounts) if mn is None else hours_json(mn, accounts, by_hour)
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    console = Console()
    console.print(devices_table(accounts, console.width))
    if mn is not None:
        console.print(hours_table(mn, by_hour))


def _check(period: tuple[datetime, datetime], database_url: str | None, *, as_json: bool) -> None:
    """Name the hours whose account does not come out even; exit 1 when there are any."""
    with (
        _spoken_errors(),
        session(database_of(database_url), "api", "qingkong devices") as connection,
    ):
        found = unbalanced(connection, *period)
    if as_json:
        typer.echo(json.dumps(balance_json(found), ensure_ascii=False, indent=2))
    elif found:
        Console().print(balance_table(found))
    if found:
        sentence = "does not come out even" if len(found) == 1 else "do not come out even"
        sentence += " 收支不符: `qingkong verify` names the batches that changed"
        stop(f"{len(found):,} hour{'' if len(found) == 1 else 's'} {sentence}")
    _say("Every hour comes out even 收支相符.")


def _write_workbook(file: Path, document: dict[str, object]) -> None:
    try:
        with shown_progress("writing rows 写入") as advance:
            write_workbook(file, document, advance)
    except OSError as error:
        stop(f"{file} cannot be written: {error.strerror}")


def _compared(source: Source, known: RegistryRows) -> Difference:
    with shown_progress("comparing 比较"):
        try:
            found = compared(source, known, datetime.now(UTC))
        except SourceError as error:
            stop(*error.lines)
    console = Console()
    console.print(counts_table(found))
    if found.changes:
        console.print(changes_table(found))
    for line in warning_lines(found.warnings):
        _say(line)
    return found


def _mending(connection: Session, found: Difference) -> int:
    """Say how many hours of stored readings the changes concern, and what loses its point."""
    mending = mending_of(connection, found)
    hours = mending.hours
    if hours:
        _say(
            f"{hours:,} hour{'' if hours == 1 else 's'} of stored readings will be judged anew 重新判定."
        )
    for name in mending.unbound:
        _say(f"Warning 注意: {name} has stored readings that will belong to no point any more.")
    return hours


@contextmanager
def _locked(database_url: str | None) -> Generator[Session]:
    with (
        _spoken_errors(),
        session(database_of(database_url), "registrar", APPLICATION) as connection,
        registry_lock(connection),
    ):
        yield connection


@contextmanager
def _spoken_errors() -> Generator[None]:
    try:
        yield
    except (StoreError, RegistryConflict) as error:
        stop(str(error))


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)
