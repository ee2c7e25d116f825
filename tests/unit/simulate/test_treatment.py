"""Facilities: the state that is reported, second by second, and the effect that is true."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.simulate.process.treatment import run_hours, stage_effect, state_at, states
from services.simulate.site import Episode, FacilityPlan, Outage, Site, StagePlan, UnitPlan

BEGIN_S = 1_768_406_400
HOUR_S = 3_600
FACILITIES = ("F1", "F2", "F3")


def site(
    *episodes: Episode,
    needed: int = 3,
    treatment: str = "bag_filter",
    outages: tuple[Outage, ...] = (),
) -> Site:
    """One unit, one stage of three facilities; the first suffers the episodes."""
    stage = StagePlan("G", treatment, FACILITIES, needed)
    facilities = {
        code: FacilityPlan(code, treatment, 0.1 * number, ("U",), stage)
        for number, code in enumerate(FACILITIES)
    }
    facilities["F1"] = replace(facilities["F1"], episodes=episodes)
    units = {"U": UnitPlan("U", "kiln", 1.0, 0.5, outages)}
    return Site("seed", "P", "cement", units, facilities, {}, {})


def episode(kind: str, from_s: int, to_s: int, number: float = 1.0) -> Episode:
    return Episode(kind, BEGIN_S + from_s, BEGIN_S + to_s, number=number)


def effect(of: Site, from_s: int = 0, to_s: int = HOUR_S) -> np.ndarray | None:
    times = np.arange(BEGIN_S + from_s, BEGIN_S + to_s, 5, dtype=np.float64)
    return stage_effect(of, of.facilities["F1"].stage, times)


def lasting(kind: str, begin: int, length: int) -> Episode:
    return episode(kind, begin, begin + length)


EPISODES = st.lists(
    st.builds(
        lasting,
        st.sampled_from(["trip", "facility_maintenance", "off_at_night", "bypass"]),
        st.integers(-2 * HOUR_S, 8 * HOUR_S),
        st.integers(60, 6 * HOUR_S),
    ),
    max_size=4,
)
STOP = Outage(*(BEGIN_S + hours * HOUR_S for hours in (1, 2, 6, 8)))
OUTAGES: st.SearchStrategy[tuple[Outage, ...]] = st.sampled_from([(), (STOP,)])


@settings(max_examples=60, deadline=None)
@given(
    EPISODES,
    OUTAGES,
    st.sampled_from([2, 3]),
    st.sampled_from(["bag_filter", "desulphurisation", "denitrification"]),
)
def test_the_changes_told_are_all_changes_there_are(
    episodes: list[Episode], outages: tuple[Outage, ...], needed: int, treatment: str
) -> None:
    of = site(*episodes, needed=needed, treatment=treatment, outages=outages)

    for code in FACILITIES:
        told = states(of, of.facilities[code], BEGIN_S, BEGIN_S + 10 * HOUR_S)

        now = iter([*told[1:], (BEGIN_S + 11 * HOUR_S, -1)])
        state, (next_s, next_state) = told[0][1], next(now)
        for at_s in range(BEGIN_S, BEGIN_S + 10 * HOUR_S, 30):
            while at_s >= next_s:
                state, (next_s, next_state) = next_state, next(now)
            assert state_at(of, of.facilities[code], at_s) == state


@settings(max_examples=40, deadline=None)
@given(EPISODES, st.integers(1, 9))
def test_run_hours_add_up(episodes: list[Episode], cut_h: int) -> None:
    of = site(*episodes)
    facility, end_s = of.facilities["F1"], BEGIN_S + 10 * HOUR_S
    cut_s = BEGIN_S + cut_h * HOUR_S

    whole = run_hours(of, facility, BEGIN_S, end_s)
    parts = run_hours(of, facility, BEGIN_S, cut_s) + run_hours(of, facility, cut_s, end_s)

    assert 0 <= whole <= 10
    assert whole == pytest.approx(parts, abs=0.02)


@settings(max_examples=60, deadline=None)
@given(EPISODES, st.sampled_from([2, 3]))
def test_the_effect_is_a_share(episodes: list[Episode], needed: int) -> None:
    found = effect(site(*episodes, needed=needed))

    if found is not None:
        assert found.min() >= 0
        assert found.max() <= 1


def test_without_episodes_the_stage_is_whole() -> None:
    assert effect(site()) is None
    assert effect(site(needed=2)) is None


def test_one_of_three_off_leaves_two_thirds() -> None:
    found = effect(site(episode("trip", -HOUR_S, 2 * HOUR_S)))

    assert found is not None
    assert found == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("treatment", "lag_s"),
    [
        pytest.param("desulphurisation", 300, id="a wet absorber has slurry left"),
        pytest.param("bag_filter", 30, id="a filter is gone at once"),
    ],
)
def test_a_stop_is_felt_after_the_lag_of_the_treatment(treatment: str, lag_s: int) -> None:
    found = effect(site(episode("trip", 600, 1800), treatment=treatment))

    assert found is not None
    lowest = np.flatnonzero(found < found.min() + 1e-9) * 5
    assert lowest[0] == 600 + lag_s
    assert lowest[-1] == 1800


def test_what_is_ineffective_leaves_its_share() -> None:
    found = effect(site(episode("ineffective", -HOUR_S, 2 * HOUR_S, number=0.4)))

    assert found is not None
    assert found == pytest.approx((2 + 0.4) / 3)


def test_a_spare_stands_in_and_then_the_stage_is_whole_again() -> None:
    calm = site(needed=2)
    day = [state_at(calm, calm.facilities[code], BEGIN_S + HOUR_S) for code in FACILITIES]
    resting = FACILITIES[day.index(0)]
    trip = episode("trip", 0, 5 * HOUR_S)
    broken = next(code for code in FACILITIES if code != resting)
    facilities = dict(calm.facilities)
    facilities[broken] = replace(facilities[broken], episodes=(trip,))
    of = replace(calm, facilities=facilities)

    times = np.arange(BEGIN_S, BEGIN_S + 2 * HOUR_S, 5, dtype=np.float64)
    found = stage_effect(of, of.facilities["F1"].stage, times)

    assert found is not None
    assert found[100] == pytest.approx(0.5)
    assert found[-1] == pytest.approx(1.0)
    assert state_at(of, of.facilities[resting], BEGIN_S + 300) == 0
    assert state_at(of, of.facilities[resting], BEGIN_S + 700) != 0


def test_facilities_stand_while_their_unit_does_with_a_margin() -> None:
    of = site(treatment="denitrification", outages=(STOP,))

    course = states(of, of.facilities["F1"], BEGIN_S, BEGIN_S + 10 * HOUR_S)

    assert course == [
        (BEGIN_S, 1),
        (BEGIN_S + 2 * HOUR_S + 900, 0),
        (BEGIN_S + 6 * HOUR_S - 900, 1),
    ]


def test_banking_leaves_the_facilities_on() -> None:
    of = site(treatment="denitrification", outages=(replace(STOP, low=0.06),))

    assert states(of, of.facilities["F1"], BEGIN_S, BEGIN_S + 10 * HOUR_S) == [(BEGIN_S, 1)]
