"""Regions, plants, what stands in plants, and the groups of facilities: written by slices."""

from schemas.registry_rows import RegistryRows, SubjectRow
from services.store.registry_ids import Values, Writing


def write_regions(writing: Writing, rows: RegistryRows) -> None:
    """Insert or replace regions; a parent may stand in the same slice, or in one before."""
    by_length = sorted(rows.regions.values(), key=lambda row: len(row.code))
    writing.run(
        "region",
        "INSERT INTO region (code, name, name_en, parent)"
        " SELECT code, name, name_en, parent"
        " FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])"
        " AS new (code, name, name_en, parent)"
        " ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, name_en = EXCLUDED.name_en,"
        " parent = EXCLUDED.parent",
        by_length,
    )


def write_plants(writing: Writing, rows: RegistryRows) -> None:
    """Insert new plants, update the others."""
    new = [row for row in rows.plants.values() if row.id < 0]
    writing.insert(
        "plant",
        "INSERT INTO plant (code, name, name_en, region, credit_code, permit, industry, longitude,"
        " latitude) SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[],"
        " %s::text[], %s::text[], %s::text[], %s::float8[], %s::float8[]) RETURNING id, code",
        [row[1:] for row in new],
        [(row.id, row.code) for row in new],
    )
    writing.run(
        "plant",
        "UPDATE plant SET name = new.name, name_en = new.name_en, region = new.region,"
        " credit_code = new.credit_code, permit = new.permit, industry = new.industry,"
        " longitude = new.longitude, latitude = new.latitude"
        " FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],"
        " %s::text[], %s::text[], %s::float8[], %s::float8[]) AS new (id, code, name, name_en,"
        " region, credit_code, permit, industry, longitude, latitude) WHERE plant.id = new.id",
        [row for row in rows.plants.values() if row.id > 0],
    )


def write_subjects(writing: Writing, rows: RegistryRows) -> None:
    """Write outlets, units and facilities: the common row first, then that of the kind."""
    new = [row for row in rows.subjects.values() if row.id < 0]
    plants = [writing.real("plant", row.plant) for row in new]
    writing.insert(
        "subject",
        "INSERT INTO subject (plant, kind, code, name)"
        " SELECT * FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[])"
        " RETURNING id, plant, code",
        [(plant, row.kind, row.code, row.name) for plant, row in zip(plants, new, strict=True)],
        [(row.id, plant, row.code) for plant, row in zip(plants, new, strict=True)],
    )
    writing.run(
        "subject",
        "UPDATE subject SET name = new.name FROM unnest(%s::int[], %s::text[]) AS new (id, name)"
        " WHERE subject.id = new.id",
        [(row.id, row.name) for row in rows.subjects.values() if row.id > 0],
    )
    for kind, write in (("outlet", _outlets), ("unit", _units), ("facility", _facilities)):
        write(writing, [row for row in rows.subjects.values() if row.kind == kind])


def _real(writing: Writing, row: SubjectRow) -> int:
    return writing.real("subject", row.id)


def _outlets(writing: Writing, rows: list[SubjectRow]) -> None:
    writing.run(
        "outlet",
        "INSERT INTO outlet (id, medium, reference_oxygen, role)"
        " SELECT * FROM unnest(%s::int[], %s::text[], %s::float8[], %s::text[])"
        " ON CONFLICT (id) DO UPDATE SET medium = EXCLUDED.medium,"
        " reference_oxygen = EXCLUDED.reference_oxygen, role = EXCLUDED.role",
        [(_real(writing, row), row.medium, row.reference_oxygen, row.role) for row in rows],
    )
    merged: list[Values] = [
        (
            _real(writing, row),
            None if row.successor is None else writing.real("subject", row.successor),
            row.merged_at,
        )
        for row in rows
        if row.id > 0 or row.successor is not None
    ]
    writing.run(
        "outlet",
        "UPDATE outlet SET successor = new.successor, merged_at = new.merged_at"
        " FROM unnest(%s::int[], %s::int[], %s::timestamptz[])"
        " AS new (id, successor, merged_at) WHERE outlet.id = new.id",
        merged,
    )


def _units(writing: Writing, rows: list[SubjectRow]) -> None:
    writing.run(
        "unit",
        "INSERT INTO process_unit (id, process, fuel, rated_capacity, rated_unit)"
        " SELECT * FROM unnest(%s::int[], %s::text[], %s::text[], %s::float8[], %s::text[])"
        " ON CONFLICT (id) DO UPDATE SET process = EXCLUDED.process, fuel = EXCLUDED.fuel,"
        " rated_capacity = EXCLUDED.rated_capacity, rated_unit = EXCLUDED.rated_unit",
        [
            (_real(writing, row), row.process, row.fuel, row.rated_capacity, row.rated_unit)
            for row in rows
        ],
    )


def _facilities(writing: Writing, rows: list[SubjectRow]) -> None:
    writing.run(
        "facility",
        "INSERT INTO treatment_facility (id, treatment, design_capacity, design_unit,"
        " commissioned_on) SELECT * FROM unnest(%s::int[], %s::text[], %s::float8[], %s::text[],"
        " %s::date[]) ON CONFLICT (id) DO UPDATE SET treatment = EXCLUDED.treatment,"
        " design_capacity = EXCLUDED.design_capacity, design_unit = EXCLUDED.design_unit,"
        " commissioned_on = EXCLUDED.commissioned_on",
        [
            (
                *(_real(writing, row), row.treatment, row.design_capacity),
                *(row.design_unit, row.commissioned_on),
            )
            for row in rows
        ],
    )


def write_groups(writing: Writing, rows: RegistryRows) -> None:
    """Write groups; their members and ways are written anew."""
    new = [row for row in rows.groups.values() if row.id < 0]
    writing.insert(
        "group",
        "INSERT INTO facility_group (plant, code, needed)"
        " SELECT * FROM unnest(%s::int[], %s::text[], %s::int[]) RETURNING id, plant, code",
        [(writing.real("plant", row.plant), row.code, row.needed) for row in new],
        [(row.id, writing.real("plant", row.plant), row.code) for row in new],
    )
    changed: list[Values] = [(row.id, row.needed) for row in rows.groups.values() if row.id > 0]
    writing.run(
        "group",
        "UPDATE facility_group SET needed = new.needed FROM unnest(%s::int[], %s::int[])"
        " AS new (id, needed) WHERE facility_group.id = new.id",
        changed,
    )
    ids = [row[0] for row in changed]
    run = writing.connection.execute
    run("DELETE FROM facility_group_member WHERE facility_group = ANY(%s::int[])", (ids,))
    run("DELETE FROM facility_group_path WHERE facility_group = ANY(%s::int[])", (ids,))
    _members(writing, rows)


def _members(writing: Writing, rows: RegistryRows) -> None:
    members: list[Values] = []
    ways: list[Values] = []
    for row in rows.groups.values():
        group = writing.real("group", row.id)
        members += [(group, writing.real("subject", facility)) for facility in row.facilities]
        ways += [
            (
                group,
                writing.real("subject", way.unit),
                writing.real("subject", way.outlet),
                way.place,
            )
            for way in row.serves
        ]
    writing.run(
        "group",
        "INSERT INTO facility_group_member (facility_group, facility)"
        " SELECT * FROM unnest(%s::int[], %s::int[])",
        members,
    )
    writing.run(
        "group",
        "INSERT INTO facility_group_path (facility_group, unit, outlet, place)"
        " SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[])",
        ways,
    )
