"""Hints upon entering marks: what overlaps, and what is of another sector."""

from datetime import datetime, timedelta

import pytest

from schemas.mark_entry import NewMark
from schemas.marks import Mark, Review
from schemas.registry_rows import RegistryRows
from services.rules.marks.kinds import mark_kinds
from services.rules.marks.mark_hints import MOST, hints
from tests.fixtures.marking import at
from tests.fixtures.registry import MemoryRegistry

TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    {industry}
    outlets:
      - {{code: DA001, medium: air}}
    units:
      - {{code: B1, process: {process}}}
    devices:
      - mn: MN-A
        commissioned_at: 2024-01-01
        channels: [a21026]
"""
HOUR = timedelta(hours=1)
START = at(0)
START_UP, FAULT = "waste_incineration/start_up", "equipment/fault"


def rows(process: str = "waste_incinerator", industry: str = "") -> RegistryRows:
    registry = MemoryRegistry()
    named = f"industry: {industry}" if industry else "permit: X"
    registry.load(TEXT.format(process=process, industry=named))
    return registry.rows


def subject(of: RegistryRows, code: str) -> int:
    return next(row.id for row in of.subjects.values() if row.code == code)


def entry(
    of: RegistryRows, kind: str = START_UP, since: datetime = START, hours: int | None = 2
) -> NewMark:
    until = None if hours is None else since + hours * HOUR
    place = subject(of, "B1")
    return NewMark(
        *(kind, place, None, since, until, "plant"), planned=False, entered_at=since, actor="x"
    )


def known(of: NewMark, number: int = 17) -> Mark:
    return Mark(number, 1, *of[:8], of.actor, of.evidence, Review.CLAIMED, None, "", 1)


def test_a_mark_over_the_time_of_another_of_the_same_unit_is_told() -> None:
    registry = rows()
    other = known(entry(registry, since=START + HOUR))

    [told] = hints([entry(registry)], [other], registry)

    assert told.startswith("P1/B1 启炉 ")
    assert "overlaps mark 17, P1/B1 启炉" in told
    assert told.endswith("时段重叠")


def test_an_open_mark_overlaps_all_that_begins_later() -> None:
    registry = rows()
    other = known(entry(registry, hours=None))

    assert len(hints([entry(registry, since=START + 400 * HOUR)], [other], registry)) == 1
    assert hints([entry(registry, since=START - 400 * HOUR)], [other], registry) == []


def test_marks_that_touch_or_are_of_another_instrument_do_not_overlap() -> None:
    registry = rows()
    after = known(entry(registry, since=START + 2 * HOUR))
    elsewhere = known(entry(registry))._replace(point=5)
    outlet = known(entry(registry))._replace(subject=subject(registry, "DA001"))

    assert hints([entry(registry)], [after, elsewhere, outlet], registry) == []


def test_marks_of_one_file_overlap_each_other() -> None:
    registry = rows()

    [told] = hints([entry(registry), entry(registry, since=START + HOUR)], [], registry)

    assert "overlaps P1/B1" in told


def test_only_the_first_are_told() -> None:
    registry = rows()
    many = [known(entry(registry), number) for number in range(1, MOST + 6)]

    told = hints([entry(registry)], many, registry)

    assert len(told) == MOST + 1
    assert told[-1] == "and 5 more of this kind"


@pytest.mark.parametrize(
    ("process", "kind", "fits"),
    [
        pytest.param("waste_incinerator", START_UP, True, id="its own"),
        pytest.param("coal_boiler", START_UP, False, id="a boiler burns no waste"),
        pytest.param("生活垃圾焚烧炉", START_UP, True, id="in Chinese"),
        pytest.param("coal_boiler", FAULT, True, id="an instrument is one anywhere"),
        pytest.param("coal_boiler", "thermal_power/out_of_service", True, id="a boiler"),
        pytest.param("paper_machine", "thermal_power/out_of_service", False, id="a paper mill"),
    ],
)
def test_a_kind_of_another_sector_is_told(
    process: str,
    kind: str,
    fits: bool,  # noqa: FBT001 - a case of the table
) -> None:
    registry = rows(process)

    told = hints([entry(registry, kind)], [], registry)

    assert (not told) is fits
    assert fits or f"({process}): see `qingkong marks kinds`" in told[0]


def test_the_industry_of_the_plant_fits_too() -> None:
    registry = rows("line 1", "造纸")

    assert hints([entry(registry, "paper/no_discharge")], [], registry) == []


def test_sectors_that_are_known_are_those_of_the_table() -> None:
    sectors = {kind.sector for kind in mark_kinds().values()}

    registry = rows("something")

    kinds = [
        next(key for key, one in mark_kinds().items() if one.sector == name) for name in sectors
    ]
    told = hints([entry(registry, kind) for kind in kinds], [], registry)
    assert sum("another sector" in one for one in told) <= len(sectors) - 1
