"""`qingkong notify routes|contacts …`: which cases are told to whom, and why a case was or was not."""

import json
from typing import Annotated

import typer
from pydantic import ValidationError
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.alert import AlertKind, Event, Severity
from schemas.notice import TOLD, Contact, Route
from services.alerts.notify.silenced import silenced_events
from services.alerts.notify_options import Actor, AsJson, DatabaseUrl, Reason, asked, who
from services.alerts.notify_route_words import (
    days_said,
    escalation_said,
    hours_said,
    reasons,
    route_line,
)
from services.cases import notify_actions as actions
from services.cases.notify_actions import keep_route, retire_route
from services.rules.alerting.routing import calls
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.store.notice_events import newest_event
from services.store.notices import notices_of
from services.store.receivers import (
    Written,
    by_plant,
    read_contacts,
    read_routes,
)

app = typer.Typer(no_args_is_help=True, help="Which cases are told to whom 通知路由.")
contacts_app = typer.Typer(no_args_is_help=True, help="Contacts of plants 企业联系人.")
Name = Annotated[str, typer.Argument(help="Its name, one word.")]

PlantContacts = Annotated[bool, typer.Option("--plant-contacts", help="And the plant's contacts.")]
GoesOn = Annotated[bool, typer.Option("--goes-on", help="Try later routes too where it fits.")]


@app.command()
def add(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    name: Name,
    to: Annotated[list[str] | None, typer.Option(help="A receiver; may be repeated.")] = None,
    plant_contacts: PlantContacts = False,  # noqa: FBT002 - typer: flags are booleans
    place: Annotated[int, typer.Option(help="Routes are tried in this order.")] = 100,
    goes_on: GoesOn = False,  # noqa: FBT002 - typer: flags are booleans
    region: Annotated[str | None, typer.Option(help="GB/T 2260 code, with all below.")] = None,
    plant: Annotated[str | None, typer.Option(help="Of one plant, by its code.")] = None,
    kind: Annotated[list[AlertKind] | None, typer.Option(help="May be repeated.")] = None,
    least: Annotated[Severity, typer.Option(help="This severity and above.")] = Severity.BLUE,
    event: Annotated[list[Event] | None, typer.Option(help="May be repeated.")] = None,
    hours: Annotated[str | None, typer.Option(help="08:00-20:00, Beijing time.")] = None,
    days: Annotated[str | None, typer.Option(help="1-5 or 6,7; 1 is Monday.")] = None,
    escalate: Annotated[
        list[str] | None, typer.Option(help="30:chief,deputy: after 30 min unacknowledged.")
    ] = None,
    group_wait: Annotated[int, typer.Option(help="Seconds to wait for more of a plant.")] = 30,
    group_interval: Annotated[int, typer.Option(help="Seconds between two messages.")] = 300,
    digest_over: Annotated[int, typer.Option(help="More at a time become one digest.")] = 20,
    at_once: Annotated[
        Severity, typer.Option(help="This severity and above waits for nothing.")
    ] = Severity.RED,
    reason: Reason = "",
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add a route, or change the one of that name; the former one stays in the history.

    Routes are tried by --place; the first that fits ends the search unless it --goes-on. What was
    found late is told in a daily digest (08:30), never as if it were now.

    Example: qingkong notify routes add night --to duty --hours 20:00-08:00 --least orange
    --escalate 30:chief

    Example: qingkong notify routes add plants --plant-contacts --kind limit_hour --goes-on --place 10
    """
    try:
        route = Route(
            name=name,
            place=place,
            region=region,
            plant=plant,
            kinds=frozenset(kind or ()),
            least=least,
            events=frozenset(event) if event else TOLD,
            hours=None if hours is None else hours_said(hours),
            days=frozenset() if days is None else days_said(days),
            receivers=tuple(to or ()),
            plant_contacts=plant_contacts,
            escalations=tuple(escalation_said(one) for one in escalate or ()),
            goes_on=goes_on,
            at_once=at_once,
            group_wait_s=group_wait,
            group_interval_s=group_interval,
            digest_over=digest_over,
        )
    except ValidationError as error:
        stop(*(f"{'.'.join(map(str, one['loc'])) or name}: {one['msg']}" for one in error.errors()))
    except ValueError as error:
        stop(str(error))
    with asked(database_url) as connection:
        keep_route(connection, route, Written(who(actor), reason))
    typer.echo(f"route {name}: {route_line(route)}")


@app.command("list")
def list_(as_json: AsJson = False, database_url: DatabaseUrl = None) -> None:  # noqa: FBT002 - typer: flags are booleans
    """List the routes in the order they are tried.

    Example: qingkong notify routes list
    """
    with asked(database_url) as connection:
        routes = read_routes(connection)
    if as_json:
        rows = [route.model_dump(mode="json") for route in routes]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not routes:
        typer.echo("No routes, so nobody is told: `qingkong notify routes add --help`.", err=True)
        return
    table = Table("place", "name 名称", "what, and to whom", box=box.SIMPLE_HEAD)
    for route in routes:
        table.add_row(str(route.place), Text(route.name), Text(route_line(route)))
    Console().print(table)


@app.command()
def retire(
    name: Name, reason: Reason = "", actor: Actor = None, database_url: DatabaseUrl = None
) -> None:
    """Take a route out; it stays in the history.

    Example: qingkong notify routes retire night
    """
    with asked(database_url) as connection:
        retire_route(connection, name, Written(who(actor), reason))
    typer.echo(f"route {name} is retired.")


@app.command()
def explain(
    alert: Annotated[int, typer.Argument(help="Number of the alert 告警号.")],
    database_url: DatabaseUrl = None,
) -> None:
    """Say who would hear of an alert now, why or why not, and what became of what was told.

    Example: qingkong notify routes explain 17
    """
    now = utc_now()
    with asked(database_url) as connection:
        told = newest_event(connection, alert, TOLD) or newest_event(connection, alert)
        if told is None:
            stop(f"there is no alert {alert}: see `qingkong alerts list`")
        routes = read_routes(connection)
        called = calls(told, routes, by_plant(read_contacts(connection)), now)
        silence = silenced_events(connection, [told], now).get(told.event)
        became = notices_of(connection, alert)
    typer.echo(f"alert {alert} {told.kind.value} {told.severity.value}: {told.what.value}")
    for line in reasons(told, routes, silence, now):
        typer.echo(f"  {line}")
    for call in called:
        typer.echo(f"  {call.receiver}: {call.manner.value}, due {call.due_at.isoformat()}")
    if not called:
        typer.echo("  nobody: no route fits")
    for event, what, receiver, route, manner, state, _due, by, delivery in became:
        last = f"delivery {delivery}" if delivery else f"silence {by}" if by else ""
        typer.echo(
            f"  event {event} {what}: {receiver} by {route}, {manner}, {state} {last}".rstrip()
        )


@contacts_app.command("add")
def add_contact(
    plant: Annotated[str, typer.Argument(help="Code of the plant 企业.")],
    receiver: Annotated[str, typer.Argument(help="Name of a receiver.")],
    person: Annotated[str, typer.Option(help="Who it is.")] = "",
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Name a receiver a contact of a plant; routes with --plant-contacts tell it.

    Example: qingkong notify contacts add P1 plant-P1 --person "environment office"
    """
    with asked(database_url) as connection:
        actions.add_contact(connection, Contact(plant, receiver, person), who(actor))
    typer.echo(f"{receiver} is a contact of {plant}.")


@contacts_app.command("list")
def list_contacts(database_url: DatabaseUrl = None) -> None:
    """List the contacts of all plants.

    Example: qingkong notify contacts list
    """
    with asked(database_url) as connection:
        for one in read_contacts(connection):
            typer.echo(f"{one.plant}  {one.receiver}  {one.person}".rstrip())


@contacts_app.command("retire")
def retire_contact(
    plant: Annotated[str, typer.Argument(help="Code of the plant 企业.")],
    receiver: Annotated[str, typer.Argument(help="Name of a receiver.")],
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """End that a receiver is a contact of a plant.

    Example: qingkong notify contacts retire P1 plant-P1
    """
    with asked(database_url) as connection:
        actions.retire_contact(connection, plant, receiver, who(actor))
    typer.echo(f"{receiver} is no contact of {plant} any more.")
