"""The language of conditions: what can be written, and what follows from what is known."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.condition_words import NAMES, ConditionError, names_read, parse, written
from services.rules.conditions import (
    ConditionBinding,
    Fact,
    Settled,
    Truth,
    facts_from,
    settled,
    surely_one,
    truth_of,
)


@pytest.mark.parametrize(
    ("text", "plainest"),
    [
        pytest.param("", "", id="none"),
        pytest.param("  ", "", id="blank"),
        pytest.param("water_temperature>12", "water_temperature>12", id="number"),
        pytest.param(" water_temperature > 12.0 ℃ ", "water_temperature>12", id="with its unit"),
        pytest.param("stack_height=15m;zone=class II", "stack_height=15m;zone=class II", id="two"),
        pytest.param(
            "stack_height = 15 ; zone= class II", "stack_height=15m;zone=class II", id="air"
        ),
        pytest.param("built_before=2006-01-01", "built_before=2006-01-01", id="day"),
        pytest.param("fuel=coal | coke", "fuel=coal|coke", id="any of"),
        pytest.param("load>=50%", "load>=50%", id="share"),
        pytest.param("season!=heating", "season!=heating", id="not"),
        pytest.param("region=45|5001", "region=45|5001", id="regions"),
    ],
)
def test_a_condition_is_read_and_written_again(text: str, plainest: str) -> None:
    assert written(parse(text)) == plainest
    assert parse(plainest) == parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("warm water", "write NAME, a comparison and a value", id="no term"),
        pytest.param("water_temperature>", "write NAME, a comparison and a value", id="no value"),
        pytest.param("zone=class II;", "write NAME, a comparison and a value", id="empty term"),
        pytest.param("temperature>12", "write one of water_temperature, stack_height", id="name"),
        pytest.param("water_temperature>warm", "for instance water_temperature>12", id="number"),
        pytest.param("water_temperature>NaN", "for instance water_temperature>12", id="no number"),
        pytest.param("stack_height=15 feet", "for instance stack_height=15m", id="other unit"),
        pytest.param("built_before=2006", "for instance built_before=2006-01-01", id="day"),
        pytest.param("built_before>2006-01-01", "write =, for instance", id="comparison of days"),
        pytest.param("zone>class II", "write = or !=", id="comparison of texts"),
        pytest.param("fuel=coal||coke", "one of 'coal||coke' is empty", id="empty text"),
        pytest.param("region=Guangxi", "GB/T 2260 codes", id="region"),
        pytest.param("region=450", "GB/T 2260 codes", id="three digits"),
    ],
)
def test_what_cannot_be_read_says_what_to_write(text: str, said: str) -> None:
    with pytest.raises(ConditionError) as error:
        parse(text)

    assert said in str(error.value)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_every_name_can_be_read(name: str) -> None:
    assert [term.name for term in parse(NAMES[name].example)] == [name]


@pytest.mark.parametrize(
    ("condition", "facts", "truth"),
    [
        pytest.param("", {}, Truth.TRUE, id="no condition"),
        pytest.param("water_temperature>12", {"water_temperature": 13}, Truth.TRUE, id="over"),
        pytest.param("water_temperature>12", {"water_temperature": 12}, Truth.FALSE, id="equal"),
        pytest.param("water_temperature<=12", {"water_temperature": 12}, Truth.TRUE, id="at most"),
        pytest.param("water_temperature>12", {"water_temperature": None}, Truth.UNKNOWN, id="None"),
        pytest.param("water_temperature>12", {}, Truth.UNKNOWN, id="nobody says"),
        pytest.param("fuel=coal|coke", {"fuel": "Coke"}, Truth.TRUE, id="any, in any case"),
        pytest.param("fuel!=coal", {"fuel": "gas"}, Truth.TRUE, id="not"),
        pytest.param(
            "built_before=2006-01-01", {"built": date(2005, 12, 31)}, Truth.TRUE, id="old"
        ),
        pytest.param("built_before=2006-01-01", {"built": date(2006, 1, 1)}, Truth.FALSE, id="new"),
        pytest.param("built_from=2006-01-01", {"built": date(2006, 1, 1)}, Truth.TRUE, id="from"),
        pytest.param("region=45", {"region": "450102"}, Truth.TRUE, id="lies in it"),
        pytest.param("region=450000", {"region": "4501"}, Truth.TRUE, id="province in six digits"),
        pytest.param("region=45", {"region": "150100"}, Truth.FALSE, id="lies elsewhere"),
        pytest.param("region=4501", {"region": "45"}, Truth.UNKNOWN, id="only the province known"),
        pytest.param("region!=45", {"region": "15"}, Truth.TRUE, id="not there"),
        pytest.param("load>=50%;fuel=coal", {"load": 40}, Truth.FALSE, id="false beats unknown"),
        pytest.param("load>=50%;fuel=coal", {"load": 60}, Truth.UNKNOWN, id="unknown beats true"),
        pytest.param(
            "load>=50%;fuel=coal", {"load": 60, "fuel": "coal"}, Truth.TRUE, id="both hold"
        ),
        pytest.param("load<50", {"load": 50}, Truth.FALSE, id="under"),
        pytest.param("load=50", {"load": 50}, Truth.TRUE, id="equals"),
        pytest.param("load!=50", {"load": 50}, Truth.FALSE, id="differs"),
    ],
)
def test_a_condition_is_true_false_or_unknown(
    condition: str, facts: dict[str, int | str | date | None], truth: Truth
) -> None:
    known: dict[str, Fact] = {
        name: Decimal(fact) if isinstance(fact, int) else fact for name, fact in facts.items()
    }

    assert truth_of(parse(condition), known) is truth


def test_a_fact_of_the_wrong_kind_is_an_error_and_not_unknown() -> None:
    with pytest.raises(ConditionError, match="bind water_temperature to what gives one"):
        truth_of(parse("water_temperature>12"), {"water_temperature": "warm"})


def test_a_binding_says_which_reading_tells_a_fact() -> None:
    bindings = [ConditionBinding("water_temperature", (3, "w01010")), ConditionBinding("fuel", 4)]

    facts = facts_from(bindings, {(3, "w01010"): Decimal("11.5")})

    assert facts == {"water_temperature": Decimal("11.5"), "fuel": None}


def test_names_read_are_the_facts_it_needs() -> None:
    assert names_read(parse("built_before=2006-01-01;fuel=coal")) == {"built", "fuel"}


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        pytest.param(
            {"stack_height": Decimal(15), "zone": "class II"},
            Settled(Truth.TRUE, parse("load>50"), ()),
            id="holds, and the load may still vary",
        ),
        pytest.param(
            {"stack_height": Decimal(20)}, Settled(Truth.FALSE, parse("load>50"), ()), id="not this"
        ),
        pytest.param(
            {"zone": "class II", "load": Decimal(60)},
            Settled(Truth.UNKNOWN, parse("load>50"), ("stack_height",)),
            id="somebody must say how high it is",
        ),
    ],
)
def test_what_never_changes_is_settled_when_a_limit_is_assigned(
    facts: dict[str, Fact], found: Settled
) -> None:
    assert settled(parse("stack_height=15m;load>50;zone=class II"), facts) == found


@pytest.mark.parametrize(
    ("conditions", "sure"),
    [
        pytest.param(["water_temperature>12", "water_temperature<=12"], True, id="no gap"),
        pytest.param(["water_temperature>12", "water_temperature<12"], False, id="12 itself"),
        pytest.param(["load>=50", "load<50", "load<20"], True, id="one too many"),
        pytest.param(["load>80", "load<20"], False, id="a gap between"),
        pytest.param(["load>50"], False, id="one half"),
        pytest.param(["fuel=coal", "fuel=gas"], False, id="there are other fuels"),
        pytest.param(["fuel=coal", ""], True, id="one without condition"),
        pytest.param(["built_before=2006-01-01", "built_from=2006-01-01"], True, id="days"),
        pytest.param(["built_before=2006-01-01", "built_from=2007-01-01"], False, id="days, gap"),
        pytest.param(["load>50", "water_temperature<=50"], False, id="different names"),
        pytest.param(["load>50;fuel=coal", "load<=50"], False, id="bound to something else"),
        pytest.param(["load!=50", "load=50"], True, id="not and equal"),
        pytest.param([], False, id="nothing"),
    ],
)
def test_whether_one_of_several_surely_holds(conditions: list[str], *, sure: bool) -> None:
    assert surely_one([parse(text) for text in conditions]) is sure


comparisons = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
numbers = st.decimals(-5, 5, places=1)


@given(st.lists(st.tuples(comparisons, numbers), min_size=1, max_size=4), numbers)
def test_if_one_surely_holds_then_at_every_number_one_does(
    terms: list[tuple[str, Decimal]], number: Decimal
) -> None:
    conditions = [parse(f"load{comparison}{value}") for comparison, value in terms]

    holding = [truth_of(one, {"load": number}) is Truth.TRUE for one in conditions]

    assert any(holding) or not surely_one(conditions)


@given(st.lists(st.tuples(comparisons, numbers), min_size=1, max_size=4))
def test_what_is_unknown_of_nothing_known_is_never_taken_for_true_or_false(
    terms: list[tuple[str, Decimal]],
) -> None:
    condition = parse(";".join(f"load{comparison}{value}" for comparison, value in terms))

    assert truth_of(condition, {}) is Truth.UNKNOWN
    assert parse(written(condition)) == condition
