"""`qingkong judge`: history judged again by hand, with the difference shown before it is written."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from schemas.judgement import Period, VerdictRow
from schemas.registry_words import BEIJING
from services.alerts.difference import turned
from services.alerts.evaluator import rows_of
from services.alerts.judge_tables import (
    PointNames,
    explanation,
    summary,
    turned_json,
    turned_table,
)
from services.alerts.library import Library
from services.alerts.month_work import PlantMonths, judged_months
from services.alerts.plant_work import PlantHours, judged_days
from services.rules.judging.case import Delays, Judgements
from services.rules.judging.shelf import SettingError
from services.rules.periods import local_month
from services.runtime.clock import utc_now
from services.runtime.options import database_of, stop, time_said
from services.runtime.settings import Settings, read_settings
from services.store.beliefs import Stretch, read_verdicts
from services.store.instruments import points_of
from services.store.judgements import write_judgements
from services.store.judging import HOUR, holding, hour_of
from services.store.session import Session, StoreError, session

APPLICATION = "qingkong judge"
LONGEST = timedelta(days=366)
PERIODS = (Period.HOUR, Period.DAY)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which plant, and of its points those judged by this command; None: all."""

    plant: int
    points: frozenset[int] | None
    since: datetime
    until: datetime
    now: datetime

    def has(self, point: int) -> bool:
        return self.points is None or point in self.points

    @property
    def hours(self) -> list[datetime]:
        last = min(self.until, hour_of(self.now))
        count = max(0, (last - hour_of(self.since)) // HOUR)
        return [hour_of(self.since) + number * HOUR for number in range(count)]


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

    Verdicts of before stay: a newer belief is a new row. What turns is listed first; with --dry-run
    nothing is written. An hour counts once it has ended, a day once it is over (Beijing time).

    Example: qingkong judge --outlet P1/DA001 --from 2025-03-01 --to 2025-04-01 --dry-run
    """
    now = utc_now()
    with _asked(database_url) as connection:
        library = Library.read(connection)
        asked = _of(
            library,
            outlet,
            (time_said("--from", since), now if until is None else time_said("--to", until)),
            now,
        )
        with holding(connection, asked.plant, keep=not dry_run):
            found = _judged(connection, library, asked)
            turns = turned(_believed(connection, asked), found.verdicts)
            if not dry_run:
                write_judgements(connection, rows_of(found))
                _write_months(connection, library, asked)
    names = _names(library, asked.plant)
    if as_json:
        shown = turned_json(turns, names, found.verdicts if explain else ())
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    console = Console()
    if turns:
        console.print(turned_table(turns, names))
    for row in found.verdicts if explain else ():
        console.print(explanation(row, names))
    typer.echo(summary(turns, found.verdicts, written=not dry_run))


def _of(library: Library, outlet: str, span: tuple[datetime, datetime], now: datetime) -> Asked:
    """What is asked, found in the registry; raises typer.BadParameter."""
    since, until = span
    if since >= now:
        raise typer.BadParameter("all of this lies ahead: nothing has been measured yet")
    if until <= since:
        raise typer.BadParameter("the end must lie after the beginning: exchange --from and --to")
    if until - since > LONGEST:
        raise typer.BadParameter(f"at most {LONGEST.days} days at once: ask for a shorter time")
    code, _, subject = outlet.partition("/")
    plants = library.plants
    plant = next((one for one in plants.ids() if plants.rows(one).plant.code == code), None)
    if plant is None:
        raise typer.BadParameter(
            f"no plant is registered as {code}: see `qingkong registry export`"
        )
    if not subject:
        return Asked(plant, None, since, until, now)
    view = plants.at(plant, until)
    found = next((one for one in view.outlets.values() if one.row.code == subject), None)
    if found is None:
        known = ", ".join(sorted(one.row.code for one in view.outlets.values())) or "none"
        raise typer.BadParameter(f"{code} has no outlet {subject}: it has {known}")
    return Asked(plant, frozenset(point.point for point in found.points()), since, until, now)


def _judged(connection: Session, library: Library, asked: Asked) -> Judgements:
    """All days, those of the points asked alone."""
    delays = _delays(read_settings())
    hours = PlantHours(library, asked.plant, asked.hours, asked.now, delays)
    found = Judgements()
    with Progress(transient=True) as progress:
        task = progress.add_task("judging 判定", total=len(asked.hours))
        for _, day in judged_days(connection, hours):
            found.means += [row for row in day.means if asked.has(row.point)]
            found.verdicts += [row for row in day.verdicts if asked.has(row.point)]
            if asked.points is None:
                found.performance += day.performance
                found.findings += day.findings
            progress.advance(task, 24)
    return found


def _write_months(connection: Session, library: Library, asked: Asked) -> None:
    """The months of these hours, made of what is believed of them now."""
    months = sorted({local_month(hour, BEIJING) for hour in asked.hours})
    delays = _delays(read_settings())
    hours = PlantHours(library, asked.plant, asked.hours, asked.now, delays)
    for _, found in judged_months(connection, hours.asked, PlantMonths(asked.plant, months)):
        write_judgements(connection, rows_of(found))


def _believed(connection: Session, asked: Asked) -> list[VerdictRow]:
    points = sorted(asked.points or points_of(connection, asked.plant))
    since = asked.since - timedelta(days=1)
    return [
        one.row
        for period in PERIODS
        for one in read_verdicts(connection, Stretch(points, since, asked.until, period))
    ]


def _names(library: Library, plant: int) -> PointNames:
    view = library.plants.at(plant, utc_now())
    code = view.row.code
    return PointNames(
        {
            point.point: f"{code}/{subject.row.code}/{point.side}/{point.code}"
            for subject in view.subjects()
            for point in subject.points()
        }
    )


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
