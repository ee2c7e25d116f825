"""`qingkong gaps`: hours of points without a valid mean, why, and what may mend them until when."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console

from schemas.judgement import Period
from schemas.registry_rows import PointRow
from schemas.registry_words import BEIJING
from services.registry.gap_tables import NamedGap, gap_json, gaps_table
from services.registry.limit_options import (
    AsJson,
    DatabaseUrl,
    asked,
    moment_of,
    say,
)
from services.rules.gaps import GapParameters, GapRules, GapSpan, gaps
from services.rules.judging.facts import is_incinerator
from services.rules.judging.shelf import SettingError, Shelf
from services.rules.limit_places import Places
from services.rules.marks.intervals import Interval, joined
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.periods import Bounds, local_day
from services.rules.plant_view import Plants
from services.rules.settings_catalogue import Place
from services.rules.transmission.parameters import TransmissionParameters
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.store.accounting import one_snapshot
from services.store.beliefs import Stretch, read_means
from services.store.marks import MarkQuery, read_marks
from services.store.registry_read import read_registry
from services.store.rule_settings import read_settings
from services.store.session import Session

HOUR = timedelta(hours=1)
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Over which whole hours, as of when, with what is registered and set."""

    bounds: Bounds
    now: datetime
    places: Places
    plants: Plants
    shelf: Shelf


def show_gaps(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    plant: Annotated[str | None, typer.Option(help="The plant's code 企业.")] = None,
    outlet: Annotated[
        str | None, typer.Option(help="P1/DA001, or DA001 with --plant 排放口.")
    ] = None,
    point: Annotated[str | None, typer.Option(help="P1/DA001/out/a21026 监测点.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="2025-03-01, Beijing time; default: today.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="Likewise, exclusive; default: now.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Show which hours lack a valid mean, for what reason, and what may be done about it.

    A gap may be sent again 补传 or filled by a laboratory 手工监测 within the window for amendments,
    and marked 标记 by noon of the next day (waste incineration: within an hour). `?`: the time rests
    on a parameter that nobody vouches for.

    Example: qingkong gaps --plant P1 --from 2025-03-01 --to 2025-03-08
    """
    if plant is None and outlet is None and point is None:
        raise typer.BadParameter("say whose: give --plant, --outlet or --point")
    now = utc_now()
    bounds = _bounds(since, until, now)
    with asked(database_url, "api") as connection, one_snapshot(connection):
        rows = read_registry(connection)
        places = Places(rows)
        chosen = [
            row
            for row in places.chosen(plant, outlet, point)
            if row.side != "state" and rows.subjects[row.subject].kind == "outlet"
        ]
        question = _Asked(bounds, now, places, Plants(rows), Shelf(read_settings(connection)))
        try:
            found = [gap for row in chosen for gap in _gaps_of(connection, row, question)]
        except SettingError as error:
            stop(f"what is set does not fit together: {error}")
    if as_json:
        told = [gap_json(one, now) for one in found]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif found:
        Console().print(gaps_table(found, now))
    elif chosen:
        say("No gaps 无缺口.")
    else:
        say("No point of an outlet is meant: look at --plant, --outlet and --point.")


def _gaps_of(connection: Session, row: PointRow, question: _Asked) -> Iterator[NamedGap]:
    """The gaps of a point while a main channel of a commissioned device was bound to it."""
    rules, subjects = _rules(row, question)
    since, until = question.bounds
    means = [
        one.row for one in read_means(connection, Stretch([row.id], since, until, Period.HOUR))
    ]
    marks = read_marks(connection, MarkQuery(subjects, since, until))
    name = question.places.point_name(row)
    for part in _served(row, question):
        span = GapSpan(row.id, part.since, part.until, question.now)
        for gap in gaps(means, span, rules, marks):
            yield NamedGap(name, gap)


def _rules(row: PointRow, question: _Asked) -> tuple[GapRules, list[int]]:
    """The rules of a point's place, and the subjects whose marks may be about it."""
    places, since = question.places, question.bounds.since
    plant, outlet = places.of_point(row)
    name = places.subject_name(outlet)
    place = Place(plant.region, plant.code, name, places.point_name(row))
    view = question.plants.at(plant.id, since)
    burns = is_incinerator(view, view.outlets[outlet.id])
    rules = GapRules(
        question.shelf.parameters(GapParameters, place, since),
        question.shelf.parameters(TransmissionParameters, place, since),
        question.shelf.parameters(MarkParameters, place, since),
        "hour" if burns else "noon",
    )
    return rules, [outlet.id, *view.units_of(outlet.id)]


def _served(row: PointRow, question: _Asked) -> list[Interval]:
    """Whole hours of the question in which the point was measured."""
    rows = question.places.rows
    found: list[Interval] = []
    for channel, bindings in rows.bindings.items():
        commissioned = rows.devices[rows.channels[channel].device].commissioned_at
        for one in bindings:
            if one.point == row.id and one.rank == "main":
                since = max(_hour_from(max(one.since, commissioned)), question.bounds.since)
                until = min(one.until or question.bounds.until, question.bounds.until)
                found.append(Interval(since, until))
    return joined(found)


def _bounds(since: str | None, until: str | None, now: datetime) -> Bounds:
    """Whole hours; raises typer.BadParameter, saying what to write instead."""
    first = moment_of("--from", since, local_day(now, BEIJING).since)
    last = min(moment_of("--to", until, now), now)
    if last <= first:
        raise typer.BadParameter("--to must lie after --from, and --from before now")
    if last - first > LONGEST:
        raise typer.BadParameter(f"at most {LONGEST.days} days at once: ask for a shorter time")
    begins = first.replace(minute=0, second=0, microsecond=0)
    return Bounds(begins.astimezone(UTC), _hour_from(last).astimezone(UTC))


def _hour_from(at: datetime) -> datetime:
    """The hour that begins at or after the moment."""
    floor = at.replace(minute=0, second=0, microsecond=0)
    return floor if floor == at else floor + HOUR
