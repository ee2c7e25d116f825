"""Handing a shift over 交接班: what opened, what closed, what nobody acknowledged, and remarks."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query

from schemas.alert import AlertState, Event
from services.api.access import Within, require
from services.api.context import Now
from services.api.database import SessionDep
from services.api.models.handover_work import HandedAlert, Handover, Shift, handed, spoken
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem
from services.store.alert_lists import AlertQuery, MadeEvent, events_made, list_alerts
from services.store.session import Session

router = APIRouter(tags=["work on alerts 告警处置"])
LONGEST: Final = timedelta(days=7)
MOST: Final = 5_000
SPOKEN: Final = (
    Event.ACKNOWLEDGED, Event.ASSIGNED, Event.COMMENTED, Event.DISPOSED, Event.ORDERED,
)  # fmt: skip


@router.get(
    "/handover",
    dependencies=[require(Permission.READ_ALERTS)],
    summary="Hand a shift over 交接班",
)
def handover(
    session: SessionDep,
    within: Within,
    now: Now,
    asked: Annotated[Shift, Query()],
) -> Handover:
    """What opened and closed in the shift, what is open and not acknowledged now, and what was said."""
    since, until = asked.since, asked.until or now
    if not since < until <= since + LONGEST:
        raise Problem(
            Kinds.BAD_RANGE,
            "to 须晚于 from，且班次不超过 7 天。",
            "to must lie after from, and a shift lasts at most 7 days",
        )
    shift = _Events(session, within.plants_in(asked.region), (since, until))
    opened, closed = shift.told(Event.OPENED, Event.REOPENED), shift.closed()
    waiting = AlertQuery(states=[AlertState.OPEN], plants=shift.plants)
    page = list_alerts(session, waiting, MOST)
    said = shift.made(*SPOKEN)
    about = {one.alert for one in shift.cases(said)}
    return Handover(
        since=since,
        until=until,
        opened=opened,
        closed=closed,
        unacknowledged=[handed(one) for one in page.alerts],
        remarks=[spoken(one) for one in said if one.alert in about],
        cut=shift.cut or page.after is not None,
    )


class _Events:
    """What happened between two times at these plants."""

    def __init__(
        self, session: Session, plants: list[int] | None, span: tuple[datetime, datetime]
    ) -> None:
        self.plants = plants
        self.cut = False
        self._session = session
        self._span = span

    def made(self, *what: Event) -> list[MadeEvent]:
        words, where = [one.value for one in what], AlertQuery(plants=self.plants)
        found = events_made(self._session, self._span, words, MOST + 1, where)
        self.cut = self.cut or len(found) > MOST
        return found[:MOST]

    def cases(self, events: list[MadeEvent]) -> list[HandedAlert]:
        numbers = sorted({one.alert for one in events})
        query = AlertQuery(ids=numbers, plants=self.plants)
        return [handed(one) for one in list_alerts(self._session, query, MOST).alerts]

    def told(self, *what: Event) -> list[HandedAlert]:
        """The cases to which this happened in the shift."""
        return self.cases(self.made(*what))

    def closed(self) -> list[HandedAlert]:
        """The cases that were closed or recovered in the shift, with who closed each last."""
        events = self.made(Event.RESOLVED)
        by = {one.alert: one.event.actor for one in events}
        return [one.model_copy(update={"closed_by": by[one.alert]}) for one in self.cases(events)]
