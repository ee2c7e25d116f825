"""What a judgement is asked with: names, courses, doubts."""

import pytest

from schemas.registry_rows import SubjectRow
from services.rules.facility.asked import Asked
from services.rules.facility.course import unknown
from services.rules.facility.parameters import FacilityParameters
from services.rules.facility.reported import reported
from services.rules.facility.timeline import Sources, timeline
from tests.fixtures.facility_scene import Scene, records, runs, window

FGD, B1 = 21, 1


def with_subject(row: SubjectRow) -> Asked:
    asked = Scene(()).asked()
    return Asked(asked.window, {row.id: row}, (), {}, asked.stage)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        pytest.param("1号脱硫塔", "1号脱硫塔(FGD1)", id="name and code"),
        pytest.param("FGD1", "FGD1", id="the name is the code"),
        pytest.param("", "FGD1", id="no name"),
    ],
)
def test_a_subject_is_called_by_name_and_code(name: str, label: str) -> None:
    asked = with_subject(SubjectRow(FGD, 1, "facility", "FGD1", name))

    assert asked.label(FGD) == label


def test_a_subject_that_is_not_registered_has_its_number() -> None:
    assert Scene(()).asked().label(99) == "#99"


def test_a_subject_of_which_nothing_is_told_is_unknown() -> None:
    assert Scene(()).asked().course(99) == unknown(window())


def test_doubts_are_those_of_the_sources_that_are_used() -> None:
    params = FacilityParameters()
    states = reported(records({0: 1}), window(), params)
    scene = Scene(
        (),
        lines={
            FGD: timeline(FGD, window(), Sources(report=states)),
            B1: timeline(B1, window(), Sources(signals=runs(), rule_doubts=("load_running",))),
        },
        params=params,
    )

    asked = scene.asked()

    assert asked.doubts([], [FGD]) == ("running_states", "report_holds_s")
    assert asked.doubts([], [B1]) == ("signal_holds_s", "usable_flags", "load_running")
    assert asked.doubts(["off_delay_s"], [99]) == ("off_delay_s",)
    assert Scene((), lines=scene.lines).asked().doubts(["off_delay_s"], [FGD]) == ()
