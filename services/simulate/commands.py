"""`qingkong simulate` and `qingkong replay`: a virtual province, or a file, published like devices."""

import asyncio
import gzip
import io
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import ProgressColumn, Task, TimeElapsedColumn
from rich.text import Text

from services.runtime.broker_address import tls_context
from services.runtime.settings import read_settings
from services.runtime.signals import stop_event
from services.simulate.guide import example_scenario, next_steps, scenario_lines
from services.simulate.replay import ReplayError, Tempo, Told, replay
from services.simulate.replay_capture import Skipped, capture_messages
from services.simulate.replay_csv import DataError, Timed, csv_messages
from services.simulate.replay_map import EXAMPLE_MAP, MapError, parse_map
from services.simulate.run import Course, Progress, Wish, read_scenario, schema_text, span_of
from services.simulate.scenario.load import ScenarioError
from services.simulate.scenario.work import work_out
from services.simulate.truth import registry_text

CHUNK = 65_536

app = typer.Typer()


@app.command("simulate")
def simulate_command(
    scenario: Annotated[
        str,
        typer.Option(help="A scenario file, or the name of one that is built in: see --list."),
    ] = "province",
    speed: Annotated[
        str, typer.Option(help="1: as it happens; 60: a minute a second; max: as acknowledged.")
    ] = "1",
    start: Annotated[
        str | None,
        typer.Option(
            help="When it begins: 2026-05-01 or 2026-05-01T08:30, Beijing time. Default: now at "
            "speed 1, else what the scenario says, else so that it ends at the last full hour."
        ),
    ] = None,
    hours: Annotated[
        float | None, typer.Option(min=0.01, help="How long; default: what the scenario says.")
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the ground truth: what truly happens, and was said and sent."
        ),
    ] = None,
    registry: Annotated[
        Path | None,
        typer.Option(help="Write the registry that fits, for `qingkong registry import`."),
    ] = None,
    register_only: Annotated[
        bool,
        typer.Option(
            "--register-only",
            help="Only write the registry (without --registry: to standard output).",
        ),
    ] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a scenario file, and end.")
    ] = False,
    list_them: Annotated[
        bool, typer.Option("--list", help="Say what each built-in scenario is for, and end.")
    ] = False,
    example: Annotated[
        bool, typer.Option("--example", help="Print a scenario to begin with, and end.")
    ] = False,
) -> None:
    """Publish a virtual province over MQTT as its devices would, mishaps and quirks included.

    Register its plants first, else everything is refused as of unknown devices:
    `qingkong simulate --register-only --registry FILE`, then `qingkong registry import FILE`.
    Devices that encrypt need their SM4 keys: `qingkong devices key set MN` for each line of
    keys.ndjson in the folder of --truth; until then their frames are refused.

    The same scenario, start and seed say the same, byte for byte. Without --start, --speed max
    ends at the last full hour. Waits for every acknowledgement; Ctrl-C stops it at once. Needs
    QINGKONG_MQTT_URL, with an account that may publish for all devices.
    """
    if schema or list_them or example:
        lines = scenario_lines() if list_them else [example_scenario().rstrip()]
        typer.echo(schema_text() if schema else "\n".join(lines))
        return
    with _spoken_errors():
        told = read_scenario(scenario)
        rate = _speed(speed)
        now_s = time.time()
        span = span_of(told.scenario, Wish(rate, start, hours), now_s)
        world = work_out(told.scenario, span.world_s)
        _write_registry(registry_text(world), registry, only=register_only)
        if not register_only:
            _publish(Course(told, world, span, now_s, rate, truth))


def _write_registry(text: str, file: Path | None, *, only: bool) -> None:
    if file is not None:
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise DataError(
                f"--registry {file} cannot be written ({error.strerror}): "
                "name a file in a folder that exists"
            ) from error
    elif only:
        typer.echo(text, nl=False)


def _publish(course: Course) -> None:
    """To the end, or to Ctrl-C, which is no error; what was acknowledged is said."""
    told, progress = Told(), Progress()
    began = time.perf_counter()
    with course.noted() as truth:
        messages = course.messages(truth, progress)
        if not asyncio.run(_run(messages, course.speed, told, lambda: progress.part)):
            typer.echo("Stopped.", err=True)
    _say(told, time.perf_counter() - began)
    typer.echo("\n".join(next_steps(course.truth)))


@app.command("replay")
def replay_command(
    file: Annotated[
        Path | None,
        typer.Argument(help="A .csv with --map, else a capture of HJ 212 bytes; .gz is opened."),
    ] = None,
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map",
            help="MAP.toml for a CSV: [csv] says device, kind of data, time of the first row and "
            "step; [columns] gives each heading its code and field. See --example-map.",
        ),
    ] = None,
    speed: Annotated[
        str, typer.Option(help="max: as fast as acknowledged; 1: real time; 60: a minute a second.")
    ] = "max",
    example_map: Annotated[
        bool, typer.Option("--example-map", help="Print a map to begin with, and end.")
    ] = False,
) -> None:
    """Publish a CSV or a capture of HJ 212 frames over MQTT, as if the devices sent it.

    The numbers of a CSV go into the messages as they are written. Waits for every
    acknowledgement; replaying a file again changes nothing. Needs QINGKONG_MQTT_URL.
    """
    if example_map:
        typer.echo(EXAMPLE_MAP, nl=False)
        return
    with _spoken_errors():
        if file is None:
            raise DataError("which file? qingkong replay FILE [--map MAP.toml]; --help tells more")
        rate = _speed(speed)
        skipped = Skipped()
        with _opened(file) as content:
            messages = _messages(content, map_file, skipped)
            told = Told()
            began = time.perf_counter()
            asyncio.run(_run(messages, rate, told))
    _say(told, time.perf_counter() - began)
    if skipped.pieces:
        typer.echo(f"{skipped.pieces} pieces ({skipped.size} bytes) name no device: left out.")


async def _run(
    messages: Iterator[Timed],
    speed: float | None,
    told: Told,
    part: Callable[[], float] | None = None,
) -> bool:
    """Publish all, or what there is until Ctrl-C; whether it came to the end."""
    settings = read_settings()
    broker = settings.broker
    if broker is None:
        raise ReplayError(
            "QINGKONG_MQTT_URL is not set: set it to mqtt://user:password@host:port, "
            'or for the embedded broker: eval "$(qingkong embedded env)"'
        )
    tls = tls_context(settings.broker_tls) if broker.tls else None
    # Signals reach the main thread alone.
    main = threading.current_thread() is threading.main_thread()
    async with stop_event() if main else nullcontext(asyncio.Event()) as stop:
        typer.echo("Publishing; Ctrl-C stops.", err=True)
        with _shown(told, part):
            await replay(messages, broker, tls, Tempo(speed, time.monotonic, stop), told)
        return not stop.is_set()


def _say(told: Told, seconds: float) -> None:
    typer.echo(
        f"{told.messages} messages, {told.size} bytes acknowledged in {seconds:.1f} s: "
        f"{told.messages / max(seconds, 1e-9):.0f} a second."
    )


def _speed(text: str) -> float | None:
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise DataError(f"--speed {text}: give max, or a number above 0")
    return speed


def _messages(content: BinaryIO, map_file: Path | None, skipped: Skipped) -> Iterator[Timed]:
    if map_file is None:
        return capture_messages(iter(lambda: content.read(CHUNK), b""), skipped)
    replay_map = parse_map(map_file.read_text(encoding="utf-8"))
    lines = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
    return csv_messages(lines, replay_map)


@contextmanager
def _opened(file: Path) -> Generator[BinaryIO]:
    with file.open("rb") as raw:
        if file.suffix != ".gz":
            yield raw
            return
        with gzip.open(raw, "rb") as content:
            yield io.BufferedReader(content)


@contextmanager
def _spoken_errors() -> Generator[None]:
    try:
        yield
    except (DataError, MapError, ReplayError, OSError, EOFError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except UnicodeDecodeError as error:
        typer.echo("the CSV is not in UTF-8: convert it first (iconv -f GB18030)", err=True)
        raise typer.Exit(1) from error
    except ScenarioError as error:
        typer.echo(f"the scenario cannot be used:\n{error}", err=True)
        raise typer.Exit(1) from error
    except ValidationError as error:
        typer.echo(f"a setting is wrong: {error}", err=True)
        raise typer.Exit(1) from error


@contextmanager
def _shown(told: Told, part: Callable[[], float] | None) -> Generator[None]:
    """Show on a terminal how many messages are acknowledged, how fast, and which part it is."""
    console = Console(stderr=True)
    columns = (_Part(), _Count(), TimeElapsedColumn())
    with Bar(*columns, console=console, disable=not console.is_terminal) as progress:
        progress.add_task("", total=None, told=told, part=part)
        yield


class _Part(ProgressColumn):
    """Which part of the whole has gone out, where that is known."""

    def render(self, task: Task) -> Text:
        part: Callable[[], float] | None = task.fields["part"]
        return Text("" if part is None else f"{part():4.0%}")


class _Count(ProgressColumn):
    """Messages acknowledged, and how many a second since the start."""

    def render(self, task: Task) -> Text:
        told: Told = task.fields["told"]
        rate = told.messages / max(task.elapsed or 0.0, 1e-9)
        return Text(f"{told.messages} messages acknowledged, {rate:.0f} a second")
