"""`qingkong demo`: the composition root of the demo, from nothing to a live view and back."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from services.demo.fleet import Fleet
from services.demo.ingest_process import running_ingest
from services.demo.preparing import (
    APPLICATION,
    DemoError,
    keep_keys,
    open_accounts,
    register_world,
    seal_file,
)
from services.demo.province import BACK_S, province
from services.demo.view import Addresses, Snapshot, picture, plain_line
from services.demo.watch import Lookout, watch
from services.embedded import servers
from services.embedded.errors import EmbeddedError
from services.embedded.processes import free_port, port_free, tail
from services.registry.standard import standard_codes, standard_regions
from services.runtime.broker_address import broker_address
from services.runtime.settings import read_settings
from services.runtime.signals import stop_event
from services.simulate.hour import hour_of
from services.simulate.outgoing import Air
from services.simulate.publish import Station, publish_fleet
from services.simulate.world import World
from services.store.errors import DatabaseError
from services.store.migrations import MigrationError, migrate
from services.store.newest import frames_stored, newest_readings
from services.store.session import StoreError, session

LIVE_EVERY_S = 1.0
LINE_EVERY_S = 2.0
LIVE_SPARE_LINES = 19
"""All lines of the view but those of readings."""
MOST_CHANNELS = 10_000
LINE_ROWS = 12
STOPPING = "stopping 正在停止 ..."
Show = Callable[[str, float], None]
app = typer.Typer()


@dataclass(frozen=True)
class Stage:
    """What the demo runs on, once it stands."""

    servers: servers.Servers
    passwords: dict[str, str] = field(repr=False)
    metrics_port: int
    world: World = field(repr=False)
    begin_s: int
    seal_file: Path
    kept: int = 0

    @property
    def addresses(self) -> Addresses:
        return Addresses(
            _without_password(self.servers.database_url),
            _without_password(self.servers.mqtt_url),
            f"http://127.0.0.1:{self.metrics_port}/metrics",
        )

    @property
    def ingest_log(self) -> Path:
        return self.servers.data_dir / "ingest.log"


@app.command("demo")
def demo(
    seconds: Annotated[
        float | None, typer.Option(min=0, help="End by itself after so many seconds.")
    ] = None,
    home: Annotated[
        Path | None, typer.Option(help="Folder of the data; default: that of qingkong embedded.")
    ] = None,
) -> None:
    """Bring up everything from nothing and show it: servers, ingest, a province.

    The first time TimescaleDB and Mosquitto are fetched (about 40 MB). The plants are made up
    (示例), their messages are not: HJ 212 of three editions and JSON over MQTT, with outages,
    resends and garbled lines. What is missing of the last two hours is sent first.
    Ctrl-C stops everything and keeps the data. Uses the embedded servers only, and replaces the
    device accounts of their broker; servers of your own are not touched.
    """
    # It warns of UTC by offset, which is how every session here is opened.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    with _spoken_errors():
        running = servers.status(home).running
        try:
            with _progress() as show:
                stage = _prepare(home, show)
            asyncio.run(_run(stage, seconds))
        except KeyboardInterrupt:
            typer.echo(STOPPING, err=True)
            raise
        finally:
            if not running:
                servers.down(home)
    rest = "The servers were running before and go on." if running else "Everything is stopped."
    typer.echo(f"{rest} The data is kept in {stage.servers.data_dir}.")


def _prepare(home: Path | None, show: Show) -> Stage:
    up = servers.up(home, progress=lambda what, part: show(what, part * 0.8))
    show("migrating the database", 0.8)
    migrate(up.database_url)
    show("working out the province", 0.85)
    now_s = int(time.time())
    world = province(up.data_dir, now_s).world
    show("registering its plants", 0.9)
    register_world(up.database_url, world, datetime.fromtimestamp(now_s, UTC))
    seal = seal_file(up.data_dir)
    keep_keys(up.database_url, world, seal)
    show("opening their accounts", 0.95)
    begin_s = _data_ends_s(up.database_url, now_s)
    passwords = open_accounts(up.data_dir, _air(world, begin_s).accounts())
    wanted = read_settings().metrics_port
    port = wanted if wanted and port_free(wanted) else free_port()
    show("starting ingest", 1.0)
    with session(up.database_url, "api", APPLICATION) as connection:
        kept = frames_stored(connection)
    return Stage(up, passwords, port, world, begin_s, seal, kept)


def _data_ends_s(database_url: str, now_s: int) -> int:
    """From when on data is missing, at most two hours back."""
    now, since = (datetime.fromtimestamp(at_s, UTC) for at_s in (now_s, now_s - BACK_S))
    with session(database_url, "api", APPLICATION) as connection:
        newest = newest_readings(connection, since, now, MOST_CHANNELS)
    return max((int(one.time.timestamp()) + 1 for one in newest), default=now_s - BACK_S)


def _air(world: World, begin_s: int) -> Air:
    return Air(world, hour_of, begin_s, world.span.to_s)


async def _run(stage: Stage, seconds: float | None) -> None:
    """Until Ctrl-C, SIGTERM, the time given, or the end of ingest."""
    environment = os.environ | {
        "QINGKONG_DATABASE_URL": stage.servers.database_url,
        "QINGKONG_MQTT_URL": stage.servers.mqtt_url,
        "QINGKONG_METRICS_HOST": "127.0.0.1",
        "QINGKONG_METRICS_PORT": str(stage.metrics_port),
        "QINGKONG_SEAL_KEY": "",
        "QINGKONG_SEAL_KEY_FILE": str(stage.seal_file),
    }
    regions = standard_regions()
    fleet = Fleet(stage.world, {code: row.name for code, row in regions.items()})
    broker = broker_address(stage.servers.mqtt_url)
    station = Station(broker.host, broker.port, stage.passwords, time.time, fleet.sent)
    async with (
        stop_event() as stop,
        running_ingest(environment, stage.ingest_log) as ingest,
        asyncio.TaskGroup() as group,
    ):
        province_task = group.create_task(
            publish_fleet(_air(stage.world, stage.begin_s), station), name="province"
        )
        view = group.create_task(_show(stage, fleet), name="view")
        ended = group.create_task(ingest.wait(), name="ingest")
        ended.add_done_callback(lambda _: stop.set())
        await _wait(stop, seconds)
        early = ended.done()
        for task in (province_task, view, ended):
            task.cancel()
        # Only when the view has given the terminal back can a line be seen.
        await asyncio.wait({view})
        typer.echo(STOPPING, err=True)
    if early:
        raise DemoError(f"ingest ended by itself:\n{tail(stage.ingest_log)}")


async def _wait(stop: asyncio.Event, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


async def _show(stage: Stage, fleet: Fleet) -> None:
    console = Console()
    live = console.is_terminal
    rows = max(1, console.height - LIVE_SPARE_LINES) if live else LINE_ROWS
    lookout = Lookout(
        stage.servers.database_url,
        stage.metrics_port,
        lambda: datetime.now(UTC),
        time.monotonic,
        rows,
        fleet,
        stage.kept,
    )
    snapshots = watch(lookout, LIVE_EVERY_S if live else LINE_EVERY_S)
    if live:
        await _live(snapshots, stage.addresses, console)
        return
    typer.echo(f"database {stage.addresses.database}  MQTT {stage.addresses.mqtt}")
    typer.echo(f"metrics {stage.addresses.metrics}")
    async for snapshot in snapshots:
        typer.echo(plain_line(snapshot))


async def _live(snapshots: AsyncIterator[Snapshot], addresses: Addresses, console: Console) -> None:
    codes = standard_codes()
    with Live(console=console, auto_refresh=False, screen=True) as live:
        async for snapshot in snapshots:
            live.update(picture(snapshot, addresses, codes), refresh=True)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.username}@{parts.hostname}:{parts.port}{parts.path}"


@contextmanager
def _spoken_errors() -> Generator[None]:
    try:
        yield
    except (EmbeddedError, MigrationError, DatabaseError, StoreError, DemoError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except ValidationError as error:
        typer.echo(f"a setting is wrong: {error}", err=True)
        raise typer.Exit(1) from error


@contextmanager
def _progress() -> Generator[Show]:
    """A bar on a terminal, and a line for each step elsewhere."""
    console = Console(stderr=True)
    steps: set[str] = set()
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with bar:
        task = bar.add_task("looking", total=1.0)

        def show(what: str, part: float) -> None:
            bar.update(task, description=what, completed=part)
            if bar.disable and what not in steps:
                typer.echo(f"{what} ...", err=True)
            steps.add(what)

        yield show
