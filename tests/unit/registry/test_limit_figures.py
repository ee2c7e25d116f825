"""The figure of a limit and the law it stands in, as people state them over what was before."""

from decimal import Decimal

import pytest

from schemas.limits import Bound
from services.registry.limit_tables import manner
from services.rules.catalogue import CatalogueRow, catalogue
from services.rules.limit_acts import figure
from services.rules.limit_figures import Figures, quantity_of, stated_bound, stated_law
from tests.fixtures.limits import PERMIT, bound

FULL = Figures(
    high=Decimal(35),
    unit="mg/m3",
    averaging="hour",
    reference_oxygen=Decimal(6),
    origin="permit",
    standard="PERMIT-1",
    clause="表5",
)


def test_figures_stated_in_full_are_a_bound_and_a_law() -> None:
    found, wrong = stated_bound(FULL, None)
    law, unlawful = stated_law(FULL, None)

    assert wrong == unlawful == []
    assert found == bound("35")
    assert (law.origin, law.standard, law.clause, law.verified) == (
        *("permit", "PERMIT-1", "表5"),
        False,
    )
    assert law.confidence == "medium"


def test_a_new_number_alone_leaves_all_else_as_it_was_but_is_not_verified() -> None:
    stated = Figures(high=Decimal(20))

    found, wrong = stated_bound(stated, bound("35"))
    law, _ = stated_law(stated, PERMIT)

    assert wrong == []
    assert found == bound("20")
    assert (law.standard, law.verified, law.source) == ("PERMIT-1", False, "")


def test_another_source_of_the_same_number_changes_the_law_alone() -> None:
    stated = Figures(clause="表6")

    assert stated_bound(stated, bound("35")) == (bound("35"), [])
    assert stated_law(stated, PERMIT)[0] == PERMIT._replace(clause="表6")


def test_a_concentration_below_nought_is_no_limit() -> None:
    _, wrong = stated_bound(Figures(high=Decimal(-5)), bound("35"))

    assert wrong == ["-5 is no limit 限值: a concentration, a rate or a share is never below 0"]


def test_an_oxygen_of_nought_clears_it() -> None:
    found, wrong = stated_bound(Figures(reference_oxygen=Decimal(0)), bound("35"))

    assert found.reference_oxygen is None
    assert wrong == []


@pytest.mark.parametrize(
    ("low", "high", "comparator"),
    [
        pytest.param(None, "9", "<=", id="at most"),
        pytest.param("6", None, ">=", id="at least"),
        pytest.param("6", "9", "between", id="range"),
    ],
)
def test_the_ends_given_say_how_it_is_compared(
    low: str | None, high: str | None, comparator: str
) -> None:
    stated = Figures(
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        unit="pH",
        averaging="day",
    )

    found, wrong = stated_bound(stated, None)

    assert wrong == []
    assert (found.comparator, found.quantity) == (comparator, "value")


WRONG = {
    "nothing": (Figures(), "no figure"),
    "backwards": (Figures(low=Decimal(9), high=Decimal(6)), "must lie under"),
    "no number": (Figures(high=Decimal("NaN")), "infinity and NaN"),
    "no unit": (Figures(high=Decimal(1), averaging="day"), "no unit"),
    "unknown unit": (Figures(high=Decimal(1), unit="mg/m4"), "mg/m4 is no unit"),
    "no averaging": (Figures(high=Decimal(1), unit="mg/m3"), "no averaging"),
    "another averaging": (Figures(averaging="week"), "no averaging"),
    "too much oxygen": (Figures(reference_oxygen=Decimal(21)), "between 0 and 21"),
    "condition": (Figures(condition="moon=full"), "'moon' is not known"),
    "quantity": (Figures(quantity="much"), "much is no quantity"),
}


@pytest.mark.parametrize(("figures", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_what_is_no_limit_is_a_sentence(figures: Figures, sentence: str) -> None:
    _, wrong = stated_bound(figures, None)

    assert any(sentence in one for one in wrong), wrong


def test_a_law_has_an_origin_and_a_place_and_is_verified_by_a_document() -> None:
    _, nothing = stated_law(Figures(), None)
    _, unread = stated_law(Figures(origin="permit", standard="P", verified=True), None)
    _, unsure = stated_law(Figures(origin="permit", standard="P", confidence="some"), None)

    assert len(nothing) == 2
    assert "Give --source" in unread[0]
    assert "some is no confidence" in unsure[0]


@pytest.mark.parametrize(
    ("unit", "quantity"),
    [
        pytest.param("mg/m3", "concentration", id="gas"),
        pytest.param("mg/L", "concentration", id="water"),
        pytest.param("ng TEQ/m3", "concentration", id="dioxin"),
        pytest.param("kg/h", "rate", id="rate"),
        pytest.param("%", "removal", id="removal"),
        pytest.param("pH", "value", id="pH"),
        pytest.param("Cel", "value", id="temperature"),
        pytest.param("grade", "value", id="blackness"),
    ],
)
def test_a_unit_says_what_is_limited(unit: str, quantity: str) -> None:
    assert quantity_of(unit) == quantity


@pytest.mark.parametrize("row", catalogue().values(), ids=lambda row: row.key)
def test_every_row_of_the_catalogue_written_out_as_figures_is_the_same_limit(
    row: CatalogueRow,
) -> None:
    said, law = row.bound(), row.law()
    stated = Figures(
        *(said.high, said.low, said.unit, said.quantity, said.averaging, said.reference_oxygen),
        *(said.condition, law.origin, law.standard, law.clause, law.confidence, law.verified),
        law.source,
    )

    found, wrong = stated_bound(stated, None)
    found_law, unlawful = stated_law(stated, None)

    assert wrong == unlawful == []
    assert found == said
    assert found_law == law._replace(catalogue="")


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        pytest.param(bound("35.0"), "≤ 35 mg/m3", id="at most"),
        pytest.param(
            Bound(">=", Decimal(95), None, "%", "removal", "hour"), "≥ 95 %", id="at least"
        ),
        pytest.param(
            Bound("between", Decimal(6), Decimal(9), "pH", "value", "day"), "6–9 pH", id="range"
        ),
        pytest.param(None, "–", id="withdrawn"),
    ],
)
def test_a_figure_is_written_as_people_read_it(limit: Bound | None, text: str) -> None:
    assert figure(limit) == text


def test_the_manner_names_averaging_oxygen_and_condition() -> None:
    assert manner(bound("35")) == "hour 小时均值 @6% O2"
    assert manner(bound("35")._replace(condition="load>=50%")).endswith("\nload>=50%")
    assert manner(None) == ""
