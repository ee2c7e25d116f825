"""What a case says in figures, the short form of its sentence, and the picture beside it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.alert import AlertEvent, AlertKind, AlertState, Event, Severity
from services.alerts.raising_words import Said, Where, finding_said
from services.api.console.cases.figures import (
    LONGEST,
    against_of,
    brief,
    point_of,
    pollutant_of,
    tidy,
    untreated_of,
)
from services.api.console.cases.steps import steps_of
from services.api.console.charts.spark import EDGE, HEIGHT, WIDTH, spark_of
from services.api.models.alerts_read import AlertModel, EventModel
from services.store.alert_places import PlantName, SubjectName

AT = datetime(2026, 8, 3, 1, tzinfo=UTC)


def case(evidence: dict[str, Any]) -> AlertModel:
    return AlertModel.model_construct(
        evidence=evidence, clause="GB 1", point=None, code=None, kind=AlertKind.LIMIT_HOUR
    )


def limit(value: str, high: str | None, multiple: str | None) -> dict[str, Any]:
    return {"value": value, "high": high, "low": None, "unit": "mg/m3", "multiple": multiple,
            "limit": 3, "version": 4, "verdict": 5, "clause": "GB 2"}  # fmt: skip


def test_of_several_limits_the_worst_comes_first() -> None:
    said = {"limits": [limit("60", "50", "0.2"), limit("60", "30", "1.0")], "period": "hour"}

    found = against_of(case(said))

    assert [(one.high, one.multiple) for one in found] == [(30, 1.0), (50, 0.2)]
    assert (found[0].value, found[0].unit, found[0].period, found[0].version) == (
        60, "mg/m3", "hour", 4,
    )  # fmt: skip


def test_a_forecast_names_the_share_of_its_limit() -> None:
    numbers = {"projected": "34.76", "high": "35", "unit": "mg/m3", "share": "0.993"}

    [found] = against_of(case({"numbers": numbers}))

    assert (found.value, found.high, found.share, found.multiple) == (34.76, 35, 0.993, None)


@pytest.mark.parametrize(
    "evidence",
    [{}, {"limits": "none"}, {"limits": [3, None]}, {"numbers": [1]}, {"limits": []}],
    ids=["empty", "text", "no rows", "no numbers", "none"],
)
def test_what_has_no_figures_shows_none(evidence: dict[str, Any]) -> None:
    assert against_of(case(evidence)) == []


def test_numbers_that_are_none_are_not_shown() -> None:
    [found] = against_of(case({"limits": [limit("over", None, None)], "start": "yesterday"}))

    assert (found.value, found.high, found.multiple, found.start) == (None, None, None, None)


def test_a_facility_is_told_by_how_long_it_did_not_run() -> None:
    assert untreated_of(case({"numbers": {"certain_s": 1639}})) == timedelta(seconds=1639)
    assert untreated_of(case({})) is None


def test_data_that_is_missing_is_told_of_its_point() -> None:
    found = case({"points": [{"point": 7, "code": "a34013"}]})
    names = pollutant_of(found)

    assert point_of(found) == 7
    assert names is not None
    assert names.zh == "颗粒物"


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("示例厂 DA002(2号排放口) 氮氧化物 均值 256.25", "氮氧化物 均值 256.25"),
        ("示例厂 DA002(2号排放口)：自19时起", "自19时起"),
        ("示例厂 DA002(2号排放口): since 19:00", "since 19:00"),
        ("示例厂 DA002(2号排放口)：2号排放口(DA002)二氧化硫", "二氧化硫"),
        ("示例厂数采仪 MN1 时钟慢3 分", "数采仪 MN1 时钟慢3 分"),
        ("示例厂 DA0021 氮氧化物", "DA0021 氮氧化物"),
        ("另一厂：自19时起", "另一厂：自19时起"),
    ],
    ids=[
        "outlet",
        "colon",
        "English colon",
        "named again",
        "logger",
        "another outlet",
        "elsewhere",
    ],
)
def test_the_place_that_stands_beside_it_is_not_said_twice(sentence: str, short: str) -> None:
    assert brief(sentence, "示例厂", "DA002", "2号排放口") == short


def test_a_sentence_of_a_place_begins_as_it_is_taken_off() -> None:
    where = Where(
        PlantName(1, "P1", "示例厂", "Example", "1505"),
        SubjectName(2, 1, "outlet", "DA002", "2号(北)排放口"),
    )

    written = finding_said(where, Said("自19时起", "since 19:00"))

    parts = ("DA002", "2号(北)排放口")
    assert brief(written.zh, "示例厂", *parts) == "自19时起"
    assert brief(written.en, "Example", *parts) == "since 19:00"


def test_a_long_sentence_is_cut() -> None:
    assert len(brief("长" * 500, None)) == LONGEST


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("mean 21.507345674 mg/L", "mean 21.5073 mg/L"),
        ("> 2.7777777777777777778 m3/s", "> 2.7778 m³/s"),
        ("35.00000001 > 35", "35.00000001 > 35"),
        ("256.25 at 19:32:41 in 2.0.12345678", "256.25 at 19:32:41 in 2.0.12345678"),
    ],
    ids=["mean", "threshold", "barely over", "no number"],
)
def test_numbers_have_no_more_digits_than_mean_anything(sentence: str, shown: str) -> None:
    assert tidy(sentence) == shown


def test_the_picture_breaks_where_nothing_is_known_and_marks_what_is_over() -> None:
    spark = spark_of([1, 2, None, 4, None, 3, 3], 3.5)

    assert spark is not None
    assert len(spark.lines) == 2
    assert len(spark.dots) == len(spark.over) == 1
    assert spark.limit is not None


@pytest.mark.parametrize("numbers", [[5.0], [0.0, 0.0], [-3.0, 7.0, None], [1e9, 1e-9]], ids=str)
def test_the_picture_stays_within_its_frame(numbers: list[float | None]) -> None:
    spark = spark_of(numbers, 2.0)

    assert spark is not None
    places = [*spark.dots, *spark.over, *(_places(spark.lines))]
    assert all(EDGE <= x <= WIDTH - EDGE and EDGE <= y <= HEIGHT - EDGE for x, y in places)


def test_of_nothing_there_is_no_picture() -> None:
    assert spark_of([], 3) is None
    assert spark_of([None, None], 3) is None


def step(version: int, what: Event, actor: str, **detail: object) -> EventModel:
    reason = "settled" if actor == "platform" else "by_person"
    state, severity = AlertState.OPEN, Severity.RED
    event = AlertEvent(version, what, reason, actor, AT, AT, state, severity, AT, None, detail)
    return EventModel.model_validate(event._asdict())


def test_a_step_says_what_was_said_and_decided() -> None:
    events = [
        step(1, Event.OPENED, "platform", zh="超标", en="over"),
        step(2, Event.RAISED, "platform", zh="超标", en="over"),
        step(3, Event.RESOLVED, "anna", disposition="confirmed", cause="power_cut", note="已查"),
    ]

    shown = steps_of(events, "zh")

    assert [(one.name, one.by_platform, one.sentence) for one in shown] == [
        ("新告警", True, "超标"),
        ("升级", True, None),
        ("已办结", False, None),
    ]
    assert shown[0].why == "判定已确定"
    assert shown[2].why == ""
    assert shown[2].said == ["已查"]
    assert shown[2].facts == [("甄别", "属实"), ("原因", "停电")]


def _places(lines: Any) -> list[tuple[float, float]]:
    pairs = [pair.split(",") for line in lines for pair in line.split()]
    return [(float(x), float(y)) for x, y in pairs]
