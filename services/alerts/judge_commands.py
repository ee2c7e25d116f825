"""`qingkong judge`: history judged again by hand, with the difference shown before it is written."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from schemas.unknown_place import unknown_plant, unknown_subject
from services.alerts.by_hand import JudgedAgain, Telling, Wanted, judge_by_hand
from services.alerts.judge_tables import (
    Names,
    explanation,
    findings_table,
    judged_json,
    summary,
    turned_table,
)
from services.alerts.judge_words import doubt_lines, stage_line
from services.alerts.library import Library
from services.alerts.plant_reading import Asked
from services.rules.judging.case import Delays
from services.rules.judging.shelf import SettingError
from services.runtime.clock import utc_now
from services.runtime.options import database_of, stop, time_said
from services.runtime.settings import Settings, read_settings
from services.store.judging import HOUR, holding
from services.store.session import Session, StoreError, session

APPLICATION = "qingkong judge"
LONGEST = timedelta(days=366)
DAY_H = 24


def judge(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    outlet: Annotated[
        str, typer.Option(help="PLANT/OUTLET, e.g. P1/DA001; PLANT alone: all of it.")
    ],
    since: Annotated[
        str, typer.Option("--from", help="2025-03-01 or 2025-03-01T08:00, Beijing time.")
    ],
    until: Annotated[
        str | None, typer.Option("--to", help="Likewise, exclusive; default: now.")
    ] = None,
    explain: Annotated[  # noqa: FBT002 - typer: flags are booleans
        bool, typer.Option("--explain", help="Each verdict with its numbers, limit and clause.")
    ] = False,
    dry_run: Annotated[  # noqa: FBT002 - typer: flags are booleans
        bool, typer.Option("--dry-run", help="Show what would turn, write nothing.")
    ] = False,
    as_json: Annotated[  # noqa: FBT002 - typer: flags are booleans
        bool, typer.Option("--json", help="For programs.")
    ] = False,
    database_url: Annotated[
        str | None, typer.Option(envvar="QINGKONG_DATABASE_URL", help="postgresql://…")
    ] = None,
) -> None:
    """Judge past hours again 重新判定, by the limits, marks and data known now.

    Their days and months, rates, findings and indicators of data quality too: exactly what would be
    judged if all of these hours had changed. Beliefs of before stay: a newer one is a new row; a
    finding that is not found again falls 撤销. What turns is listed; with --dry-run nothing is
    written. An hour counts once it has ended, a day once it is over (Beijing time). Of an outlet
    alone what is found of units and facilities is left out: name the plant for all of it.

    Example: qingkong judge --outlet P1/DA001 --from 2025-03-01 --to 2025-04-01 --dry-run
    """
    now = utc_now()
    span = _span(since, until, now)
    with _asked(database_url) as connection:
        library = Library.read(connection)
        wanted = _wanted(library, outlet, span)
        settings = read_settings()
        asked = Asked(library, now, _delays(settings), graces=settings.transmission_graces)
        with holding(connection, wanted.plant, keep=not dry_run), Progress(transient=True) as bar:
            days = -(-len(wanted.hours(now)) // DAY_H)
            task = bar.add_task("judging 判定", total=days)
            telling = Telling(explain=explain, advance=lambda count: bar.advance(task, count))
            done = judge_by_hand(connection, wanted, asked, telling)
    names = Names.of(library.plants.at(wanted.plant, now))
    if as_json:
        shown = judged_json(done, names, written=not dry_run)
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        _show(done, names, written=not dry_run)


def _show(done: JudgedAgain, names: Names, *, written: bool) -> None:
    console = Console()
    turns, findings = done.difference.verdicts(), done.difference.findings()
    if turns:
        console.print(turned_table(turns, names))
    if findings:
        console.print(findings_table(findings, names))
    rows = [row for _, row in sorted(done.explained.items())]
    for row in rows:
        console.print(explanation(row, names))
    for line in [*map(stage_line, sorted({row.stage for row in rows})), *doubt_lines(rows)]:
        console.print(line, markup=False, highlight=False)
    typer.echo(summary(done, written=written))


def _span(since: str, until: str | None, now: datetime) -> tuple[datetime, datetime]:
    """What is asked; raises typer.BadParameter."""
    first = time_said("--from", since)
    last = now if until is None else time_said("--to", until)
    if first >= now:
        raise typer.BadParameter("all of this lies ahead: nothing has been measured yet")
    if last <= first:
        raise typer.BadParameter("the end must lie after the beginning: exchange --from and --to")
    if last - first > LONGEST:
        raise typer.BadParameter(f"at most {LONGEST.days} days at once: ask for a shorter time")
    return first, last


def _wanted(library: Library, outlet: str, span: tuple[datetime, datetime]) -> Wanted:
    """What is asked, found in the registry; ends the command where it is not there."""
    code, _, subject = outlet.partition("/")
    plants = library.plants
    known = {plants.rows(one).plant.code: one for one in plants.ids()}
    if code not in known:
        stop(unknown_plant(code, known))
    if not subject:
        return Wanted(known[code], *span)
    view = plants.at(known[code], span[1] - HOUR)
    outlets = {f"{code}/{one.row.code}": one for one in view.outlets.values()}
    if outlet not in outlets:
        stop(unknown_subject(outlet, outlets))
    found = outlets[outlet]
    points = frozenset(point.point for point in found.points())
    return Wanted(known[code], *span, found.row.id, points)


def _delays(settings: Settings) -> Delays:
    return Delays(
        timedelta(seconds=settings.final_delay_s), timedelta(days=settings.amendment_days)
    )


@contextmanager
def _asked(given: str | None) -> Generator[Session]:
    try:
        with session(database_of(given), "alerts", APPLICATION) as connection:
            yield connection
    except (StoreError, SettingError) as error:
        stop(str(error))
