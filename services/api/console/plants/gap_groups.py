"""Gaps as people speak of them: of an outlet and a reason one entry, with all its hours and mends. Pure.

What the gaps are is found already; it must not know how they are shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.registry_words import BEIJING
from services.api.console.plants.facts import OutletGap
from services.api.models.status_place import MendModel
from services.rules.gap_words import reason_named
from services.rules.judging.quality_names import Named, named

MARK: Final = "mark"


class Span(NamedTuple):
    """Whole hours [since, until)."""

    since: datetime
    until: datetime

    @property
    def hours(self) -> int:
        return (self.until - self.since) // timedelta(hours=1)

    @property
    def said(self) -> str:
        return said([self])[0]


class PointLack(NamedTuple):
    """Points that lack the very same hours, by their names."""

    points: Sequence[Named]
    spans: Sequence[Span]

    @property
    def said(self) -> list[str]:
        return said(self.spans)


class MendUntil(NamedTuple):
    """A way to mend. `due`: the first time that is still to come, of a shut one the last that is past.

    `varies`: other gaps of the group have a later time; `missed`: for some the time is past.
    """

    kind: str
    zh: str
    en: str
    open: bool
    due: datetime | None
    varies: bool
    missed: bool
    sure: bool


@dataclass(frozen=True, slots=True)
class GapGroup:
    """All gaps of an outlet for one reason. `zh` and `en` say the reason alone."""

    outlet: str
    kind: str
    zh: str
    en: str
    lacks: Sequence[PointLack]
    mends: Sequence[MendUntil]
    gaps: Sequence[OutletGap]

    @property
    def points(self) -> list[Named]:
        """Each point once."""
        return list(dict.fromkeys(name for one in self.lacks for name in one.points))

    @property
    def spans(self) -> list[Span]:
        """The hours that any of its points lacks."""
        return joined(Span(one.gap.since, one.gap.until) for one in self.gaps)

    @property
    def said(self) -> list[str]:
        return said(self.spans)

    @property
    def markable(self) -> list[Span]:
        """The hours that a mark may still speak for."""
        return joined(
            Span(one.gap.since, one.gap.until)
            for one in self.gaps
            if any(mend.kind == MARK and mend.open for mend in one.gap.mends)
        )

    @property
    def marks(self) -> list[int]:
        return sorted({mark for one in self.gaps for mark in one.gap.marks})


def grouped(gaps: Iterable[OutletGap]) -> list[GapGroup]:
    """By outlet, kind and reason; what has to be mended first stands first, then the latest."""
    found: dict[tuple[str, str, str], list[OutletGap]] = {}
    for one in gaps:
        found.setdefault((one.outlet, one.gap.kind, one.gap.reason), []).append(one)
    groups = [_group(same) for same in found.values()]
    groups.sort(key=lambda one: one.spans[-1].until, reverse=True)
    return sorted(groups, key=_first_due)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Hours that meet or overlap as one stretch, in order."""
    found: list[Span] = []
    for one in sorted(spans):
        if found and one.since <= found[-1].until:
            found[-1] = Span(found[-1].since, max(found[-1].until, one.until))
        else:
            found.append(one)
    return found


def said(spans: Iterable[Span]) -> list[str]:
    """In Beijing time: `03-03 08:00–12:00`; a day is named once, and its midnight is its 24:00."""
    found: list[str] = []
    day = ""
    for one in spans:
        since, until = one.since.astimezone(BEIJING), one.until.astimezone(BEIJING)
        last = until - datetime.resolution
        clock = "24:00" if last.date() < until.date() else f"{until:%H:%M}"
        end = clock if last.date() == since.date() else f"{last:%m-%d} {clock}"
        begun = f"{since:%m-%d}"
        found.append(("" if begun == day else f"{begun} ") + f"{since:%H:%M}–{end}")
        day = f"{last:%m-%d}"
    return found


def _first_due(group: GapGroup) -> tuple[bool, datetime]:
    dues = [one.due for one in group.mends if one.open and one.due is not None]
    return (False, min(dues)) if dues else (True, datetime.max.replace(tzinfo=BEIJING))


def _group(same: Sequence[OutletGap]) -> GapGroup:
    first = same[0]
    reason = reason_named(first.gap.reason)
    return GapGroup(
        outlet=first.outlet,
        kind=first.gap.kind,
        zh=reason.zh,
        en=reason.en,
        lacks=_lacks(same),
        mends=_mends([mend for one in same for mend in one.gap.mends]),
        gaps=sorted(same, key=lambda one: one.gap.since),
    )


def _lacks(same: Iterable[OutletGap]) -> list[PointLack]:
    """Points by the hours they lack, those with the most points first."""
    hours: dict[str, list[Span]] = {}
    for one in same:
        for point in one.points:
            hours.setdefault(point, []).append(Span(one.gap.since, one.gap.until))
    alike: dict[tuple[Span, ...], list[Named]] = {}
    for point in sorted(hours):
        alike.setdefault(tuple(joined(hours[point])), []).append(_name(point))
    lacks = [PointLack(points, spans) for spans, points in alike.items()]
    return sorted(lacks, key=lambda one: -len(one.points))


def _name(point: str) -> Named:
    """`out/a21026` by what it measures; what goes in is said so."""
    side, _, code = point.partition("/")
    name = named(code)
    return Named(f"进口{name.zh}", f"{name.en} (inlet)") if side == "in" else name


def _mends(mends: Iterable[MendModel]) -> list[MendUntil]:
    ways: dict[str, list[MendModel]] = {}
    for one in mends:
        ways.setdefault(one.kind, []).append(one)
    return [_mend(kind, same) for kind, same in ways.items()]


def _mend(kind: str, same: Sequence[MendModel]) -> MendUntil:
    still = [one for one in same if one.open]
    dues = {one.last_due for one in still or same if one.last_due is not None}
    return MendUntil(
        kind=kind,
        zh=same[0].zh,
        en=same[0].en,
        open=bool(still),
        due=(min(dues) if still else max(dues)) if dues else None,
        varies=bool(still) and len(dues) > 1,
        missed=bool(still) and len(still) < len(same),
        sure=not any(one.doubts for one in same),
    )
