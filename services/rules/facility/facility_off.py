"""Finding `facility_off` 治理设施未同步运行: production runs and a group on its way does not suffice.

One finding for each group and episode, with the ways it concerns; live with an open end.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple, cast

from schemas.facility import Running
from schemas.judgement import Finding
from schemas.registry_rows import GroupRow
from services.rules.articles import Article, articles_for
from services.rules.facility.asked import Asked
from services.rules.facility.course import time_of
from services.rules.facility.episodes import Episode, Terms, episodes
from services.rules.facility.intervals import Ruler, intersection
from services.rules.facility.timeline import said_at
from services.rules.facility.ways import Layout, WayOf
from services.rules.facility.wording import Both, length, silence, stretch

PLAN: Final = "内蒙古自治区“十二五”节能减排综合性工作方案（七）：减排设施未按要求运行，公开通报或挂牌督办，责令限期整改"
MATTER: Final = "facility_not_run"
_STATE: Final = {
    Running.RUNNING: Both("运行", "running"),
    Running.OFF: Both("停运", "off"),
    Running.UNKNOWN: Both("未知", "unknown"),
}


class Untreated(NamedTuple):
    """A way on which production ran untreated, with the groups that did not suffice (codes)."""

    way: WayOf
    episode: Episode
    groups: tuple[str, ...]


def untreated_ways(layout: Layout) -> tuple[Untreated, ...]:
    """Each way's episodes of `off_delay_s` and more, bypasses included (no group: a bypass alone)."""
    found: list[Untreated] = []
    for way, groups in layout.on_way.items():
        for each in episodes(layout.fault(layout.way(way)), _terms(layout.asked)):
            lacking = tuple(
                group.code
                for group in groups
                if Ruler(layout.groups[group.id].off).seconds(each.since, each.last)
            )
            found.append(Untreated(way, each, lacking))
    return tuple(found)


def facility_off(layout: Layout, known: tuple[Article, ...] = ()) -> tuple[Finding, ...]:
    """Episodes of each group in which production ran for `off_delay_s` without enough members.

    The finding's subject is the lowest id of the members off at its beginning, since is when it
    began; episodes of two groups with the same subject and beginning are one finding. `known`:
    articles of law, of which those in force on the day are named. Clause: `PLAN`; the delay is ours.
    """
    found: dict[tuple[int, int], Finding] = {}
    for group in layout.asked.groups:
        fault = layout.fault(layout.group(group))
        for each in episodes(fault, _terms(layout.asked)):
            finding = _finding(layout, group, each, known)
            key = (finding.subject, each.since)
            other = found.get(key)
            found[key] = finding if other is None else _joined(finding, other)
    return tuple(found[key] for key in sorted(found, key=lambda key: (key[1], key[0])))


def _terms(asked: Asked) -> Terms:
    return asked.terms(asked.params.off_delay_s)


def _joined(one: Finding, other: Finding) -> Finding:
    """The one that lasts longer, with the group of the other named; an open one lasts longest."""
    longer, shorter = sorted((one, other), key=_ends_last, reverse=True)
    groups = [*_also(longer), shorter.evidence["group"], *_also(shorter)]
    return replace(longer, evidence={**longer.evidence, "also_groups": groups})


def _ends_last(finding: Finding) -> tuple[bool, datetime, str]:
    return finding.until is None, finding.until or finding.since, str(finding.evidence["group"])


def _also(finding: Finding) -> list[object]:
    return cast("list[object]", finding.evidence.get("also_groups", []))


def _finding(layout: Layout, group: GroupRow, each: Episode, known: tuple[Article, ...]) -> Finding:
    asked = layout.asked
    states = {facility: _state(asked, facility, each.since) for facility in group.facilities}
    off = [facility for facility, state in states.items() if state[0] is Running.OFF]
    units = _running_units(layout, group, each)
    day = time_of(each.since).astimezone(asked.zone).date()
    articles = articles_for(known, MATTER, day)
    doubts = [
        *asked.doubts(_names(each), (*group.facilities, *units)),
        *(f"article:{one.matter}" for one in articles if not one.sure),
        *_contradicted(asked, each, (*group.facilities, *units)),
    ]
    words = _words(layout, group, each, (states, units))
    return Finding(
        rule="facility_off",
        subject=min(off or group.facilities),
        point=None,
        since=time_of(each.since),
        until=None if each.until is None else time_of(each.until),
        stage=asked.stage,
        zh=words.zh,
        en=words.en,
        clause="；".join([PLAN, *(one.zh for one in articles)]),
        sure=not doubts,
        doubts=tuple(dict.fromkeys(doubts)),
        evidence={
            **each.evidence(),
            "group": group.code,
            "needed": group.needed,
            "members": [_told(asked, facility, states[facility]) for facility in group.facilities],
            "ways": _ways(layout, group, each),
            "delay_s": asked.params.off_delay_s,
        },
    )


def _names(each: Episode) -> set[str]:
    return {"off_delay_s", "unknown_bridged_s"} if each.unknown_s else {"off_delay_s"}


State = tuple[Running, str | None, int | None]


def _state(asked: Asked, subject: int, at: int) -> State:
    line = asked.lines.get(subject)
    return (Running.UNKNOWN, None, None) if line is None else said_at(line, at)


def _told(asked: Asked, facility: int, state: State) -> dict[str, object]:
    running, source, number = state
    return {
        "facility": facility,
        "name": asked.label(facility),
        "state": running.value,
        "source": source,
        "number": number,
    }


def _running_units(layout: Layout, group: GroupRow, each: Episode) -> list[int]:
    units = sorted({way.unit for way in group.serves})
    return [
        unit for unit in units if Ruler(layout.asked.course(unit).on).seconds(each.since, each.last)
    ]


def _ways(layout: Layout, group: GroupRow, each: Episode) -> list[dict[str, object]]:
    """Each way of the group with the seconds in which its unit ran during the group's lack."""
    off = layout.groups[group.id].off
    found: list[dict[str, object]] = []
    for way in group.serves:
        lacking = intersection(layout.asked.course(way.unit).on, off)
        seconds = Ruler(lacking).seconds(each.since, each.last)
        found.append({"unit": way.unit, "outlet": way.outlet, "untreated_s": seconds})
    return found


def _contradicted(asked: Asked, each: Episode, subjects: tuple[int, ...]) -> list[str]:
    lines = [asked.lines[subject] for subject in subjects if subject in asked.lines]
    against = any(Ruler(line.contradicted).seconds(each.since, each.last) for line in lines)
    return ["state_contradiction"] if against else []


def _words(
    layout: Layout, group: GroupRow, each: Episode, facts: tuple[dict[int, State], list[int]]
) -> Both:
    asked, (states, units) = layout.asked, facts
    when, lasted = stretch(each.since, each.until, asked.zone), length(each.certain_s)
    after = silence(each.last if each.silent else None, asked.zone)
    delay, gaps = length(asked.params.off_delay_s), length(each.unknown_s)
    producing = "、".join(map(asked.label, units))
    count = len(group.facilities)
    zh = "、".join(_member(asked, facility, state).zh for facility, state in states.items())
    en = ", ".join(_member(asked, facility, state).en for facility, state in states.items())
    return Both(
        f"{when.zh}，{producing}生产运行而治理设施组{group.code}运行不足（{count}台中须运行{group.needed}台），"
        f"确定未治理{lasted.zh}，期间状态未知{gaps.zh}，告警延时{delay.zh}；开始时：{zh}。{after.zh}",
        f"{when.en}, {producing} produced while group {group.code} had too few facilities running "
        f"({group.needed} of {count} are needed): surely untreated for {lasted.en}, unknown within "
        f"it {gaps.en}, delay of the finding {delay.en}; at its beginning {en}.{after.en}",
    )


def _member(asked: Asked, facility: int, state: State) -> Both:
    running, source, number = state
    name, said = asked.label(facility), _STATE[running]
    if number is not None:
        return Both(
            f"{name}{said.zh}（上报状态{number}）", f"{name} {said.en} (reported state {number})"
        )
    origin = {"derived": Both("推断", "derived"), "manual": Both("人工", "stated")}.get(
        source or ""
    )
    if origin is None:
        return Both(f"{name}{said.zh}", f"{name} {said.en}")
    return Both(f"{name}{said.zh}（{origin.zh}）", f"{name} {said.en} ({origin.en})")
