"""`qingkong limits`: which limits bind which points, since when, by what law, as known when."""

import json
from typing import Annotated, Literal

import typer
from rich.console import Console

from schemas.registry_words import BEIJING
from services.registry.limit_file_commands import example, export, import_
from services.registry.limit_options import (
    AsJson,
    AsOf,
    At,
    DatabaseUrl,
    asked,
    known_below,
    moment_of,
    say,
)
from services.registry.limit_tables import (
    binding_json,
    catalogue_json,
    catalogue_table,
    history_table,
    limits_table,
    version_json,
)
from services.registry.limit_writing_commands import assign, change, correct, withdraw
from services.rules.catalogue import Wanted, found_rows
from services.rules.catalogue import catalogue as shipped_catalogue
from services.rules.limit_acts import holds, timeline
from services.rules.limit_places import Places
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.store.accounting import one_snapshot
from services.store.limits import limit_history, read_limits
from services.store.registry_read import read_registry

MOST_ROWS = 60
app = typer.Typer(
    no_args_is_help=True,
    help="Emission limits 排放限值: list, assign, change, correct, withdraw, import them, with their"
    " history. Try: qingkong limits catalogue --pollutant a21026; qingkong limits list",
)


@app.command("list")
def list_(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    plant: Annotated[str | None, typer.Option(help="One plant, by its code.")] = None,
    outlet: Annotated[
        str | None, typer.Option(help="One outlet: P1/DA001, or DA001 with --plant.")
    ] = None,
    point: Annotated[str | None, typer.Option(help="One point: P1/DA001/out/a21026.")] = None,
    at: At = None,
    as_of: AsOf = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Show the limits in force, each with where it stands and whether that was verified 核实.

    --at asks about the time that is judged, --as-of about what was known: a limit corrected in May
    for March is the old one with --at 2025-03-10 --as-of 2025-04-01.

    Example: qingkong limits list --plant P1 --at 2025-03-10
    """
    now = utc_now()
    moment = moment_of("--at", at, now)
    with asked(database_url, "api") as connection:
        below = known_below(connection, as_of, now)
        with one_snapshot(connection):
            places = Places(read_registry(connection))
            chosen = [row.id for row in places.chosen(plant, outlet, point)]
            known = read_limits(connection, chosen, below)
    found = [one for one in timeline(known) if holds(one, moment)]
    order = {row: place for place, row in enumerate(chosen)}
    found.sort(key=lambda one: (order[one.version.point], one.version.limit))
    if as_json:
        typer.echo(
            json.dumps(
                [binding_json(one, places.name) for one in found], ensure_ascii=False, indent=2
            )
        )
    elif found:
        Console().print(limits_table(found, places.name))
    elif as_of is not None and not known:
        say(
            f"By {as_of} no limit of these points was known 当时尚无任何限值记录: without --as-of it is"
            " told what is known now"
        )
    else:
        say("No limit is in force there and then 无适用限值: `qingkong limits assign --help`")


@app.command()
def history(
    key: Annotated[int, typer.Argument(help="The limit's key 限值编号.")],
    as_of: AsOf = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Show all that was ever believed of a limit: valid from and to, recorded when, by whom, why.

    Example: qingkong limits history 17
    """
    now = utc_now()
    with asked(database_url, "api") as connection:
        below = known_below(connection, as_of, now)
        with one_snapshot(connection):
            places = Places(read_registry(connection))
            beliefs = limit_history(connection, key, below)
    if not beliefs:
        stop(f"there is no limit {key} 限值 (known then): see `qingkong limits list`")
    if as_json:
        told = [version_json(one, places.name) for one in beliefs]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    typer.echo(f"limit {key}, {places.name(beliefs[0].point)}")
    Console().print(history_table(beliefs))


@app.command()
def catalogue(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    words: Annotated[
        list[str] | None, typer.Argument(help="Words that must all occur: boiler special.")
    ] = None,
    standard: Annotated[str, typer.Option(help="Part of the standard's number: 13223.")] = "",
    pollutant: Annotated[str, typer.Option(help="Its code: a21026; see `qingkong codes`.")] = "",
    industry: Annotated[str, typer.Option(help="Part of the industry: cement.")] = "",
    medium: Annotated[
        Literal["air", "water"] | None, typer.Option(help="air 气, water 水.")
    ] = None,
    region: Annotated[str, typer.Option(help="Rows that hold there: 1505 (GB/T 2260).")] = "",
    on: Annotated[str | None, typer.Option(help="Rows in force on that day: 2025-03-01.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
) -> None:
    """Search the limits of national standards that ship with the program 标准目录.

    A fact 已核实 was read in full; a setting 未核实 may be used, and every judgement by it says so.

    Example: qingkong limits catalogue --standard 13223 --pollutant a21026
    """
    day = None if on is None else moment_of("--on", on, utc_now())
    wanted = Wanted(
        *(standard, pollutant, medium, industry, " ".join(words or ()), region),
        day and day.astimezone(BEIJING).date(),
    )
    rows = found_rows(shipped_catalogue().values(), wanted)
    if as_json:
        typer.echo(json.dumps([catalogue_json(row) for row in rows], ensure_ascii=False, indent=2))
    elif rows:
        Console().print(catalogue_table(rows[:MOST_ROWS]))
        if len(rows) > MOST_ROWS:
            say(f"and {len(rows) - MOST_ROWS:,} more: narrow it down, or --json for all")
    if not rows:
        say("nothing found: try fewer words, or part of the standard's number alone")
        raise typer.Exit(1)


app.command()(assign)
app.command()(change)
app.command()(correct)
app.command()(withdraw)
app.command("import")(import_)
app.command()(export)
app.command()(example)
