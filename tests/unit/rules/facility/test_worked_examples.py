"""Days worked out by hand, from records to rows and findings."""

from decimal import Decimal

from schemas.facility import Condition, Premium, RunningRule, Stated
from schemas.judgement import Outcome, PerformanceRow, Period
from schemas.record import Record
from services.rules.facility.clawback import HourFacts, clawback, clawback_sum
from services.rules.facility.clawback_parameters import ClawbackParameters
from services.rules.facility.derived import derived
from services.rules.facility.facility_off import facility_off
from services.rules.facility.intervals import Ruler
from services.rules.facility.rates import operation_rates, synchronous_rates
from services.rules.facility.reported import reported
from services.rules.facility.timeline import Sources, Timeline, timeline
from services.rules.facility.ways import Layout
from tests.fixtures.facility_scene import (
    SURE,
    Scene,
    at,
    every_minute,
    group,
    record,
    runs,
    second,
    window,
)

B1, B2, B3, STACK, A, B, C = 1, 2, 3, 11, 21, 22, 23
ALL_DAY = runs((0, 1440))


def states(*changes: tuple[int, int]) -> list[Record]:
    """SBn-RS once a minute; (from which minute on, state)."""
    found: list[Record] = []
    for (begin, state), (end, _) in zip(changes, [*changes[1:], (1440, 0)], strict=True):
        found += every_minute(float(state), begin, end)
    return found


def report_of(number: int, *changes: tuple[int, int]) -> Timeline:
    report = reported(states(*changes), window(), SURE)
    return timeline(number, window(), Sources(report=report))


def load_of(number: int, *loads: tuple[int, int, float]) -> Timeline:
    """(from, to, load in %) by the minute."""
    point = f"B{number}/state/load"
    rule = RunningRule(
        conditions=(Condition(point=point, comparator=">", threshold=Decimal(5), unit="%"),),
        hold_s=300,
    )
    signals = [each for begin, end, load in loads for each in every_minute(load, begin, end)]
    course = derived(rule, {point: signals}, window(), SURE)
    return timeline(number, window(), Sources(signals=course))


def by_key(rows: tuple[PerformanceRow, ...]) -> dict[tuple[int, str], tuple[Decimal, Decimal]]:
    return {(row.subject, row.code): (row.numerator / 60, row.denominator / 60) for row in rows}


def test_a_day_of_two_of_three_absorbers() -> None:
    """B1 at 80 % load 0-1200, 0 % after: produces 1200 min.

    A: 1 all day. B: 1 0-300, 4 (alarm, runs) 300-310, 0 310-420, 1 after. C: 0 0-360, 1 after.
    Running at once: 0-310 A and B; 310-360 A alone; 360-420 A and C; then three. The group lacks
    one for 50 min: 1150 of 1200 min = 95.83 %, and one finding of 50 min.
    """
    absorbers = group("G-FGD", 2, (A, B, C), [(B1, STACK)])
    lines = {
        B1: load_of(B1, (0, 1200, 80.0), (1200, 1440, 0.0)),
        A: report_of(A, (0, 1)),
        B: report_of(B, (0, 1), (300, 4), (310, 0), (420, 1)),
        C: report_of(C, (0, 0), (360, 1)),
    }
    layout = Layout(Scene((absorbers,), lines=lines).asked())

    rows = by_key(synchronous_rates(layout, [Period.DAY]))
    (found,) = facility_off(layout)

    assert rows[B1, ""] == (1150, 1200)
    assert rows[A, "group:G-FGD"] == (1150, 1200)
    assert (found.since, found.until, found.subject) == (at(310), at(360), B)
    assert "FGD2停运（上报状态0）、FGD3停运（上报状态0）" in found.zh


def test_a_stack_of_three_boilers() -> None:
    """Each boiler has its own absorber and all go to one stack.

    B1 all day, A off 60-120. B2 0-600, B off 500-700. B3 stands, C off all day.
    Stack: untreated 60-120 and 500-600 = 160 of 1440 min: 1280. B1: 1380 of 1440. B2: 500 of 600.
    B3 made nothing: 0 of 0. C was never due.
    """
    groups = tuple(
        group(f"G-{unit}{unit}", 1, (facility,), [(unit, STACK)])
        for unit, facility in ((B1, A), (B2, B), (B3, C))
    )
    courses = {
        B1: ALL_DAY,
        B2: runs((0, 600)),
        B3: runs(),
        A: runs((0, 60), (120, 1440)),
        B: runs((0, 500), (700, 1440)),
        C: runs(),
    }
    layout = Layout(Scene(groups, courses).asked())

    rows = by_key(synchronous_rates(layout, [Period.DAY]))
    found = facility_off(layout)

    assert rows[STACK, ""] == (1280, 1440)
    assert (rows[B1, ""], rows[B2, ""], rows[B3, ""]) == ((1380, 1440), (500, 600), (0, 0))
    assert rows[C, ""] == (0, 0)
    assert [(each.since, each.until) for each in found] == [(at(60), at(120)), (at(500), at(600))]


def test_a_common_absorber_of_which_one_boiler_stands() -> None:
    """A serves B1 and B2 and is off 600-840. B1 produces 0-660, B2 stands all day.

    Group and B1: untreated 600-660 = 60 of 660 min. B2: 0 of 0. The finding ends with production,
    at 660, and names B1 alone.
    """
    shared = group("G-F", 1, (A,), [(B1, STACK), (B2, STACK)])
    courses = {B1: runs((0, 660)), B2: runs(), A: runs((0, 600), (840, 1440))}
    layout = Layout(Scene((shared,), courses).asked())

    rows = by_key(synchronous_rates(layout, [Period.DAY]))
    (found,) = facility_off(layout)

    assert rows[A, "group:G-F"] == (600, 660)
    assert (rows[B1, ""], rows[B2, ""]) == ((600, 660), (0, 0))
    assert (found.since, found.until) == (at(600), at(660))
    assert "B1生产运行" in found.zh
    assert "B2" not in found.zh


def test_maintenance_that_overlaps_is_lost_once() -> None:
    """A is reported running all day; accepted maintenance 480-600 and 540-720 overlaps by 60 min.

    Off 480-720 = 240 and not 300 min: 1200 of 1440 min; operation rate 83.3 %: fined once.
    """
    single = group("G-1", 1, (A,), [(B1, STACK)])
    stated = (
        Stated(running=False, since=at(480), until=at(600)),
        Stated(running=False, since=at(540), until=at(720)),
    )
    report = reported(states((0, 1)), window(), SURE)
    line = timeline(A, window(), Sources(stated=stated, report=report))
    layout = Layout(Scene((single,), {B1: ALL_DAY}, lines={A: line}, live=True).asked())

    rows = by_key(synchronous_rates(layout, [Period.DAY]))
    (month,) = operation_rates(layout, "desulphurisation")

    assert rows[B1, ""] == (1200, 1440)
    assert (month.numerator, month.denominator) == (1200 * 60, 1440 * 60)
    assert month.evidence["band"] == "fined_once"


def test_a_logger_without_power_leaves_the_hours_unknown() -> None:
    """Reports 0-300 and 900-1440; the last before the gap (299) holds 60 min to 359.

    Unknown 359-900 = 541 min. B1 produces all day: 899 of 899 min are treated, not 899 of 1440, and
    not 1440 of 1440; the certain share is 899 / 1440 = 0.624305556.
    """
    single = group("G-1", 1, (A,), [(B1, STACK)])
    told = [*every_minute(1, 0, 300), *every_minute(1, 900, 1440)]
    line = timeline(A, window(), Sources(report=reported(told, window(), SURE)))
    layout = Layout(Scene((single,), {B1: ALL_DAY}, lines={A: line}).asked())

    found = {(row.subject, row.code): row for row in synchronous_rates(layout, [Period.DAY])}[
        B1, ""
    ]

    assert (found.numerator, found.denominator) == (899 * 60, 899 * 60)
    assert found.evidence["certainty"] == "0.624305556"
    assert not found.sure


def test_a_load_that_dips_for_a_moment_is_production() -> None:
    """Load 60 % with 3 min at 0 %, held 5 min: it produces all the time."""
    line = load_of(B1, (0, 700, 60.0), (700, 703, 0.0), (703, 1440, 60.0))

    assert Ruler(line.course.on).seconds(second(0), second(1440)) == 86_400


def test_the_premium_of_four_hours() -> None:
    """SO2 limit 35 mg/m3, 200,000 kWh an hour, 1.5 fen: 300,000 fen an hour.

    30: kept. 42: 42/35 - 1 = 0.2: 300,000. 70: 1: 300,000 and up to 1,500,000. 350: 9: the same.
    Together 900,000 fen = 9,000 yuan confiscated, fines up to 3,000,000 fen = 30,000 yuan.
    """
    limit = Decimal(35)
    facts = [
        HourFacts(
            B1,
            at(60 * number),
            Premium.DESULPHURISATION,
            Outcome.EXCEEDING if value > limit else Outcome.COMPLIANT,
            value / limit - 1,
            {},
            None,
            Decimal(200_000),
        )
        for number, value in enumerate(map(Decimal, (30, 42, 70, 350)))
    ]

    found = clawback_sum(clawback(each, ClawbackParameters()) for each in facts)

    assert (found.confiscated_fen, found.fine_at_most_fen) == (900_000, 3_000_000)
    assert found.sure


def test_one_record_alone_says_little() -> None:
    """A single report at 00:00 holds an hour; the load is not known at all: nothing is judged."""
    single = group("G-1", 1, (A,), [(B1, STACK)])
    report = reported([record(0, 0)], window(), SURE)
    line = timeline(A, window(), Sources(report=report))
    layout = Layout(Scene((single,), lines={A: line}).asked())

    assert facility_off(layout) == ()
    assert by_key(synchronous_rates(layout, [Period.DAY]))[B1, ""] == (0, 0)
