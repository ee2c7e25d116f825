"""`qingkong limits import, export, example`: many limits at once, from and to files."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from schemas.registry_words import shown
from services.cases.registering.xlsx_entries import Fields
from services.registry.limit_difference import Comparing, LimitDifference, Planned, compared
from services.registry.limit_file import LimitFile, LimitFileError, read_limit_file
from services.registry.limit_options import (
    Actor,
    AsOf,
    DatabaseUrl,
    DryRun,
    actor_of,
    asked,
    known_below,
    say,
)
from services.registry.limit_tables import ACTS, add, manner
from services.registry.limit_written import (
    example_fields,
    example_text,
    limit_fields,
    limits_csv,
    limits_yaml,
    write_limits_workbook,
)
from services.registry.tables import warning_lines
from services.registry.xlsx_progress import shown_progress
from services.rules.catalogue import catalogue as shipped_catalogue
from services.rules.limit_acts import Who, figure, timeline
from services.rules.limit_places import Places
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.store.as_known import belief_lock
from services.store.limit_hours import hours_to_touch
from services.store.limits import read_limits, write_limits
from services.store.registry_read import read_registry
from services.store.session import Session

LONGEST = 60
SHOW_PROGRESS = 300


def _example(wanted: bool) -> None:  # noqa: FBT001 - typer: flags are booleans
    if wanted:
        typer.echo(example_text(), nl=False)
        raise typer.Exit


def import_(
    file: Annotated[
        Path, typer.Argument(help="YAML, CSV or a workbook (.xlsx); `limits example` shows them.")
    ],
    dry_run: DryRun = False,  # noqa: FBT002 - typer: flags are booleans
    actor: Actor = None,
    reason: Annotated[str, typer.Option(help="Why 原因, where a row gives none.")] = "",
    _shown: Annotated[  # noqa: FBT002 - typer: flags are booleans
        bool,
        typer.Option("--example", is_eager=True, callback=_example, help="Print an example file."),
    ] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Make the limits be what FILE says 导入限值; what FILE does not mention stays as it is.

    All errors are told at once, with line, or sheet, row and column; with any of them nothing is
    written. Imported again it changes nothing. A row that would replace what was stated for its
    time is a correction 更正 and needs `reason` and `approver`.

    Example: qingkong limits import limits.xlsx --dry-run
    """
    try:
        source = read_limit_file(file)
    except LimitFileError as error:
        stop(*error.lines)
    who = Who(actor_of(actor), utc_now(), reason or file.name)
    if not source.entries and not source.lines([]):
        say(f"{file} has no limit in it 文件中无限值: what it does not mention stays as it is.")
    with asked(database_url, "registrar") as connection, belief_lock(connection):
        places = Places(read_registry(connection))
        found = _compared(
            source, Comparing(places, read_limits(connection), shipped_catalogue(), who)
        )
        _tell(connection, places, found)
        if found.planned and not dry_run:
            _write(connection, found)
    if dry_run:
        say("Dry run: nothing was changed 试运行, 未写入.")


def export(
    file: Annotated[
        Path | None,
        typer.Argument(help="A workbook (.xlsx), CSV or YAML by its ending; none: print YAML."),
    ] = None,
    plant: Annotated[str | None, typer.Option(help="One plant, by its code.")] = None,
    as_of: AsOf = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Write all limits, past and future ones too, as a file that, imported again, changes nothing.

    Example: qingkong limits export limits.xlsx
    """
    now = utc_now()
    with asked(database_url, "registrar") as connection:
        below = known_below(connection, as_of, now)
        places = Places(read_registry(connection))
        chosen = [row.id for row in places.chosen(plant)]
        pieces = timeline(read_limits(connection, chosen, below))
    order = {row: place for place, row in enumerate(chosen)}
    pieces.sort(key=lambda one: (order[one.version.point], one.version.limit))
    entries = limit_fields(pieces, places.name)
    if not entries:
        say("No limit is known there and then 无限值: what is written has its header alone.")
    if file is None or str(file) == "-":
        sys.stdout.write(limits_yaml(entries))
        return
    _save(file, entries)
    say(f"{len(entries):,} limits written to {file}.")


def example(
    xlsx: Annotated[
        Path | None,
        typer.Option(help="Write a workbook instead: headers in two languages, choices, notes."),
    ] = None,
) -> None:
    """Print an example of a file of limits with comments, or write it as a workbook to fill in."""
    if xlsx is None:
        typer.echo(example_text(), nl=False)
        return
    _save(xlsx, example_fields())
    say(f"Fill {xlsx} in and try it: qingkong limits import {xlsx} --dry-run")


def _compared(source: LimitFile, with_: Comparing) -> LimitDifference:
    with shown_progress("comparing 比较"):
        found = compared(source.entries, with_)
    lines = source.lines(found.wrong)
    if lines:
        stop(*lines)
    return found


def _tell(connection: Session, places: Places, found: LimitDifference) -> None:
    if found.planned:
        Console().print(_table(found.planned, places))
    for line in warning_lines(
        [
            text if count == 1 else f"{text} ({count:,} rows)"
            for text, count in found.warnings.items()
        ]
    ):
        say(line)
    counts: dict[str, int] = {}
    for one in found.planned:
        counts[one.version.act] = counts.get(one.version.act, 0) + 1
    told = ", ".join(f"{count:,} {ACTS[act]}" for act, count in counts.items())
    say(f"{told or 'Nothing to change 无变化'}; {found.unchanged:,} unchanged 未变.")
    spans = [(one.version.point, one.version.since, one.version.until) for one in found.planned]
    if hours := hours_to_touch(connection, spans, utc_now()):
        say(f"{hours:,} hour{'' if hours == 1 else 's'} will be judged anew 重新判定.")


def _write(connection: Session, found: LimitDifference) -> None:
    versions = [one.version for one in found.planned]
    if len(versions) < SHOW_PROGRESS:
        write_limits(connection, versions)
        return
    with shown_progress("writing limits 写入", len(versions)) as advance:
        write_limits(connection, versions, advance)


def _table(planned: Sequence[Planned], places: Places) -> Table:
    table = Table(
        *("change 变更", "point 监测点", "was 原为", "is 现为", "from 起\nto 止"),
        box=box.SIMPLE_HEAD,
    )
    for version, before in planned[:LONGEST]:
        former = "–" if before is None else figure(before.bound)
        key = "" if version.limit < 0 else f"\nlimit {version.limit}"
        add(
            table,
            *(ACTS[version.act] + key, places.name(version.point), former),
            f"{figure(version.bound)}\n{manner(version.bound)}".rstrip(),
            f"{shown(version.since)}\n{shown(version.until)}",
        )
    if len(planned) > LONGEST:
        add(table, "…", f"and {len(planned) - LONGEST:,} more", "", "", "")
    return table


def _save(file: Path, entries: list[Fields]) -> None:
    try:
        if file.suffix.lower() == ".xlsx":
            with shown_progress("writing rows 写入", len(entries)) as advance:
                write_limits_workbook(file, entries, advance)
        elif file.suffix.lower() == ".csv":
            # Excel takes a CSV for UTF-8 only where it begins with the mark.
            file.write_text(limits_csv(entries), encoding="utf-8-sig", newline="")
        else:
            file.write_text(limits_yaml(entries), encoding="utf-8")
    except OSError as error:
        stop(f"{file} cannot be written: {error.strerror}")
