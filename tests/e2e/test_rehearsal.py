"""Scenarios with known incidents played fast: every incident one alert, whoever is killed meanwhile."""

from pathlib import Path
from random import Random

import pytest

from schemas.alert import AlertKind
from schemas.scenario import Scenario
from services.demo.rehearsal_truth import Raised, Verdict
from services.simulate.run import read_scenario
from services.simulate.scenario.load import load_scenario
from tests.fixtures.rehearsed import cut, events, findings, played, played_with_kills, run_of

SEED = 20_260_321
SHORT = ("INC-BYPASS", "INC-POWER", "INC-CHEM", "INC-HEAT")
COPIES = 20
WEEK_H = 7 * 24
FEW = 1.0
"""False alerts of weight per plant-month, at most."""
QUIRKY = """
name: quirky
duration: {hours}h
defaults: {{realtime_s: 600, minute_s: 300}}
protocols: {{hj212-2017: 14, hjt212-2005: 2}}
quirks: {{share: 1.0, kinds: [no_data_time, no_flags, bare_codes]}}
rates: {{calibration: 2.0, span_check: 2.0, maintenance: 1.0, fault: 0.5, load_change: 2.0,
  clock_ahead: {clocks}, clock_behind: {clocks}}}
plants:
  - {{code: QP, name: 示例热电厂, kind: coal_power, size: 1, region: "1501", count: {count}}}
  - {{code: QS, name: 示例污水处理厂, kind: sewage, size: 1, region: "1506", count: {count}}}
  - {{code: QH, name: 示例供热站, kind: gas_heating, size: 1, region: "1507", count: {count}}}
"""
"""Loggers that send no data times, or no flags, of plants that do nothing wrong."""
SUSPECTED = frozenset({AlertKind.DATA_QUALITY, AlertKind.FALSIFICATION})


def seen(verdict: Verdict) -> str:
    """What a failing test shows."""
    parts = [f"missed {one}" for one in verdict.missed]
    parts += [f"doubled {one}: {alerts}" for one, alerts in verdict.doubled]
    parts += [f"false {one}" for one in verdict.unexplained]
    return "\n".join(parts)


def assert_found(verdict: Verdict, kinds: set[AlertKind]) -> None:
    assert verdict.whole, seen(verdict)
    assert kinds <= {one.kind for one, _ in verdict.found}
    assert not [one for one in verdict.unexplained if one.kind is not AlertKind.PREWARNING], seen(
        verdict
    )


@pytest.mark.timeout(180)
async def test_each_incident_of_half_a_day_makes_one_alert(database: str, tmp_path: Path) -> None:
    run = run_of(database, cut("incidents", SHORT), hours=16)

    await played(run, tmp_path)

    verdict = run.outcome()
    assert_found(
        verdict,
        {
            AlertKind.FACILITY_OFF,
            AlertKind.BYPASS_OPEN,
            AlertKind.DEVICE_OFFLINE,
            AlertKind.NO_DATA,
            AlertKind.LIMIT_HOUR,
        },
    )


def suspected(verdict: Verdict) -> list[Raised]:
    return [one for one in verdict.unexplained if one.kind in SUSPECTED]


@pytest.mark.soak
@pytest.mark.timeout(180)
async def test_loggers_without_data_times_or_flags_accuse_nobody(
    database: str, tmp_path: Path
) -> None:
    told = load_scenario(QUIRKY.format(hours=22, clocks=0, count=1))
    run = run_of(database, told, hours=22, step_s=3_600)

    await played(run, tmp_path)

    verdict = run.outcome()
    assert not SUSPECTED & verdict.kinds.keys(), seen(verdict)
    assert findings(database)["hour_not_comparable"]


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_two_days_of_quirky_loggers_accuse_hardly_anybody(
    database: str, tmp_path: Path
) -> None:
    told = load_scenario(QUIRKY.format(hours=46, clocks=0, count=6))
    run = run_of(database, told, hours=46, step_s=1_800)

    await played(run, tmp_path)

    verdict = run.outcome()
    plant_months = 18 * 46 / (30 * 24)
    assert not verdict.missed, seen(verdict)
    assert len(verdict.unexplained) / plant_months < FEW, seen(verdict)
    assert not suspected(verdict), seen(verdict)


@pytest.mark.soak
@pytest.mark.timeout(240)
async def test_hands_that_are_killed_raise_what_others_raise(
    database: str, other_database: str, tmp_path: Path
) -> None:
    """The same events, in the same order of each case, at the same event times."""
    told = cut("incidents", ("INC-BYPASS",))
    chance = Random(SEED)  # noqa: S311 - a course of chance that can be had again
    whole, torn = (run_of(url, told, hours=7, step_s=1_800) for url in (database, other_database))

    await played(whole, tmp_path)
    kills = await played_with_kills(torn, tmp_path, chance, share=0.45)

    assert kills >= 5
    assert events(other_database) == events(database)
    assert torn.outcome().whole, seen(torn.outcome())


@pytest.mark.soak
@pytest.mark.timeout(7200)
async def test_hands_that_are_killed_often_raise_what_others_raise(
    database: str, other_database: str, tmp_path: Path
) -> None:
    told = read_scenario("incidents").scenario
    told = cut("incidents", [one.code for one in told.plants])
    chance = Random(SEED)  # noqa: S311 - a course of chance that can be had again
    whole, torn = (run_of(url, told, hours=30, step_s=300) for url in (database, other_database))

    await played(whole, tmp_path)
    kills = await played_with_kills(torn, tmp_path, chance, share=0.4)

    assert kills >= 50
    assert events(other_database) == events(database)


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
async def test_two_days_of_one_incident_of_each_kind(database: str, tmp_path: Path) -> None:
    told = read_scenario("incidents").scenario
    run = run_of(database, cut("incidents", [one.code for one in told.plants]), hours=48)

    await played(run, tmp_path)

    assert_found(run.outcome(), {AlertKind.DEVICE_CLOCK, AlertKind.DATA_QUALITY})


@pytest.mark.soak
@pytest.mark.timeout(12 * 3600)
async def test_a_week_of_two_hundred_plants(database: str, tmp_path: Path) -> None:
    run = run_of(database, two_hundred(), hours=WEEK_H)

    await played(run, tmp_path)

    verdict = run.outcome()
    heavy = [one for one in verdict.unexplained if one.kind is not AlertKind.PREWARNING]
    plant_months = len({one.plant for one in run.world.devices}) * WEEK_H / (30 * 24)
    assert verdict.whole, seen(verdict)
    assert len(heavy) / plant_months < FEW, seen(verdict)


def two_hundred() -> Scenario:
    """The plants of `incidents`, twenty of each; what is planned befalls the first, the rest is chance."""
    told = read_scenario("incidents").scenario
    whole = cut("incidents", [one.code for one in told.plants])
    rates = read_scenario("province").scenario.rates
    copies = tuple(one.model_copy(update={"count": COPIES}) for one in whole.plants)
    return whole.model_copy(
        update={"rates": rates, "plants": copies, "incidents": (), "duration": WEEK_H * 3600}
    )
