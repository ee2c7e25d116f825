"""`qingkong silence add | list | withdraw | show`: who is not told of what, until when, and why."""

from datetime import datetime
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.alert import AlertKind, Severity
from schemas.registry_words import BEIJING
from schemas.silence import Silence
from services.alerts.alert_edge import (
    Actor,
    AsJson,
    DatabaseUrl,
    asked,
    echo,
    moment,
    who,
)
from services.alerts.alert_tables import alert_json, alerts_table, said
from services.cases.silence_actions import Quiet, kept_quiet, make_silence, withdraw_silence
from services.rules.alerting.kinds import KINDS
from services.rules.alerting.words import SEVERITIES
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.store.session import Session
from services.store.silences import read_silence, read_silences

app = typer.Typer(
    no_args_is_help=True,
    help="Silences 静默 and planned maintenance 计划检修: nobody is told, and nothing is hidden.",
)
Key = Annotated[int, typer.Argument(help="The silence's number 静默编号.", metavar="SILENCE")]
Reason = Annotated[str, typer.Option(help="Why 理由; it stays in the history.")]


@app.command()
def add(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    reason: Reason,
    until: Annotated[str, typer.Option("--to", help="Its end: 2026-08-01T18:00, Beijing time.")],
    since: Annotated[
        str | None, typer.Option("--from", help="Its beginning; default: now.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="A region with all below it 行政区.")] = None,
    plant: Annotated[str | None, typer.Option(help="A plant, by its code 企业.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="An outlet, unit or facility of the plant 排放口、设施.")
    ] = None,
    mn: Annotated[str | None, typer.Option(help="A logger, by its MN 数采仪.")] = None,
    kind: Annotated[
        list[AlertKind] | None,
        typer.Option(help="Only these kinds 类别; default: all but supervision orders 督办事项."),
    ] = None,
    severity: Annotated[
        Severity | None, typer.Option(help="Only cases up to this severity 等级.")
    ] = None,
    maintenance: Annotated[  # noqa: FBT002 - typer: flags are booleans
        bool, typer.Option("--maintenance", help="It is planned maintenance 计划检修.")
    ] = False,
    actor: Actor = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Keep quiet about a place, or about kinds, until a time. Cases go on, and say what silenced them.

    Example: qingkong silence add --plant P1 --subject DA001 --to 2026-08-01T18:00 --maintenance
    --reason "在线仪表检修"
    """
    now = utc_now()
    begin, end = moment("--from", since) or now, moment("--to", until) or now
    if end <= begin or end <= now:
        raise typer.BadParameter("--to must lie ahead, and after --from")
    if not reason.strip():
        raise typer.BadParameter("--reason: say why 须说明理由")
    if not (region or plant or mn or kind):
        raise typer.BadParameter("say what: --region, --plant, --mn or --kind")
    if subject and not plant:
        raise typer.BadParameter("give --plant too: codes of outlets and facilities are its own")
    wished = Silence(
        *(0, begin, end, reason, who(actor)),
        maintenance=maintenance,
        kinds=frozenset(kind or ()),
        severity=severity,
    )
    with asked(database_url) as connection:
        written = make_silence(connection, Quiet(region, plant, subject, mn), wished, now)
    if as_json:
        echo(_json(written))
    else:
        typer.echo(f"silence {written.silence} 静默: {said(begin)} – {said(end)}.")


@app.command("list")
def list_(
    all_: Annotated[  # noqa: FBT002 - typer: flags are booleans
        bool, typer.Option("--all", help="Also those over and withdrawn 含已结束、已撤回.")
    ] = False,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """List the silences that hold now or are still to come.

    Example: qingkong silence list --all
    """
    with asked(database_url) as connection:
        found = read_silences(connection, None if all_ else utc_now(), withdrawn=all_)
    if as_json:
        echo([_json(one) for one in found])
    elif found:
        Console().print(_table(found))
    else:
        typer.echo("No silences 无静默.", err=True)


@app.command()
def withdraw(
    key: Key, reason: Reason, actor: Actor = None, database_url: DatabaseUrl = None
) -> None:
    """Take a silence back 撤回: people are told again; it stays in the history.

    Example: qingkong silence withdraw 3 --reason "检修提前结束"
    """
    with asked(database_url) as connection:
        withdraw_silence(connection, key, who(actor), reason)
    typer.echo(f"silence {key} withdrawn 已撤回.")


@app.command()
def show(
    key: Key,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Show a silence and the cases that it keeps quiet, or kept.

    Example: qingkong silence show 3
    """
    with asked(database_url) as connection:
        silence = _known(connection, key)
        quiet = kept_quiet(connection, silence)
    if as_json:
        echo({**_json(silence), "quiet": [alert_json(one) for one in quiet]})
        return
    console = Console()
    console.print(_table([silence]))
    console.print(f"cases kept quiet 静默的告警: {len(quiet)}", markup=False)
    if quiet:
        console.print(alerts_table(quiet))


def _known(session: Session, key: int) -> Silence:
    found = read_silence(session, key)
    if found is None:
        stop(f"there is no silence {key} 无此静默: see `qingkong silence list --all`")
    return found


def _table(silences: list[Silence]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for head in ("silence\n静默", "from – to 起止", "what 范围", "reason 理由\nby 操作人"):
        table.add_column(head, overflow="fold")
    for one in silences:
        table.add_row(
            f"{one.silence}{' 已撤回 withdrawn' if one.withdrawn else ''}",
            f"{said(one.since)}\n{said(one.until)}",
            Text(_scope(one)),
            Text(f"{one.reason}\n{one.actor}"),
        )
    return table


def _scope(one: Silence) -> str:
    parts = [
        *([f"region 行政区 {one.region}"] if one.region else []),
        *([f"plant 企业 #{one.plant}"] if one.plant else []),
        *([f"subject 对象 #{one.subject}"] if one.subject else []),
        *([f"logger 数采仪 #{one.device}"] if one.device else []),
        *sorted(KINDS[kind].zh for kind in one.kinds),
        *([f"≤ {SEVERITIES[one.severity]}"] if one.severity else []),
        *(["计划检修 maintenance"] if one.maintenance else []),
    ]
    return "\n".join(parts)


def _json(one: Silence) -> dict[str, object]:
    return {
        "silence": one.silence,
        "since": _iso(one.since),
        "until": _iso(one.until),
        "maintenance": one.maintenance,
        "region": one.region,
        "plant": one.plant,
        "subject": one.subject,
        "device": one.device,
        "kinds": sorted(kind.value for kind in one.kinds),
        "severity": None if one.severity is None else one.severity.value,
        "withdrawn": one.withdrawn,
        "reason": one.reason,
        "actor": one.actor,
    }


def _iso(at: datetime) -> str:
    return at.astimezone(BEIJING).isoformat()
