"""Routes as people write and read them: hours, days, escalations, and the whole on a line."""

import re
from collections.abc import Sequence
from datetime import datetime

from schemas.notice import TOLD, Escalation, Hours, Route, Told
from services.rules.alerting.routing import inhibited, late, tried

HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
DAYS = re.compile(r"[1-7](-[1-7])?(,[1-7](-[1-7])?)*")
ESCALATION = re.compile(r"(\d{1,5}):([^\s:]+)")
WEEK = 7


def hours_said(text: str) -> Hours:
    """`20:00-08:00`; raises ValueError."""
    found = HOURS.fullmatch(text)
    if found is None:
        raise ValueError(f"--hours {text}: write 08:00-20:00")
    begin_h, begin, end_h, end = map(int, found.groups())
    if begin_h > 23 or begin > 59 or end > 59 or end_h * 60 + end > 24 * 60:  # noqa: PLR2004 - a day
        raise ValueError(f"--hours {text}: a day runs from 00:00 to 24:00")
    if begin_h * 60 + begin == end_h * 60 + end or end_h * 60 + end == 0:
        raise ValueError(f"--hours {text}: write 20:00-24:00 to end at midnight, none for all day")
    return Hours(begin_min=begin_h * 60 + begin, end_min=end_h * 60 + end)


def days_said(text: str) -> frozenset[int]:
    """`1-5` or `6,7`; 1 is Monday. Raises ValueError."""
    if DAYS.fullmatch(text) is None:
        raise ValueError(f"--days {text}: write 1-5 or 6,7; 1 is Monday")
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if int(last or first) < int(first):
            raise ValueError(f"--days {text}: {part} runs backwards")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


def escalation_said(text: str) -> Escalation:
    """`30:chief,deputy`; raises ValueError."""
    found = ESCALATION.fullmatch(text)
    if found is None:
        raise ValueError(f"--escalate {text}: write 30:chief,deputy (minutes, then receivers)")
    names = tuple(filter(None, found[2].split(",")))
    return Escalation(after_min=int(found[1]), receivers=names)


def route_line(route: Route) -> str:
    """What it fits and whom it tells, on a line."""
    hours = route.hours
    parts = (
        "" if route.region is None else f"region {route.region}",
        "" if route.plant is None else f"plant {route.plant}",
        ", ".join(sorted(kind.value for kind in route.kinds)),
        f"from {route.least.value}",
        "" if hours is None else f"{_clock(hours.begin_min)}-{_clock(hours.end_min)}",
        f"days {','.join(map(str, sorted(route.days)))}" if 0 < len(route.days) < WEEK else "",
        ""
        if route.events == TOLD
        else f"events {', '.join(sorted(event.value for event in route.events))}",
    )
    names = [*route.receivers, *(["the plant's contacts"] if route.plant_contacts else [])]
    later = "".join(
        f"; after {one.after_min} min {', '.join(one.receivers)}" for one in route.escalations
    )
    tail = "; and goes on" if route.goes_on else ""
    return f"{'; '.join(filter(None, parts))} -> {', '.join(names)}{later}{tail}"


def reasons(told: Told, routes: Sequence[Route], silence: int | None, now: datetime) -> list[str]:
    """Why an event is told or not: each route's own, and what keeps it quiet."""
    found = [
        f"route {one.route.name}: "
        + (
            one.why_not
            or ("fits" if one.reached else "fits, but an earlier route ended the search")
        )
        for one in tried(told, routes, now)
    ]
    if silence is not None:
        found.append(f"silence {silence} keeps it quiet")
    if inhibited(told):
        found.append("not told: the exceedance that it warned of is open")
    if late(told):
        found.append("found late: told in the daily digest alone")
    return found


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
