"""`qingkong alerts ack | assign | comment | resolve | dispose | reopen`: what persons do with cases."""

from typing import Annotated

import typer

from schemas.alert import AlertState, Disposition
from services.alerts.alert_edge import (
    Actor,
    DatabaseUrl,
    Filters,
    Grade,
    Kind,
    Note,
    Number,
    Plant,
    Region,
    Subject,
    asked,
    who,
)
from services.cases.alert_actions import act_on_alert, act_on_alerts
from services.rules.alerting.actions import (
    Acknowledge,
    Action,
    Assign,
    Comment,
    Dispose,
    Reopen,
    Resolve,
    Verdict,
)
from services.rules.alerting.causes import CAUSES, Cause, state_words
from services.runtime.clock import utc_now
from services.store.alert_lists import list_alerts

MOST = 10_000
Numbers = Annotated[
    list[int] | None, typer.Argument(help="The cases' numbers 告警编号.", metavar="[CASE]…")
]
Outcome = Annotated[Disposition, typer.Option("--as", help="What it was 甄别结论.")]
Why = Annotated[
    Cause,
    typer.Option(help="Why 原因: " + ", ".join(f"{one} {CAUSES[one].zh}" for one in Cause)),
]
Other = Annotated[int | None, typer.Option("--of", help="Of a duplicate: the other case 重复于.")]


def ack(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    numbers: Numbers = None,
    kind: Kind = None,
    severity: Grade = None,
    region: Region = None,
    plant: Plant = None,
    subject: Subject = None,
    note: Note = "",
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Acknowledge cases 签收, by number or all open ones of a filter: somebody deals with them.

    Example: qingkong alerts ack --plant P1 --kind no_data --note "维护中"
    """
    filters = Filters([AlertState.OPEN], kind, severity, region, plant, subject)
    if not numbers and filters == Filters([AlertState.OPEN]):
        raise typer.BadParameter("say which: numbers, or a filter such as --plant P1")
    with asked(database_url) as connection:
        wanted = numbers or [
            one.alert.alert for one in list_alerts(connection, filters.query(), MOST).alerts
        ]
        action = Acknowledge(who(actor), note)
        done = act_on_alerts(connection, wanted, action, utc_now())
    for _, error in done.refused:
        typer.echo(str(error), err=True)
    typer.echo(f"{len(done.steps)} cases acknowledged 已签收.")
    if done.refused:
        raise typer.Exit(1)


def assign(
    number: Number,
    to: Annotated[str | None, typer.Option(help="To whom 负责人; without: to nobody.")] = None,
    note: Note = "",
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Assign a case 指派 to somebody, or to nobody.

    Example: qingkong alerts assign 12 --to li
    """
    _do(number, Assign(who(actor), to, note), database_url)


def comment(
    number: Number,
    text: Annotated[str, typer.Argument(help="What is to be known 备注.")],
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Write a remark 备注 on a case; it stays in its history.

    Example: qingkong alerts comment 12 "已电话核实，风机故障"
    """
    _do(number, Comment(who(actor), text), database_url)


def resolve(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    number: Number,
    outcome: Outcome,
    cause: Why,
    note: Note = "",
    duplicate_of: Other = None,
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Close a case 办结 by hand, saying what it was and why.

    Example: qingkong alerts resolve 12 --as confirmed --cause facility_fault --note "引风机跳停"
    """
    verdict = Verdict(outcome, cause, note, duplicate_of)
    _do(number, Resolve(who(actor), verdict), database_url)


def dispose(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    number: Number,
    outcome: Outcome,
    cause: Why,
    note: Note = "",
    duplicate_of: Other = None,
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Say of a case that is over what it was 甄别, and why.

    Example: qingkong alerts dispose 12 --as instrument --cause calibration
    """
    verdict = Verdict(outcome, cause, note, duplicate_of)
    _do(number, Dispose(who(actor), verdict), database_url)


def reopen(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why 理由.")],
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Open a resolved case again 重开, until a person resolves it.

    Example: qingkong alerts reopen 12 --reason "现场核查仍在超标"
    """
    _do(number, Reopen(who(actor), reason), database_url)


def _do(number: int, action: Action, database_url: str | None) -> None:
    with asked(database_url) as connection:
        step = act_on_alert(connection, number, action, utc_now())
    words = state_words(step.alert)
    typer.echo(f"case {number} 告警: {words.zh} {words.en}, version {step.alert.version}.")
