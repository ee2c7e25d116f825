"""Which laboratory results were due, whether each was there in time, and the rate of both."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Period, Stage
from schemas.manual import ManualKind, ManualResult
from schemas.registry_words import BEIJING
from services.rules.manual_parameters import ManualDutyParameters
from services.rules.periods import Bounds, local_month, local_quarter, local_year
from services.rules.publication import Answer, Owed, State, answered, ends_of, intervals
from services.rules.publication_parameters import Every, PublicationParameters
from services.rules.publication_rates import (
    Spoken,
    low_publication,
    nothing_due,
    publication_rows,
    stage_of,
)
from tests.fixtures.water import HOUR, MIDNIGHT, laboratory

DAY = timedelta(days=1)
MARCH = local_month(MIDNIGHT, BEIJING)
YEAR = local_year(MIDNIGHT, BEIJING)
BY = MARCH.until + 10 * DAY
OWED = Owed(7, "w01018", "self", MARCH, BY)
LATER = BY + 30 * DAY
PARAMS = PublicationParameters(), ManualDutyParameters()
ABOUT = Spoken(4, "self", "year", YEAR, "示例厂DW001", "P1/DW001", "1505")


def local(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%m-%d}"


def told(
    result: int, since: datetime, at: datetime, value: str | None = "30", kind: ManualKind = "self"
) -> ManualResult:
    return laboratory(result, since, value, kind, at)


@pytest.mark.parametrize(
    ("every", "span", "ends"),
    [
        ("none", YEAR, []),
        ("month", local_quarter(MIDNIGHT, BEIJING), ["02-01", "03-01", "04-01"]),
        ("week", MARCH, ["03-03", "03-10", "03-17", "03-24", "03-31"]),
        ("quarter", MARCH, ["04-01"]),
        ("quarter", YEAR, ["04-01", "07-01", "10-01", "01-01"]),
        ("half_year", YEAR, ["07-01", "01-01"]),
        ("half_year", MARCH, []),
        ("year", YEAR, ["01-01"]),
    ],
    ids=str,
)
def test_an_interval_belongs_to_the_period_in_which_it_ends(
    every: Every, span: Bounds, ends: list[str]
) -> None:
    """March 2025 begins on a Saturday: its weeks end on the Mondays 3, 10, 17, 24 and 31, five of
    them; the first began on 24 February. A quarter is March's, a half-year is June's."""
    found = [local(one.until) for one in intervals(every, span, BEIJING)]

    assert found == ends


@given(
    every=st.sampled_from(["week", "month", "quarter", "half_year", "year"]),
    year=st.integers(2015, 2040),
)
def test_each_interval_of_a_year_belongs_to_one_of_its_months(every: str, year: int) -> None:
    whole = local_year(datetime(year, 6, 1, tzinfo=BEIJING), BEIJING)
    length = cast("Every", every)
    at, by_months = whole.since, list[Bounds]()
    while at < whole.until:
        month = local_month(at, BEIJING)
        by_months += intervals(length, month, BEIJING)
        at = month.until

    assert by_months == list(intervals(length, whole, BEIJING))
    assert all(one.until in ends_of(one.since, BEIJING) for one in by_months)


@pytest.mark.parametrize(
    ("versions", "now", "state"),
    [
        ([told(1, MIDNIGHT, BY)], LATER, "in_time"),
        ([told(1, MIDNIGHT, BY + HOUR)], LATER, "late"),
        ([], LATER, "missing"),
        ([], BY - HOUR, "not_yet"),
        ([told(1, MIDNIGHT, MIDNIGHT + HOUR)], BY - HOUR, "not_yet"),
        ([told(1, MARCH.until, BY)], LATER, "missing"),
        ([told(1, MARCH.since - HOUR, BY)], LATER, "missing"),
        ([told(1, MIDNIGHT, BY, None)], LATER, "missing"),
        ([told(1, MIDNIGHT, BY, kind="supervisory")], LATER, "missing"),
        ([told(1, MIDNIGHT, BY)._replace(point=8)], LATER, "missing"),
    ],
    ids=[
        "at the last moment",
        "an hour late",
        "never",
        "may still come",
        "there, and not due yet",
        "sampled in April",
        "sampled in February",
        "without a value",
        "by the authority",
        "of another point",
    ],
)
def test_a_result_is_in_time_late_or_missing_once_its_time_is_over(
    versions: Sequence[ManualResult], now: datetime, state: State
) -> None:
    """March ends on 1 April 00:00; ten days later, 11 April 00:00, its result is due."""
    assert answered(OWED, versions, now).state == state


def version(of: ManualResult, at: datetime, **changes: object) -> ManualResult:
    later = {"version": of.version + 1, "position": of.position + 1, "recorded_at": at}
    return of._replace(**(later | changes))  # pyright: ignore[reportArgumentType] - fields by name


def test_a_correction_makes_nothing_late() -> None:
    first = told(1, MIDNIGHT, MIDNIGHT + DAY)
    corrected = version(first, BY + 5 * DAY, value=Decimal(31))

    found = answered(OWED, [first, corrected], LATER)

    assert (found.state, found.told_at) == ("in_time", MIDNIGHT + DAY)


@pytest.mark.parametrize(
    "change",
    [
        {"withdrawn": True},
        {"value": None},
        {"kind": "gap"},
        {"since": MARCH.until + HOUR},
    ],
    ids=["withdrawn", "without a value", "of another kind", "sampled in April"],
)
def test_what_is_not_believed_any_more_answers_nothing(change: dict[str, object]) -> None:
    first = told(1, MIDNIGHT, MIDNIGHT + DAY)

    assert answered(OWED, [first, version(first, BY, **change)], LATER).state == "missing"


def test_what_was_of_another_month_is_told_when_it_was_put_right() -> None:
    """Entered in time as sampled in April; that it was March's was said five days too late."""
    first = told(1, MARCH.until + HOUR, MARCH.until + 2 * HOUR)

    found = answered(OWED, [first, version(first, BY + 5 * DAY, since=MIDNIGHT)], LATER)

    assert (found.state, found.told_at) == ("late", BY + 5 * DAY)


def test_the_earliest_of_several_results_counts_in_any_order() -> None:
    several = [told(1, MIDNIGHT, BY + DAY), told(2, MIDNIGHT + DAY, BY - DAY)]

    assert answered(OWED, several, LATER) == answered(OWED, several[::-1], LATER)
    assert answered(OWED, several, LATER).result == 2


def months_of(*states: str, code: str = "w01018", kind: str = "self") -> list[Answer]:
    """One for each month of the year from January on."""
    spans = list(intervals("month", YEAR, BEIJING))
    return [
        Answer(Owed(7, code, kind, span, span.until + 10 * DAY), cast("State", state))  # type: ignore[arg-type] # a case
        for span, state in zip(spans, states, strict=False)
    ]


def test_a_year_has_a_row_of_the_outlet_and_one_of_each_pollutant() -> None:
    """COD: 12 months, one late and one missing: 10 in time of 12. NH3-N: the plant stood for 2 of the
    12 months, so 10 were due, all in time. Together 20 of 22."""
    cod = months_of(*["in_time"] * 10, "late", "missing")
    ammonia = months_of(*["excused"] * 2, *["in_time"] * 10, code="w21003")

    rows = publication_rows(ABOUT, [*cod, *ammonia], Stage.FINAL)

    assert [(row.code, row.numerator, row.denominator) for row in rows] == [
        ("", 20, 22),
        ("w01018", 10, 12),
        ("w21003", 10, 10),
    ]
    assert {(row.measure, row.period, row.start) for row in rows} == {
        ("publication_self", Period.YEAR, YEAR.since)
    }
    assert rows[0].evidence["of_codes"] == {"w01018": [10, 12], "w21003": [10, 10]}
    others = cast("list[dict[str, object]]", rows[1].evidence["others"])
    assert [one["state"] for one in others] == ["late", "missing"]
    assert not any(row.sure for row in rows)


def test_what_may_still_come_counts_nowhere() -> None:
    """January in time, February missing, the rest not due yet: 1 of 2."""
    answers = months_of("in_time", "missing", *["not_yet"] * 10)

    [whole, _] = publication_rows(ABOUT, answers, Stage.PROVISIONAL)

    assert (whole.numerator, whole.denominator) == (1, 2)
    assert publication_rows(ABOUT, months_of("not_yet"), Stage.PROVISIONAL) == []


@pytest.mark.parametrize(
    ("kind", "in_time", "due", "good"),
    [
        ("self", 18, 20, True),
        ("self", 17, 20, False),
        ("supervisory", 19, 20, True),
        ("supervisory", 18, 20, False),
    ],
    ids=["90 %", "85 %", "95 %", "90 % of supervisory"],
)
def test_each_kind_has_a_target_of_its_own(kind: str, in_time: int, due: int, good: bool) -> None:  # noqa: FBT001 - a case
    """18 of 20 are 90 %, enough for self-monitoring (S005); 19 of 20 are 95 %, which supervisory
    monitoring needs (S006)."""
    about = Spoken(4, kind, "year", YEAR, "示例厂DW001", "P1/DW001", "1505")  # type: ignore[arg-type] # a case
    answers = [*months_of("in_time", kind=kind) * in_time]
    answers += months_of("missing", kind=kind) * (due - in_time)

    finding = low_publication(about, answers, Stage.FINAL, PARAMS)

    assert (finding is None) == good
    assert finding is None or finding.rule == f"publication_{kind}_year"


def test_a_finding_has_its_numbers_and_its_doubts() -> None:
    """11 of 12 in time are 91.67 %, enough; 10 of 12 are 83.33 %, cut to two places, under 90 %."""
    enough = months_of(*["in_time"] * 11, "late")
    answers = months_of(*["in_time"] * 10, "late", "missing")

    found = low_publication(ABOUT, answers, Stage.FINAL, PARAMS)

    assert low_publication(ABOUT, enough, Stage.FINAL, PARAMS) is None
    assert found is not None
    assert found.zh.startswith(
        "2025年示例厂DW001自行监测结果应公布12个，按期录入本平台10个，逾期1个，缺1个，公布率83.33%，低于90%。"
    )
    assert "首次录入本平台的时间" in found.zh
    assert (
        "In 2025 12 self-monitoring results of P1/DW001 were due: 10 were entered here" in found.en
    )
    assert "1 late, 1 are missing: 83.33 %, below 90 %" in found.en
    assert (found.since, found.until) == YEAR
    assert {"published_elsewhere", "judged_over", "target_goes_on"} <= set(found.doubts)
    assert not found.sure


def test_just_below_the_target_is_not_shown_as_the_target() -> None:
    """8999 of 10000 are 89.99 %; 17999 of 20000 are 89.995 %, which rounded would read 90."""
    answers = months_of("in_time") * 17_999 + months_of("missing") * 2_001

    found = low_publication(ABOUT, answers, Stage.FINAL, PARAMS)

    assert found is not None
    assert "公布率89.99%" in found.zh


@pytest.mark.parametrize(
    ("changes", "stage", "judged_over"),
    [
        ({}, Stage.PROVISIONAL, ("year",)),
        ({"step": "month", "bounds": MARCH}, Stage.FINAL, ("year",)),
        ({"region": "4501"}, Stage.FINAL, ("year",)),
        ({"bounds": local_year(MIDNIGHT - 3000 * DAY, BEIJING)}, Stage.FINAL, ("year",)),
    ],
    ids=["the year still runs", "a month", "another region", "before the plan's year"],
)
def test_nothing_is_found_where_no_target_holds_yet(
    changes: dict[str, object], stage: Stage, judged_over: tuple[str, ...]
) -> None:
    asked = PublicationParameters.model_validate({"judged_over": judged_over})
    about = Spoken(**({name: getattr(ABOUT, name) for name in Spoken.__slots__} | changes))  # type: ignore[arg-type] # fields by name

    found = low_publication(about, months_of("missing"), stage, (asked, PARAMS[1]))

    assert found is None


def test_a_percentage_that_was_set_holds_in_any_region() -> None:
    duty = ManualDutyParameters(self_percent=Decimal(100))
    about = Spoken(4, "self", "month", MARCH, "示例厂DW001", "P1/DW001", "4501")
    asked = PublicationParameters(judged_over=("month",))

    found = low_publication(about, months_of(*["in_time"] * 11, "late"), Stage.FINAL, (asked, duty))

    assert found is not None
    assert found.rule == "publication_self"
    assert found.zh.startswith("2025年3月")
    assert "本平台设定" in found.zh
    assert found.doubts == ("published_elsewhere",)


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        (MARCH.until - HOUR, Stage.PROVISIONAL),
        (BY - HOUR, Stage.PROVISIONAL),
        (BY, Stage.FINAL),
        (BY + 10 * DAY, Stage.CLOSED),
    ],
    ids=["the month runs", "its result may still come", "it is due", "amendments are over"],
)
def test_a_rate_is_final_when_all_is_due_and_closed_ten_days_later(
    now: datetime, stage: Stage
) -> None:
    answers = [answered(OWED, [], now)]

    assert stage_of(MARCH, answers, now, 10 * DAY) is stage


def test_a_rate_of_which_nothing_is_due_any_more_is_none() -> None:
    [row, _] = publication_rows(ABOUT, months_of("missing"), Stage.FINAL)

    gone = nothing_due(row, Stage.FINAL)

    assert (gone.numerator, gone.denominator) == (0, 0)
    assert gone.evidence == {"why": "nothing_due"}


def test_how_often_is_nobodys_default() -> None:
    """No table of frequencies was read, so that nothing is due until somebody says so."""
    params = PublicationParameters()

    assert (params.self_every, params.supervisory_every) == ("none", "none")
    assert {"self_every", "supervisory_every", "self_days"} <= set(params.unestablished())
