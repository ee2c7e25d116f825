"""How an act on a limit ends: what it turns is told, what was refused ends the command."""

import json
from collections.abc import Generator
from contextlib import contextmanager

import typer

from services.cases.limit_actions import Concluded, LimitConflict, ReasonNeeded
from services.registry.limit_options import say
from services.registry.limit_tables import ACTS, manner, turning_json, turning_lines, version_json
from services.rules.limit_acts import Refused, figure, span_text
from services.rules.limit_places import Places
from services.runtime.options import stop


@contextmanager
def refusing() -> Generator[None]:
    """Whatever is refused is said, and ends the command with 1."""
    try:
        yield
    except ReasonNeeded as refused:
        stop(*turning_lines(refused.turned), *refused.lines)
    except Refused as refused:
        stop(*refused.lines)
    except LimitConflict as conflict:
        stop(str(conflict))


def conclude(places: Places, done: Concluded, as_json: bool) -> None:  # noqa: FBT001 - an option, handed on
    """Tell what was done, or would be."""
    for line in done.warnings:
        say(f"Warning 注意: {line}")
    if as_json:
        told = {
            **version_json(done.version, places.name),
            "written": not done.preview,
            "hours_judged_anew": done.hours,
            **turning_json(done.turned),
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    _tell(places, done)


def _tell(places: Places, done: Concluded) -> None:
    version = done.version
    key = "a new limit" if version.limit < 0 else f"limit {version.limit}"
    numbers = f"{figure(version.bound)} {manner(version.bound)}".replace("\n", " ").strip()
    typer.echo(
        f"{ACTS[version.act]}: {key}, {places.name(version.point)}, {numbers},"
        f" {span_text(version.since, version.until)}"
    )
    if version.act != "assign":
        for line in turning_lines(done.turned):
            typer.echo(line)
    if done.hours:
        say(f"{done.hours:,} hour{'' if done.hours == 1 else 's'} will be judged anew 重新判定.")
    if done.preview:
        say("Dry run: nothing was changed 试运行, 未写入.")
