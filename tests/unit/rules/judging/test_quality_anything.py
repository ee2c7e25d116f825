"""Whatever devices show, the indicators of data quality end, and what they find can be kept."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.judgement import Finding
from services.rules.judging.quality_day import QualityDay
from services.rules.judging.quality_part import judge_quality
from tests.fixtures.plant_days import Site, bound
from tests.fixtures.quality_days import HISTORY_H, quality_day

TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 6}
      - {code: DW001, medium: water}
    units:
      - {code: B1, process: coal_boiler, fuel: coal}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, point: DA001/out/a21026, unit: mg/m3}
          - {code: a21026-i, point: DA001/in/a21026, unit: mg/m3}
          - {code: a19001, point: DA001/out/a19001}
          - {code: a01011, point: DA001/out/a01011}
          - {code: a00000, point: DA001/out/a00000, unit: m3/h}
          - {code: i33400, point: B1/state/load, unit: "%"}
          - {code: w01001, point: DW001/out/w01001}
          - {code: w21003, point: DW001/out/w21003, unit: mg/L, cycle: 7200}
          - {code: w21001, point: DW001/out/w21001, unit: mg/L}
"""
NAMES = (
    "DA001/out/a21026",
    "DA001/in/a21026",
    "DA001/out/a19001",
    "DA001/out/a01011",
    "DA001/out/a00000",
    "B1/state/load",
    "DW001/out/w01001",
    "DW001/out/w21003",
    "DW001/out/w21001",
)
SITE = Site(TEXT)
SITE.bind(NAMES[0], bound("35"))
NUMBERS = st.one_of(
    st.sampled_from([0.0, -1.0, 1e-9, 20.9, 21.0, 35.0, 1e15]),
    st.floats(0, 300, allow_nan=False).map(lambda number: round(number, 2)),
)


Course = tuple[int, tuple[float, ...]]
"""So many hours, in which these numbers come again and again."""
COURSES = st.tuples(
    st.sampled_from([1, 5, 24, 30, 170, HISTORY_H]),
    st.lists(NUMBERS, min_size=1, max_size=40).map(tuple),
)


NOTHING_BEFORE_DUSK: Course = (HISTORY_H, (*[0.0] * 11, 20.9, 21.0, 1e-9, 35.0, 20.9, 20.9))


def day_of(courses: Mapping[str, Course], flag: str, gone: int) -> QualityDay:
    """Each fifth hour of the clock has the flag, and each seventh is missing."""
    values = {
        name: [part[place % len(part)] for place in range(hours)]
        for name, (hours, part) in courses.items()
    }
    day = quality_day(SITE, values)
    minutes = {
        key: [
            one._replace(flag=flag) if one.at.hour % 5 == 0 else one
            for one in some
            if one.at.hour % 7 != gone
        ]
        for key, some in day.recorded.minutes.items()
    }
    return replace(day, recorded=replace(day.recorded, minutes=minutes))


def kept(found: Sequence[Finding]) -> bool:
    """Whether the store can take them."""
    return all(
        (one.until is None or one.until > one.since)
        and one.rule
        and one.zh
        and one.en
        and orjson.dumps(one.evidence)
        for one in found
    )


@pytest.mark.timeout(120)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example({"DW001/out/w21003": NOTHING_BEFORE_DUSK}, "N", 0)
@given(
    st.dictionaries(st.sampled_from(NAMES), COURSES, min_size=1),
    st.sampled_from(["N", "F", "D", "C", "T", "x"]),
    st.integers(0, 7),
)
def test_whatever_is_shown_is_judged_and_can_be_kept(
    courses: Mapping[str, Course], flag: str, gone: int
) -> None:
    day = day_of(courses, flag, gone)

    with warnings.catch_warnings():
        # Numbers that are no number are what this is about.
        warnings.simplefilter("ignore", RuntimeWarning)
        found = judge_quality(day)

    assert kept(found)
