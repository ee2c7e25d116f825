"""The comparison in words has its numbers, its unit and its law."""

from datetime import UTC, datetime

from schemas.judgement import Evidence, Outcome, Period
from services.rules.status_formula import Compared, formula_said

START = datetime(2026, 8, 9, 14, tzinfo=UTC)
EVIDENCE: Evidence = {
    "formula": "120 > 100; 120 / 100 - 1 = 0.2",
    "limit": {"unit": "mg/m3", "reference_oxygen": "6"},
    "law": {"standard": "GB 13223-2011", "clause": "Table 1"},
}


def compared(evidence: Evidence) -> Compared:
    return Compared("a21026", Period.HOUR, START, Outcome.EXCEEDING, evidence)


def test_it_is_said_in_both_languages() -> None:
    """60 mg/m3 at 13.5 % is 60 x (21 - 6) / (21 - 13.5) = 120 at 6 %; 120 / 100 - 1 = 0.2."""
    found = formula_said(compared(EVIDENCE))

    assert found is not None
    assert found.zh == (
        "二氧化硫小时均值（折算到基准含氧量 6%），2026-08-09 22:00 起：120 > 100; 120 / 100 - 1 = 0.2"
        "（mg/m3），依据 GB 13223-2011 表1：超标。"
    )
    assert "hourly mean (converted to 6 % oxygen), from 2026-08-09 22:00: 120 > 100" in found.en
    assert found.en.endswith("by GB 13223-2011 Table 1: exceeding.")
    assert found.numbers == "120 > 100; 120 / 100 - 1 = 0.2"


def test_without_a_number_nothing_was_compared() -> None:
    assert formula_said(compared({})) is None
    assert formula_said(compared({"formula": ""})) is None


def test_without_a_reference_nothing_is_converted() -> None:
    found = formula_said(compared({**EVIDENCE, "limit": {"unit": "mg/L"}}))

    assert found is not None
    assert "折算" not in found.zh
