"""Facts of conditions that only the period tells: load by its signal, mode and season as set."""

from dataclasses import replace
from decimal import Decimal

import pytest

from schemas.judgement import Outcome, Period, VerdictRow
from schemas.record import Record
from schemas.rule_settings import SettingVersion
from services.rules.judging.case import PlantDay
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.records import MAIN
from tests.fixtures.facility_days import BOILER, LOAD, SO2, set_to
from tests.fixtures.plant_days import DAY, HOUR, MINUTE, Site, bound


def site(condition: str, *settings: SettingVersion, text: str = BOILER) -> Site:
    made = Site(text, settings=list(settings))
    made.bind(SO2, bound("100")._replace(condition=condition))
    return made


def judged(case: PlantDay) -> list[VerdictRow]:
    return [row for row in judge_plant_day(case).verdicts if row.period is Period.HOUR]


def an_hour(plant: Site, load: float | None) -> PlantDay:
    return plant.day({SO2: [300.0], LOAD: [load]}, hours=1, now=DAY + 2 * HOUR)


@pytest.mark.parametrize(
    ("load", "outcomes"),
    [
        pytest.param(80.0, [Outcome.EXCEEDING], id="the condition holds"),
        pytest.param(40.0, [], id="it does not: the limit says nothing"),
        pytest.param(None, [Outcome.UNKNOWN], id="no signal"),
    ],
)
def test_a_limit_from_half_load_on_is_picked_by_the_signal(
    load: float | None, outcomes: list[Outcome]
) -> None:
    rows = judged(an_hour(site("load>=50%"), load))

    assert [row.outcome for row in rows] == outcomes


def test_the_load_of_an_hour_is_the_mean_of_its_minutes() -> None:
    """30 min at 40 %, 30 at 80 %: (30 x 40 + 30 x 80) / 60 = 60 %."""
    plant = site("load>=60%")
    case = an_hour(plant, 40.0)
    key = plant.point(LOAD), MAIN
    loads = [Record(DAY + n * MINUTE, 60, 40.0 if n < 30 else 80.0) for n in range(60)]
    recorded = replace(case.recorded, minutes={**case.recorded.minutes, key: loads})

    (row,) = judged(replace(case, recorded=recorded))

    assert row.evidence["facts"] == {"load": "60"}


@pytest.mark.parametrize(
    ("minutes", "known"), [(45, True), (44, False)], ids=["45 minutes", "44 minutes"]
)
def test_a_signal_must_cover_three_quarters(minutes: int, known: bool) -> None:  # noqa: FBT001 - a case
    plant = site("load>=50%")
    case = an_hour(plant, 80.0)
    key = plant.point(LOAD), MAIN
    loads = [*case.recorded.minutes[key][:minutes], Record(DAY + minutes * MINUTE, 60, None)]
    recorded = replace(case.recorded, minutes={**case.recorded.minutes, key: loads})

    (row,) = judged(replace(case, recorded=recorded))

    assert (row.outcome is Outcome.EXCEEDING) is known


def test_flagged_and_impossible_numbers_of_the_load_are_none() -> None:
    plant = site("load>=50%")
    case = an_hour(plant, 80.0)
    key = plant.point(LOAD), MAIN
    loads = [
        one._replace(flag="D") if n % 2 else one._replace(value=float("nan"))
        for n, one in enumerate(case.recorded.minutes[key])
    ]
    recorded = replace(case.recorded, minutes={**case.recorded.minutes, key: loads})

    (row,) = judged(replace(case, recorded=recorded))

    assert row.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("condition", "name"),
    [("season=heating", "season"), ("mode=heating", "mode")],
    ids=["season", "mode"],
)
def test_season_and_mode_are_as_somebody_set_them(condition: str, name: str) -> None:
    setting = set_to(f"fact_parameters.{name}", "heating")

    told = [judged(an_hour(site(condition, *some), 80.0)) for some in ((), (setting,))]

    assert [[row.outcome for row in rows] for rows in told] == [
        [Outcome.UNKNOWN],
        [Outcome.EXCEEDING],
    ]


def test_a_unit_that_burns_coal_by_another_word_is_judged_by_the_limit_for_coal() -> None:
    text = BOILER.replace("fuel: coal", "fuel: 煤")

    (row,) = judged(an_hour(site("fuel=coal", text=text), 80.0))

    assert (row.outcome, row.value) == (Outcome.EXCEEDING, Decimal(300))


def test_of_two_units_nobody_says_whose_load_is_meant() -> None:
    text = BOILER.replace(
        "      - {code: B1, process: coal_boiler, fuel: coal}\n",
        "      - {code: B1, process: coal_boiler}\n      - {code: B2, process: coal_boiler}\n",
    ).replace("serves: [B1 -> DA001]", "serves: [B1 -> DA001, B2 -> DA001]")

    (row,) = judged(an_hour(site("load>=50%", text=text), 80.0))

    assert row.outcome is Outcome.UNKNOWN
