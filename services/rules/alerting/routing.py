"""Which receivers hear of an event, when, and why not: routes applied to one event of a case.

It must not know how anybody is reached, nor who was told before.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.alert import PLATFORM, AlertKind, Event
from schemas.notice import Hours, Manner, NoticeState, Route, Told
from schemas.registry_words import BEIJING
from services.rules.alerting.own_case import OF_CONTEST, OF_ORDER
from services.rules.alerting.reasons import Reason

LATE_AFTER: Final = timedelta(hours=1)
"""What is noticed so long after it happened, of a case found late, is no page but digest material."""
CALLS_FOR_SOMEBODY: Final = frozenset({Event.OPENED, Event.REOPENED, Event.RAISED})
ANSWERED: Final = frozenset({Event.ACKNOWLEDGED, Event.RESOLVED, Event.LAPSED})
"""After these nobody needs to be told that nobody has acknowledged."""
LIMITS: Final = frozenset({AlertKind.LIMIT_HOUR, AlertKind.LIMIT_DAY})


class Call(NamedTuple):
    """One receiver is to hear of one event, at `due_at`, together with what has the same `bundle`.

    `step`: 0, or the place of an escalation from 1 on. `hold_s` and `digest_over` are the route's.
    """

    receiver: str
    route: str
    manner: Manner
    step: int
    bundle: str
    due_at: datetime
    hold_s: int
    digest_over: int


class Tried(NamedTuple):
    """A route and what it says to an event.

    `why_not`: empty where it fits; `reached`: no route before it ended the search.
    """

    route: Route
    why_not: str
    reached: bool


def tried(told: Told, routes: Iterable[Route], now: datetime) -> list[Tried]:
    """Every route by place and name, with its reason not to fit."""
    found: list[Tried] = []
    open_yet = True
    for route in sorted(routes, key=lambda one: (one.place, one.name)):
        why_not = mismatch(route, told, now)
        found.append(Tried(route, why_not, open_yet))
        open_yet = open_yet and (bool(why_not) or route.goes_on)
    return found


def mismatch(route: Route, told: Told, now: datetime) -> str:
    """Why a route does not fit an event at `now`; empty: it fits."""
    place = told.place
    local = now.astimezone(BEIJING)
    reasons = (
        (heard(told, route.events), f"{told.what.value} is none of its events"),
        (not route.kinds or told.kind in route.kinds, f"{told.kind.value} is none of its kinds"),
        (
            told.severity.rank >= route.least.rank,
            f"{told.severity.value} is below {route.least.value}",
        ),
        (route.plant in (None, place.plant), f"it is for plant {route.plant} alone"),
        (route.region is None or route.region in place.regions, f"not in region {route.region}"),
        (not route.days or local.isoweekday() in route.days, "not on this day of the week"),
        (route.hours is None or _within(route.hours, local), "not at this hour"),
    )
    return next((reason for fits, reason in reasons if not fits), "")


def calls(
    told: Told, routes: Iterable[Route], contacts: Mapping[str, Sequence[str]], now: datetime
) -> list[Call]:
    """Who hears of an event: each receiver once per step, by the first route that names it.

    `contacts`: the receivers of each plant, by its code.
    """
    found: dict[tuple[str, int], Call] = {}
    for one in tried(told, routes, now):
        if one.reached and not one.why_not:
            for call in _of_route(one.route, told, contacts, now):
                found.setdefault((call.receiver, call.step), call)
    return list(found.values())


def heard_as(told: Told) -> Event:
    """A case that was found late and turns out to go on is heard as one that opens now."""
    goes_on = told.what is Event.EXTENDED and told.reason == Reason.GOES_ON
    return Event.OPENED if goes_on else told.what


def heard(told: Told, events: frozenset[Event]) -> bool:
    """Whether who hears of these events hears of this one.

    That the case of an order opens or ends is a step of the order, and so heard by who hears of
    orders; likewise of a contest, whose steps are comments.
    """
    if told.what in {Event.OPENED, Event.RESOLVED}:
        if told.reason in OF_ORDER and Event.ORDERED in events:
            return True
        if told.reason in OF_CONTEST and Event.COMMENTED in events:
            return True
    return heard_as(told) in events


def inhibited(told: Told) -> bool:
    """Whether a prewarning 预警 is told by the case it warned of, which is open by now."""
    return told.kind is AlertKind.PREWARNING and bool(told.open_kinds & LIMITS)


def late(told: Told) -> bool:
    """Whether it is told as history: found late and long past. What a person does is now."""
    long_past = told.made_at - told.at > LATE_AFTER
    return told.found_late and told.actor == PLATFORM and long_past


def state_of(told: Told, silence: int | None) -> NoticeState:
    """How a notice begins: `silence` is the one that covers the event, if any."""
    if silence is not None:
        return NoticeState.SILENCED
    return NoticeState.INHIBITED if inhibited(told) else NoticeState.WAITING


def _of_route(
    route: Route, told: Told, contacts: Mapping[str, Sequence[str]], now: datetime
) -> Iterable[Call]:
    named = [*route.receivers]
    if route.plant_contacts:
        named += contacts.get(told.place.plant, ())
    manner, bundle, due_at = _manner(route, told, now)
    for receiver in dict.fromkeys(named):
        yield _call(route, (receiver, 0), manner, (bundle, due_at))
    if manner is Manner.DIGEST or heard_as(told) not in CALLS_FOR_SOMEBODY:
        return
    for step, escalation in enumerate(route.escalations, 1):
        due = told.made_at + timedelta(minutes=escalation.after_min)
        for receiver in dict.fromkeys(escalation.receivers):
            when = (f"escalation:{told.alert}:{step}", due)
            yield _call(route, (receiver, step), Manner.ESCALATION, when)


def _call(route: Route, who: tuple[str, int], manner: Manner, when: tuple[str, datetime]) -> Call:
    receiver, step = who
    return Call(
        receiver, route.name, manner, step, *when, route.group_interval_s, route.digest_over
    )


def _manner(route: Route, told: Told, now: datetime) -> tuple[Manner, str, datetime]:
    if late(told):
        return Manner.DIGEST, "digest", _next_digest(route.digest_at_min, now)
    if route.at_once is not None and told.severity.rank >= route.at_once.rank:
        return Manner.AT_ONCE, f"alert:{told.alert}", now
    bundle = f"plant:{told.place.plant}" if told.place.plant else "platform"
    return Manner.GROUPED, bundle, now + timedelta(seconds=route.group_wait_s)


def _next_digest(minute: int, now: datetime) -> datetime:
    local = now.astimezone(BEIJING)
    today = local.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)
    return (today if today > local else today + timedelta(days=1)).astimezone(now.tzinfo)


def _within(hours: Hours, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    if hours.begin_min < hours.end_min:
        return hours.begin_min <= minute < hours.end_min
    return minute >= hours.begin_min or minute < hours.end_min
