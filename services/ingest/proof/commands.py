"""`qingkong checkpoint`, `verify`, `rebuild` and `rejects`: terminal on one side, proof behind.

It decides nothing about what is right.
"""

import asyncio
import getpass
import json
import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from schemas.moment import moment
from schemas.series import Series
from services.evidence.checkpoint import CheckpointError
from services.hj212.describe import describe
from services.hj212.stream import decode
from services.ingest.proof.checkpoint_files import KeyFileError
from services.ingest.proof.checkpoint_maker import make_now
from services.ingest.proof.rejects import RetryBusyError, RetryOrder
from services.ingest.proof.tables import (
    findings_table,
    kinds_line,
    reject_json,
    reject_lines,
    reject_list,
    report_json,
    retried_report,
    summary_lines,
)
from services.ingest.proof.verification import Order, Show, verify_all
from services.ingest.proof.work import rebuild_span, retry_rejects, wanted_rejects
from services.runtime.clock import utc_now
from services.runtime.options import NOT_SET_UP, database_of, stop
from services.runtime.settings import read_settings
from services.store.batch_walk import BEGINNING, END, Span
from services.store.errors import DatabaseError
from services.store.rejects import Wanted
from services.store.session import sentence_of

rejects = typer.Typer(
    no_args_is_help=True, help="What could not be stored 拒收: see it, mend the cause, retry."
)
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="QINGKONG_DATABASE_URL", help="postgresql://…; default: QINGKONG_DATABASE_URL."
    ),
]
From = Annotated[
    str | None, typer.Option("--from", help="received at or after: 2026-01-01T00:00:00+08:00")
]
To = Annotated[str | None, typer.Option("--to", help="received before: 2026-01-02T00:00:00+08:00")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def checkpoint(database_url: DatabaseUrl = None) -> None:
    """Make a signed checkpoint 检查点 now; ingest makes one an hour by itself.

    It covers the chains of batches, and all that only grows: judgements (means, verdicts, rates,
    findings), limits, settings, marks, laboratory results, rejects, changes of the registry. It is
    written to QINGKONG_CHECKPOINT_DIR as well: copy that folder to where the owner of the database
    cannot write, with the public key beside the signing key.

    Example: qingkong checkpoint && cp -r checkpoints /media/usb
    """
    settings = read_settings()
    with _spoken_errors():
        made = asyncio.run(make_now(settings, database_of(database_url)))
    if made is None:
        stop("another process is making a checkpoint: try again in a moment")
    covered = ", ".join(
        f"slot {slot} to batch {head.number}" for slot, head in made.body.slots.items()
    )
    typer.echo(f"checkpoint {made.body.number}: {covered or 'no batches yet'}; {made.file}")


def verify(
    against: Annotated[
        list[Path] | None,
        typer.Option(help="Checkpoint file, or folder of them; may be given several times."),
    ] = None,
    public_key: Annotated[
        list[Path] | None,
        typer.Option(help="PEM of who signed; default: the one beside this host's key."),
    ] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read the frames again and compare all readings.")
    ] = False,
    since: From = None,
    until: To = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Prove that nothing was changed, cut or removed 校验; exit code 1 if something was.

    The digest chains are always checked whole. Histories 历史 (judgements, limits, settings, marks,
    laboratory results, rejects, changes of the registry) are compared with the newest checkpoint of
    the database that a known key signed, or with those of --against: kept outside they show also
    what the database's owner did. The rows compared are told by table. --deep compares readings
    with frames, --from and --to bound the deep part alone; frames in cipher text need the seal key.

    Example: qingkong verify --against /media/usb/checkpoints --public-key /media/usb/checkpoint-key.pem.pub
    --deep --from 2026-01-01T00:00:00+08:00
    """
    if missing := [str(path) for path in against or () if not os.access(path, os.R_OK)]:
        stop(
            f"--against: {', '.join(missing)} is not there or not readable: name a checkpoint",
            code=NOT_SET_UP,
        )
    settings = read_settings()
    order = Order(tuple(against or ()), tuple(public_key or ()), deep, _span(since, until))
    with _spoken_errors(), _progress() as show:
        url = database_of(database_url)
        report = asyncio.run(verify_all(settings, url, order, utc_now(), show))
    if as_json:
        typer.echo(json.dumps(report_json(report), ensure_ascii=False, indent=2))
    else:
        console = Console()
        for line in summary_lines(report):
            console.print(line, markup=False, highlight=False)
        if report.findings:
            console.print(findings_table(report.findings))
            console.print(kinds_line(report.findings), markup=False)
        console.print(
            "everything is as it was 校验通过" if report.clean else "NOT as it was 校验未通过"
        )
    if not report.clean:
        raise typer.Exit(1)


def rebuild(
    since: From = None,
    until: To = None,
    series: Annotated[
        list[Series] | None, typer.Option(help="Only these series; default: all.")
    ] = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make readings again from the frames received in a time 重建, e.g. after retention.

    What is there stays as it is, so it may be stopped and run again. A device that sent its
    history later has it in the frames of that later time.
    """
    settings = read_settings()
    span = _span(since, until)
    with _spoken_errors(), _progress() as show:
        url = database_of(database_url)
        chosen = tuple(series or Series)
        done = asyncio.run(rebuild_span(settings, url, span, chosen, show))
    typer.echo(f"{done.readings:,} readings made again from {done.batches:,} batches")
    if done.frames_gone:
        typer.echo(f"{done.frames_gone:,} batches have no frames any more", err=True)


@rejects.command("list")
def list_(
    reason: Annotated[str | None, typer.Option(help="E.g. unknown_device, clock, crc.")] = None,
    mn: Annotated[str | None, typer.Option(help="Of one MN.")] = None,
    since: From = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 50,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Show the newest rejects."""
    wanted = Wanted(reason=reason, mn=mn, since=_moment(since))
    with _spoken_errors():
        found = asyncio.run(wanted_rejects(database_of(database_url), wanted, limit))
    if as_json:
        typer.echo(json.dumps([reject_json(one) for one in found], ensure_ascii=False, indent=2))
    else:
        _print(Console(), reject_list(found))


@rejects.command()
def show(
    number: Annotated[int, typer.Argument(metavar="ID", help="The reject's id.")],
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Show all that is kept of a reject: its bytes, and how they are read."""
    with _spoken_errors():
        url = database_of(database_url)
        found = asyncio.run(wanted_rejects(url, Wanted(ids=(number,)), 1))
    if not found:
        stop(f"there is no reject {number}: see `qingkong rejects list`")
    pieces = [] if found[0].topic.startswith("cems/") else decode(found[0].frame)
    told = [describe(piece) for piece in pieces]
    if as_json:
        said = {**reject_json(found[0]), "decoded": told}
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    for line in reject_lines(found[0]):
        typer.echo(line)
    for piece in told:
        typer.echo(json.dumps(piece, ensure_ascii=False, indent=2))


@rejects.command()
def retry(
    numbers: Annotated[list[int] | None, typer.Argument(metavar="[ID]...")] = None,
    reason: Annotated[str | None, typer.Option(help="All of this reason.")] = None,
    mn: Annotated[str | None, typer.Option(help="All of this MN.")] = None,
    clock_offset: Annotated[
        int, typer.Option(help="Seconds to add to all times of the frames 时钟偏移; recorded.")
    ] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also those already stored.")] = False,
    actor: Annotated[str | None, typer.Option(help="Who orders it; default: you.")] = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Feed rejects in again with the registry as it is now and their own time of receipt 重试."""
    if not (numbers or reason or mn):
        stop("name what to retry: ids, --reason or --mn")
    settings = read_settings()
    wanted = Wanted(ids=tuple(numbers or ()), reason=reason, mn=mn)
    order = RetryOrder(actor or getpass.getuser(), clock_offset, dry_run, again)
    with _spoken_errors(), _progress() as show_progress:
        url = database_of(database_url)
        done = asyncio.run(retry_rejects(settings, url, wanted, order, show_progress))
    _print(Console(), retried_report(done))
    if missing := set(numbers or ()) - {one.reject.id for one in done}:
        stop(f"not found: {', '.join(str(number) for number in sorted(missing))}")


def _span(since: str | None, until: str | None) -> Span:
    return Span(_moment(since) or BEGINNING, _moment(until) or END)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return moment(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} {error}") from error


@contextmanager
def _progress() -> Generator[Show]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def show_step(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total or None)

        yield show_step


@contextmanager
def _spoken_errors() -> Generator[None]:
    try:
        yield
    except (CheckpointError, KeyFileError, RetryBusyError, OSError) as error:
        stop(str(error))
    except DatabaseError as error:
        stop(sentence_of(error))


def _print(console: Console, parts: Iterable[RenderableType]) -> None:
    for part in parts:
        # What people type again is one line, however long it is.
        console.print(part, soft_wrap=isinstance(part, Text))
