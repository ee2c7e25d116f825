"""What limits and findings rest on reads in Chinese and in English, whatever was stored."""

import ast
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from schemas.parameter import Parameters, source_of
from services import rules
from services.rules import quality
from services.rules.articles import articles
from services.rules.catalogue import catalogue
from services.rules.clause_words import clause_said, law_said
from services.rules.facility.low_removal import usual_target
from services.rules.facility.removal_parameters import RemovalParameters
from services.rules.incineration import IncinerationParameters, hazardous, household

LAWS = sorted({(row.standard, row.clause) for row in catalogue().values()})
NUMBERS = re.compile(r"[一-鿿]+[\[〔]\d{4}[\]〕]\d+号")
"""Documents are called by their number in every language."""


def test_every_clause_of_the_catalogue_is_said_in_chinese_without_a_latin_word() -> None:
    said = {law: law_said(*law, "zh") for law in LAWS}

    foreign = {
        law: text for law, text in said.items() if set(re.findall("[A-Za-z]{2,}", text)) - {"GB"}
    }

    assert len(LAWS) > 50
    assert foreign == {}
    assert {law for law in LAWS if not re.search("[一-鿿]", said[law])} == set()


def test_every_clause_of_the_catalogue_is_said_in_english_without_chinese_but_for_document_numbers() -> (
    None
):
    said = {law: law_said(*law, "en") for law in LAWS}

    assert {
        law for law, text in said.items() if re.search("[一-鿿]", NUMBERS.sub("", text))
    } == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_clause_joined_to_its_standard_in_one_text_is_said_alike(language: str) -> None:
    said = "zh" if language == "zh" else "en"

    assert {
        law: clause_said(" ".join(law), said)
        for law in LAWS
        if clause_said(" ".join(law), said) != law_said(*law, said)
    } == {}


def test_a_stored_text_of_several_clauses_is_said_one_by_one() -> None:
    stored = "环大气[2019]35号 annex 2 (organised emission); GB 13271-2014 Table 3"

    assert clause_said(stored, "zh") == (
        "钢铁超低排放（环大气〔2019〕35号）附件2（有组织排放）；GB 13271-2014 表3"
    )
    assert clause_said(stored, "en") == (
        "steel ultra-low emission programme (环大气[2019]35号), annex 2 (stack emissions); "
        "GB 13271-2014 Table 3"
    )


def test_articles_are_said_by_the_english_names_of_their_laws() -> None:
    stored = (
        "生活垃圾焚烧发电厂自动监测数据应用管理规定（生态环境部令第10号）第七条、第十一条；"
        "《大气污染防治法》第117(7)条"
    )

    assert clause_said(stored, "zh") == stored
    assert clause_said(stored, "en") == (
        "MEE Order 10 (2019), articles 7 and 11; Air Pollution Prevention Law, article 117(7)"
    )


@pytest.mark.parametrize(
    ("stored", "zh", "en"),
    [
        ("GB 13223-2011 Table 1", "GB 13223-2011 表1", "GB 13223-2011 Table 1"),
        (
            "coal-power ultra-low (环发[2015]164号 programme) programme target",
            "煤电超低排放（环发〔2015〕164号）目标值",
            "coal-power ultra-low emission programme (环发[2015]164号), target",
        ),
        (
            "GB 8978-1996 Table 4 (units built from 1998-01-01)",
            "GB 8978-1996 表4（1998年1月1日后建设的单位）",
            "GB 8978-1996 Table 4 (units built since 1998-01-01)",
        ),
        ("环发〔2009〕88号 article 9", "环发〔2009〕88号第9条", "环发〔2009〕88号 article 9"),
        (
            "alert rules published by a monitoring platform, 2023-06-08; our proposal",
            "某监控平台公布的告警规则（2023-06-08）；平台建议值",
            "alert rules published by a monitoring platform, 2023-06-08; our proposal",
        ),
    ],
    ids=["table", "programme", "built", "document", "sources"],
)
def test_a_stored_text_is_said_in_both_languages(stored: str, zh: str, en: str) -> None:
    assert (clause_said(stored, "zh"), clause_said(stored, "en")) == (zh, en)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "排污许可证 91150500 表 5",
        "Ordinance of a city, Table 3",
        "GB 13223-2011 Tafel 7",
        "a; b；c",
    ],
    ids=["empty", "permit", "foreign", "clause", "several"],
)
def test_an_unknown_text_comes_back_as_it_is(text: str) -> None:
    assert [clause_said(text, "zh"), clause_said(text, "en")] == [text, text]


def test_a_permit_keeps_its_number_and_its_table_is_said_in_either_language() -> None:
    assert law_said("91150500", "表 5", "en") == "91150500 Table 5"
    assert law_said("91150500", "Table 5", "zh") == "91150500 表5"


def test_what_findings_rest_on_is_said_in_both_languages() -> None:
    stored = set(_clauses_of_findings())

    unsaid = {
        text
        for text in stored
        if not re.search("[一-鿿]", clause_said(text, "zh"))
        or re.search("[一-鿿]", NUMBERS.sub("", clause_said(text, "en")))
    }

    assert len(stored) > 40
    assert unsaid == set()


def _clauses_of_findings() -> Iterator[str]:
    """As written in the rules, of the articles of laws, and the sources of settings that suspicions name."""
    for path in sorted(Path(rules.__path__[0]).rglob("*.py")):
        yield from _clauses_written(path.read_text(encoding="utf-8"))
    yield from (one.zh for one in articles())
    yield from (rule(IncinerationParameters()).clause for rule in (household, hazardous))
    for treatment in ("desulphurisation", "denitrification"):
        target = usual_target(treatment, RemovalParameters())
        assert target is not None
        yield target.clause
    for one in pkgutil.iter_modules(quality.__path__, f"{quality.__name__}."):
        import_module(one.name)
    for group in Parameters.__subclasses__():
        if group.__module__.startswith(quality.__name__):
            yield from (source_of(field).text for field in group.model_fields.values())


def _clauses_written(source: str) -> Iterator[str]:
    """What stands after `clause=`, and in the constants of the module that stand there."""
    if "clause=" not in source:
        return
    tree = ast.parse(source)
    values = [
        one.value for one in ast.walk(tree) if isinstance(one, ast.keyword) and one.arg == "clause"
    ]
    named = {one.id for one in values if isinstance(one, ast.Name)}
    for one in tree.body:
        if isinstance(one, ast.AnnAssign | ast.Assign) and one.value is not None:
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            if any(isinstance(each, ast.Name) and each.id in named for each in targets):
                values.append(one.value)
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value
