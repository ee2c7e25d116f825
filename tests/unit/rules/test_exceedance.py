"""One mean against one limit: the outcome, the multiple, why, and what it rests on."""

from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Outcome, Period, VerdictRow
from schemas.limits import Bound
from schemas.water import HourlyRange
from services.rules.exact import ComparisonParameters
from services.rules.exceedance import (
    Circumstances,
    ExceedanceParameters,
    JudgingRules,
    exempted,
    judge,
    judged_period,
)
from tests.fixtures.judging import GUESSED, PLAIN, SO2, mean, version

RULES = JudgingRules(comparison=ComparisonParameters(comparison_method="full"))
NOTHING = Circumstances()
PH = Bound("between", Decimal(6), Decimal(9), "pH", "value", "instant")
REMOVAL = Bound(">=", Decimal(95), None, "%", "removal", "hour")
RATE = Bound("<=", None, Decimal("2.6"), "kg/h", "rate", "hour")


def verdict(
    value: str | None, bound: Bound = PLAIN, circumstances: Circumstances = NOTHING
) -> VerdictRow:
    return judge(mean(value), version(bound), circumstances, RULES)


def test_the_multiple_is_the_excess_by_the_limit() -> None:
    """超标倍数 n = C / limit - 1 (A03): 81.5 mg/m3 against 50 is 81.5 / 50 - 1 = 1.63 - 1 = 0.63."""
    found = verdict("81.5")

    assert (found.outcome, found.multiple, found.why) == (
        Outcome.EXCEEDING,
        Decimal("0.63"),
        "over",
    )
    assert found.evidence["formula"] == "81.5 > 50; 81.5 / 50 - 1 = 0.63"
    assert (found.sure, found.doubts) == (True, ())


def test_what_is_exactly_at_the_limit_is_not_over_it() -> None:
    assert verdict("50").outcome is Outcome.COMPLIANT
    assert verdict("50.000000001").outcome is Outcome.EXCEEDING


def test_nothing_is_rounded_before_it_is_compared() -> None:
    """Full-value comparison of GB/T 8170: 50.04 is over 50, though it would be written 50."""
    assert verdict("50.04").outcome is Outcome.EXCEEDING


def test_a_verdict_says_where_the_way_of_rounding_decides() -> None:
    """50.04 rounded to the limit's digits is 50, and not over: the method decides here."""
    found = judge(mean("50.04"), version(), NOTHING, JudgingRules())

    assert found.doubts == ("comparison_method",)
    assert judge(mean("51"), version(), NOTHING, JudgingRules()).sure


def test_the_converted_mean_of_the_limits_own_oxygen_is_judged() -> None:
    """Measured 40 converts to 60 at 3.5 % and to 45 at 9 %; the limit of 50 is at 3.5 %."""
    found = judge(mean("40", converted={"3.5": "60", "9": "45"}), version(SO2), NOTHING, RULES)

    assert (found.outcome, found.value) == (Outcome.EXCEEDING, Decimal(60))
    assert found.evidence["number"] == "converted to 3.5 % oxygen"


def test_how_the_limits_oxygen_is_written_does_not_matter() -> None:
    bound = SO2._replace(reference_oxygen=Decimal("6.00"))

    found = judge(mean("40", converted={"6": "45"}), version(bound), NOTHING, RULES)

    assert found.value == Decimal(45)


def test_a_mean_that_was_not_converted_is_unknown_and_never_compared_as_measured() -> None:
    found = judge(mean("40", converted={"9": "45"}), version(SO2), NOTHING, RULES)

    assert (found.outcome, found.value, found.why) == (Outcome.UNKNOWN, None, "not_converted")


@pytest.mark.parametrize(
    ("value", "outcome", "why"),
    [
        pytest.param("5.99", Outcome.EXCEEDING, "under", id="too acid"),
        pytest.param("6", Outcome.COMPLIANT, "within", id="lower end"),
        pytest.param("9", Outcome.COMPLIANT, "within", id="upper end"),
        pytest.param("9.01", Outcome.EXCEEDING, "over", id="too alkaline"),
    ],
)
def test_a_range_is_kept_between_its_ends_and_has_no_multiple(
    value: str, outcome: Outcome, why: str
) -> None:
    found = verdict(value, PH, Circumstances(extremes=(Decimal(value), Decimal(value))))

    assert (found.outcome, found.why, found.multiple) == (outcome, why, None)


@pytest.mark.parametrize(
    ("instants", "extremes", "outcome", "doubts"),
    [
        pytest.param("mean", ("6.5", "8.5"), Outcome.COMPLIANT, (), id="no record is outside"),
        pytest.param("mean", ("5.5", "8.5"), Outcome.COMPLIANT, (), id="set: the mean decides"),
        pytest.param("extremes", ("5.5", "8.5"), Outcome.EXCEEDING, (), id="a record decides"),
        pytest.param("extremes", None, Outcome.COMPLIANT, ("instants",), id="records not known"),
        pytest.param(
            None, ("5.5", "8.5"), Outcome.COMPLIANT, ("instants",), id="nobody has set it"
        ),
        pytest.param(None, None, Outcome.COMPLIANT, ("instants",), id="nothing is known"),
    ],
)
def test_a_limit_of_any_single_value_is_put_upon_what_a_bureau_sets(
    instants: str | None,
    extremes: tuple[str, str] | None,
    outcome: Outcome,
    doubts: tuple[str, ...],
) -> None:
    params = ExceedanceParameters.model_validate({} if instants is None else {"instants": instants})
    ends = None if extremes is None else (Decimal(extremes[0]), Decimal(extremes[1]))

    found = judge(
        mean("7"),
        version(PH),
        Circumstances(extremes=ends),
        JudgingRules(params, RULES.comparison),
    )

    assert (found.outcome, found.doubts) == (outcome, doubts)


WARMTH = Bound("<=", None, Decimal(40), "°C", "value", "instant")
EXTREMES = ExceedanceParameters(instants="extremes")


def ranged(
    extremes: tuple[str, str],
    hourly: tuple[str, str] | None,
    bound: Bound = PH,
    params: ExceedanceParameters | None = None,
    *,
    at_least: bool = False,
) -> VerdictRow:
    """The verdict on what is never averaged, by the range of its records and of its hourly values."""
    low, high = extremes
    known = Circumstances(
        extremes=(Decimal(low), Decimal(high)),
        hourly=None
        if hourly is None
        else HourlyRange(Decimal(hourly[0]), Decimal(hourly[1]), at_least),
    )
    rules = JudgingRules(params or ExceedanceParameters(), RULES.comparison)
    return judge(mean(None)._replace(at_least=at_least), version(bound), known, rules)


@pytest.mark.parametrize(
    ("extremes", "hourly", "params", "outcome", "doubts"),
    [
        pytest.param(("6.5", "9.01"), ("7", "7"), None, Outcome.COMPLIANT, ("instants",), id="one"),
        pytest.param(("6.5", "9.5"), ("7", "9.1"), None, Outcome.EXCEEDING, (), id="most of them"),
        pytest.param(("6.5", "8"), ("7", "7"), None, Outcome.COMPLIANT, (), id="none"),
        pytest.param(("6.5", "9.01"), ("7", "7"), EXTREMES, Outcome.EXCEEDING, (), id="set"),
        pytest.param(
            ("6.5", "9.01"), None, None, Outcome.EXCEEDING, ("instants",), id="no hourly values"
        ),
        pytest.param(("5", "7"), ("5.5", "7"), None, Outcome.EXCEEDING, (), id="too acid"),
    ],
)
def test_what_is_never_averaged_is_judged_by_its_hourly_values_unless_set_otherwise(
    extremes: tuple[str, str],
    hourly: tuple[str, str] | None,
    params: ExceedanceParameters | None,
    outcome: Outcome,
    doubts: tuple[str, ...],
) -> None:
    """W03: no mean, but the range of hourly or single values; which of them nobody has said."""
    found = ranged(extremes, hourly, params=params)

    assert (found.outcome, found.doubts) == (outcome, doubts)


@pytest.mark.parametrize("params", [None, EXTREMES], ids=["hourly", "extremes"])
@pytest.mark.parametrize(
    ("ends", "bound", "outcome"),
    [
        pytest.param(("35", "35"), WARMTH, Outcome.UNKNOWN, id="at its end all day"),
        pytest.param(("20", "45"), WARMTH, Outcome.AT_LEAST, id="over even so"),
        pytest.param(("5", "8"), PH, Outcome.EXCEEDING, id="the least is measured"),
        pytest.param(("5", "5"), PH, Outcome.UNKNOWN, id="the least is at its end too"),
    ],
)
def test_what_is_over_range_is_only_known_to_be_at_least_so_much(
    ends: tuple[str, str], bound: Bound, outcome: Outcome, params: ExceedanceParameters | None
) -> None:
    assert ranged(ends, ends, bound, params, at_least=True).outcome is outcome


def test_a_mass_rate_is_the_mass_of_the_hour() -> None:
    """2.73 kg in an hour against 2.6 kg/h: 2.73 / 2.6 - 1 = 1.05 - 1 = 0.05 (GB 16297)."""
    found = judge(mean("1", mass="2.73"), version(RATE), NOTHING, RULES)

    assert (found.outcome, found.value, found.multiple) == (
        Outcome.EXCEEDING,
        Decimal("2.73"),
        Decimal("0.05"),
    )


def test_a_mass_rate_of_a_day_is_by_its_hours() -> None:
    """60 kg in 24 h is 2.5 kg/h, within 2.6."""
    bound = RATE._replace(averaging="day")

    found = judge(mean("1", mass="60", period=Period.DAY), version(bound), NOTHING, RULES)

    assert (found.outcome, found.value) == (Outcome.COMPLIANT, Decimal("2.5"))


@pytest.mark.parametrize(
    ("removal", "outcome", "why"),
    [
        pytest.param("95", Outcome.COMPLIANT, "within", id="as much as is wanted"),
        pytest.param("94.9", Outcome.EXCEEDING, "under", id="less"),
        pytest.param(None, Outcome.UNKNOWN, "no_removal", id="not known"),
    ],
)
def test_a_removal_is_at_least_what_is_wanted(
    removal: str | None, outcome: Outcome, why: str
) -> None:
    known = Circumstances(removal=None if removal is None else Decimal(removal))

    found = verdict("1", REMOVAL, known)

    assert (found.outcome, found.why, found.multiple) == (outcome, why, None)


def test_without_a_mass_a_rate_is_unknown() -> None:
    assert verdict("1", RATE).why == "no_mass"


@pytest.mark.parametrize(
    ("value", "bound", "outcome"),
    [
        pytest.param("60", PLAIN, Outcome.AT_LEAST, id="over even so"),
        pytest.param("40", PLAIN, Outcome.UNKNOWN, id="the truth may be over"),
        pytest.param("5", PH, Outcome.UNKNOWN, id="under, the truth may be within"),
        pytest.param("7", PH, Outcome.UNKNOWN, id="within a range, the truth may be over it"),
    ],
)
def test_an_over_range_mean_is_at_least_what_it_reads(
    value: str, bound: Bound, outcome: Outcome
) -> None:
    row = mean(value)._replace(at_least=True)

    found = judge(row, version(bound), NOTHING, RULES)

    assert found.outcome is outcome


@pytest.mark.parametrize(
    ("removal", "outcome"),
    [
        pytest.param("96", Outcome.COMPLIANT, id="enough even so"),
        pytest.param("90", Outcome.UNKNOWN, id="the truth may be enough"),
    ],
)
def test_a_lower_limit_is_kept_by_what_is_at_least_enough(removal: str, outcome: Outcome) -> None:
    row = mean("1")._replace(at_least=True)

    found = judge(row, version(REMOVAL), Circumstances(removal=Decimal(removal)), RULES)

    assert found.outcome is outcome


@pytest.mark.parametrize(
    ("value", "valid_s", "reasons", "outcome"),
    [
        pytest.param(None, 0, {}, Outcome.NO_DATA, id="nothing came"),
        pytest.param(None, 0, {"missing": 3600}, Outcome.NO_DATA, id="all of it is missing"),
        pytest.param(None, 0, {"missing": 3000, "flag": 600}, Outcome.INVALID, id="refused"),
        pytest.param("70", 1200, {"missing": 2400}, Outcome.INVALID, id="not enough"),
    ],
)
def test_a_period_without_a_valid_mean_is_not_compliant_and_not_over(
    value: str | None, valid_s: int, reasons: dict[str, int], outcome: Outcome
) -> None:
    row = mean(value)._replace(valid=False, valid_s=valid_s, evidence={"not_valid_s": reasons})

    found = judge(row, version(law=GUESSED), NOTHING, RULES)

    assert (found.outcome, found.value, found.multiple) == (outcome, None, None)
    assert found.sure


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        pytest.param({"results": {"invalid": 1, "missing": 11}}, Outcome.INVALID, id="at fault"),
        pytest.param({"results": {"check": 12}}, Outcome.INVALID, id="standard samples alone"),
        pytest.param({"results": {"no_flow": 12}}, Outcome.INVALID, id="still water alone"),
        pytest.param({"results": {"invalid": 0, "missing": 12}}, Outcome.NO_DATA, id="none came"),
        pytest.param({"device": {"valid": False}}, Outcome.INVALID, id="an hour record at fault"),
        pytest.param(
            {"not_valid_s": {"missing": 3600}, "device": {"valid": False}},
            Outcome.INVALID,
            id="an hour record at fault and no minutes",
        ),
    ],
)
def test_what_was_sent_and_refused_is_invalid_and_not_absent(
    evidence: dict[str, object], outcome: Outcome
) -> None:
    row = mean(None)._replace(valid=False, valid_s=0, evidence=evidence)

    assert judge(row, version(PLAIN), NOTHING, RULES).outcome is outcome


def test_nothing_is_judged_while_nothing_is_emitted() -> None:
    found = verdict("70", PLAIN, Circumstances(stopped=True))

    assert (found.outcome, found.why, found.value) == (Outcome.STOPPED, "stopped", None)


def test_a_verdict_is_as_sure_as_its_limit_and_its_mean() -> None:
    row = mean("70")._replace(evidence={"doubts": ["converted_from"]})
    known = Circumstances(doubts=("oxygen",), limit_doubts={1: ("unread",), 2: ("other",)})

    found = judge(row, version(law=GUESSED), known, RULES)

    assert found.doubts == ("converted_from", "oxygen", "limit_unverified", "unread")
    assert not found.sure


@pytest.mark.parametrize(
    ("unit", "value", "outcome"),
    [
        pytest.param("mg/m3", "60", Outcome.EXCEEDING, id="the same"),
        pytest.param("ug/m3", "60000", Outcome.EXCEEDING, id="60 000 ug are 60 mg"),
        pytest.param("ug/m3", "40000", Outcome.COMPLIANT, id="40 000 ug are 40 mg"),
        pytest.param("ng/m3", "60000000", Outcome.EXCEEDING, id="60 000 000 ng are 60 mg"),
        pytest.param("ppm", "60", Outcome.UNKNOWN, id="no concentration by mass"),
        pytest.param("mg/L", "60", Outcome.UNKNOWN, id="of something else"),
    ],
)
def test_concentrations_are_compared_in_the_limits_unit(
    unit: str, value: str, outcome: Outcome
) -> None:
    assert verdict(value, PLAIN, Circumstances(unit=unit)).outcome is outcome


@pytest.mark.parametrize(
    ("averaging", "period"),
    [
        pytest.param("hour", Period.HOUR, id="stacks"),
        pytest.param("day", Period.DAY, id="water and incineration"),
        pytest.param("month", Period.MONTH, id="month"),
        pytest.param("instant", Period.HOUR, id="any single value"),
        pytest.param("sample", None, id="laboratory"),
    ],
)
def test_the_limits_averaging_says_which_mean_is_judged(
    averaging: str, period: Period | None
) -> None:
    assert judged_period(averaging) is period  # pyright: ignore[reportArgumentType] # by table


def test_a_withdrawn_limit_cannot_judge() -> None:
    with pytest.raises(ValueError, match="withdraws it"):
        judge(mean("70"), version(None), NOTHING, RULES)


@pytest.mark.parametrize(
    ("value", "claim", "outcome"),
    [
        pytest.param("70", "none", Outcome.EXCEEDING, id="marks that exempt nothing"),
        pytest.param("70", "claimed", Outcome.CLAIMED, id="nobody has looked"),
        pytest.param("70", "exempt", Outcome.EXEMPT, id="accepted"),
        pytest.param("40", "exempt", Outcome.COMPLIANT, id="within needs no exemption"),
        pytest.param(None, "exempt", Outcome.UNKNOWN, id="unknown stays unknown"),
    ],
)
def test_marks_exempt_exceedances_and_nothing_else(
    value: str | None, claim: str, outcome: Outcome
) -> None:
    found = verdict(value)

    after = exempted(found, claim, "start_up", [4, 5], ["partial_day"])  # pyright: ignore[reportArgumentType] # by table

    assert after.outcome is outcome
    was_over = found.outcome is Outcome.EXCEEDING
    assert ("partial_day" in after.doubts) is was_over
    assert ("exemption" in after.evidence) is was_over
    assert after.value == found.value


def test_the_evidence_can_be_kept_as_json_and_shows_the_law() -> None:
    found = verdict("81.5")

    kept = orjson.loads(orjson.dumps(dict(found.evidence)))

    assert kept["law"] == {
        "standard": "GB 13271-2014",
        "clause": "Table 3",
        "confidence": "high",
        "verified": True,
    }
    assert kept["limit"]["high"] == "50"
    assert kept["mean"] == {
        "source": "computed",
        "valid_s": 3600,
        "due_s": 3600,
        "at_least": False,
    }


values = st.decimals(0, 1000, places=3)


@given(values, values)
def test_a_greater_value_is_never_less_over(one: Decimal, other: Decimal) -> None:
    low, high = sorted([one, other])

    outcomes = [judge(mean(str(each)), version(), NOTHING, RULES) for each in (low, high)]

    assert not (
        outcomes[0].outcome is Outcome.EXCEEDING and outcomes[1].outcome is Outcome.COMPLIANT
    )
    assert (outcomes[0].multiple or 0) <= (outcomes[1].multiple or 0)


@given(values)
def test_over_range_takes_back_compliance_and_never_gives_it(value: Decimal) -> None:
    plain = judge(mean(str(value)), version(), NOTHING, RULES).outcome
    at_least = judge(mean(str(value))._replace(at_least=True), version(), NOTHING, RULES).outcome

    assert (plain, at_least) in {
        (Outcome.COMPLIANT, Outcome.UNKNOWN),
        (Outcome.EXCEEDING, Outcome.AT_LEAST),
    }


@pytest.mark.parametrize(
    ("value", "outcome", "times", "formula"),
    [
        pytest.param("50.4", Outcome.COMPLIANT, 0, "50.4 -> 50 = 50; 50 / 50 - 1 = 0", id="within"),
        pytest.param(
            "50.6",
            Outcome.EXCEEDING,
            Decimal("0.02"),
            "50.6 -> 51 > 50; 51 / 50 - 1 = 0.02",
            id="over",
        ),
        pytest.param("50", Outcome.COMPLIANT, 0, "50 = 50; 50 / 50 - 1 = 0", id="nothing to round"),
    ],
)
def test_the_rounded_value_is_shown_where_it_is_compared(
    value: str, outcome: Outcome, times: Decimal, formula: str
) -> None:
    """GB/T 8170: 50.4 is rounded to 50, which is not over 50 and has no positive multiple."""
    rules = JudgingRules(comparison=ComparisonParameters(comparison_method="rounded"))

    found = judge(mean(value), version(), Circumstances(), rules)

    assert (found.outcome, found.value, found.multiple) == (outcome, Decimal(value), times)
    assert found.evidence["formula"] == formula
    assert found.evidence["comparison_method"] == "rounded"


@pytest.mark.parametrize(
    ("hours", "outcome", "value"),
    [
        pytest.param(20, Outcome.EXCEEDING, Decimal(10), id="200 kg in 20 known hours: 10 kg/h"),
        pytest.param(24, Outcome.COMPLIANT, Decimal("8.333333333"), id="200 kg in 24 hours"),
    ],
)
def test_a_days_rate_is_that_of_the_hours_whose_mass_is_known(
    hours: int, outcome: Outcome, value: Decimal
) -> None:
    """Limit 9 kg/h: what 4 hours without a mass emitted nobody knows; it is not 0."""
    bound = Bound("<=", None, Decimal(9), "kg/h", "rate", "day")
    row = mean("1", mass="200", period=Period.DAY)._replace(evidence={"mass_hours": hours})

    found = judge(row, version(bound), Circumstances(), JudgingRules())

    assert (found.outcome, found.value) == (outcome, value)


def test_a_day_with_too_few_masses_has_no_rate() -> None:
    bound = Bound("<=", None, Decimal(9), "kg/h", "rate", "day")
    known = {"mass_hours": 3, "mass_enough": False}
    row = mean("1", mass="200", period=Period.DAY)._replace(evidence=known)

    found = judge(row, version(bound), Circumstances(), JudgingRules())

    assert (found.outcome, found.why) == (Outcome.UNKNOWN, "no_mass")
