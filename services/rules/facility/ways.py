"""Ways 生产设施→排放口 and the groups on them: where production runs and is treated, or surely is not.

A way is treated at an instant if every group on it has enough members running (k of n). Two units
behind one group are judged each by its own production. It must not know how states were told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from schemas.registry_rows import GroupRow
from services.rules.facility.asked import Asked
from services.rules.facility.course import Course, all_of, any_of, negation, some_of


class WayOf(NamedTuple):
    """A way from a unit to an outlet, by their ids."""

    unit: int
    outlet: int


class Treated(NamedTuple):
    """Production and treatment of something; only seconds in which production runs are judged."""

    production: Course
    treatment: Course


def ways_of(groups: Iterable[GroupRow]) -> dict[WayOf, tuple[GroupRow, ...]]:
    """The groups on each way, in their places from the unit on."""
    found: defaultdict[WayOf, list[tuple[int, int, GroupRow]]] = defaultdict(list)
    for group in groups:
        for way in group.serves:
            found[WayOf(way.unit, way.outlet)].append((way.place, group.id, group))
    return {
        way: tuple(group for _, _, group in sorted(found[way], key=lambda each: each[:2]))
        for way in sorted(found)
    }


def group_course(group: GroupRow, asked: Asked) -> Course:
    """Whether enough members run: sure only where the members known suffice."""
    members = [asked.course(facility) for facility in group.facilities]
    return some_of(group.needed, members, asked.window)


def production_of(units: Iterable[int], asked: Asked) -> Course:
    """Whether any of the units runs."""
    return any_of([asked.course(unit) for unit in sorted(set(units))], asked.window)


class Layout:
    """A plant's groups and ways with their courses, each worked out once.

    `bypasses`: outlets of role bypass, each with the units whose gas it can lead past the treatment;
    while one is open, the ways of its units are not treated (parameter `bypass_counts`).
    """

    def __init__(self, asked: Asked, bypasses: Mapping[int, tuple[int, ...]] | None = None) -> None:
        self.asked = asked
        self.bypasses = bypasses or {}
        self.groups: dict[int, Course] = {
            group.id: group_course(group, asked) for group in asked.groups
        }
        self.on_way = ways_of(asked.groups)
        self.ways: dict[WayOf, Course] = {way: self._way(way) for way in self.on_way}

    def way(self, way: WayOf) -> Treated:
        return Treated(self.asked.course(way.unit), self.ways[way])

    def unit(self, unit: int) -> Treated:
        """Treated on all its ways."""
        courses = [course for way, course in self.ways.items() if way.unit == unit]
        return Treated(self.asked.course(unit), all_of(courses, self.asked.window))

    def outlet(self, outlet: int) -> Treated:
        """Treated on the ways of all those units that run: one at rest is not waited for."""
        ways = [way for way in self.ways if way.outlet == outlet]
        faults = [self.fault(self.way(way)) for way in ways]
        treatment = negation(any_of(faults, self.asked.window))
        return Treated(production_of([way.unit for way in ways], self.asked), treatment)

    def group(self, group: GroupRow) -> Treated:
        production = production_of([way.unit for way in group.serves], self.asked)
        return Treated(production, self.groups[group.id])

    def facility(self, facility: int) -> Treated:
        """Production that needs it: a member at rest whose group has enough without it is a spare."""
        needed: list[Course] = []
        own = self.asked.course(facility)
        for group in self.asked.groups:
            if facility in group.facilities:
                served = self.group(group)
                called = any_of([own, negation(served.treatment)], self.asked.window)
                needed.append(all_of([served.production, called], self.asked.window))
        return Treated(any_of(needed, self.asked.window), own)

    def served_by(self, facility: int) -> tuple[int, ...]:
        """The units on whose ways the facility stands."""
        groups = [group for group in self.asked.groups if facility in group.facilities]
        return tuple(sorted({way.unit for group in groups for way in group.serves}))

    def of_treatment(self, unit: int, treatment: str) -> Treated | None:
        """The unit against the groups of one kind of treatment alone; None where it has none."""
        groups = self._groups(unit, treatment)
        if not groups:
            return None
        courses = [self.groups[group] for group in sorted(groups)]
        return Treated(self.asked.course(unit), all_of(courses, self.asked.window))

    def members(self, unit: int, treatment: str) -> tuple[int, ...]:
        """The facilities of those groups."""
        groups = self._groups(unit, treatment)
        return tuple(sorted({one for group in groups.values() for one in group.facilities}))

    def _groups(self, unit: int, treatment: str) -> dict[int, GroupRow]:
        return {
            group.id: group
            for way, groups in self.on_way.items()
            if way.unit == unit
            for group in groups
            if any(self._kind(facility) == treatment for facility in group.facilities)
        }

    def _kind(self, facility: int) -> str | None:
        row = self.asked.subjects.get(facility)
        return None if row is None else row.treatment

    def fault(self, treated: Treated) -> Course:
        """On where production surely runs and surely is not treated, off where one of them is not so."""
        return all_of([treated.production, negation(treated.treatment)], self.asked.window)

    def _way(self, way: WayOf) -> Course:
        parts = [self.groups[group.id] for group in self.on_way[way]]
        if self.asked.params.bypass_counts:
            parts += [
                negation(self.asked.course(outlet))
                for outlet, units in self.bypasses.items()
                if way.unit in units
            ]
        return all_of(parts, self.asked.window)
