"""Points and other places by the names people give them: P1, P1/DA001, P1/DA001/out/a21026.

Pure: made from the registry's rows.
"""

from collections import defaultdict
from collections.abc import Iterable

from schemas.registry_rows import PlantRow, PointRow, RegistryRows, SubjectRow
from schemas.rule_settings import Scope
from schemas.sentence import Sentence, SentenceError, term
from schemas.unknown_place import nearest, unknown_plant, unknown_subject
from services.rules.settings_catalogue import SCOPES, Place

PARTS_OF_POINT = 4


class PlaceError(SentenceError):
    """There is no such place; it says what may be meant."""


class Places:
    """The places of a registry."""

    def __init__(self, rows: RegistryRows) -> None:
        self.rows = rows
        self._subjects = {self.subject_name(row): row for row in rows.subjects.values()}
        self._points = {self.point_name(row): row for row in rows.points.values()}
        self._plants = {row.code: row for row in rows.plants.values()}
        self._units: defaultdict[int, list[SubjectRow]] = defaultdict(list)
        for row in rows.subjects.values():
            if row.kind == "unit":
                self._units[row.plant].append(row)
        self._ways: defaultdict[int, set[int]] = defaultdict(set)
        for group in rows.groups.values():
            for way in group.serves:
                self._ways[way.outlet].add(way.unit)
        self._channels: defaultdict[int, set[int]] = defaultdict(set)
        for channel, bindings in rows.bindings.items():
            for binding in bindings:
                self._channels[binding.point].add(channel)

    def subject_name(self, row: SubjectRow) -> str:
        return f"{self.rows.plants[row.plant].code}/{row.code}"

    def point_name(self, row: PointRow) -> str:
        return f"{self.subject_name(self.rows.subjects[row.subject])}/{row.side}/{row.code}"

    def name(self, point: int) -> str:
        """A point's name by its id."""
        return self.point_name(self.rows.points[point])

    def names(self) -> Iterable[str]:
        """The names of all points."""
        return self._points

    def plant(self, code: str) -> PlantRow:
        """Raises PlaceError."""
        found = self._plants.get(code)
        if found is None:
            raise PlaceError(unknown_plant(code, self._plants))
        return found

    def subject(self, name: str) -> SubjectRow:
        """An outlet, unit or facility by `P1/DA001`; raises PlaceError."""
        found = self._subjects.get(name)
        if found is None:
            raise PlaceError(unknown_subject(name, self._subjects))
        return found

    def point(self, name: str) -> PointRow:
        """A point by its name; the side may be left out for `out`. Raises PlaceError."""
        parts = name.strip().split("/")
        if len(parts) == PARTS_OF_POINT - 1:
            parts.insert(2, "out")
        found = self._points.get("/".join(parts))
        if found is None:
            near = nearest("/".join(parts), self._points)
            raise PlaceError(
                Sentence(
                    f"there is no point {name}{term('监测点')} (written PLANT/OUTLET/out/CODE, for"
                    " instance P1/DA001/out/a21026; a point is registered with its channel):"
                    f" {near.marked}",
                    f"没有监测点 {name}（写作 企业/排放口/out/因子编码，例如 P1/DA001/out/a21026；"
                    f"监测点随通道登记）：{near.zh}",
                )
            )
        return found

    def of_point(self, point: PointRow) -> tuple[PlantRow, SubjectRow]:
        """The plant and the subject that a point belongs to."""
        subject = self.rows.subjects[point.subject]
        return self.rows.plants[subject.plant], subject

    def chosen(
        self, plant: str | None = None, subject: str | None = None, point: str | None = None
    ) -> list[PointRow]:
        """The points of all that is given, sorted by name; of a subject's code alone with `plant`.

        Raises PlaceError.
        """
        if point is not None:
            return [self.point(point)]
        within: set[int] = set(self.rows.subjects)
        if plant is not None:
            known = self.plant(plant)
            within = {row.id for row in self._subjects.values() if row.plant == known.id}
        if subject is not None:
            name = subject if "/" in subject or plant is None else f"{plant}/{subject}"
            within &= {self.subject(name).id}
        return [row for _, row in sorted(self._points.items()) if row.subject in within]

    def units_of(self, outlet: SubjectRow) -> list[SubjectRow]:
        """The units with a way to the outlet; where no way is registered, all of the plant."""
        ways, units = self._ways.get(outlet.id), self._units.get(outlet.plant, [])
        return [row for row in units if row.id in ways] if ways else units

    def measured_in(self, point: int) -> frozenset[str]:
        """The units of measurement that the point's channels have or had."""
        channels = self._channels.get(point, ())
        return frozenset(
            one.unit for channel in channels for one in self.rows.settings.get(channel, ())
        )

    def scope(self, text: str) -> tuple[Scope, str]:
        """`all`, `region:1505`, `plant:P1`, `subject:P1/DA001`, `point:P1/DA001/out/a21026`.

        Raises PlaceError.
        """
        word, _, key = text.strip().partition(":")
        scopes: dict[str, Scope] = {one: one for one in SCOPES}
        scope = scopes.get(word)
        if scope is None or (scope == "all") != (not key):
            raise PlaceError(
                Sentence(
                    f"{text} is no scope{term('适用范围')}: write all, region:1505, plant:P1,"
                    " subject:P1/DA001 or point:P1/DA001/out/a21026",
                    f"“{text}”不是适用范围：请写作 all、region:1505、plant:P1、subject:P1/DA001 或"
                    " point:P1/DA001/out/a21026",
                )
            )
        return scope, self._scope_key(scope, key)

    def _scope_key(self, scope: Scope, key: str) -> str:
        match scope:
            case "all":
                return ""
            case "region":
                if key not in self.rows.regions:
                    near = nearest(key, self.rows.regions)
                    raise PlaceError(
                        Sentence(
                            f"there is no region {key}{term('行政区')}: {near.marked}",
                            f"没有行政区 {key}：{near.zh}",
                        )
                    )
                return key
            case "plant":
                return self.plant(key).code
            case "subject":
                return self.subject_name(self.subject(key))
            case "point":
                return self.point_name(self.point(key))

    def place(self, scope: Scope, key: str) -> Place:
        """The place that a scope names, with all that it lies in."""
        match scope:
            case "all":
                return Place()
            case "region":
                return Place(key)
            case "plant":
                return Place(self.plant(key).region, key)
            case "subject":
                plant = self.rows.plants[self.subject(key).plant]
                return Place(plant.region, plant.code, key)
            case "point":
                plant, subject = self.of_point(self.point(key))
                return Place(plant.region, plant.code, self.subject_name(subject), key)

    def points_in(self, scope: Scope, key: str) -> list[int]:
        """The ids of the points that a scope has."""
        match scope:
            case "all":
                return sorted(self.rows.points)
            case "region":
                plants = {row.id for row in self.rows.plants.values() if row.region.startswith(key)}
                subjects = {row.id for row in self.rows.subjects.values() if row.plant in plants}
                return sorted(
                    row.id for row in self.rows.points.values() if row.subject in subjects
                )
            case "plant":
                return [row.id for row in self.chosen(plant=key)]
            case "subject":
                return [row.id for row in self.chosen(subject=key)]
            case "point":
                return [self.point(key).id]
