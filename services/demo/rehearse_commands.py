"""`qingkong rehearse`: a scenario played through the whole platform in its own time, and compared."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from schemas.scenario import Defaults, Scenario
from services.demo.rehearsal_judge import judges
from services.demo.rehearsal_report import Size, document, picture, sentence
from services.demo.rehearsal_run import Run
from services.demo.rehearsal_truth import Verdict
from services.embedded import servers
from services.embedded.errors import EmbeddedError
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.runtime.settings import read_settings
from services.simulate.replay_csv import DataError
from services.simulate.run import read_scenario
from services.simulate.scenario.load import ScenarioError
from services.simulate.scenario.work import work_out
from services.simulate.world import Interval, World
from services.store.migrations import migrate

HOUR_S = 3_600
FOLDER = "rehearsal"
app = typer.Typer()


@app.command("rehearse")
def rehearse(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    scenario: Annotated[
        str, typer.Argument(help="A scenario file, or the name of one: `qingkong simulate --list`.")
    ] = "province",
    hours: Annotated[
        float | None, typer.Option(min=1, help="How long; default: what the scenario says.")
    ] = None,
    realtime_s: Annotated[
        int, typer.Option(min=30, max=3600, help="Seconds between real-time data of each logger.")
    ] = 300,
    minute_s: Annotated[
        int, typer.Option(help="Seconds that a minute record stands for: 60, 120, 300 or 600.")
    ] = 300,
    step_s: Annotated[
        int, typer.Option(min=30, max=3600, help="Judged so often, in seconds of the scenario.")
    ] = 300,
    home: Annotated[
        Path | None, typer.Option(help="Folder of its own; what is in it is thrown away first.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--json", help="Write the outcome there, as JSON.")
    ] = None,
) -> None:
    """Play a scenario through ingest, judging and alerts, and compare alerts with what happened.

    As fast as the machine goes, in a database of its own: a week of 30 plants takes some minutes.
    What the scenario does to its plants is known, so what was missed, doubled or false can be said;
    that is how thresholds are tuned (`qingkong rules set`). Ends with 1 where anything was missed
    or doubled.

    演练：按情景回放，全流程判定并与真实事件比对（漏报、重复、误报）。

    Example: qingkong rehearse small --hours 24 --json outcome.json
    """
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    try:
        told = read_scenario(scenario).scenario
        world, during = worked_out(told, (realtime_s, minute_s), hours)
        folder = home or read_settings().home / FOLDER
        servers.reset(folder)
        up = servers.up(folder)
    except (DataError, ScenarioError, EmbeddedError, OSError, ValueError) as error:
        stop(str(error))
    began_s = time.monotonic()
    try:
        migrate(up.database_url)
        run = Run(up.database_url, world, during, step_s)
        verdict = asyncio.run(played(run, up.data_dir))
    finally:
        servers.down(folder)
    plants = len({device.plant for device in world.devices})
    days = (during.to_s - during.from_s) / 86_400
    size = Size(plants, days, run.rehearsal.messages, time.monotonic() - began_s)
    Console().print(picture(verdict, size))
    typer.echo(sentence(verdict, size))
    if report is not None:
        report.write_bytes(orjson.dumps(document(verdict, size), option=orjson.OPT_INDENT_2))
    if not verdict.whole:
        raise typer.Exit(1)


def worked_out(
    told: Scenario, every_s: tuple[int, int], hours: float | None
) -> tuple[World, Interval]:
    """Its world, so long ago that all of it has passed, and when it is played.

    Raises ValueError where an incident's subject does not exist.
    """
    realtime_s, minute_s = every_s
    defaults = Defaults.model_validate(
        {**told.defaults.model_dump(), "realtime_s": realtime_s, "minute_s": minute_s}
    )
    length_s = told.duration if hours is None else round(hours * HOUR_S)
    longest_s = max(told.duration, length_s)
    changed = told.model_copy(update={"defaults": defaults, "duration": longest_s})
    begin_s = int(utc_now().timestamp() - length_s - 2 * HOUR_S) // HOUR_S * HOUR_S
    world = work_out(changed, begin_s)
    return world, Interval(world.span.from_s, world.span.from_s + length_s)


async def played(run: Run, folder: Path) -> Verdict:
    """Play it with the alert service's own hands, showing how far it is."""
    columns = (
        *(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("playing 演练中", total=1.0)
        with judges(run.database_url, run.begin) as hands:
            await run.play(folder, hands.judge_then, lambda part: bar.update(task, completed=part))
    return run.outcome()
