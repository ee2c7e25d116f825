"""The head of a case: its number and limits, its times, its rule, what is in doubt, what stands beside it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from schemas.alert import AlertKind, AlertState, Severity
from schemas.limits import Bound, Law, LimitVersion
from services.api.console.cases.basis import rule_of
from services.api.console.cases.beside import SHOWN, gravest
from services.api.console.cases.doubted import SHORT, doubts_said, parameter_of
from services.api.console.cases.figures import against_of, local
from services.api.console.cases.head import (
    lacking_of,
    measured_of,
    moments_of,
    period_said,
    shown_number,
)
from services.api.console.words import VOCABULARIES
from services.api.models.alerts_read import AlertModel
from services.rules.alerting.kinds import KINDS, RAISES_NOTHING

SEVEN = datetime(2026, 3, 4, 11, tzinfo=UTC)
"""19:00 in Beijing."""
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def case(kind: AlertKind = AlertKind.LIMIT_HOUR, **more: Any) -> AlertModel:
    usual: dict[str, Any] = {
        "id": 75, "kind": kind, "evidence": {}, "clause": "GB 1", "point": None, "since": SEVEN,
        "until": None, "opened_at": None, "resolved_at": None, "plant": "P1", "subject": "DA001",
        "device": None, "state": AlertState.OPEN, "severity": Severity.YELLOW,
    }  # fmt: skip
    return AlertModel.model_construct(**(usual | more))


def limit(high: str, multiple: str, version: int) -> dict[str, Any]:
    return {"value": "256.25", "high": high, "low": None, "unit": "mg/m3", "multiple": multiple,
            "limit": version, "version": version, "clause": "GB 2"}  # fmt: skip


def law(version: int, *, verified: bool) -> LimitVersion:
    bound = Bound("<=", None, Decimal(50), "mg/m3", "concentration", "hour", Decimal("6.0"))
    said = Law("ultra_low", "环发1号", "表1", "ours", verified=verified, source="")
    return LimitVersion(
        version, version, 1, None, None, bound, said, "assign", "", "a", None, SEVEN, 1
    )


OVER_TWO = {
    "code": "a21002", "period": "hour", "start": SEVEN.isoformat(),
    "limits": [limit("100", "1.5625", 33), limit("50", "4.125", 34)],
}  # fmt: skip


def test_one_number_stands_with_all_its_limits_the_worst_first() -> None:
    laws = {34: law(34, verified=False)}

    [found] = measured_of(against_of(case(evidence=OVER_TWO)), laws, "zh")

    assert (found.number, found.unit, found.when, found.oxygen) == (
        "256.25", "mg/m3", "03-04 19–20时", "6",
    )  # fmt: skip
    assert (found.over, found.forecast) == (True, False)
    assert [(one.against.high, one.unverified) for one in found.limits] == [
        (50, True),
        (100, False),
    ]


@pytest.mark.parametrize(
    ("number", "bound", "shown"),
    [
        ("256.250000000", "50", "256.25"),
        ("21.507345674", "15", "21.51"),
        ("35.00000001", "35", "35.00000001"),
        ("0.031234", "0.05", "0.0312"),
        ("14.740", "10", "14.74"),
    ],
    ids=["whole", "long", "barely over", "small", "no zeros"],
)
def test_a_number_stays_on_its_side_of_the_limit(number: str, bound: str, shown: str) -> None:
    assert shown_number(Decimal(number), [Decimal(bound)]) == shown


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        ("hour", "03-04 19–20时", "03-04 19:00–20:00"),
        ("day", "03-04", "03-04"),
        ("month", "2026-03", "2026-03"),
        (None, "", ""),
    ],
)
def test_of_which_period_it_is(period: str | None, zh: str, en: str) -> None:
    assert (period_said(SEVEN, period, "zh"), period_said(SEVEN, period, "en")) == (zh, en)


def test_the_last_hour_of_a_day_ends_at_24() -> None:
    assert period_said(SEVEN + 4 * HOUR, "hour", "zh") == "03-04 23–24时"


def test_an_alert_is_told_after_the_end_of_its_hour() -> None:
    found = moments_of(case(opened_at=SEVEN + 70 * MINUTE))

    assert [(one.what, one.said, one.after) for one in found] == [
        ("since", "2026-03-04 19:00", None),
        ("over", "20:00", None),
        ("opened", "20:10", 10 * MINUTE),
    ]


def test_an_hour_that_is_settled_early_is_told_before_its_end() -> None:
    found = moments_of(case(opened_at=SEVEN + 48 * MINUTE))

    assert [(one.what, one.after, one.ahead) for one in found][1:] == [
        ("opened", 12 * MINUTE, True)
    ]


def test_a_day_that_was_over_names_the_dates_that_differ() -> None:
    since = SEVEN - 19 * HOUR
    times = {"opened_at": since + 24 * HOUR + 20 * MINUTE, "until": since + 48 * HOUR}

    found = moments_of(case(AlertKind.LIMIT_DAY, since=since, **times))

    assert [one.said for one in found] == [
        "2026-03-04 00:00",
        "03-05 00:00",
        "00:20",
        "03-06 00:00",
    ]


def test_what_is_about_no_period_is_told_after_it_began() -> None:
    opened, resolved = SEVEN + 38 * MINUTE, SEVEN + 2 * HOUR

    found = moments_of(case(AlertKind.FACILITY_OFF, opened_at=opened, resolved_at=resolved))

    assert [(one.what, one.after) for one in found] == [
        ("since", None), ("opened", 38 * MINUTE), ("resolved", None),
    ]  # fmt: skip


def test_what_was_told_at_once_says_no_span() -> None:
    [_, opened] = moments_of(case(AlertKind.SUPERVISION, opened_at=SEVEN))

    assert opened.after is None


def test_an_hour_without_data_says_how_much_is_valid() -> None:
    points = [{"code": "a34013", "valid_s": 1800, "due_s": 3600}, {"code": "a21026"}]

    [found] = lacking_of(case(AlertKind.NO_DATA, evidence={"points": points}))

    assert (found.name.zh, found.valid, found.due) == ("颗粒物", 30 * MINUTE, HOUR)


def test_a_warning_names_the_hour_that_is_forecast() -> None:
    numbers = {"projected": "34.76", "high": "35", "unit": "mg/m3", "share": "0.99",
               "period": "hour", "newest_at": "2026-03-04T09:09:15+00:00"}  # fmt: skip

    figures = against_of(case(AlertKind.PREWARNING, evidence={"numbers": numbers}))
    [found] = measured_of(figures, {}, "zh")

    assert (found.forecast, found.when, found.over) == (True, "03-04 17–18时", False)


def test_what_is_over_now_names_the_highest_measured() -> None:
    numbers = {"greatest": "10.664", "high": "10", "unit": "mg/m3", "limit": 38, "hold_s": 180}
    told = case(AlertKind.PREWARNING, evidence={"rule": "over_limit_now", "numbers": numbers})

    [found] = against_of(told)
    rule = rule_of(told, "over_limit_now", [found], "zh")

    assert (found.value, found.high, found.period, found.limit) == (10.664, 10, None, 38)
    assert rule.name == "实时连续超限"
    assert rule.said.startswith("有效数据连续高于小时限值达 3 分即提示")


@pytest.mark.parametrize(
    ("kind", "rule", "numbers", "zh"),
    [
        (AlertKind.LIMIT_HOUR, None, {}, "每个有效小时均值与限值比较，高于限值即为超标，等于限值不算。"),
        (
            AlertKind.FACILITY_OFF,
            "facility_off",
            {"group": "G-1", "needed": 1, "delay_s": 900},
            "生产设施运行而治理设施组 G-1 运行少于 1 台，达到 15 分即告警。",
        ),
        (
            AlertKind.BYPASS_OPEN,
            "bypass_open",
            {"delay_s": 300, "signals": [
                {"point": "DA002/out/a01011", "comparator": ">", "threshold": "3", "unit": "m/s"}
            ]},
            "旁路开启达 5 分即告警。判定条件：DA002/out/a01011 > 3\u00a0m/s。",
        ),
        (AlertKind.BYPASS_OPEN, "bypass_open", {}, "旁路开启即告警。判定条件：上报状态为开启。"),
        (AlertKind.FALSIFICATION, "replayed_block", {}, ""),
    ],
    ids=["limit", "facility", "bypass by signal", "bypass as reported", "by its name"],
)  # fmt: skip
def test_the_rule_is_named_with_its_threshold(
    kind: AlertKind, rule: str | None, numbers: dict[str, Any], zh: str
) -> None:
    assert rule_of(case(kind, evidence={"numbers": numbers}), rule, [], "zh").said == zh


def test_what_a_rule_was_set_to_is_told_in_words() -> None:
    numbers = {"settings": {"constant_hours": "4", "no such setting": "1"}}

    found = rule_of(
        case(AlertKind.DATA_QUALITY, evidence={"numbers": numbers}), "constant_value", [], "zh"
    )

    assert found.settings == [("连续相同小时值的小时数", "4\u00a0h")]


@pytest.mark.parametrize("kind", AlertKind)
def test_every_kind_has_a_rule_in_words(kind: AlertKind) -> None:
    assert rule_of(case(kind), None, [], "zh").name
    assert rule_of(case(kind), None, [], "en").name


def test_every_rule_of_a_case_has_a_name() -> None:
    rules = RAISES_NOTHING.union(*(one.rules for one in KINDS.values()))

    assert rules - set(VOCABULARIES["rule"]) == set()


def test_doubts_are_told_in_words_and_the_limit_apart() -> None:
    names = ["limit_unverified", "hold_s", "article:exceedance_air", "quiet_hours", "strange"]

    zh, en = doubts_said(names, "zh"), doubts_said(names, "en")

    assert zh.parameters == ["超限持续多久才提示", "最后一次冒用后视为结束的小时数"]
    assert zh.others == ["所引法律条款", "strange"]
    assert en.parameters[0] == "how long it is over before it is told"


def test_short_names_are_of_parameters_that_there_are() -> None:
    assert [one for one in SHORT if parameter_of(one) is None] == ["exemption_claimed"]


def test_times_of_a_page_need_no_offset() -> None:
    assert (
        local("自2026-03-04 19:32:41+08:00起, 20:00:00 +08:00")
        == "自2026-03-04 19:32:41起, 20:00:00"
    )


def test_beside_it_stand_the_gravest_that_go_on_and_no_more_than_a_few() -> None:
    red = case(id=1, severity=Severity.RED, state=AlertState.RESOLVED)
    blue = case(id=2, severity=Severity.BLUE)
    orange = case(id=3, severity=Severity.ORANGE)
    lapsed = case(id=4, severity=Severity.RED, state=AlertState.LAPSED)
    elsewhere = case(id=5, subject="DA009")
    many = [case(id=10 + n, state=AlertState.RESOLVED) for n in range(SHOWN)]

    found = gravest(case(), [red, blue, case(), orange, lapsed, elsewhere, blue, *many], {})

    assert [one.id for one in found][:3] == [3, 2, 1]
    assert len(found) == SHOWN


def test_a_facility_stands_beside_the_outlet_that_it_leads_to() -> None:
    ways = {"numbers": {"ways": [{"unit": 35, "outlet": 33, "untreated_s": 9}]}}
    facility = case(AlertKind.FACILITY_OFF, id=3, subject="SNCR1", evidence=ways)
    outlets = {33: "DA001", 34: "DA002"}

    assert gravest(case(), [facility], outlets) == [facility]
    assert gravest(facility, [case()], outlets) == [case()]
    assert gravest(case(subject="DA002"), [facility], outlets) == []


@pytest.mark.parametrize(
    ("one", "others"),
    [
        ({"plant": None, "subject": None}, {"plant": None, "subject": None}),
        ({"subject": None, "device": "D1"}, {"subject": None, "device": "D1"}),
    ],
    ids=["platform", "logger"],
)
def test_the_platform_and_each_logger_are_places_of_their_own(
    one: dict[str, Any], others: dict[str, Any]
) -> None:
    same = case(id=2, **others)

    assert gravest(case(**one), [same, case(id=3)], {}) == [same]
