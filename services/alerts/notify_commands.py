"""`qingkong notify …`: who is told of cases, by what routes, and what became of it."""

import typer

from services.alerts.notify_delivery_commands import app as deliveries
from services.alerts.notify_receiver_commands import app as receivers
from services.alerts.notify_route_commands import app as routes
from services.alerts.notify_route_commands import contacts_app as contacts

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Who is told of alerts 告警通知. First receivers, then routes to them: "
    "`qingkong notify receivers add duty --channel email --address duty@bureau.example`, "
    "`qingkong notify routes add all --to duty`, `qingkong notify receivers test duty`. "
    "`qingkong alerts run` sends; `deliveries list --state dead` shows what was given up.",
)
app.add_typer(receivers, name="receivers")
app.add_typer(routes, name="routes")
app.add_typer(contacts, name="contacts")
app.add_typer(deliveries, name="deliveries")
