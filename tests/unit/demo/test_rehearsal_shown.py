"""What analysers show counts as far as their logger says what of it is normal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from schemas.alert import AlertKind, AlertState
from services.demo.rehearsal_numbers import Numbers
from services.demo.rehearsal_shown import (
    Ceiling,
    ShownHour,
    ShownHours,
    Spot,
    flags_come,
    mean_of_whole,
)
from services.demo.rehearsal_truth import Raised
from services.simulate.scenario.load import load_scenario
from services.simulate.scenario.work import work_out
from services.simulate.world import Interval, World
from tests.fixtures.rehearsed import BEGIN_S, HOUR_S

SPOT: Spot = ("T", "DA001", "a21026")
SCENARIO = """
name: t
duration: 1d
defaults: {realtime_s: 300, minute_s: 300}
plants:
  - {code: T, name: 示例厂, kind: coal_power, size: 1, region: "1501"}
incidents:
  - {kind: span_check, subject: T/D1, from: 60min, for: 30min}
"""


def world(quirk: str | None) -> World:
    """A plant whose analyser is checked from 1:00 to 1:30, its logger with a quirk."""
    told = load_scenario(SCENARIO)
    rates = type(told.rates).model_validate(dict.fromkeys(type(told.rates).model_fields, 0))
    made = work_out(told.model_copy(update={"rates": rates}), BEGIN_S)
    return replace(made, devices=tuple(replace(one, quirk=quirk) for one in made.devices))


def shown(quirk: str | None, high: float) -> ShownHours:
    made = world(quirk)
    found = ShownHours({SPOT: (Ceiling(high, converted=False),)})
    found.measure(made, made.devices[0], BEGIN_S + HOUR_S)
    return found


def twice_what_it_emits() -> float:
    return 2 * shown(None, 1.0).hours[SPOT][BEGIN_S + HOUR_S].peak


def raised(kind: AlertKind) -> Raised:
    since = datetime.fromtimestamp(BEGIN_S + HOUR_S, UTC)
    until = since + timedelta(hours=1)
    return Raised(1, kind, "T", "DA001", AlertState.RESOLVED, since, until, pollutant="a21026")


@pytest.mark.parametrize(
    ("quirk", "come"),
    [(None, True), ("glued", True), ("no_data_time", True), ("no_flags", False), ("bare_codes", False)],
    ids=str,
)  # fmt: skip
def test_a_logger_sends_flags_unless_something_stands_in_for_them(
    quirk: str | None, *, come: bool
) -> None:
    assert flags_come(world(quirk).devices[0]) is come


def test_gas_of_a_check_is_no_emission_where_it_was_flagged() -> None:
    found = shown(None, twice_what_it_emits())

    assert not found.shows(raised(AlertKind.PREWARNING))
    assert found.hours[SPOT][BEGIN_S + HOUR_S].normal < 0.6


@pytest.mark.parametrize("quirk", ["no_flags", "bare_codes"])
def test_gas_of_a_check_explains_a_warning_where_nobody_can_tell_it_apart(quirk: str) -> None:
    found = shown(quirk, twice_what_it_emits())

    assert found.shows(raised(AlertKind.PREWARNING))


def test_a_record_of_which_a_part_was_not_normal_makes_no_hour_surely_over() -> None:
    """High from 0:55 on, normal until 0:57:30: a record of five minutes may be left out whole."""
    rises = np.concatenate([np.full(660, 0.5), np.full(60, 30.0)])
    counts = np.concatenate([np.full(690, fill_value=True), np.full(30, fill_value=False)])

    told = (mean_of_whole(rises, counts, record_s) for record_s in (60, 300))

    assert [round(one, 3) for one in told] == [1.535, 0.5]


def lacking(hour: ShownHour) -> list[AlertKind]:
    made = world(None)
    found = ShownHours({SPOT: (Ceiling(35.0, converted=True),)}, {SPOT: {BEGIN_S: hour}})
    during = Interval(BEGIN_S, BEGIN_S + 24 * HOUR_S)
    return [one.kind for one in Numbers(made, during, found).expected()]


def test_without_flags_nobody_is_asked_to_see_that_data_lack() -> None:
    hour = ShownHour(0.5, 0.5, float("nan"), normal=0.3, stopped=False)

    assert lacking(hour) == [AlertKind.NO_DATA]
    assert lacking(hour._replace(flagged=False)) == []
