"""`qingkong embedded`: the embedded servers from the command line.

It must not know how they are made; it shows progress and prints what `servers` tells.
"""

import shlex
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from services.embedded import servers
from services.embedded.errors import EmbeddedError

# One line a paragraph: typer keeps the line breaks inside one.
_HELP = (
    "A private TimescaleDB and Mosquitto for trying out: no root, no container, no set-up.\n\n"
    "They come from the Debian archive (Debian 12 and 13; about 40 MB, once), listen on this "
    "machine only and go on running until `down`.\n\n"
    'A first try: `qingkong embedded up`, then `eval "$(qingkong embedded env)"`, and every other '
    "qingkong command finds them.\n\n"
    "Packages live in ~/.cache/qingkong (QINGKONG_CACHE_DIR), data in ~/.local/state/qingkong "
    "(QINGKONG_HOME). Started by root, the servers run as an unprivileged user; where that user "
    "cannot reach those folders, /var/cache/qingkong and /var/lib/qingkong are used.\n\n"
    "Elsewhere than on Debian, or for real work: set QINGKONG_DATABASE_URL and QINGKONG_MQTT_URL "
    "to servers of your own, or use deploy/compose.yaml."
)

app = typer.Typer(no_args_is_help=True, help=_HELP)

Home = Annotated[
    Path | None,
    typer.Option(help="Folder with the data of the servers; another folder is another pair."),
]


@app.command()
def up(home: Home = None) -> None:
    """Start both servers (the first time: fetch and set them up) and print their URLs."""
    with _spoken_errors(), _shown_progress() as show:
        running = servers.up(home, progress=show)
    typer.echo(f"QINGKONG_DATABASE_URL={running.database_url}")
    typer.echo(f"QINGKONG_MQTT_URL={running.mqtt_url}")
    use = f'eval "$(qingkong embedded env{_option(home)})"'
    _say(f"Data and logs: {running.data_dir}. Use them: {use}")


@app.command()
def down(home: Home = None) -> None:
    """Stop both servers; their data stays, and the next `up` gives the same URLs."""
    with _spoken_errors():
        servers.down(home)
    _say("The embedded servers are down; their data is kept.")


@app.command()
def env(home: Home = None) -> None:
    """Print the URLs as `export` lines: eval "$(qingkong embedded env)".

    With --home that folder too, as QINGKONG_HOME: checkpoints and their key are kept there then.
    """
    with _spoken_errors():
        found = servers.status(home)
    if not found.running or found.database_url is None or found.mqtt_url is None:
        start = f"qingkong embedded up{_option(home)}"
        _say(f"The embedded servers do not run: start them with {start}.")
        raise typer.Exit(1)
    typer.echo(f"export QINGKONG_DATABASE_URL={shlex.quote(found.database_url)}")
    typer.echo(f"export QINGKONG_MQTT_URL={shlex.quote(found.mqtt_url)}")
    if home is not None:
        # The checkpoints and the key that signs them belong to one database.
        typer.echo(f"export QINGKONG_HOME={shlex.quote(str(found.data_dir))}")


@app.command()
def reset(
    home: Home = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Stop both servers and delete all their data; the downloaded packages stay."""
    with _spoken_errors():
        folder = servers.status(home).data_dir
        if not yes:
            typer.confirm(f"Delete every reading, alert and account in {folder}?", abort=True)
        servers.reset(home)
    _say(f"The data in {folder} is deleted.")


def _option(home: Path | None) -> str:
    """The option as it is typed again, from whatever folder."""
    return "" if home is None else f" --home {shlex.quote(str(home.expanduser().absolute()))}"


def _say(sentence: str) -> None:
    """Speak beside the output, which may be read by a program."""
    typer.echo(sentence, err=True)


@contextmanager
def _spoken_errors() -> Generator[None]:
    try:
        yield
    except (EmbeddedError, OSError) as error:
        _say(str(error))
        raise typer.Exit(1) from error


@contextmanager
def _shown_progress() -> Generator[Callable[[str, float], None]]:
    """Show a bar on a terminal, and one line for each step elsewhere."""
    console = Console(stderr=True)
    steps: set[str] = set()
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with bar:
        task = bar.add_task("looking", total=1.0)

        def show(what: str, part: float) -> None:
            bar.update(task, description=what, completed=part)
            if bar.disable and what not in steps:
                _say(f"{what} ...")
            steps.add(what)

        yield show
