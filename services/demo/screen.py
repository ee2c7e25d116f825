"""Where the demo is seen: a live picture on a terminal, lines elsewhere, and hints at the end."""

import shlex
from collections.abc import AsyncIterator, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from services.cases.registering.standard import standard_codes
from services.demo.view import BEIJING, ONE_CLICK, Addresses, Snapshot, picture, plain_line
from services.demo.watch import Lookout, watch

LIVE_EVERY_S = 1.0
LINE_EVERY_S = 2.0
LIVE_SPARE_LINES = 23
"""All lines of the view but those of readings."""
LINE_ROWS = 12
Show = Callable[[str, float], None]


async def show(lookout: Lookout, addresses: Addresses, seen: list[Snapshot]) -> None:
    """Show what there is, again and again, until cancelled; the newest stays in `seen`."""
    console = Console()
    live = console.is_terminal
    rows = max(1, console.height - LIVE_SPARE_LINES) if live else LINE_ROWS
    every_s = LIVE_EVERY_S if live else LINE_EVERY_S
    snapshots = _kept(watch(replace(lookout, rows=rows), every_s), seen)
    if live:
        await _live(snapshots, addresses, console)
        return
    typer.echo(f"console 控制台 {addresses.console}  {ONE_CLICK}")
    typer.echo(f"database {addresses.database}  MQTT {addresses.mqtt}")
    typer.echo(f"metrics {addresses.metrics} (ingest)  {addresses.judging_metrics} (judging)")
    async for snapshot in snapshots:
        typer.echo(plain_line(snapshot))


async def _kept(
    snapshots: AsyncIterator[Snapshot], seen: list[Snapshot]
) -> AsyncIterator[Snapshot]:
    async for snapshot in snapshots:
        seen[:] = [snapshot]
        yield snapshot


async def _live(snapshots: AsyncIterator[Snapshot], addresses: Addresses, console: Console) -> None:
    codes = standard_codes()
    with Live(console=console, auto_refresh=False, screen=True) as live:
        async for snapshot in snapshots:
            live.update(picture(snapshot, addresses, codes), refresh=True)


def hints(seen: Sequence[Snapshot], example: str, since: datetime) -> list[str]:
    """The commands to try next; an outlet over its limit is asked about, else the example."""
    outlets = [one for snapshot in seen for one in snapshot.judged.outlets]
    asked = next((f"{one.plant}/{one.outlet}" for one in outlets if one.over), example)
    begins = f"{since.astimezone(BEIJING):%Y-%m-%dT%H:%M}"
    return [
        f"qingkong judge --outlet {asked} --from {begins} --explain",
        "qingkong alerts list",
        "qingkong limits list",
        "qingkong marks kinds",
    ]


def named_home(home: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The folder that the data was asked to be in, by the option or QINGKONG_HOME; None: the usual."""
    said = environ.get("QINGKONG_HOME")
    asked = home or (Path(said) if said else None)
    return None if asked is None else asked.expanduser().absolute()


def first_hints(home: Path | None, *, running: bool) -> list[str]:
    """What must be done before those: the servers brought up, and named where they are not usual."""
    folder = "" if home is None else f" --home {shlex.quote(str(home))}"
    up = [] if running else [f"qingkong embedded up{folder}"]
    return [*up, f'eval "$(qingkong embedded env{folder})"'] if folder else up


@contextmanager
def progress() -> Generator[Show]:
    """A bar on a terminal, and a line for each step elsewhere."""
    console = Console(stderr=True)
    steps: set[str] = set()
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with bar:
        task = bar.add_task("looking", total=1.0)

        def said(what: str, part: float) -> None:
            bar.update(task, description=what, completed=part)
            if bar.disable and what not in steps:
                typer.echo(f"{what} ...", err=True)
            steps.add(what)

        yield said
