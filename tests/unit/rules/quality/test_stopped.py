"""Declared to stand and running, and marks that contradict each other (F14, F16)."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from services.rules.quality.case import Case, Stated
from services.rules.quality.stopped import StoppedParameters, declared_stopped, marks_contradict
from tests.fixtures.quality_cases import SINCE, case, hours, watched

DEFAULT = StoppedParameters()
HOUR = timedelta(hours=1)
STOP = Stated("stop", SINCE + 10 * HOUR, SINCE + 14 * HOUR)


def outlet(velocity: float, temperature: float, flow: float, oxygen: float, nox: float) -> Case:
    """24 hours of these, marked as stopped from the 10th to the 13th."""
    return case(
        watched("a01011", [velocity] * 24),
        watched("a01012", [temperature] * 24),
        watched("a00000", [flow] * 24),
        watched("a19001", [oxygen] * 24),
        watched("a21002", [nox] * 24, limit=100.0),
        stated=(STOP,),
    )


def test_a_running_unit_marked_as_stopped_is_found() -> None:
    """12 m/s > 3, 110 Cel > 42, 90,000 > 10,000 m3/h, 6 % < 17 %, 40 > 0.3 x 100: five of five."""
    (finding,) = declared_stopped(outlet(12, 110, 90_000, 6, 40), DEFAULT)

    assert (finding.since, finding.until) == (SINCE + 10 * HOUR, SINCE + 14 * HOUR)
    assert finding.point is None
    assert "标停未停" in finding.zh
    assert "流速> 3 m/s" in finding.zh
    assert "for 4 h at least 3 signs" in finding.en
    assert finding.evidence["signs"] == ["a01011", "a01012", "a00000", "a19001", "a21002"]


@pytest.mark.parametrize(
    ("signs", "found"),
    [
        pytest.param((12, 110, 90_000, 20.5, 1), True, id="three signs"),
        pytest.param((2, 110, 90_000, 20.5, 1), False, id="two signs: cooling with a fan"),
        pytest.param((3, 42, 10_000, 17, 30), False, id="all at the bounds"),
        pytest.param((0.5, 60, 800, 20.8, 0), False, id="standing"),
    ],
)
def test_three_signs_of_five_are_needed(
    signs: tuple[float, float, float, float, float],
    found: bool,  # noqa: FBT001 - a table
) -> None:
    assert bool(declared_stopped(outlet(*signs), DEFAULT)) is found


def test_a_flow_per_second_is_taken_per_hour() -> None:
    """4 m3/s are 14,400 m3/h > 10,000."""
    made = outlet(12, 110, 4, 20.5, 1)
    points = tuple(
        replace(each, unit="m3/s") if each.code == "a00000" else each for each in made.points
    )

    assert declared_stopped(made, DEFAULT) == ()
    assert len(declared_stopped(replace(made, points=points), DEFAULT)) == 1


def test_a_flag_f_declares_a_stop_too_and_without_any_nothing_is_said() -> None:
    made = outlet(12, 110, 90_000, 6, 40)
    flags = "N" * 20 + "F" * 4
    flagged = tuple(replace(each, hours=hours(each.hours.values, flags)) for each in made.points)

    (finding,) = declared_stopped(replace(made, points=flagged, stated=()), DEFAULT)

    assert finding.since == SINCE + 20 * HOUR
    assert declared_stopped(replace(made, stated=()), DEFAULT) == ()


def test_one_hour_and_too_few_instruments_say_nothing() -> None:
    made = outlet(12, 110, 90_000, 6, 40)
    short = STOP._replace(until=SINCE + 11 * HOUR)

    assert declared_stopped(replace(made, stated=(short,)), DEFAULT) == ()
    assert declared_stopped(replace(made, points=made.points[:2]), DEFAULT) == ()


def test_a_load_of_sixty_percent_contradicts_a_stop() -> None:
    """60 % > 10 % in 4 hours >= 2."""
    made = case(watched("a21002", [5.0] * 24), watched("i33400", [60.0] * 24), stated=(STOP,))

    (finding,) = marks_contradict(made, DEFAULT)

    assert "标记停运4小时，而负荷平均为60 %，高于10 %" in finding.zh
    idle = case(watched("a21002", [5.0] * 24), watched("i33400", [8.0] * 24), stated=(STOP,))
    assert marks_contradict(idle, DEFAULT) == ()


def test_one_analyser_stopped_and_another_normal_contradict() -> None:
    nox = watched("a21002", hours([5.0] * 24, "N" * 20 + "FFFF"))
    so2 = watched("a21026", [7.0] * 24)

    (finding,) = marks_contradict(case(nox, so2), DEFAULT)

    assert "氮氧化物标记停运，而二氧化硫标记正常" in finding.zh
    assert "had NOx marked as stopped and SO2 as normal for 4 h" in finding.en


def test_agreeing_marks_and_an_outlet_without_pollutants_are_none() -> None:
    both = [watched(code, hours([5.0] * 24, "N" * 20 + "FFFF")) for code in ("a21002", "a21026")]

    assert marks_contradict(case(*both), DEFAULT) == ()
    assert marks_contradict(case(watched("a19001", np.ones(24))), DEFAULT) == ()
