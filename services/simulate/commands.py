"""`qingkong replay`: a file published as if its devices sent it."""

import asyncio
import gzip
import io
import ssl
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress, ProgressColumn, Task, TimeElapsedColumn
from rich.text import Text

from services.runtime.broker_address import tls_context
from services.runtime.settings import read_settings
from services.simulate.replay import ReplayError, Tempo, Told, replay
from services.simulate.replay_capture import Skipped, capture_messages
from services.simulate.replay_csv import DataError, Timed, csv_messages
from services.simulate.replay_map import EXAMPLE_MAP, MapError, parse_map

CHUNK = 65_536

app = typer.Typer()


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
        tempo = Tempo(_speed(speed), time.monotonic)
        skipped = Skipped()
        with _opened(file) as content:
            messages = _messages(content, map_file, skipped)
            told, seconds = asyncio.run(_run(messages, tempo))
    typer.echo(
        f"{told.messages} messages, {told.size} bytes acknowledged in {seconds:.1f} s: "
        f"{told.messages / max(seconds, 1e-9):.0f} a second."
    )
    if skipped.pieces:
        typer.echo(f"{skipped.pieces} pieces ({skipped.size} bytes) name no device: left out.")


async def _run(messages: Iterator[Timed], tempo: Tempo) -> tuple[Told, float]:
    settings = read_settings()
    broker = settings.broker
    if broker is None:
        raise ReplayError(
            "QINGKONG_MQTT_URL is not set: set it to mqtt://user:password@host:port, "
            'or for the embedded broker: eval "$(qingkong embedded env)"'
        )
    tls = tls_context(settings.broker_tls) if broker.tls else None
    told = Told()
    began = time.perf_counter()
    with _shown(told):
        await replay(messages, broker, tls, tempo, told)
    return told, time.perf_counter() - began


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
    except (DataError, MapError, ReplayError, OSError, EOFError, ssl.SSLError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except UnicodeDecodeError as error:
        typer.echo("the CSV is not in UTF-8: convert it first (iconv -f GB18030)", err=True)
        raise typer.Exit(1) from error
    except ValidationError as error:
        typer.echo(f"a setting is wrong: {error}", err=True)
        raise typer.Exit(1) from error


@contextmanager
def _shown(told: Told) -> Generator[None]:
    """Show on a terminal how many messages are acknowledged, and how fast."""
    console = Console(stderr=True)
    columns = (_Count(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        progress.add_task("", total=None, told=told)
        yield


class _Count(ProgressColumn):
    """Messages acknowledged, and how many a second since the start."""

    def render(self, task: Task) -> Text:
        told: Told = task.fields["told"]
        rate = told.messages / max(task.elapsed or 0.0, 1e-9)
        return Text(f"{told.messages} messages acknowledged, {rate:.0f} a second")
