"""Several limits of a point: each judged, and an unknown condition picks neither."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import MeanRow, Outcome, Period, VerdictRow
from schemas.limits import Bound, LimitVersion
from services.rules.conditions import Fact
from services.rules.exact import ComparisonParameters
from services.rules.exceedance import Circumstances, ExceedanceParameters, JudgingRules
from services.rules.limit_choice import judge_limits
from tests.fixtures.judging import PLAIN, READ, SO2, mean, version

RULES = JudgingRules(comparison=ComparisonParameters(comparison_method="full"))
NH3 = Bound("<=", None, Decimal(5), "mg/L", "concentration", "day", None, "water_temperature>12")
COLD = NH3._replace(high=Decimal(8), condition="water_temperature<=12")
NH3_LIMITS = [version(NH3, limit=1), version(COLD, limit=2, number=2)]


def judged(
    limits: list[LimitVersion], row: MeanRow, facts: dict[str, Fact] | None = None
) -> list[VerdictRow]:
    return list(judge_limits(row, limits, Circumstances(facts=facts or {}), RULES).verdicts)


def told(rows: list[VerdictRow]) -> list[tuple[int, Outcome]]:
    return [(row.limit, row.outcome) for row in rows]


@pytest.mark.parametrize(
    ("temperature", "value", "expected"),
    [
        pytest.param("15", "6", [(1, Outcome.EXCEEDING)], id="warm: 6 > 5"),
        pytest.param("10", "6", [(2, Outcome.COMPLIANT)], id="cold: 6 <= 8"),
        pytest.param("12", "6", [(2, Outcome.COMPLIANT)], id="12 is cold"),
        pytest.param(None, "9", [(2, Outcome.EXCEEDING)], id="unknown, over the lenient: 9 > 8"),
        pytest.param(None, "6", [(1, Outcome.UNKNOWN)], id="unknown, between: 5 < 6 <= 8"),
        pytest.param(None, "4", [(1, Outcome.COMPLIANT)], id="unknown, within the strict: 4 <= 5"),
    ],
)
def test_ammonia_is_judged_by_the_waters_temperature(
    temperature: str | None, value: str, expected: list[tuple[int, Outcome]]
) -> None:
    """GB 18918 grade 1A, w21003: 5 mg/L above 12 C, 8 mg/L at 12 C and below."""
    facts: dict[str, Fact] = {
        "water_temperature": None if temperature is None else Decimal(temperature)
    }

    found = judged(NH3_LIMITS, mean(value, period=Period.DAY), facts)

    assert told(found) == expected
    assert found[0].sure


def test_the_multiple_under_an_unknown_condition_is_that_of_the_lenient_limit() -> None:
    """9 mg/L: by the lenient limit 9 / 8 - 1 = 0.125, and not 9 / 5 - 1 = 0.8."""
    found = judged(NH3_LIMITS, mean("9", period=Period.DAY))

    assert found[0].multiple == Decimal("0.125")


def test_a_verdict_under_an_unknown_condition_shows_what_each_limit_would_say() -> None:
    found = judged(NH3_LIMITS, mean("6", period=Period.DAY))[0]

    assert found.why == "condition_unknown"
    assert found.evidence["facts"] == {"water_temperature": None}
    assert found.evidence["candidates"] == [
        {
            "limit": 1,
            "version": 1,
            "condition": "water_temperature>12",
            "outcome": "exceeding",
            "formula": "6 > 5; 6 / 5 - 1 = 0.2",
        },
        {
            "limit": 2,
            "version": 2,
            "condition": "water_temperature<=12",
            "outcome": "compliant",
            "formula": "6 < 8; 6 / 8 - 1 = -0.25",
        },
    ]


def test_a_verdict_under_a_known_condition_shows_the_fact() -> None:
    found = judged(NH3_LIMITS, mean("6", period=Period.DAY), {"water_temperature": Decimal("15.0")})

    assert found[0].evidence["facts"] == {"water_temperature": "15"}


def test_limits_that_give_no_verdict_are_named_with_the_reason() -> None:
    hourly = version(PLAIN, limit=3)
    warm = Circumstances(facts={"water_temperature": Decimal(15)})

    known = judge_limits(mean("6", period=Period.DAY), [*NH3_LIMITS, hourly], warm, RULES)
    unknown = judge_limits(mean("6", period=Period.DAY), NH3_LIMITS, Circumstances(), RULES)

    assert {(one.version.limit, one.why) for one in known.idle} == {
        (2, "condition_false"),
        (3, "other_period"),
    }
    assert [(one.version.limit, one.why) for one in unknown.idle] == [(2, "spoken_for")]


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        pytest.param("60", Outcome.UNKNOWN, id="it may not bind"),
        pytest.param("40", Outcome.COMPLIANT, id="kept whether it binds or not"),
    ],
)
def test_a_single_limit_of_unknown_condition_can_be_kept_and_not_broken(
    value: str, outcome: Outcome
) -> None:
    limits = [version(PLAIN._replace(condition="fuel=coal"))]

    assert told(judged(limits, mean(value))) == [(1, outcome)]


def test_beside_a_limit_that_binds_an_uncertain_one_is_not_broken() -> None:
    """50 binds in any case; 35 only with coal, and nobody says what is burnt: 40 keeps the first."""
    strict = PLAIN._replace(high=Decimal(35), condition="fuel=coal")

    found = judged([version(), version(strict, limit=2)], mean("40"))

    assert told(found) == [(1, Outcome.COMPLIANT), (2, Outcome.UNKNOWN)]


def test_where_conditions_may_leave_a_gap_an_exceedance_of_all_is_doubted() -> None:
    coal, oil = (PLAIN._replace(condition=f"fuel={fuel}") for fuel in ("coal", "oil"))

    found = judged([version(coal), version(oil, limit=2)], mean("60"))

    assert [row.outcome for row in found] == [Outcome.EXCEEDING]
    assert found[0].doubts == ("conditions_incomplete",)


def test_limits_with_different_oxygen_are_compared_by_their_multiples() -> None:
    """Coal: 50 at 3.5 %, read 60, 0.2 over. Oil: 100 at 9 %, read 150, 0.5 over. Coal is lenient."""
    coal = SO2._replace(condition="fuel=coal")
    oil = SO2._replace(condition="fuel=oil", high=Decimal(100), reference_oxygen=Decimal(9))

    found = judged(
        [version(coal), version(oil, limit=2)], mean("1", converted={"3.5": "60", "9": "150"})
    )

    assert (found[0].limit, found[0].multiple) == (1, Decimal("0.2"))


def test_if_one_of_the_numbers_is_missing_nothing_is_known() -> None:
    coal = SO2._replace(condition="fuel=coal")
    oil = SO2._replace(condition="fuel=oil", high=Decimal(100), reference_oxygen=Decimal(9))

    found = judged([version(coal), version(oil, limit=2)], mean("1", converted={"9": "50"}))

    assert [row.outcome for row in found] == [Outcome.UNKNOWN]


def test_lower_limits_are_strict_where_they_are_high() -> None:
    """At least 95 % or at least 97 %, by mode: 96 % is between them; 94 % keeps neither."""
    low = Bound(">=", Decimal(95), None, "%", "removal", "hour", None, "load<50")
    strict = low._replace(low=Decimal(97), condition="load>=50")
    limits = [version(low), version(strict, limit=2)]

    between = judge_limits(mean("1"), limits, Circumstances(removal=Decimal(96)), RULES)
    neither = judge_limits(mean("1"), limits, Circumstances(removal=Decimal(94)), RULES)

    assert told(list(between.verdicts)) == [(2, Outcome.UNKNOWN)]
    assert told(list(neither.verdicts)) == [(1, Outcome.EXCEEDING)]


def test_at_zero_the_strict_limit_still_carries_the_verdict() -> None:
    """0 / 5 - 1 = 0 / 8 - 1 = -1: the multiples are equal, the limits are not."""
    found = judged(NH3_LIMITS[::-1], mean("0", period=Period.DAY))

    assert told(found) == [(1, Outcome.COMPLIANT)]


def test_limits_of_several_laws_are_each_judged() -> None:
    permit = version(PLAIN._replace(high=Decimal(35)), limit=2, law=READ._replace(origin="permit"))

    assert told(judged([version(), permit], mean("40"))) == [
        (1, Outcome.COMPLIANT),
        (2, Outcome.EXCEEDING),
    ]


def test_a_condition_that_cannot_be_read_is_unknown_and_said() -> None:
    found = judged([version(PLAIN._replace(condition="warm"))], mean("60"))

    assert told(found) == [(1, Outcome.UNKNOWN)]
    assert found[0].doubts == ("condition_unreadable",)


def test_a_period_without_data_has_one_verdict_whatever_the_condition() -> None:
    row = mean(None, period=Period.DAY)._replace(valid=False, valid_s=0)

    assert told(judged(NH3_LIMITS, row)) == [(1, Outcome.NO_DATA)]


@pytest.mark.parametrize(
    ("hours", "idle", "verdicts"),
    [
        pytest.param("warning", ["hour_is_warning"], [], id="Order 10: the day decides"),
        pytest.param("exceedance", [], [Outcome.EXCEEDING], id="set otherwise"),
    ],
)
def test_hours_of_household_waste_incineration_are_no_exceedance(
    hours: str, idle: list[str], verdicts: list[Outcome]
) -> None:
    """MEE Order 10 art 6: the daily mean; GB 18485 hourly means serve as warning."""
    params = ExceedanceParameters.model_validate({"incineration_hours": hours})
    rules = JudgingRules(params, RULES.comparison)

    burning = Circumstances(incinerator=True, facts={"code": "a21026"})

    found = judge_limits(mean("60"), [version()], burning, rules)

    assert [one.why for one in found.idle] == idle
    assert [row.outcome for row in found.verdicts] == verdicts


def test_other_pollutants_of_an_incinerator_keep_their_hourly_limits() -> None:
    """Order 10 is about five pollutants; ammonia (a21001) of a permit is none of them."""
    burning = Circumstances(incinerator=True, facts={"code": "a21001"})

    found = judge_limits(mean("60"), [version()], burning, RULES)

    assert told(list(found.verdicts)) == [(1, Outcome.EXCEEDING)]


def test_the_day_of_an_incinerator_is_judged() -> None:
    daily = version(PLAIN._replace(averaging="day"))

    found = judge_limits(
        mean("60", period=Period.DAY), [daily], Circumstances(incinerator=True), RULES
    )

    assert told(list(found.verdicts)) == [(1, Outcome.EXCEEDING)]


def test_a_withdrawn_limit_says_nothing() -> None:
    found = judge_limits(mean("60"), [version(None)], Circumstances(), RULES)

    assert found == ((), ())


temperatures = st.one_of(st.none(), st.decimals(-5, 40, places=1))
values = st.decimals(0, 12, places=1)


@given(values, st.decimals(-5, 40, places=1))
def test_what_is_told_without_the_temperature_stays_true_with_it(
    value: Decimal, temperature: Decimal
) -> None:
    row = mean(str(value), period=Period.DAY)
    before = judged(NH3_LIMITS, row)[0].outcome
    after = judged(NH3_LIMITS, row, {"water_temperature": temperature})[0].outcome

    assert before in {after, Outcome.UNKNOWN}


@given(values, temperatures, st.permutations(NH3_LIMITS))
def test_the_order_of_limits_does_not_matter(
    value: Decimal, temperature: Decimal | None, limits: list[LimitVersion]
) -> None:
    row = mean(str(value), period=Period.DAY)
    facts: dict[str, Fact] = {"water_temperature": temperature}

    assert told(judged(limits, row, facts)) == told(judged(NH3_LIMITS, row, facts))
