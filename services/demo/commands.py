"""`qingkong demo`: the composition root of the demo, from nothing to a live view and back."""

import asyncio
import logging
import os
import sys
import time
import webbrowser
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from services.cases.registering.standard import standard_regions
from services.demo.console_shown import answers, has_screen
from services.demo.fleet import Fleet
from services.demo.limits import LimitMisfit, assign_limits
from services.demo.people import open_console
from services.demo.preparing import (
    APPLICATION,
    DemoError,
    keep_keys,
    open_accounts,
    register_world,
    seal_file,
)
from services.demo.province import EXCEEDING, province, reaches_back_s
from services.demo.screen import Show, first_hints, hints, named_home, progress, show
from services.demo.service_process import running
from services.demo.stage import Stage, chosen_ports
from services.demo.view import Snapshot
from services.demo.watch import Lookout
from services.embedded import servers
from services.embedded.errors import EmbeddedError
from services.embedded.processes import tail
from services.runtime.broker_address import broker_address
from services.runtime.signals import stop_event
from services.simulate.hour import hour_of
from services.simulate.outgoing import Air
from services.simulate.publish import Station, publish_fleet
from services.simulate.world import World
from services.store.errors import DatabaseError
from services.store.migrations import MigrationError, migrate
from services.store.newest import frames_stored, newest_readings
from services.store.session import StoreError, session

MOST_CHANNELS = 10_000
LOOK_S = 0.2
STOPPING = "stopping 正在停止 ..."
app = typer.Typer()


@app.command("demo")
def demo(
    seconds: Annotated[
        float | None, typer.Option(min=0, help="End by itself after so many seconds.")
    ] = None,
    home: Annotated[
        Path | None, typer.Option(help="Folder of the data; default: that of qingkong embedded.")
    ] = None,
    browser: Annotated[
        bool, typer.Option(help="Open the console in your browser, where there is a screen.")
    ] = True,
) -> None:
    """Bring up everything from nothing and show it: servers, ingest, judging, console, a province.

    The console is at the address printed, on this host alone; one click signs in, as operator,
    plant or auditor. An exceedance is there within a minute.

    The first time TimescaleDB and Mosquitto are fetched (about 40 MB). The plants are made up
    (示例), their messages are not: HJ 212 of three editions and JSON over MQTT, with outages,
    resends and garbled lines. What is missing of the last two to three hours is sent first.

    Its hours are judged by limits of the catalogue that bind such plants, the first within a
    minute, each later one 20 s after its end; limits by the day (sewage) wait for midnight.

    Ctrl-C stops everything and keeps the data. Uses the embedded servers only, and replaces the
    device accounts of their broker; servers of your own are not touched.
    """
    # It warns of UTC by offset, which is how every session here is opened.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    with _spoken_errors():
        before = servers.status(home).running
        try:
            with progress() as said:
                stage = _prepare(home, said)
            seen = asyncio.run(_run(stage, seconds, browser=browser))
        except KeyboardInterrupt:
            typer.echo(STOPPING, err=True)
            raise
        finally:
            if not before:
                servers.down(home)
    rest = "The servers were running before and go on." if before else "Everything is stopped."
    typer.echo(f"{rest} The data is kept in {stage.servers.data_dir}.")
    typer.echo("Try next 接下来:")
    named = named_home(home, os.environ)
    since = datetime.fromtimestamp(reaches_back_s(int(time.time())), UTC)
    for line in (*first_hints(named, running=before), *hints(seen, stage.example, since)):
        typer.echo(f"  {line}")


def _prepare(home: Path | None, said: Show) -> Stage:
    up = servers.up(home, progress=lambda what, part: said(what, part * 0.8))
    said("migrating the database", 0.8)
    migrate(up.database_url)
    said("working out the province", 0.85)
    now_s = int(time.time())
    now = datetime.fromtimestamp(now_s, UTC)
    world = province(up.data_dir, now_s).world
    said("registering its plants", 0.9)
    register_world(up.database_url, world, now)
    seal = seal_file(up.data_dir)
    keep_keys(up.database_url, world, seal)
    said("assigning their limits", 0.93)
    with session(up.database_url, "registrar", APPLICATION) as connection:
        assign_limits(connection, now)
    open_console(up.database_url, EXCEEDING, now)
    said("opening their accounts", 0.95)
    begin_s = _data_ends_s(up.database_url, now_s)
    passwords = open_accounts(up.data_dir, _air(world, begin_s).accounts())
    said("starting ingest, judging and the console", 1.0)
    with session(up.database_url, "api", APPLICATION) as connection:
        kept = frames_stored(connection)
    return Stage(up, passwords, chosen_ports(), world, begin_s, seal, kept)


def _data_ends_s(database_url: str, now_s: int) -> int:
    """From when on data is missing, a little more than two hours back at most."""
    since_s = reaches_back_s(now_s)
    now, since = (datetime.fromtimestamp(at_s, UTC) for at_s in (now_s, since_s))
    with session(database_url, "api", APPLICATION) as connection:
        newest = newest_readings(connection, since, now, MOST_CHANNELS)
    return max((int(one.time.timestamp()) + 1 for one in newest), default=since_s)


def _air(world: World, begin_s: int) -> Air:
    return Air(world, hour_of, begin_s, world.span.to_s)


async def _run(stage: Stage, seconds: float | None, *, browser: bool) -> list[Snapshot]:
    """Until Ctrl-C, SIGTERM, the time given, or the end of a service; what was seen last."""
    regions = standard_regions()
    fleet = Fleet(stage.world, {code: row.name for code, row in regions.items()})
    broker = broker_address(stage.servers.mqtt_url)
    station = Station(broker.host, broker.port, stage.passwords, time.time, fleet.sent)
    seen: list[Snapshot] = []
    async with (
        stop_event() as stop,
        running(stage.ingest) as ingest,
        running(stage.judging) as judging,
        running(stage.serving) as serving,
        asyncio.TaskGroup() as group,
    ):
        province_task = group.create_task(
            publish_fleet(_air(stage.world, stage.begin_s), station), name="province"
        )
        view = group.create_task(show(_lookout(stage, fleet), stage.addresses, seen), name="view")
        opening = group.create_task(_open(stage.addresses.console, wanted=browser), name="open")
        ends = [
            group.create_task(process.wait(), name=service.name)
            for service, process in zip(stage.services, (ingest, judging, serving), strict=True)
        ]
        for task in ends:
            task.add_done_callback(lambda _: stop.set())
        await _wait(stop, seconds)
        early = [service for service, task in zip(stage.services, ends, strict=True) if task.done()]
        for task in (province_task, view, opening, *ends):
            task.cancel()
        # Only when the view has given the terminal back can a line be seen.
        await asyncio.wait({view})
        typer.echo(STOPPING, err=True)
    for service in early:
        raise DemoError(f"{service.name} ended by itself:\n{tail(service.log)}")
    return seen


async def _open(console: str, *, wanted: bool) -> None:
    """Show the console to whoever sits before a screen, once it answers."""
    answered = False
    while not answered:
        await asyncio.sleep(LOOK_S)
        answered = await asyncio.to_thread(answers, console)
    if wanted and has_screen(os.environ) and sys.stdout.isatty():
        await asyncio.to_thread(webbrowser.open, console)


def _lookout(stage: Stage, fleet: Fleet) -> Lookout:
    return Lookout(
        stage.servers.database_url,
        stage.ports.metrics,
        lambda: datetime.now(UTC),
        time.monotonic,
        fleet,
        kept=stage.kept,
    )


async def _wait(stop: asyncio.Event, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


@contextmanager
def _spoken_errors() -> Generator[None]:
    try:
        yield
    except (
        EmbeddedError,
        MigrationError,
        DatabaseError,
        StoreError,
        DemoError,
        LimitMisfit,
    ) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except ValidationError as error:
        typer.echo(f"a setting is wrong: {error}", err=True)
        raise typer.Exit(1) from error
