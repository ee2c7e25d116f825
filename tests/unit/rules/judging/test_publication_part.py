"""Which results the points of a plant owe by what is set of them, what stops excuse, and the rates."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from pydantic import JsonValue

from schemas.judgement import PerformanceRow, Period, Stage
from schemas.manual import ManualKind, ManualResult
from schemas.marks import Mark, Review
from schemas.registry_words import BEIJING
from schemas.rule_settings import Scope, SettingVersion
from services.rules.judging.case import Judgements
from services.rules.judging.publication_part import (
    Published,
    judge_publication,
    longest_wait,
    outlet_answers,
)
from services.rules.judging.shelf import SettingError, Shelf
from services.rules.periods import Bounds, local_month, local_quarter, local_year
from services.rules.publication_parameters import PublicationParameters, Step
from tests.fixtures.plant_days import DAY as MARCH_2
from tests.fixtures.plant_days import HOUR, Site, findings, mark, rates
from tests.fixtures.water import laboratory

TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    industry: 火力发电
    outlets:
      - {code: DA001, medium: air}
      - {code: DW001, medium: water}
    units:
      - {code: B1, process: coal_boiler, fuel: coal}
      - {code: B2, process: coal_boiler, fuel: coal}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001, B2 -> DA001]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, point: DA001/out/a21026, unit: mg/m3}
          - {code: a21002, point: DA001/out/a21002, unit: mg/m3}
          - {code: w01018, point: DW001/out/w01018, unit: mg/L}
"""
SO2, NOX, COD = "DA001/out/a21026", "DA001/out/a21002", "DW001/out/w01018"
DAY = timedelta(days=1)
MARCH = local_month(MARCH_2, BEIJING)
QUARTER = local_quarter(MARCH_2, BEIJING)
YEAR = local_year(MARCH_2, BEIJING)
BY = MARCH.until + 10 * DAY
STOP = "thermal_power/out_of_service"


@pytest.fixture
def site() -> Site:
    return Site(TEXT)


def put(
    site: Site,
    name: str,
    value: JsonValue,
    where: tuple[Scope, str] = ("plant", "P1"),
    since: datetime | None = None,
) -> None:
    number = len(site.settings) + 1
    name = f"publication_parameters.{name}"
    site.settings.append(
        SettingVersion(number, name, *where, value, since, None, "", "x", MARCH_2, number)
    )


class Known(NamedTuple):
    """What is known of a plant's results as the months go by."""

    results: Sequence[ManualResult] = ()
    marks: Sequence[Mark] = ()
    now: datetime = BY + HOUR
    former: Sequence[PerformanceRow] = ()


def judged(site: Site, known: Known, period: tuple[Step, Bounds] = ("month", MARCH)) -> Judgements:
    versions: dict[int, list[ManualResult]] = {}
    for one in known.results:
        versions.setdefault(one.point, []).append(one)
    marks: dict[int, list[Mark]] = {}
    for each in known.marks:
        marks.setdefault(each.subject, []).append(each)
    view, shelf = site.view(), Shelf(site.settings)
    of = Published(view, shelf, known.now, 10 * DAY, versions, marks)
    return judge_publication(of, outlet_answers(of, YEAR), period, known.former)


def result(
    site: Site, name: str, since: datetime, at: datetime, kind: ManualKind = "self"
) -> ManualResult:
    number = int(since.timestamp()) + len(name)
    return laboratory(number, since, "30", kind, at)._replace(point=site.point(name))


def counts(found: Judgements, kind: str = "self", period: Period = Period.MONTH) -> dict[str, str]:
    """Numerator and denominator by code, of both outlets."""
    rows = rates(found, f"publication_{kind}", period)
    return {row.code: f"{row.numerator}/{row.denominator}" for row in rows if row.code}


def test_nothing_is_owed_until_somebody_says_how_often(site: Site) -> None:
    found = judged(site, Known())

    assert (found.performance, found.findings) == ([], [])
    assert not Shelf(site.settings).speaks_of(PublicationParameters, "P1")


def test_each_point_owes_what_is_set_of_it_and_each_kind_apart(site: Site) -> None:
    """March of 2025: SO2 once a week, five weeks end in it; NOx once a quarter, which ends with March;
    COD once a month to the authority alone. SO2 of 4 and 12 March (weeks of the 3rd and the 10th), NOx
    of 20 January, and nothing of COD: 2/5, 1/1 and 0/1."""
    put(site, "self_every", "week", ("point", f"P1/{SO2}"))
    put(site, "self_every", "quarter", ("point", f"P1/{NOX}"))
    put(site, "supervisory_every", "month", ("point", f"P1/{COD}"))
    results = [
        result(site, SO2, MARCH.since + 3 * DAY, MARCH.since + 5 * DAY),
        result(site, SO2, MARCH.since + 11 * DAY, MARCH.since + 12 * DAY),
        result(site, NOX, QUARTER.since + 19 * DAY, BY),
        result(site, COD, MARCH.since, MARCH.since + DAY),
    ]

    found = judged(site, Known(results))

    assert counts(found) == {"a21026": "2/5", "a21002": "1/1"}
    assert counts(found, "supervisory") == {"w01018": "0/1"}


def test_a_quarter_and_a_year_are_the_sums_of_their_months(site: Site) -> None:
    """Monthly SO2, on 11 April: January and March in time, February late: 2/3 of the quarter, and of
    the year so far; April to December may still come."""
    put(site, "self_every", "month", ("point", f"P1/{SO2}"))
    january, february = QUARTER.since, QUARTER.since + 31 * DAY
    results = [
        result(site, SO2, january, january + DAY),
        result(site, SO2, february, BY),
        result(site, SO2, MARCH.since, BY),
    ]
    known = Known(results)

    quarter, year = judged(site, known, ("quarter", QUARTER)), judged(site, known, ("year", YEAR))

    assert counts(quarter, period=Period.QUARTER) == {"a21026": "2/3"}
    assert counts(year, period=Period.YEAR) == {"a21026": "2/3"}
    [whole, _] = rates(quarter, "publication_self", Period.QUARTER)
    assert (whole.stage, whole.evidence["late"]) == (Stage.FINAL, 1)
    assert [row.stage for row in year.performance] == [Stage.PROVISIONAL] * 2


def test_a_result_that_may_still_come_is_neither_due_nor_there(site: Site) -> None:
    put(site, "self_every", "month")
    early = result(site, SO2, MARCH.since, MARCH.since + DAY)

    assert judged(site, Known([early], now=BY - HOUR)).performance == []
    assert counts(judged(site, Known([early], now=BY)))["a21026"] == "1/1"


@pytest.mark.parametrize(
    ("since", "owed"),
    [(MARCH.since, "0/1"), (MARCH.since + HOUR, None)],
    ids=["as the month begins", "an hour later"],
)
def test_what_was_set_as_an_interval_begins_decides(
    site: Site, since: datetime, owed: str | None
) -> None:
    """A part of a month owes no result."""
    put(site, "self_every", "month", ("point", f"P1/{SO2}"), since)

    assert counts(judged(site, Known())).get("a21026") == owed


def test_from_months_to_quarters_the_quarter_that_has_begun_owes_none(site: Site) -> None:
    """Monthly until 1 February, quarterly from then on: January is owed, the quarter began earlier."""
    put(site, "self_every", "month", ("point", f"P1/{SO2}"))
    put(site, "self_every", "quarter", ("point", f"P1/{SO2}"), QUARTER.since + 31 * DAY)

    found = judged(site, Known(), ("quarter", QUARTER))

    assert counts(found, period=Period.QUARTER) == {"a21026": "0/1"}


def stop(site: Site, subject: str, span: Bounds = MARCH, review: Review = Review.ACCEPTED) -> Mark:
    row = mark(site.subject(subject), STOP, *span, number=site.subject(subject))
    origin = "bureau" if review is Review.ACCEPTED else "plant"
    return row._replace(review=review, origin=origin)


@pytest.mark.parametrize(
    ("stopped", "owed"),
    [
        (["DA001"], "0/0"),
        (["B1", "B2"], "0/0"),
        (["B1"], "0/1"),
        (["DW001"], "0/1"),
        ([], "0/1"),
    ],
    ids=["the outlet", "both units", "one of two units", "another outlet", "nothing"],
)
def test_an_outlet_that_stood_all_the_month_owes_nothing(
    site: Site, stopped: list[str], owed: str
) -> None:
    put(site, "self_every", "month", ("point", f"P1/{SO2}"))

    found = judged(site, Known(marks=[stop(site, one) for one in stopped]))

    assert counts(found) == {"a21026": owed}


def test_two_units_excuse_only_the_time_in_which_both_stood(site: Site) -> None:
    """B1 stood until the 20th, B2 from the 10th on: on both ends one of them ran."""
    put(site, "self_every", "month", ("point", f"P1/{SO2}"))
    first = stop(site, "B1", Bounds(MARCH.since, MARCH.since + 20 * DAY))
    second = stop(site, "B2", Bounds(MARCH.since + 10 * DAY, MARCH.until))

    assert counts(judged(site, Known(marks=[first, second]))) == {"a21026": "0/1"}


def test_a_stop_that_began_an_hour_late_excuses_nothing(site: Site) -> None:
    put(site, "self_every", "month", ("point", f"P1/{SO2}"))
    short = stop(site, "DA001", Bounds(MARCH.since + HOUR, MARCH.until))

    assert counts(judged(site, Known(marks=[short]))) == {"a21026": "0/1"}


def test_a_mark_upon_one_instrument_stops_no_outlet(site: Site) -> None:
    put(site, "self_every", "month", ("point", f"P1/{SO2}"))
    of_point = stop(site, "DA001")._replace(point=site.point(SO2))

    assert counts(judged(site, Known(marks=[of_point]))) == {"a21026": "0/1"}


def test_what_was_told_although_the_plant_stood_counts(site: Site) -> None:
    put(site, "self_every", "month", ("point", f"P1/{SO2}"))
    there = result(site, SO2, MARCH.since, BY)

    found = judged(site, Known([there], [stop(site, "DA001")]))

    assert counts(found) == {"a21026": "1/1"}


def test_a_stop_that_nobody_accepted_leaves_the_result_due_and_in_doubt(site: Site) -> None:
    put(site, "self_every", "month", ("point", f"P1/{SO2}"))
    claimed = stop(site, "DA001", review=Review.CLAIMED)

    [whole, _] = judged(site, Known(marks=[claimed])).performance

    assert (whole.numerator, whole.denominator) == (0, 1)
    assert whole.evidence["doubts"] == ["published_elsewhere", "self_days", "exemption_claimed"]


def test_where_a_stop_shall_not_excuse_it_does_not(site: Site) -> None:
    put(site, "self_every", "month", ("point", f"P1/{SO2}"))
    put(site, "stopped_excuses", "no")

    assert counts(judged(site, Known(marks=[stop(site, "DA001")]))) == {"a21026": "0/1"}


def test_too_low_a_year_is_found_when_all_of_it_is_due(site: Site) -> None:
    """Quarterly SO2: three of four told, 75 %, under 90 %. The last is due on 11 January 2026."""
    put(site, "self_every", "quarter", ("point", f"P1/{SO2}"))
    results = [
        result(site, SO2, YEAR.since + 95 * n * DAY, YEAR.since + (95 * n + 1) * DAY)
        for n in range(3)
    ]
    due = YEAR.until + 10 * DAY

    before = judged(site, Known(results, now=due - HOUR), ("year", YEAR))
    after = judged(site, Known(results, now=due), ("year", YEAR))

    assert before.findings == []
    [found] = findings(after, "publication_self_year")
    assert "应公布4个，按期录入本平台3个，逾期0个，缺1个，公布率75%，低于90%" in found.zh
    assert found.zh.startswith("2025年示例厂DA001自行监测结果")
    assert after.asked == {"publication_self_year", "publication_supervisory_year"}


def test_a_month_that_runs_asks_for_no_finding_to_fall(site: Site) -> None:
    put(site, "self_every", "week")

    assert judged(site, Known(now=MARCH.until - HOUR)).asked == set()


def test_a_rate_of_which_nothing_is_due_any_more_is_taken_back_once(site: Site) -> None:
    put(site, "self_every", "month", ("point", f"P1/{SO2}"))
    rows = judged(site, Known()).performance
    put(site, "self_every", "none", ("point", f"P1/{SO2}"))

    gone = judged(site, Known(former=rows)).performance
    again = judged(site, Known(former=gone)).performance

    assert [(row.code, row.denominator) for row in gone] == [("", 0), ("a21026", 0)]
    assert again == []


def test_the_longest_wait_is_that_of_any_point(site: Site) -> None:
    put(site, "supervisory_days", 40, ("point", f"P1/{COD}"))

    assert longest_wait(site.view(), Shelf(site.settings), MARCH_2) == 40 * DAY


def test_what_is_set_of_another_plant_is_not_spoken_of_here(site: Site) -> None:
    put(site, "self_every", "month", ("point", "P12/DA001/out/a21026"))

    shelf = Shelf(site.settings)

    assert not shelf.speaks_of(PublicationParameters, "P1")
    assert shelf.speaks_of(PublicationParameters, "P12")


def test_a_setting_that_is_no_length_is_said(site: Site) -> None:
    put(site, "self_every", "fortnight")

    with pytest.raises(SettingError, match="PublicationParameters"):
        judged(site, Known())
