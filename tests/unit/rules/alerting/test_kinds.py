"""Every finding and verdict makes a known kind of case, and every kind says what to do."""

import re
from pathlib import Path

import pytest

import services.rules
from schemas.alert import AlertKind, Severity
from schemas.judgement import Period
from services.rules.alerting.kind_rules import kind_rules
from services.rules.alerting.kinds import KINDS, RAISES_NOTHING, kind_of_period, kind_of_rule
from services.rules.judging.facilities import FACILITY_RULES
from services.rules.judging.incineration_part import EXCEEDANCE
from services.rules.judging.mass_part import SHORT
from services.rules.judging.removal_part import LOW_REMOVAL
from services.rules.judging.repetition_part import REPEATED
from services.rules.judging.severe_part import SEVERE
from services.rules.marks.mark_parameters import POOLS
from services.rules.quality.indicators import INDICATORS
from services.rules.settings_catalogue import parameter_classes
from services.rules.transmission.findings import RULES

NO_FINDINGS = frozenset({"implausible_value"})
"""An indicator whose findings have names of their own: negative_value, zero_value, over_range_value."""
WRITTEN = re.compile(r'(?<![\w.])rule=(?:"(?P<plain>[a-z_]+)"|f"(?P<made>[a-z_]+)\{)')


def rules_in_code() -> set[str]:
    """The names that findings are given literally, and the beginnings of those that are put together."""
    found: set[str] = set()
    for path in Path(services.rules.__path__[0]).rglob("*.py"):
        for hit in WRITTEN.finditer(path.read_text(encoding="utf-8")):
            found.add(hit["plain"] or f"{hit['made']}*")
    return found


def known(rule: str) -> bool:
    return kind_of_rule(rule) is not None or rule in RAISES_NOTHING


def test_every_rule_that_is_named_in_the_code_makes_a_case_or_is_silent_on_purpose() -> None:
    named = rules_in_code()
    # `max_*` is how a missing hour's mass was substituted, and no finding.
    whole = {one for one in named if not one.endswith("*")}
    whole |= {"sewage_load", "sewage_load_year"}  # one expression names both
    begun = {one.removesuffix("*") for one in named if one.endswith("*")} - {"max_"}

    assert {one for one in whole if not known(one)} == set()
    assert begun == {"quota_", "publication_"}
    assert all(kind_of_rule(f"quota_{pool.name}") is AlertKind.MARK_QUOTA for pool in POOLS)
    for kind in ("self", "supervisory"):
        for ending in ("", "_quarter", "_year"):
            assert kind_of_rule(f"publication_{kind}{ending}") is AlertKind.MANUAL_DUTY


def test_every_rule_that_is_named_by_a_constant_makes_a_case_or_is_silent_on_purpose() -> None:
    named = {EXCEEDANCE, SHORT, LOW_REMOVAL, SEVERE, "ultra_low_month", *FACILITY_RULES}
    named |= {*REPEATED.values(), *RULES.values()}
    named |= {one.name for one in INDICATORS} - NO_FINDINGS
    named |= {f"{one}_value" for one in ("negative", "zero", "over_range")}

    assert {one for one in named if not known(one)} == set()


def test_a_rule_makes_one_kind_of_case_and_a_silent_one_none() -> None:
    rules = [rule for info in KINDS.values() for rule in info.rules]

    assert len(rules) == len(set(rules))
    assert RAISES_NOTHING.isdisjoint(rules)
    assert kind_of_rule("no_such_rule") is None


@pytest.mark.parametrize("kind", AlertKind, ids=str)
def test_a_kind_has_a_name_and_says_what_to_do_in_two_languages(kind: AlertKind) -> None:
    info = KINDS[kind]

    assert info.zh
    assert info.en
    assert info.advice_zh.endswith("。")
    assert info.advice_en.endswith(".")
    assert kind not in info.covered_by


def test_verdicts_of_hours_days_and_months_make_cases() -> None:
    found = {period: kind_of_period(period) for period in Period}

    assert {period for period, kind in found.items() if kind is not None} == {
        Period.HOUR,
        Period.DAY,
        Period.MONTH,
    }


@pytest.mark.parametrize("kind", AlertKind, ids=str)
def test_a_kind_has_rules_that_fit_together(kind: AlertKind) -> None:
    rules = kind_rules(kind)

    assert rules.clear.total_seconds() > 0
    assert rules.late.total_seconds() >= 60
    assert rules.base is KINDS[kind].base
    assert (rules.repeats is not None) == (kind in {AlertKind.LIMIT_HOUR, AlertKind.LIMIT_DAY})


def test_what_is_set_for_a_kind_is_in_its_rules_and_in_the_list_of_settings() -> None:
    classes = {one.__name__: one for one in parameter_classes()}
    owner = classes["LimitHourCaseParameters"]
    chosen = owner.model_validate({"hold_s": 7200, "severity": "red", "orange_multiple": None})

    rules = kind_rules(
        AlertKind.LIMIT_HOUR,
        lambda wanted: wanted.model_validate(chosen.model_dump() if wanted is owner else {}),
    )

    assert rules.hold.total_seconds() == 7200
    assert rules.base is Severity.RED
    assert [colour for _, colour in rules.multiples] == [Severity.RED]
    assert "Course" not in classes
