"""`qingkong registry …` and `qingkong devices`: files and terminal on one side, the store behind.

It decides nothing about what a document means.
"""

import getpass
import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from schemas.registry import document_schema
from schemas.registry_rows import RegistryRows
from services.registry.accounts import accounts_json, hours_json
from services.registry.difference import Difference, Standard, difference
from services.registry.document import Parsed, parse_document
from services.registry.standard import standard_codes, standard_regions
from services.registry.tables import (
    changes_table,
    counts_table,
    devices_table,
    hours_table,
    problem_lines,
)
from services.registry.written import registry_text
from services.runtime.settings import read_settings
from services.store.accounting import device_accounts, hour_accounts, unknown_accounts
from services.store.registry_ids import Progress as Advance
from services.store.registry_read import read_registry
from services.store.registry_write import (
    RegistryChange,
    RegistryConflict,
    registry_lock,
    write_registry,
)
from services.store.session import Session, StoreError, session

APPLICATION = "qingkong registry"
app = typer.Typer(
    no_args_is_help=True,
    help="Plants, outlets, devices and channels 注册表: import and export them as a YAML file.",
)

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="QINGKONG_DATABASE_URL", help="postgresql://…; default: QINGKONG_DATABASE_URL."
    ),
]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The YAML file; `registry example` shows one.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the changes only.")] = False,
    actor: Annotated[str | None, typer.Option(help="Who changes it; default: you.")] = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make the registry say what FILE says; what FILE does not mention stays as it is."""
    parsed = parse_document(_text(file))
    if parsed.document is None:
        _stop(problem_lines(str(file), parsed.problems))
    with _locked(database_url) as connection:
        found = _compared(file, parsed, read_registry(connection))
        if found.empty or dry_run:
            _say("Nothing to change." if found.empty else "Dry run: nothing was changed.")
            return
        change = RegistryChange(actor or getpass.getuser(), file.name, _summary(found))
        with _progress(found.write) as advance:
            version = write_registry(connection, found.write, change, advance)
    _say(f"The registry is now at version {version}.")


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="Default, and `-`: standard output.")] = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Write the whole registry as a file that, imported again, changes nothing."""
    with _locked(database_url) as connection:
        rows = read_registry(connection)
    text = registry_text(rows, _standard())
    if file is None or str(file) == "-":
        sys.stdout.write(text)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        _stop([f"{file} cannot be written: {error.strerror}"])
    _say(f"{len(rows.plants):,} plants, {len(rows.devices):,} devices written to {file}.")


@app.command()
def schema() -> None:
    """Print the JSON Schema of the file."""
    typer.echo(json.dumps(document_schema(), ensure_ascii=False, indent=2))


@app.command()
def example() -> None:
    """Print an example with comments."""
    text = (files("services.registry") / "example.yaml").read_text(encoding="utf-8")
    typer.echo(text, nl=False)


def devices(
    hours: Annotated[float, typer.Option(min=0.1, max=87600, help="Of the last … hours.")] = 24,
    mn: Annotated[str | None, typer.Option(help="One MN, with its hours.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Show each device's last contact, and what became of every frame that came for it.

    received 收到 = stored 入库 + repeated 重复 + rejected 拒收
    """
    now = datetime.now(UTC)
    since = now - timedelta(hours=hours)
    with _spoken_errors(), session(_url(database_url), "api", "qingkong devices") as connection:
        accounts = device_accounts(connection, since, now, mn)
        accounts += unknown_accounts(connection, since, now, mn)
        by_hour = [] if mn is None else hour_accounts(connection, since, now, mn)
    if as_json:
        told = accounts_json(accounts) if mn is None else hours_json(mn, accounts, by_hour)
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    console = Console()
    console.print(devices_table(accounts))
    if mn is not None:
        console.print(hours_table(mn, by_hour))


def _standard() -> Standard:
    return Standard(standard_codes(), standard_regions())


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        _stop([f"{file} cannot be read: {error.strerror}"])
    except UnicodeDecodeError as error:
        _stop([f"{file} is not UTF-8 (byte {error.start}): save it as UTF-8"])


def _compared(file: Path, parsed: Parsed, known: RegistryRows) -> Difference:
    assert parsed.document is not None  # noqa: S101 - the caller has looked
    found = difference(
        known, parsed.document, _standard(), datetime.now(UTC).replace(microsecond=0)
    )
    if found.problems:
        placed = [parsed.read.problem(path, sentence) for path, sentence in found.problems]
        _stop(problem_lines(str(file), placed))
    console = Console()
    console.print(counts_table(found))
    if found.changes:
        console.print(changes_table(found))
    return found


def _summary(found: Difference) -> dict[str, object]:
    counts: dict[str, dict[str, int]] = {}
    for (kind, verb), count in found.counts.items():
        counts.setdefault(kind, {})[verb] = count
    changes = [
        {"verb": one.verb, "kind": one.kind, "name": one.name, "details": list(one.details)}
        for one in found.changes
    ]
    return {"counts": counts, "changes": changes}


@contextmanager
def _progress(rows: RegistryRows) -> Generator[Advance]:
    lists = (rows.mns, rows.settings)
    flat = (rows.regions, rows.plants, rows.subjects, rows.devices, rows.points, rows.channels)
    total = sum(map(len, flat)) + sum(len(one) for held in lists for one in held.values())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("writing 写入", total=total)
        yield lambda _, stored: bar.advance(task, stored)


@contextmanager
def _locked(database_url: str | None) -> Generator[Session]:
    with (
        _spoken_errors(),
        session(_url(database_url), "registrar", APPLICATION) as connection,
        registry_lock(connection),
    ):
        yield connection


@contextmanager
def _spoken_errors() -> Generator[None]:
    try:
        yield
    except (StoreError, RegistryConflict) as error:
        _stop([str(error)])


def _url(given: str | None) -> str:
    if given:
        return given
    secret = read_settings().database_url
    if secret is None:
        _stop(["no database: set QINGKONG_DATABASE_URL or give --database-url"])
    return secret.get_secret_value()


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _stop(lines: list[str]) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(1)
