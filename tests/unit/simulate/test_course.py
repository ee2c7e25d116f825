"""What happens when: windows, outages, merged times, and the usual plants."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.scenario import Plant, Unit
from schemas.scenario_incident import Details, Incident, IncidentKind
from schemas.scenario_words import PlantKind
from services.simulate.process.codes import SHOWN
from services.simulate.process.facts import PROCESSES, TREATMENTS
from services.simulate.quirks import QUIRK_POLICIES
from services.simulate.scenario.carriage import merged
from services.simulate.scenario.course import Happens, codes_for, planned
from services.simulate.scenario.outages import outages
from services.simulate.scenario.usual import layout, usual
from services.simulate.world import Interval
from tests.fixtures.scenarios import DAY_S, HOUR_S, START_S

WEEK = Interval(START_S, START_S + 7 * DAY_S)
INTERVALS = st.lists(
    st.tuples(st.integers(0, 500), st.integers(1, 60)).map(
        lambda pair: Interval(pair[0], pair[0] + pair[1])
    )
)
KINDS: list[PlantKind] = [
    "coal_power",
    "steel",
    "cement",
    "waste_incineration",
    "sewage",
    "chemical_voc",
    "gas_heating",
]


def happens(
    kind: IncidentKind, from_h: float, to_h: float, details: Details | None = None
) -> Happens:
    during = Interval(START_S + int(from_h * HOUR_S), START_S + int(to_h * HOUR_S))
    return Happens("P", kind, "X", during, details or Details())


@given(INTERVALS)
def test_merged_times_are_the_same_times_in_order_and_apart(intervals: list[Interval]) -> None:
    found = merged(intervals)

    held = {second for one in intervals for second in range(one.from_s, one.to_s)}
    again = [second for one in found for second in range(one.from_s, one.to_s)]
    assert again == sorted(held)
    assert all(a.to_s < b.from_s for a, b in pairwise(found))


def test_a_night_begins_on_the_day_of_the_start_when_it_begins_after_it() -> None:
    incident = Incident.model_validate(
        {"kind": "trip", "subject": "P/X", "from": "22:00-06:00", "for": "2d"}
    )

    found = list(planned(incident, "X", Interval(START_S + 10 * HOUR_S, WEEK.to_s)))

    assert [(each.during.from_s - START_S) / HOUR_S for each in found] == [22, 46]


@pytest.mark.parametrize("kind", ["off_at_night", "facility_off_at_night"])
def test_what_is_off_at_night_is_so_every_night_unless_the_file_says_when(kind: str) -> None:
    plain = Incident.model_validate({"kind": kind, "subject": "P/X"})
    once = Incident.model_validate({"kind": kind, "subject": "P/X", "from": "3h", "for": "1h"})

    assert len(list(planned(plain, "X", WEEK))) == 7
    assert len(list(planned(once, "X", WEEK))) == 1


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param(happens("shutdown", 10, 30), (10, 13, 30, 42), id="a shutdown"),
        pytest.param(happens("shutdown", 10, 12), (10, 10.8, 12, 24), id="a short one"),
        pytest.param(
            happens("start_up", 20, 26, Details(cold_for=8 * HOUR_S)), (9, 12, 20, 26), id="a start"
        ),
        pytest.param(happens("banking", 10, 18), (10, 10.5, 18, 18.75), id="banking"),
    ],
)
def test_an_outage_goes_down_stands_and_comes_up(
    item: Happens, expected: tuple[float, ...]
) -> None:
    kiln = Unit(code="K1", process="kiln")

    (outage,), _ = outages(kiln, "P", [item], WEEK)

    times = (outage.from_s, outage.off_s, outage.start_s, outage.end_s)
    assert [(at_s - START_S) / HOUR_S for at_s in times] == pytest.approx(list(expected))


def test_of_two_outages_that_overlap_the_first_in_the_file_happens() -> None:
    kiln = Unit(code="K1", process="kiln")

    found, told = outages(
        kiln, "P", [happens("shutdown", 20, 40), happens("banking", 30, 35)], WEEK
    )

    assert [outage.low for outage in found] == [0.0]
    assert [each.kind for each in told] == ["shutdown", "start_up"]


@pytest.mark.parametrize(
    ("kind", "codes", "expected"),
    [
        pytest.param("calibration", (), (), id="calibration concerns all"),
        pytest.param("stuck", ("a19001",), ("a19001",), id="those that are named"),
        pytest.param("stuck", (), ("a21026",), id="else one that is checked with a standard"),
    ],
)
def test_an_incident_concerns_the_codes_that_fit(
    kind: IncidentKind, codes: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    item = happens(kind, 0, 1, Details(codes=codes))

    assert codes_for(item, ["a21026", "a19001", "a01012"]) == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_usual_plant_of_any_size_holds_together(kind: PlantKind, size: int) -> None:
    whole = usual(kind, size)

    # The schema itself looks for doubled codes and for units that are not there.
    plant = Plant(
        code="P",
        name="示例",
        kind=kind,
        units=whole.units,
        lines=whole.lines,
        devices=whole.devices,
    )
    assert layout(plant).lines == whole.lines
    assert layout(plant).devices


@pytest.mark.parametrize("kind", KINDS)
def test_a_plant_without_loggers_gets_one_an_outlet(kind: PlantKind) -> None:
    found = layout(Plant(code="P", name="示例", kind=kind))

    reached = {line.to for line in found.lines}
    assert {device.outlet for device in found.devices if device.side == "out"} == reached


def test_every_pollutant_that_is_emitted_can_be_shown() -> None:
    emitted = {code for facts in PROCESSES.values() for code in facts.raw}
    treated = {code for care in TREATMENTS.values() for code in care.takes}

    assert emitted <= SHOWN.keys()
    assert treated <= emitted


def test_treatment_takes_a_share_and_never_all() -> None:
    for care in TREATMENTS.values():
        assert all(0 < share < 1 for share in care.takes.values())


def test_each_quirk_can_be_spoken_in_some_protocol_and_only_sm4_needs_2025() -> None:
    for quirk, rules in QUIRK_POLICIES.items():
        assert rules.protocols
        assert (rules.protocols == ("hj212-2025",)) == quirk.startswith("sm4")
