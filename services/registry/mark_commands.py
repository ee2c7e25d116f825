"""`qingkong marks …`: marks 标记 entered, listed, imported, and what they have used of their quotas."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from schemas.mark_entry import MarkPlaces
from schemas.marks import Mark, Review
from schemas.registry_words import BEIJING
from services.cases.mark_actions import Marking, enter_mark, hints_on
from services.registry.limit_options import AsOf, known_below
from services.registry.mark_edge import (
    Actor,
    AsJson,
    DatabaseUrl,
    Kind,
    Plant,
    Sector,
    Subject,
    asked,
    who,
)
from services.registry.mark_review_commands import change, review, withdraw
from services.registry.mark_tables import (
    kind_json,
    kinds_table,
    mark_json,
    marks_table,
    quota_json,
    quota_table,
)
from services.rules.marks.intervals import MONTHS_OF_A_YEAR, local_months
from services.rules.marks.kinds import kind_of, mark_kinds
from services.rules.marks.mark_entries import (
    Entering,
    entries_of_csv,
    plant_said,
    subject_said,
    time_said,
)
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.quota import quota_uses
from services.rules.marks.standing import Known, late_until_of
from services.rules.marks.timeline import timeline
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.store.mark_places import mark_places, outlets_of_unit
from services.store.marks import MARKS, MarkQuery, enter_marks, read_marks

FIRST_YEAR, LAST_YEAR = 2000, 2199
app = typer.Typer(
    no_args_is_help=True,
    help="Marks 标记: what a plant, a logger or a bureau states of a period, and its review 审核.",
)
app.command()(review)
app.command()(change)
app.command()(withdraw)


@app.command()
def add(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    plant: Plant,
    subject: Subject,
    kind: Kind,
    since: Annotated[str, typer.Option("--from", help="2025-03-01T08:00, Beijing time.")],
    until: Annotated[
        str | None, typer.Option("--to", help="Likewise, exclusive; default: still open.")
    ] = None,
    point: Annotated[
        str | None, typer.Option(help="side/code, where it is about one instrument.")
    ] = None,
    origin: Annotated[str, typer.Option(help="logger, plant or bureau 来源.")] = "plant",
    evidence: Annotated[str, typer.Option(help="Cause, ticket, record 原因与凭证.")] = "",
    sector: Sector = None,
    actor: Actor = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Enter a mark. It is claimed 待审核 until it is reviewed; its hours are judged anew.

    One that begins later than now is planned 计划: it counts only if the time confirms it.

    Example: qingkong marks add --plant P1 --subject B1 --kind 启炉 --sector waste_incineration
    --from 2025-03-01T08:00 --to 2025-03-01T11:30 --evidence "log sheet 17"
    """
    words = {
        "plant": plant, "subject": subject, "kind": kind, "from": since, "to": until or "",
        "point": point or "", "origin": origin, "evidence": evidence,
    }  # fmt: skip
    now = utc_now()
    with asked(database_url) as connection:
        entry, told = enter_mark(words, sector, Marking(connection, who(actor), now))
    _hint(told)
    if as_json:
        _echo({"mark": entry.mark, "kind": entry.kind, "planned": entry.planned})
        return
    planned = (
        " It is planned 计划, and counts only if the time confirms it." if entry.planned else ""
    )
    typer.echo(f"mark {entry.mark} {kind_of(entry.kind).zh} entered, claimed 待审核.{planned}")


@app.command("import")
def import_(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    file: Annotated[Path, typer.Argument(help="CSV, UTF-8, with a header.")],
    sector: Sector = None,
    actor: Actor = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check, and store nothing.")] = False,  # noqa: FBT002 - typer: flags are booleans
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Enter the marks of a CSV file, all of them or, where anything is wrong, none.

    Columns: plant, subject, kind, from; and point, to, origin, evidence, entered_at (when it was
    first entered elsewhere, with evidence). Times are Beijing's.

    Example: qingkong marks import marks.csv --sector waste_incineration --dry-run
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        stop(f"{file} is not UTF-8 (byte {error.start}): save it as CSV UTF-8")
    now = utc_now()
    with asked(database_url) as connection:
        entries, wrong = entries_of_csv(
            text, mark_places(connection), Entering(who(actor), now, sector)
        )
        if wrong:
            stop(*(f"{file}: {one}" for one in wrong), "Nothing was entered.")
        told = hints_on(connection, entries)
        keys = [] if dry_run else enter_marks(connection, entries, now)
    _hint(told)
    if as_json:
        _echo({"marks": keys, "checked": len(entries)})
        return
    typer.echo(f"{len(entries)} marks {'would be' if dry_run else 'were'} entered.")


@app.command("list")
def list_(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    plant: Annotated[str | None, typer.Option(help="Of one plant, by its code.")] = None,
    subject: Annotated[str | None, typer.Option(help="Of one subject of it.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="2025-03-01; default: all.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Likewise, exclusive.")] = None,
    state: Annotated[
        Review | None, typer.Option("--review", help="Only those: claimed is the work to do.")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """List the marks that are believed, with their origin, review, and whether late or planned.

    Example: qingkong marks list --plant P1 --review claimed
    """
    with asked(database_url) as connection:
        places = mark_places(connection)
        query = MarkQuery(
            subjects=_subjects(plant, subject, places),
            since=None if since is None else time_said("--from", since),
            until=None if until is None else time_said("--to", until),
            before=known_below(connection, as_of, utc_now(), MARKS),
            review=state,
        )
        if query.since and query.until and query.until <= query.since:
            raise typer.BadParameter("--to must lie after --from")
        marks = read_marks(connection, query)
    late = _late(marks)
    if as_json:
        _echo([mark_json(mark, places, late=mark.mark in late) for mark in marks])
    elif not marks:
        then = "" if as_of is None else " known by then 当时已知"
        typer.echo(f"No marks{then}: look at --plant, --review and the dates.", err=True)
    else:
        Console().print(marks_table(marks, places, late))


@app.command()
def kinds(
    sector: Sector = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
) -> None:
    """List the kinds of marks, what they do, and how sure that is; `?`: a figure nobody found.

    Example: qingkong marks kinds --sector waste_incineration
    """
    found = [kind for kind in mark_kinds().values() if sector in (None, kind.sector)]
    if not found:
        names = ", ".join(dict.fromkeys(kind.sector for kind in mark_kinds().values()))
        raise typer.BadParameter(f"sector {sector} is not known: {names}")
    if as_json:
        _echo([kind_json(kind) for kind in found])
    else:
        Console().print(kinds_table(found))


@app.command()
def quota(
    plant: Plant,
    unit: Annotated[str, typer.Option(help="Code of the unit 生产设施 (furnace 焚烧炉).")],
    year: Annotated[
        int | None, typer.Option(help="Default: this year.", min=FIRST_YEAR, max=LAST_YEAR)
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Say how much of its yearly and quarterly quotas 额度 a unit has used, and what is left.

    Marks of the unit and of its outlets, each minute once; claimed ones count, rejected and lapsed
    ones do not. Quarters are those of now, or of the end of a past year.

    Example: qingkong marks quota --plant P1 --unit B1 --year 2025
    """
    now = utc_now()
    at = _within_year(year, now)
    with asked(database_url) as connection:
        found, kind = subject_said(plant, unit, mark_places(connection))
        if kind != "unit":
            stop(f"{unit} is no unit but {kind}: quotas are per unit 生产设施, give its code")
        whole = local_months(at, MONTHS_OF_A_YEAR, BEIJING)
        subjects = [found, *outlets_of_unit(connection, found)]
        marks = read_marks(connection, MarkQuery(subjects, whole.since, whole.until))
    known = Known(now)
    params = MarkParameters()
    uses = quota_uses(timeline(marks, known, params), at, known, params)
    if as_json:
        _echo([quota_json(use) for use in uses])
    elif not uses:
        typer.echo("No mark of this unit draws on a quota in that year.", err=True)
    else:
        Console().print(quota_table(uses))


def _within_year(year: int | None, now: datetime) -> datetime:
    """Now, or the last second of another year in Beijing, or its first where it lies ahead."""
    this = now.astimezone(BEIJING).year
    if year is None or year == this:
        return now
    if year > this:
        return datetime(year, 1, 1, tzinfo=BEIJING)
    return datetime(year, 12, 31, 23, 59, 59, tzinfo=BEIJING)


def _subjects(plant: str | None, subject: str | None, places: MarkPlaces) -> list[int] | None:
    if plant is None:
        if subject is not None:
            raise typer.BadParameter("give --plant too: codes of subjects are its own")
        return None
    if subject is not None:
        return [subject_said(plant, subject, places)[0]]
    return plant_said(plant, places)


def _late(marks: list[Mark]) -> frozenset[int]:
    params = MarkParameters()
    return frozenset(
        mark.mark
        for mark in marks
        if late_until_of(mark, kind_of(mark.kind), BEIJING, params) is not None
    )


def _hint(sentences: Iterable[str]) -> None:
    """What may be meant otherwise; it was entered all the same."""
    for sentence in sentences:
        typer.echo(f"Hint 提示: {sentence}", err=True)


def _echo(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
