"""What is believed of a subject, and from whom."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.facility import Running, Stated
from services.rules.facility.course import second_of
from services.rules.facility.parameters import FacilityParameters
from services.rules.facility.reported import reported
from services.rules.facility.timeline import Sources, Timeline, said_at, state_rows, timeline
from tests.fixtures.facility_scene import at, course, minutes, records, runs, second, window

PARAMS = FacilityParameters()
FGD = 21


def of(reports: dict[int, float | None] | None = None, **others: object) -> Timeline:
    report = None if reports is None else reported(records(reports), window(0, 240), PARAMS)
    return timeline(FGD, window(0, 240), Sources(report=report)._replace(**others))


def test_the_report_is_believed_and_signals_fill_its_gaps() -> None:
    """Reported off in 0-60, silent after; signals run all the time: off, then running (derived)."""
    line = of({0: 0}, signals=runs((0, 240), within=window(0, 240)))

    assert minutes(line.course.off) == [(0, 60)]
    assert minutes(line.course.on) == [(60, 240)]
    assert [(row.running, row.source, row.number) for row in state_rows(line)] == [
        (Running.OFF, "reported", 0),
        (Running.RUNNING, "derived", None),
    ]


def test_an_accepted_statement_goes_before_both() -> None:
    stated = (Stated(running=False, since=at(30), until=at(45)),)

    line = of({0: 1}, stated=stated)

    assert minutes(line.course.on) == [(0, 30), (45, 60)]
    assert minutes(line.course.off) == [(30, 45)]
    assert [(row.source, row.number) for row in state_rows(line)] == [
        ("reported", 1),
        ("manual", None),
        ("reported", 1),
        (None, None),
    ]


def test_an_open_statement_holds_to_the_end() -> None:
    line = of(None, stated=(Stated(running=True, since=at(200), until=None),))

    assert minutes(line.course.on) == [(200, 240)]


def test_overlapping_maintenance_is_counted_once() -> None:
    """Stated off 60-120 and 90-150 over a running report: off 60-150, 90 minutes and not 120."""
    stated = (
        Stated(running=False, since=at(60), until=at(120)),
        Stated(running=False, since=at(90), until=at(150)),
    )

    line = of({0: 1, 60: 1, 120: 1, 180: 1}, stated=stated)

    assert minutes(line.course.off) == [(60, 150)]
    assert minutes(line.course.on) == [(0, 60), (150, 240)]


def test_statements_against_each_other_say_nothing() -> None:
    stated = (
        Stated(running=False, since=at(0), until=at(100)),
        Stated(running=True, since=at(50), until=at(150)),
    )

    line = of(None, stated=stated)

    assert minutes(line.course.unknown) == [(50, 100), (150, 240)]


def test_without_any_source_all_is_unknown() -> None:
    line = of(None)

    assert [(row.since, row.until, row.running) for row in state_rows(line)] == [
        (at(0), at(240), Running.UNKNOWN)
    ]


def test_where_report_and_signals_differ_is_kept() -> None:
    line = of({0: 0}, signals=course(on=[(20, 90)], within=window(0, 240)))

    assert minutes(line.contradicted) == [(20, 60)]


def test_the_state_of_a_moment_is_told_with_its_source() -> None:
    signals = course(off=[(60, 90)], within=window(0, 240))
    line = of({0: 5}, signals=signals)

    assert said_at(line, second(10)) == (Running.RUNNING, "reported", 5)
    assert said_at(line, second(70)) == (Running.OFF, "derived", None)
    assert said_at(line, second(120)) == (Running.UNKNOWN, None, None)


def test_parts_of_another_window_are_refused() -> None:
    with pytest.raises(ValueError, match="no part of a timeline"):
        timeline(FGD, window(0, 60), Sources(signals=runs((0, 10), within=window(0, 240))))


@given(
    st.dictionaries(st.integers(0, 239), st.integers(0, 7), max_size=10),
    st.lists(st.tuples(st.integers(0, 240), st.integers(0, 240)), max_size=4),
    st.lists(st.tuples(st.integers(0, 240), st.integers(0, 240), st.booleans()), max_size=3),
)
def test_rows_share_the_window_between_them(
    reports: dict[int, float | None],
    signals: list[tuple[int, int]],
    statements: list[tuple[int, int, bool]],
) -> None:
    stated = tuple(Stated(runs, at(a), at(b)) for a, b, runs in statements)

    line = of(reports, signals=course(on=signals, within=window(0, 240)), stated=stated)

    rows = state_rows(line)
    assert all(one.until == after.since for one, after in itertools.pairwise(rows))
    assert (rows[0].since, rows[-1].until) == (at(0), at(240))
    running = sum(
        second_of(row.until) - second_of(row.since)
        for row in rows
        if row.running is Running.RUNNING
    )
    assert running == sum(end - begin for begin, end in line.course.on)
