"""Limits as their standards have them, put upon means worked out by hand."""

from decimal import Decimal

import pytest

from schemas.judgement import Outcome, Period, VerdictRow
from schemas.limits import Bound, LimitVersion
from services.rules.catalogue import CatalogueRow, Wanted, catalogue, found_rows
from services.rules.condition_words import parse, written
from services.rules.conditions import Fact, Truth, settled
from services.rules.exact import ComparisonParameters
from services.rules.exceedance import Circumstances, JudgingRules, judge
from services.rules.incineration import FIVE_POLLUTANTS, incinerator_day
from services.rules.limit_choice import judge_limits
from tests.fixtures.judging import PLAIN, mean, version

RULES = JudgingRules(comparison=ComparisonParameters(comparison_method="full"))


def only(wanted: Wanted, **fields: object) -> CatalogueRow:
    """The one row that is wanted and has these fields."""
    found = [
        row
        for row in found_rows(catalogue().values(), wanted)
        if all(getattr(row, name) == value for name, value in fields.items())
    ]
    assert len(found) == 1, [row.key for row in found]
    return found[0]


def assigned(row: CatalogueRow, limit: int = 1) -> LimitVersion:
    return version(row.bound(), limit=limit, number=limit, law=row.law())


def told(row: VerdictRow) -> tuple[Outcome, Decimal | None, bool]:
    return row.outcome, row.multiple, row.sure


def test_nitrogen_oxides_of_a_new_cement_kiln() -> None:
    """GB 4915-2013 Table 1: 400 mg/m3 at 10 % O2, hourly.

    Measured 350 at 11.6 % converts by (21 - 10) / (21 - 11.6) = 11 / 9.4 to 409.574468085;
    409.574468085 / 400 - 1 = 0.023936170.
    """
    row = only(Wanted(standard="GB 4915", code="a21002", text="Table 1 kiln"), unit_type="new")
    hour = mean("350", converted={"10": "409.574468085"})

    found = judge(hour, assigned(row), Circumstances(), RULES)

    assert told(found) == (Outcome.EXCEEDING, Decimal("0.023936170"), True)
    assert found.evidence["law"] == {
        "standard": "GB 4915-2013",
        "clause": "Table 1",
        "confidence": "high",
        "verified": True,
    }


def test_dust_of_a_coal_boiler_by_a_row_that_is_not_established() -> None:
    """GB 13223-2011 Table 1, dust 30 mg/m3 at 6 %: the figure is from memory. 31.5 / 30 - 1 = 0.05."""
    row = only(Wanted(standard="GB 13223", code="a34013", text="coal-fired"), unit_type="new")

    found = judge(mean("28", converted={"6": "31.5"}), assigned(row), Circumstances(), RULES)

    assert told(found) == (Outcome.EXCEEDING, Decimal("0.05"), False)
    assert found.doubts == ("limit_unverified",)


@pytest.mark.parametrize(
    ("temperature", "value", "expected"),
    [
        pytest.param("18", "5.5", (Outcome.EXCEEDING, Decimal("0.1"), True), id="5.5 / 5 - 1"),
        pytest.param("8", "5.5", (Outcome.COMPLIANT, Decimal("-0.3125"), True), id="5.5 / 8 - 1"),
        pytest.param(None, "5.5", (Outcome.UNKNOWN, Decimal("0.1"), True), id="not known"),
    ],
)
def test_ammonia_of_a_town_plant_of_grade_1a(
    temperature: str | None, value: str, expected: tuple[Outcome, Decimal, bool]
) -> None:
    """GB 18918-2002 Table 1: 5 (8) mg/L, the bracket at 12 C and below, daily."""
    rows = [
        row
        for row in found_rows(catalogue().values(), Wanted(standard="GB 18918", code="w21003"))
        if row.unit_type == "grade 1A"
    ]
    limits = [assigned(row, limit) for limit, row in enumerate(rows, 1)]
    facts: dict[str, Fact] = {
        "water_temperature": None if temperature is None else Decimal(temperature)
    }

    found = judge_limits(mean(value, period=Period.DAY), limits, Circumstances(facts=facts), RULES)

    assert [told(row) for row in found.verdicts] == [expected]


def test_a_boilers_limit_of_guangxi_is_settled_where_it_stands() -> None:
    """GB 13271-2014 Table 1 note 1: 550 mg/m3 in four provinces; elsewhere it cannot be assigned."""
    row = only(Wanted(standard="GB 13271", code="a21026", region="45"), clause="Table 1 note 1")
    requires = parse(row.requires)

    nanning = settled(requires, {"region": "450100", "fuel": "coal"})
    hohhot = settled(requires, {"region": "150100", "fuel": "coal"})

    assert (nanning.truth, written(nanning.rest)) == (Truth.TRUE, "fuel=coal")
    assert hohhot.truth is Truth.FALSE


def test_a_mass_rate_is_assigned_by_the_height_of_the_stack() -> None:
    """GB 16297-1996 Table 2: SO2 at 15 m, class II, 2.6 kg/h; an hour of 3.9 kg is 0.5 over."""
    rates = [
        row
        for row in found_rows(catalogue().values(), Wanted(standard="GB 16297", code="a21026"))
        if row.quantity == "rate"
    ]
    stack: dict[str, Fact] = {"stack_height": Decimal(15), "zone": "class II"}

    fitting = [row for row in rates if settled(parse(row.condition), stack).truth is Truth.TRUE]
    found = judge(mean("100", mass="3.9"), assigned(fitting[0]), Circumstances(), RULES)

    assert len(rates) > 5
    assert [row.high for row in fitting] == [Decimal("2.6")]
    assert (found.outcome, found.multiple) == (Outcome.EXCEEDING, Decimal("0.5"))


def test_the_day_of_a_household_waste_incinerator() -> None:
    """GB 18485-2014, daily at 11 %: PM 20, NOx 250, SO2 80, HCl 50, CO 80. CO of 88 is 0.1 over."""
    means = {"a34013": "12", "a21002": "250", "a21026": "41", "a21024": "8.8", "a21005": "88"}
    verdicts: dict[str, VerdictRow] = {}
    for code in FIVE_POLLUTANTS:
        wanted = Wanted(standard="GB 18485", code=code, text="new")
        row = next(
            one for one in found_rows(catalogue().values(), wanted) if one.averaging == "day"
        )
        day = mean(means[code], converted={"11": means[code]}, period=Period.DAY)
        judged = judge_limits(day, [assigned(row)], Circumstances(incinerator=True), RULES)
        verdicts[code] = judged.verdicts[0]

    outcomes = {code: verdict.outcome for code, verdict in verdicts.items()}

    assert verdicts["a21005"].multiple == Decimal("0.1")
    assert [code for code, outcome in outcomes.items() if outcome is Outcome.EXCEEDING] == [
        "a21005"
    ]
    assert incinerator_day(outcomes) is Outcome.EXCEEDING


def test_ph_of_a_general_discharge() -> None:
    """GB 8978-1996: 6 to 9; an hour at 9.4 is outside and has no multiple."""
    row = next(iter(found_rows(catalogue().values(), Wanted(standard="GB 8978", code="w01001"))))

    found = judge(mean("9.4"), assigned(row), Circumstances(), RULES)

    assert told(found) == (Outcome.EXCEEDING, None, True)
    assert found.evidence["formula"] == "9.4 > 9; 9.4 > 6"


def test_removal_of_hydrocarbons_at_a_refinery() -> None:
    """GB 31571-2015 Table 5: at least 97 %. In 100 kg, out 3.2 kg: 96.8 %, which is under."""
    row = only(Wanted(standard="GB 31571", code="a24088"), clause="Table 5", quantity="removal")

    found = judge(mean("20"), assigned(row), Circumstances(removal=Decimal("96.8")), RULES)

    assert (found.outcome, found.why) == (Outcome.EXCEEDING, "under")
    assert found.evidence["formula"] == "96.8 < 97"


@pytest.mark.parametrize(
    ("unit", "bound", "why"),
    [
        pytest.param("ngTEQ/m3", PLAIN, "units_differ", id="toxic equivalents are no mass"),
        pytest.param("mg/m3", PLAIN._replace(unit="mg/L"), "units_differ", id="gas by water"),
    ],
)
def test_units_that_cannot_be_compared_are_said(unit: str, bound: Bound, why: str) -> None:
    found = judge(mean("1"), version(bound), Circumstances(unit=unit), RULES)

    assert (found.outcome, found.why) == (Outcome.UNKNOWN, why)


def test_a_rate_of_a_day_without_any_time_due_is_unknown() -> None:
    bound = Bound("<=", None, Decimal(2), "kg/h", "rate", "day")
    row = mean("1", mass="3", period=Period.DAY)._replace(due_s=0)

    assert judge(row, version(bound), Circumstances(), RULES).why == "no_mass"


def test_facts_of_all_kinds_are_shown_as_text() -> None:
    """Built in 2004: the older plant's 1 mg/L of phosphorus holds."""
    rows = found_rows(catalogue().values(), Wanted(standard="GB 18918", code="w21011"))
    old = next(row for row in rows if row.condition.startswith("built_before"))
    facts: dict[str, Fact] = {"built": parse("built_before=2004-05-01")[0].value}  # pyright: ignore[reportAssignmentType] # a day

    found = judge_limits(
        mean("0.8", period=Period.DAY), [assigned(old)], Circumstances(facts=facts), RULES
    )

    assert [row.evidence["facts"] for row in found.verdicts] == [{"built": "2004-05-01"}]
    assert [row.outcome for row in found.verdicts] == [Outcome.COMPLIANT]
