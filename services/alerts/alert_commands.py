"""`qingkong alerts list | show | handover | rates`: cases 告警 looked at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from schemas.alert import AlertState, Event
from services.alerts.alert_edge import (
    AsJson,
    Assignee,
    DatabaseUrl,
    Filters,
    Grade,
    Kind,
    Number,
    Plant,
    Region,
    Since,
    State,
    Subject,
    Until,
    asked,
    echo,
    moment,
)
from services.alerts.alert_tables import (
    alert_json,
    alert_text,
    alerts_table,
    event_json,
    place_said,
    rates_table,
    said,
    words_in,
)
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.store.alert_events import read_events
from services.store.alert_lists import (
    AlertQuery,
    ListedAlert,
    MadeEvent,
    events_made,
    list_alerts,
)
from services.store.alert_rates import disposition_rates
from services.store.session import Session

MOST_EVENTS = 10_000
ACTIVE = [AlertState.PENDING, AlertState.OPEN, AlertState.ACKNOWLEDGED]
SPOKEN = (Event.ACKNOWLEDGED, Event.ASSIGNED, Event.COMMENTED, Event.DISPOSED, Event.ORDERED)


def list_(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    state: State = None,
    kind: Kind = None,
    severity: Grade = None,
    region: Region = None,
    plant: Plant = None,
    subject: Subject = None,
    assignee: Assignee = None,
    since: Since = None,
    until: Until = None,
    late: Annotated[
        bool | None, typer.Option("--late/--not-late", help="Found late 迟发现, or not.")
    ] = None,
    undisposed: Annotated[  # noqa: FBT002 - typer: flags are booleans
        bool, typer.Option("--undisposed", help="Resolved, and nobody said what it was 待甄别.")
    ] = False,
    most: Annotated[int, typer.Option(help="So many at most.", min=1, max=10_000)] = 50,
    after: Annotated[
        int | None, typer.Option(help="Go on after this case, the last one of a page.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """List cases, the latest beginning first; without --state those that are not over.

    Example: qingkong alerts list --region 1505 --severity red --severity orange
    """
    states = state or (None if undisposed else ACTIVE)
    filters = Filters(states, kind, severity, region, plant, subject, assignee, since, until)
    with asked(database_url) as connection:
        page = list_alerts(
            connection,
            filters.query(late=late, undisposed=undisposed),
            most,
            None if after is None else _place(connection, after),
        )
    if as_json:
        echo([alert_json(one) for one in page.alerts])
    elif not page.alerts:
        typer.echo("No cases 无告警: look at --state and the other filters.", err=True)
    else:
        Console().print(alerts_table(page.alerts))
        if page.after is not None:
            typer.echo(f"There are more: --after {page.after[1]}", err=True)


def show(
    number: Number,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Show a case with its evidence and everything that happened to it.

    Example: qingkong alerts show 12
    """
    with asked(database_url) as connection:
        page = list_alerts(connection, AlertQuery(ids=[number]), 1)
        if not page.alerts:
            stop(f"there is no case {number} 无此告警: see `qingkong alerts list`")
        events = read_events(connection, number)
    [one] = page.alerts
    if as_json:
        echo({**alert_json(one), "events": [event_json(event) for event in events]})
    else:
        Console().print(alert_text(one, events))


def rates(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    kind: Kind = None,
    region: Region = None,
    plant: Plant = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Count what cases turned out to be, by kind and rule: where many were none, tune the threshold.

    Thresholds are settings: `qingkong rules list`.

    Example: qingkong alerts rates --from 2026-07-01 --to 2026-08-01
    """
    filters = Filters(None, kind, None, region, plant, since=since, until=until)
    with asked(database_url) as connection:
        found = disposition_rates(connection, filters.query())
    if as_json:
        echo([{**one._asdict(), "kind": one.kind.value} for one in found])
    elif found:
        Console().print(rates_table(found))
    else:
        typer.echo("No cases in that time 无告警.", err=True)


def handover(
    since: Annotated[str, typer.Option("--from", help="Begin of the shift: 2026-08-01T08:00.")],
    until: Annotated[
        str | None, typer.Option("--to", help="Its end, exclusive; default: now.")
    ] = None,
    region: Region = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Hand a shift over 交接班: what opened, what closed, what nobody has acknowledged, and remarks.

    Example: qingkong alerts handover --from 2026-08-01T08:00 --to 2026-08-01T16:00 --region 1505
    """
    begin = moment("--from", since)
    end = moment("--to", until) or utc_now()
    if begin is None or end <= begin:
        raise typer.BadParameter("--to must lie after --from")
    with asked(database_url) as connection:
        shift = (begin, end)
        opened = _told(connection, shift, region, [Event.OPENED, Event.REOPENED])
        closed = _told(connection, shift, region, [Event.RESOLVED])
        waiting = list_alerts(
            connection, AlertQuery(states=[AlertState.OPEN], region=region), MOST_EVENTS
        ).alerts
        spoken = events_made(
            connection,
            shift,
            [what.value for what in SPOKEN],
            MOST_EVENTS,
            AlertQuery(region=region),
        )
        about = _by_number(connection, spoken, region)
    remarks = [one for one in spoken if one.alert in about]
    if as_json:
        echo(
            {
                "opened": [alert_json(one) for one in opened],
                "closed": [alert_json(one) for one in closed],
                "unacknowledged": [alert_json(one) for one in waiting],
                "remarks": [{"alert": one.alert, **event_json(one.event)} for one in remarks],
            }
        )
        return
    console = Console()
    for title, some in (
        ("opened in the shift 本班新增", opened),
        ("closed in the shift 本班办结、恢复", closed),
        ("open, and nobody has acknowledged it 未签收", waiting),
    ):
        console.print(f"{title}: {len(some)}", markup=False)
        if some:
            console.print(alerts_table(some))
    console.print(f"remarks 备注: {len(remarks)}", markup=False)
    for one in remarks:
        place = place_said(about[one.alert])
        words = words_in(one.event)
        line = f"  {said(one.event.made_at)} {one.alert} {place} {one.event.actor}: {words}"
        console.print(line.rstrip(": "), markup=False, highlight=False)


def _told(
    session: Session, shift: tuple[datetime, datetime], region: str | None, what: Sequence[Event]
) -> list[ListedAlert]:
    """The cases to which this happened in the shift."""
    words = [one.value for one in what]
    events = events_made(session, shift, words, MOST_EVENTS, AlertQuery(region=region))
    return list(_by_number(session, events, region).values())


def _by_number(
    session: Session, events: Sequence[MadeEvent], region: str | None
) -> dict[int, ListedAlert]:
    numbers = sorted({one.alert for one in events})
    page = list_alerts(session, AlertQuery(ids=numbers, region=region), MOST_EVENTS)
    return {one.alert.alert: one for one in page.alerts}


def _place(session: Session, number: int) -> tuple[datetime, int]:
    found = list_alerts(session, AlertQuery(ids=[number]), 1).alerts
    if not found:
        raise typer.BadParameter(f"--after {number}: there is no such case")
    return found[0].alert.since, number
