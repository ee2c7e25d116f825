"""What a document says of regions, plants, outlets, units, facilities and groups, as rows."""

from collections.abc import Mapping
from typing import cast

from pydantic import BaseModel

from schemas.registry import Facility, Group, Outlet, Plant, Region, Unit
from schemas.registry_rows import GroupRow, PlantRow, RegionRow, SubjectKind, SubjectRow, WayRow
from schemas.sentence import Sentence
from services.cases.registering.mergers import check_merger
from services.cases.registering.plan import Plan
from services.cases.registering.yaml_text import Path

PLANT_FIELDS = (
    *("name", "name_en", "region", "credit_code", "permit", "industry"),
    *("longitude", "latitude"),
)
KINDS: Mapping[str, str] = {
    "region": "行政区", "plant": "企业", "subject": "排放口或设施", "outlet": "排放口",
    "unit": "生产设施", "facility": "治理设施", "group": "设施组",
}  # fmt: skip
SUBJECT_FIELDS: Mapping[SubjectKind, tuple[str, ...]] = {
    "outlet": ("name", "medium", "reference_oxygen", "merged_at", "role"),
    "unit": ("name", "process", "fuel", "rated_capacity", "rated_unit"),
    "facility": ("name", "treatment", "design_capacity", "design_unit", "commissioned_on"),
}


def said(entry: BaseModel, fields: tuple[str, ...]) -> dict[str, object]:
    """The fields that the file itself gives; the others stay as they are."""
    given = entry.model_fields_set
    return {name: cast("object", getattr(entry, name)) for name in fields if name in given}


def put_regions(plan: Plan, regions: tuple[Region, ...], standard: Mapping[str, RegionRow]) -> None:
    """Register the document's own regions; their parents come from it or from the standard."""
    for place, entry in enumerate(regions):
        new = RegionRow(entry.code, entry.name, entry.name_en, entry.parent)
        known = plan.known.regions.get(entry.code, new)
        plan.put_region(known._replace(**said(entry, ("name", "name_en", "parent"))))
        _once(plan, ("region", entry.code), ("regions", place, "code"))
    for place, entry in enumerate(regions):
        if entry.parent is not None:
            need_region(plan, entry.parent, standard, ("regions", place, "parent"))


def need_region(plan: Plan, code: str, standard: Mapping[str, RegionRow], path: Path) -> None:
    """Register a region of the standard, with those above it, when it is referred to."""
    if code in plan.known.regions:
        return
    row = standard.get(code)
    if row is None:
        plan.refuse(
            path,
            Sentence(
                f"region {code} is not known: add it under `regions` with its name "
                "(the cities of Inner Mongolia 15xx and Guangxi 45xx are built in)",
                f"行政区 {code} 未登记：请在 `regions` 中写明其名称（内蒙古 15xx 和广西 45xx 的盟市已内置）",
            ),
        )
        return
    if row.parent is not None:
        need_region(plan, row.parent, standard, path)
    plan.put_region(row)


def put_plant(plan: Plan, entry: Plant, path: Path) -> PlantRow:
    """Register the plant itself."""
    _once(plan, ("plant", entry.code), (*path, "code"))
    found = plan.plant_ids.get(entry.code)
    new = PlantRow(
        *(plan.new_id() if found is None else found, entry.code),
        *(entry.name, entry.name_en, entry.region, entry.credit_code, entry.permit),
        *(entry.industry, entry.longitude, entry.latitude),
    )
    row = new if found is None else plan.known.plants[found]._replace(**said(entry, PLANT_FIELDS))
    plan.put_plant(row)
    return row


def put_subjects(plan: Plan, plant: PlantRow, entry: Plant, path: Path) -> None:
    """Register outlets, units, facilities and then the groups that name them."""
    for place, outlet in enumerate(entry.outlets):
        _put_subject(plan, plant, outlet, (*path, "outlets", place))
    for place, unit in enumerate(entry.units):
        _put_subject(plan, plant, unit, (*path, "units", place))
        _check_rating(plan, plant, unit, (*path, "units", place))
    for place, facility in enumerate(entry.facilities):
        _put_subject(plan, plant, facility, (*path, "facilities", place))
    for place, outlet in enumerate(entry.outlets):
        if "successor" in outlet.model_fields_set:
            _put_successor(plan, plant, outlet, (*path, "outlets", place, "successor"))
    places = {outlet.code: place for place, outlet in enumerate(entry.outlets)}
    for key in plan.outlets_of(plant.id) if places else ():
        place = places.get(plan.known.subjects[key].code)
        check_merger(plan, key, path if place is None else (*path, "outlets", place))
    for place, group in enumerate(entry.groups):
        _put_group(plan, plant, group, (*path, "groups", place))


def _kind(entry: Outlet | Unit | Facility) -> SubjectKind:
    match entry:
        case Outlet():
            return "outlet"
        case Unit():
            return "unit"
        case Facility():
            return "facility"


def _put_subject(plan: Plan, plant: PlantRow, entry: Outlet | Unit | Facility, path: Path) -> None:
    kind = _kind(entry)
    _once(plan, ("subject", f"{plant.code} / {entry.code}"), (*path, "code"))
    found = plan.subject_ids.get((plant.id, entry.code))
    fields = said(entry, SUBJECT_FIELDS[kind])
    if entry.name is None and ("name" in fields or found is None):
        fields["name"] = entry.code
    if found is None:
        row = SubjectRow(plan.new_id(), plant.id, kind, entry.code, entry.code)
        if isinstance(entry, Outlet):
            row = row._replace(role=entry.role)
    else:
        row = plan.known.subjects[found]
    if row.kind != kind:
        plan.refuse(
            (*path, "code"),
            Sentence(
                f"{entry.code} of plant {plant.code} is registered as {row.kind}: "
                f"give this {kind} another code",
                f"企业 {plant.code} 的 {entry.code} 已登记为{KINDS[row.kind]}：请给此{KINDS[kind]}另编代码",
            ),
        )
        return
    plan.put_subject(row._replace(**fields))


def _put_successor(plan: Plan, plant: PlantRow, outlet: Outlet, path: Path) -> None:
    own = subject_of(plan, plant, "outlet", outlet.code, path)
    if own is None:
        return
    successor: int | None = None
    if outlet.successor is not None:
        successor = subject_of(plan, plant, "outlet", outlet.successor, path)
        if successor is None:
            return
    row = plan.known.subjects[own]._replace(successor=successor)
    if row.id < 0:
        plan.known.subjects[own] = plan.write.subjects[own] = row
    elif row != plan.known.subjects[own]:
        plan.put_subject(row)


def _check_rating(plan: Plan, plant: PlantRow, unit: Unit, path: Path) -> None:
    row = plan.known.subjects[plan.subject_ids[plant.id, unit.code]]
    if (row.rated_capacity is None) != (row.rated_unit is None):
        plan.refuse(
            path,
            Sentence(
                f"unit {unit.code}: give `rated_capacity` and `rated_unit` together, e.g. 480 and"
                " t/h",
                f"生产设施 {unit.code}：`rated_capacity` 和 `rated_unit` 须一并填写，例如 480 和 t/h",
            ),
        )


def _put_group(plan: Plan, plant: PlantRow, entry: Group, path: Path) -> None:
    _once(plan, ("group", f"{plant.code} / {entry.code}"), (*path, "code"))
    facilities = {
        subject_of(plan, plant, "facility", code, (*path, "facilities", place))
        for place, code in enumerate(entry.facilities)
    }
    serves: dict[tuple[int, int], WayRow] = {}
    for place, way in enumerate(entry.serves):
        unit = subject_of(plan, plant, "unit", way.unit, (*path, "serves", place, "unit"))
        outlet = subject_of(plan, plant, "outlet", way.outlet, (*path, "serves", place, "outlet"))
        if unit is not None and outlet is not None:
            serves[unit, outlet] = WayRow(unit, outlet, way.place)
    if entry.needed > len(facilities):
        plan.refuse(
            (*path, "needed"),
            Sentence(
                f"{entry.needed} of {len(facilities)} can never run: lower `needed` or name more "
                "`facilities`",
                f"共 {len(facilities)} 台而要求运行 {entry.needed} 台：请减小 `needed`，或增加 `facilities`",
            ),
        )
    found = plan.group_ids.get((plant.id, entry.code))
    known = None if found is None else plan.known.groups[found]
    members = tuple(sorted(facility for facility in facilities if facility is not None))
    ways = tuple(sorted(serves.values()))
    if known is not None and "serves" not in entry.model_fields_set:
        ways = known.serves
    key = plan.new_id() if known is None else known.id
    plan.put_group(GroupRow(key, plant.id, entry.code, entry.needed, members, ways))


def subject_of(
    plan: Plan, plant: PlantRow, kind: SubjectKind | None, code: str, path: Path
) -> int | None:
    """The id of a plant's subject; None and a problem when there is none of that kind."""
    found = plan.subject_ids.get((plant.id, code))
    if found is not None and kind in (None, plan.known.subjects[found].kind):
        return found
    others = [
        row.code
        for row in plan.known.subjects.values()
        if row.plant == plant.id and kind in (None, row.kind)
    ]
    what = kind or "outlet, unit or facility"
    choice = f"it has {', '.join(sorted(others))}" if others else "it has none: add it"
    there = f"现有 {'、'.join(sorted(others))}" if others else "请先添加"
    named = KINDS[kind or "subject"]
    plan.refuse(
        path,
        Sentence(
            f"plant {plant.code} has no {what} {code}: {choice}",
            f"企业 {plant.code} 没有{named} {code}：{there}",
        ),
    )
    return None


def _once(plan: Plan, key: tuple[str, str], path: Path) -> None:
    kind, name = key
    if key in plan.seen:
        plan.refuse(
            path,
            Sentence(
                f"{kind} {name} stands twice in the file: put the two together",
                f"{KINDS[kind]} {name} 在文件中出现两次：请合并",
            ),
        )
    plan.seen.add(key)
