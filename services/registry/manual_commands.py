"""`qingkong manual …`: laboratory results entered, listed, withdrawn and imported."""

import getpass
import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from schemas.mark_entry import MarkPlaces
from services.cases.result_actions import (
    Handing,
    correct_result,
    enter_result,
    entering,
    take_back_result,
)
from services.registry.limit_options import AsOf, known_below
from services.registry.manual_tables import result_json, results_table
from services.rules.manual_entries import KINDS, results_of_csv
from services.rules.marks.mark_entries import EntryError, plant_said, subject_said, time_said
from services.rules.supervision.refusals import Refused
from services.runtime.clock import utc_now
from services.runtime.options import database_of, stop
from services.store.manual_results import (
    RESULTS,
    ManualConflict,
    ResultQuery,
    add_results,
    manual_lock,
    read_results,
    result_versions,
)
from services.store.mark_places import mark_places
from services.store.session import Session, StoreError, session

APPLICATION = "qingkong manual"
app = typer.Typer(
    no_args_is_help=True,
    help="Laboratory results 手工监测结果: self, supervisory, comparison, and while a device is out.",
)
Actor = Annotated[str | None, typer.Option(help="Who does it; default: you.")]
Key = Annotated[int, typer.Argument(help="The result's number, from `manual list`.", metavar="N")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="QINGKONG_DATABASE_URL", help="postgresql://…; default: QINGKONG_DATABASE_URL."
    ),
]


@app.command()
def add(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    plant: Annotated[str, typer.Option(help="The plant's code 企业.")],
    subject: Annotated[str, typer.Option(help="Code of the outlet, unit or facility.")],
    point: Annotated[
        str, typer.Option(help="side/code 监测点, for instance out/w01018 or w01018.")
    ],
    kind: Annotated[
        str,
        typer.Option(
            help="self 自行监测, supervisory 监督性监测, comparison 比对, gap 故障期间手工监测."
        ),
    ],
    since: Annotated[str, typer.Option("--from", help="Sampled from 2025-03-01T08:00, Beijing.")],
    value: Annotated[str, typer.Option(help="The result in the point's unit, as measured.")] = "",
    until: Annotated[
        str, typer.Option("--to", help="Likewise, exclusive; default: a grab sample.")
    ] = "",
    unit: Annotated[str, typer.Option(help="Default: the unit of the point's channel.")] = "",
    converted: Annotated[str, typer.Option(help="The laboratory's converted number 折算值.")] = "",
    reference_oxygen: Annotated[str, typer.Option(help="… at this oxygen, %.")] = "",
    samples: Annotated[str, typer.Option(help="How many samples were averaged.")] = "1",
    method: Annotated[str, typer.Option(help="The method's standard, e.g. HJ 828-2017.")] = "",
    laboratory: Annotated[str, typer.Option(help="Who measured 检测机构.")] = "",
    reason: Annotated[str, typer.Option(help="Why there is no value, or why it is replaced.")] = "",
    replaces: Annotated[
        int | None, typer.Option(help="The number of the result that this one corrects.")
    ] = None,
    actor: Actor = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Enter a laboratory result; hours that it bears on are judged anew.

    What was entered before stays to be read: a correction (--replaces, with --reason) is a newer
    version. A result of kind gap stands in for mass alone, at most 6 hours, and decides no exceedance.

    Example: qingkong manual add --plant P1 --subject DW001 --point w01018 --kind gap
    --from 2025-03-01T08:00 --value 31.5 --method "HJ 828-2017" --laboratory 示例检测
    """
    words = {
        "plant": plant, "subject": subject, "point": point, "kind": kind, "from": since,
        "to": until, "value": value, "unit": unit, "converted": converted,
        "reference_oxygen": reference_oxygen, "samples": samples, "method": method,
        "laboratory": laboratory, "reason": reason,
    }  # fmt: skip
    if replaces is not None and not reason:
        raise typer.BadParameter("a correction needs --reason: say what was wrong")
    with _asked(database_url) as connection:
        by = Handing(connection, actor or getpass.getuser(), utc_now())
        if replaces is None:
            key = enter_result(words, by).result
        else:
            key = correct_result(replaces, words, by).result
    if as_json:
        _echo({"result": key, "replaced": replaces is not None})
    else:
        typer.echo(f"result {key} {'entered 录入' if replaces is None else 'corrected 更正'}.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, UTF-8, with a header.")],
    actor: Actor = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check, and store nothing.")] = False,  # noqa: FBT002 - typer: flags are booleans
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Enter the results of a CSV file, all of them or, where anything is wrong, none.

    Columns: plant, subject, point, kind, from, value; and to, unit, converted, reference_oxygen,
    samples, method, laboratory, reason. Times are Beijing's unless they name an offset. All faults
    are told at once, each with its row and column; a sample that is there already is one.

    Example: qingkong manual import march.csv --dry-run
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        stop(f"{file} is not UTF-8 (byte {error.start}): save it as CSV UTF-8")
    with _asked(database_url) as connection, manual_lock(connection):
        by = Handing(connection, actor or getpass.getuser(), utc_now())
        entries, faults = results_of_csv(text, entering(by))
        if faults:
            stop(*(f"{file}: {one}" for one in faults), "Nothing was entered.")
        keys = [] if dry_run else add_results(connection, entries)
    if as_json:
        _echo({"results": keys, "checked": len(entries)})
    else:
        typer.echo(f"{len(entries)} results {'would be' if dry_run else 'were'} entered.")


@app.command("list")
def list_(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    plant: Annotated[str | None, typer.Option(help="Of one plant, by its code.")] = None,
    subject: Annotated[str | None, typer.Option(help="Of one subject of it.")] = None,
    kind: Annotated[str | None, typer.Option(help="Of one kind, e.g. self 自行监测.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="2025-03-01; default: all.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Likewise, exclusive.")] = None,
    withdrawn: Annotated[bool, typer.Option(help="Also those that were withdrawn 撤回.")] = False,  # noqa: FBT002 - typer: flags are booleans
    history: Annotated[
        int | None, typer.Option(help="All versions of one result, by its number.", metavar="N")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """List the results that are believed, by when they were sampled.

    Example: qingkong manual list --plant P1 --kind gap --from 2025-03-01
    """
    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(f"kind {kind}: write one of {', '.join(KINDS)}")
    with _asked(database_url) as connection:
        places = mark_places(connection)
        below = known_below(connection, as_of, utc_now(), RESULTS)
        query = ResultQuery(
            _points(plant, subject, places),
            None if since is None else time_said("--from", since),
            None if until is None else time_said("--to", until),
            None if kind is None else KINDS[kind],
            below,
            withdrawn,
        )
        if query.since and query.until and query.until <= query.since:
            raise typer.BadParameter("--to must lie after --from")
        if history is None:
            results = read_results(connection, query)
        else:
            results = result_versions(connection, history, below)
    if as_json:
        _echo([result_json(one, places) for one in results])
    elif not results:
        then = "" if as_of is None else " known by then 当时已知"
        typer.echo(f"No results{then}: look at --plant, --kind and the dates.", err=True)
    else:
        Console().print(results_table(results, places))


@app.command()
def withdraw(
    result: Key,
    reason: Annotated[str, typer.Option(help="Why it is believed no longer.")],
    actor: Actor = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Believe a result no longer; what it said stays to be read (`manual list --history N`).

    Example: qingkong manual withdraw 17 --reason "sample bottle mixed up"
    """
    if not reason.strip():
        raise typer.BadParameter("give --reason: it is kept with the withdrawal")
    with _asked(database_url) as connection:
        by = Handing(connection, actor or getpass.getuser(), utc_now())
        take_back_result(result, reason, by)
    if as_json:
        _echo({"result": result, "withdrawn": True})
    else:
        typer.echo(f"result {result} withdrawn 撤回.")


def _points(plant: str | None, subject: str | None, places: MarkPlaces) -> list[int] | None:
    if plant is None:
        if subject is not None:
            raise typer.BadParameter("give --plant too: codes of subjects are its own")
        return None
    if subject is not None:
        subjects = {subject_said(plant, subject, places)[0]}
    else:
        subjects = set(plant_said(plant, places))
    return [point for (of, _), point in places.points.items() if of in subjects]


@contextmanager
def _asked(given: str | None) -> Generator[Session]:
    """A session of the registrar; what is wrong ends the command with sentences."""
    try:
        with session(database_of(given), "registrar", APPLICATION) as connection:
            yield connection
    except EntryError as error:
        stop(*error.sentences)
    except (StoreError, ManualConflict, Refused) as error:
        stop(str(error))


def _echo(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
