"""What a receiver can be asked to find, of scenarios worked out: silences, clocks, treatment, numbers."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from schemas.alert import AlertKind
from schemas.scenario import Scenario
from services.demo.rehearsal_expected import Reported, befallen, expected, last_moment, silence_s
from services.demo.rehearsal_numbers import Numbers, runs
from services.demo.rehearsal_shown import Ceiling, ShownHour, ShownHours, Spot
from services.demo.rehearsal_truth import Expected
from services.simulate.run import read_scenario
from services.simulate.scenario.load import load_scenario
from services.simulate.scenario.work import work_out
from services.simulate.world import Interval, World
from tests.fixtures.rehearsed import BEGIN_S, HOUR_S, cut

DAY = Interval(BEGIN_S, BEGIN_S + 24 * HOUR_S)
SPOT: Spot = ("T", "DA001", "a21026")
NOTHING = dict.fromkeys(type(read_scenario("small").scenario.rates).model_fields, 0)


def scenario(*incidents: str, kind: str = "coal_power") -> Scenario:
    """A plant T to which nothing happens by chance."""
    planned = "".join(f"  - {{{one}}}\n" for one in incidents)
    return load_scenario(
        f"name: t\nduration: 1d\ndefaults: {{realtime_s: 60, minute_s: 60}}\nrates: {NOTHING}\n"
        f"plants:\n  - {{code: T, name: 示例厂, kind: {kind}, size: 1, region: '1501'}}\n"
        + (f"incidents:\n{planned}" if planned else "")
    )


def asked(*incidents: str, reported: tuple[Reported, ...] = ()) -> list[tuple[str, float, float]]:
    """Kind, and hours from the beginning, of what must be raised."""
    world = work_out(scenario(*incidents), BEGIN_S)
    return [_short(one) for one in expected(world, DAY, reported, 300)]


def _short(one: Expected) -> tuple[str, float, float]:
    since, until = one.since.timestamp() - BEGIN_S, one.until.timestamp() - BEGIN_S
    return one.kind.value, since / HOUR_S, until / HOUR_S


@pytest.mark.parametrize(
    ("incident", "found"),
    [
        pytest.param("kind: offline, subject: T/D1, from: 2h, for: 3h", [(2, 5)], id="offline"),
        pytest.param("kind: power_loss, subject: T/D1, from: 2h, for: 1h", [(2, 3)], id="no power"),
        pytest.param("kind: offline, subject: T/D1, from: 2h, for: 15min", [], id="too short"),
        pytest.param("kind: offline, subject: T/D1, from: 22h, for: 3h", [], id="over the end"),
    ],
)
def test_a_silence_is_asked_for_where_it_is_long_enough(
    incident: str, found: list[tuple[float, float]]
) -> None:
    """Ten intervals of 60 s are 10 min; a message and two steps of 300 s more are 21 min."""
    assert asked(incident) == [("device_offline", *span) for span in found]


def test_two_silences_that_overlap_are_one() -> None:
    both = [
        "kind: offline, subject: T/D1, from: 2h, for: 2h",
        "kind: power_loss, subject: T/D1, from: 3h, for: 2h",
    ]

    assert asked(*both) == [("device_offline", 2, 5)]


def test_how_long_a_silence_must_be_follows_the_loggers_rhythm() -> None:
    world = work_out(cut("small", {"SMALL-POWER"}, (600, 300)), BEGIN_S)

    assert silence_s(world.devices[0], 300) == 10 * 600 + 600 + 600


@pytest.mark.parametrize(
    ("incident", "found"),
    [
        pytest.param(
            "kind: clock_behind, subject: T/D1, from: 2h, for: 3h, details: {by: 25min}",
            [(2, 5)],
            id="wrong",
        ),
        pytest.param(
            "kind: clock_behind, subject: T/D1, from: 2h, for: 3h, details: {by: 3min}",
            [],
            id="within what is allowed, or nearly",
        ),
        pytest.param(
            "kind: clock_ahead, subject: T/D1, from: 2h, for: 20min", [], id="for a moment"
        ),
    ],
)
def test_a_wrong_clock_is_asked_for_where_enough_messages_show_it(
    incident: str, found: list[tuple[float, float]]
) -> None:
    assert asked(incident) == [("device_clock", *span) for span in found]


def said(*changes: tuple[float, int], facility: str = "ESP1") -> tuple[Reported, ...]:
    return tuple(
        Reported("T", facility, BEGIN_S + round(hours * HOUR_S), state)
        for hours, state in ((0.0, 1), *changes)
    )


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        pytest.param([(2, 0), (4, 1)], [(2, 4)], id="off"),
        pytest.param([(2, 3), (4, 1)], [(2, 4)], id="in maintenance"),
        pytest.param([(2, 5), (4, 1)], [], id="blown back"),
        pytest.param([(2, 0), (2.25, 1)], [], id="for a quarter of an hour"),
        pytest.param([(20, 0)], [(20, 24)], id="to the end"),
    ],
)
def test_a_facility_off_is_asked_for_as_it_was_reported(
    changes: list[tuple[float, int]], found: list[tuple[float, float]]
) -> None:
    got = asked(reported=said(*changes))

    assert got == [("facility_off", *span) for span in found]


def test_a_facility_off_is_not_asked_for_while_its_unit_stands() -> None:
    got = asked("kind: shutdown, subject: T/B1, from: 1h, for: 9h", reported=said((2, 0), (9, 1)))

    assert got == []


def test_an_incident_bears_on_its_way_or_its_outlet_alone() -> None:
    told = scenario("kind: trip, subject: T/ESP1, from: 1h", "kind: fault, subject: T/D1, from: 2h")

    trip, fault = befallen(work_out(told, BEGIN_S), DAY)

    assert {"ESP1", "DA001", "B1"} <= trip.codes
    assert fault.codes == {"D1", "DA001"}


def test_an_incident_of_treatment_bears_on_the_bypass_around_it() -> None:
    told = cut("incidents", {"INC-BYPASS"})

    codes = {one.kind: one.codes for one in befallen(work_out(told, BEGIN_S), DAY)}

    assert "DA002" in codes["bypass"]


def test_what_begins_with_the_last_message_is_the_scenarios_end() -> None:
    world = work_out(scenario(), BEGIN_S)

    assert last_moment(world, DAY) == datetime.fromtimestamp(DAY.to_s - 60, UTC)


def numbers(world: World, hours: Mapping[int, ShownHour]) -> list[tuple[str, float, float]]:
    ceiling = {SPOT: (Ceiling(35.0, converted=True),)}
    shown = ShownHours(ceiling, {SPOT: {BEGIN_S + at * HOUR_S: one for at, one in hours.items()}})
    return [_short(one) for one in Numbers(world, DAY, shown).expected()]


def hour(mean: float = 0.5, normal: float = 1.0, *, stopped: bool = False) -> ShownHour:
    return ShownHour(mean, mean, float("nan"), normal, stopped, surely=mean)


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        pytest.param({3: hour(1.2), 4: hour(1.1)}, [("limit_hour", 3, 5)], id="over"),
        pytest.param({3: hour(1.01)}, [], id="too near to be sure"),
        pytest.param({3: hour(1.2, 0.85)}, [], id="too few normal to be sure"),
        pytest.param({3: hour(0.5, 0.3)}, [("no_data", 3, 4)], id="not valid"),
        pytest.param({3: hour(0.5, 0.3, stopped=True)}, [], id="not valid, and standing"),
        pytest.param({3: hour(1.2), 6: hour(1.2)}, [("limit_hour", 3, 4), ("limit_hour", 6, 7)],
                     id="twice"),
    ],
)  # fmt: skip
def test_what_the_numbers_demand(
    hours: dict[int, ShownHour], found: list[tuple[str, float, float]]
) -> None:
    assert numbers(work_out(scenario(), BEGIN_S), hours) == found


@pytest.mark.parametrize(
    "incident",
    [
        pytest.param("kind: offline, subject: T/D1, from: 3h, for: 1h", id="logger silent"),
        pytest.param("kind: clock_ahead, subject: T/D1, from: 3h, for: 1h", id="clock wrong"),
        pytest.param("kind: garbling, subject: T/D1, from: 3h, for: 1h", id="garbled"),
        pytest.param("kind: shutdown, subject: T/B1, from: 2h, for: 3h", id="unit stands"),
    ],
)
def test_unsure_hours_demand_nothing(incident: str) -> None:
    assert (
        "limit_hour",
        3,
        4,
    ) not in numbers(work_out(scenario(incident), BEGIN_S), {3: hour(1.2)})


def test_what_is_shown_of_an_hour_is_held_against_the_lowest_limit() -> None:
    """A fixed world: the outlet shows some SO2; against a limit of half of it the ratio is two."""
    world = work_out(scenario(), BEGIN_S)
    device = world.devices[0]
    plain = ShownHours({SPOT: (Ceiling(1.0, converted=True),)})
    plain.measure(world, device, BEGIN_S)
    mean = plain.hours[SPOT][BEGIN_S].mean
    both = ShownHours({SPOT: (Ceiling(mean, converted=True), Ceiling(mean / 2, converted=True))})

    both.measure(world, device, BEGIN_S)

    assert both.hours[SPOT][BEGIN_S].mean == pytest.approx(2.0)


def test_hours_that_follow_each_other_are_one_run() -> None:
    hours = [BEGIN_S + at * HOUR_S for at in (1, 2, 4)]

    assert [(run.from_s - BEGIN_S, run.to_s - BEGIN_S) for run in runs(hours)] == [
        (HOUR_S, 3 * HOUR_S),
        (4 * HOUR_S, 5 * HOUR_S),
    ]


def test_the_shipped_incidents_ask_for_all_kinds_that_can_be_seen() -> None:
    told = read_scenario("incidents").scenario
    world = work_out(told, BEGIN_S)
    two_days = Interval(BEGIN_S, BEGIN_S + 48 * HOUR_S)

    kinds = {one.kind for one in expected(world, two_days, (), 300)}

    assert kinds == {AlertKind.DEVICE_OFFLINE, AlertKind.DEVICE_CLOCK}
