"""Versions of standards and articles of laws, by day."""

from datetime import date

import pytest

from services.rules.articles import articles, articles_for
from services.rules.catalogue import catalogue
from services.rules.standards import standard_versions, unread_in_force


def test_every_standard_of_the_catalogue_has_its_dates() -> None:
    named = " ".join(version.standard for version in standard_versions())

    for standard in {row.standard for row in catalogue().values()}:
        first = standard.replace("coal-power ultra-low (", "").split(" programme")[0]
        assert first.split("/")[0].split("-")[0] in named, standard


@pytest.mark.parametrize(
    ("standard", "amendment", "day", "existing", "binds"),
    [
        pytest.param("GB 4915-2013", "2025 amendment", date(2026, 3, 31), True, False, id="eve"),
        pytest.param(
            "GB 4915-2013", "2025 amendment", date(2026, 4, 1), True, True, id="first day"
        ),
        pytest.param("GB 16171.1-2024", "", date(2026, 6, 1), False, True, id="new plant"),
        pytest.param("GB 16171.1-2024", "", date(2026, 6, 1), True, False, id="existing plant"),
        pytest.param("GB 16171.1-2024", "", date(2027, 1, 1), True, True, id="existing, its day"),
        pytest.param("GB 26453-2011", "", date(2025, 1, 1), True, False, id="has ended"),
        pytest.param("GB 41616-2022", "", date(2025, 1, 1), True, None, id="date not read"),
    ],
)
def test_a_version_binds_from_its_day(
    standard: str, amendment: str, day: date, *, existing: bool, binds: bool | None
) -> None:
    version = next(
        one for one in standard_versions() if (one.standard, one.amendment) == (standard, amendment)
    )

    assert version.binds(day, existing=existing) is binds


def test_an_amendment_whose_figures_nobody_read_is_a_doubt_of_its_standard() -> None:
    before = unread_in_force(
        standard_versions(), ["GB 18918-2002"], date(2026, 2, 28), existing=True
    )
    after = unread_in_force(standard_versions(), ["GB 18918-2002"], date(2026, 3, 1), existing=True)

    assert before == []
    assert [version.amendment for version in after] == ["2025 amendment"]


def test_a_successor_whose_figures_nobody_read_is_a_doubt_of_what_it_replaces() -> None:
    found = unread_in_force(
        standard_versions(), ["GB 16171-2012"], date(2026, 6, 1), existing=False
    )

    assert [version.standard for version in found] == ["GB 16171.1-2024"]


@pytest.mark.parametrize(
    ("matter", "day", "said"),
    [
        pytest.param(
            "exceedance_air", date(2026, 8, 14), ["《大气污染防治法》第99(2)条"], id="the old law"
        ),
        pytest.param(
            "exceedance_air", date(2026, 8, 15), ["《生态环境法典》第1107条"], id="the Code"
        ),
        pytest.param(
            "falsified_data",
            date(2026, 8, 15),
            ["《生态环境法典》第1088条", "《生态环境监测条例》第25(5)条"],
            id="the Code and the regulation",
        ),
        pytest.param(
            "falsified_data", date(2025, 1, 1), ["《大气污染防治法》第99(3)条"], id="before"
        ),
        pytest.param("nothing of the kind", date(2026, 8, 15), [], id="not known"),
    ],
)
def test_a_matter_falls_under_the_law_of_its_day(matter: str, day: date, said: list[str]) -> None:
    assert [one.zh for one in articles_for(articles(), matter, day)] == said


def test_what_the_code_says_is_not_taken_for_established() -> None:
    code = articles_for(articles(), "exceedance_air", date(2027, 1, 1))

    assert not any(one.sure for one in code)
    assert code[0].en == "Environmental Code, article 1107"


def test_every_article_names_its_law_and_source() -> None:
    for one in articles():
        assert one.matter, one
        assert one.law_zh, one
        assert one.law_en, one
        assert one.source, one
        assert one.confidence in {"high", "medium", "low"}
        assert one.since is None or one.until is None or one.since < one.until
