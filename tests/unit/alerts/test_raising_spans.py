"""From verdicts and findings to what cases are made of."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from schemas.judgement import Outcome, Period, Stage
from services.alerts.raising_spans import Judged, finding_spans, lacking_spans, limit_spans
from services.alerts.raising_words import Where
from services.rules.projection import Projecting, ProjectionParameters
from services.store.alert_places import PlantName, SubjectName
from services.store.alert_sources import SeenFinding, SeenVerdict

START = datetime(2026, 11, 21, 6, tzinfo=UTC)  # 14:00 in Beijing
HOUR = timedelta(hours=1)
WHERE = Where(
    PlantName(1, "P1", "示例厂", "Example works", "150500"),
    SubjectName(1, 1, "outlet", "DA001", ""),
)
LIMIT = {
    "comparator": "<=", "low": None, "high": "100", "unit": "mg/m3",
    "quantity": "concentration", "averaging": "hour",
}  # fmt: skip
LAW = {"standard": "GB 13223-2011", "clause": "Table 1"}
CODES = {1: "a21026", 2: "a21002"}


def seen(  # noqa: PLR0913 - a row has many fields
    outcome: Outcome,
    value: str | None = "123.4",
    *,
    hours: int = 0,
    point: int = 1,
    limit: int = 1,
    stage: Stage = Stage.FINAL,
    valid_s: int = 3480,
    bound: dict[str, str | None] | None = None,
) -> SeenVerdict:
    number = None if value is None else Decimal(value)
    times = None if number is None else number / 100 - 1
    evidence = {
        "limit": LIMIT if bound is None else {**LIMIT, **bound},
        "law": LAW,
        "mean": {"valid_s": valid_s, "due_s": 3600},
    }
    return SeenVerdict(
        point, START + hours * HOUR, limit, 7, stage, outcome, number, times, True, "mean",  # noqa: FBT003 - a row has its fields in order
        100 * point + limit, evidence,
    )  # fmt: skip


def judged(
    *verdicts: SeenVerdict, period: Period = Period.HOUR, floor: str | None = None
) -> Judged:
    params = ProjectionParameters(floor=None if floor is None else Decimal(floor))
    return Judged(WHERE, period, CODES, verdicts, Projecting(params))


def test_an_exceeded_hour_says_who_what_when_and_how_far_over() -> None:
    """123.4 / 100 - 1 = 0.234, with two decimals 0.23."""
    [span] = limit_spans(judged(seen(Outcome.EXCEEDING)))

    assert (span.since, span.until, span.holds, span.settled) == (START, START + HOUR, True, True)
    assert span.multiple == Decimal("0.234")
    assert span.zh == (
        "示例厂 DA001 二氧化硫 2026-11-21 14时 均值 123.4 mg/m3 超过限值 100（超标0.23倍）"
    )
    assert "123.4 mg/m3 is over the limit of 100 (0.23 times over)" in span.en
    assert span.clause == "GB 13223-2011 Table 1"
    assert span.source == "verdict:101"


def test_several_limits_exceeded_in_an_hour_are_one_span_and_the_worst_counts() -> None:
    rows = [seen(Outcome.EXCEEDING, "110"), seen(Outcome.EXCEEDING, "400", limit=2)]

    [span] = limit_spans(judged(*rows))

    assert span.multiple == Decimal(3)
    assert [one["limit"] for one in span.evidence["limits"]] == [2, 1]  # pyright: ignore[reportIndexIssue, reportUnknownVariableType, reportGeneralTypeIssues] - evidence is JSON
    assert span.source == "verdict:101,102"


@pytest.mark.parametrize(
    ("outcomes", "holds", "settled", "exempt"),
    [
        pytest.param([Outcome.COMPLIANT], False, True, False, id="compliant"),
        pytest.param([Outcome.STOPPED], False, True, False, id="stopped"),
        pytest.param([Outcome.EXEMPT], False, True, True, id="exempt"),
        pytest.param([Outcome.NO_DATA], None, True, False, id="no data"),
        pytest.param([Outcome.INVALID], None, True, False, id="invalid"),
        pytest.param([Outcome.UNKNOWN], None, True, False, id="unknown"),
        pytest.param([Outcome.COMPLIANT, Outcome.UNKNOWN], None, True, False, id="one unknown"),
        pytest.param([Outcome.CLAIMED], True, False, False, id="claimed stays visible, unsettled"),
        pytest.param(
            [Outcome.AT_LEAST, Outcome.CLAIMED], True, True, False, id="one is not excused"
        ),
    ],
)
def test_an_hour_is_wrong_right_or_not_known(
    outcomes: list[Outcome], *, holds: bool | None, settled: bool, exempt: bool
) -> None:
    rows = [seen(outcome, limit=number) for number, outcome in enumerate(outcomes)]

    [span] = limit_spans(judged(*rows))

    assert (span.holds, span.settled, span.exempt) == (holds, settled, exempt)


@pytest.mark.parametrize(
    ("valid_s", "floor", "settled"),
    [
        pytest.param(3600, None, True, id="no second is missing"),
        pytest.param(3480, None, False, id="nothing bounds what is missing"),
        pytest.param(3480, "0", True, id="120 s at 0: 123.4 x 3480 / 3600 = 119.29, still over"),
        pytest.param(2880, "0", False, id="720 s at 0: 123.4 x 2880 / 3600 = 98.72, within"),
    ],
)
def test_a_provisional_hour_is_settled_where_what_is_missing_cannot_change_it(
    valid_s: int, floor: str | None, *, settled: bool
) -> None:
    row = seen(Outcome.EXCEEDING, stage=Stage.PROVISIONAL, valid_s=valid_s)

    [span] = limit_spans(judged(row, floor=floor))

    assert (span.holds, span.settled) == (True, settled)


def test_a_limit_from_below_says_that_it_is_missed() -> None:
    bound = {"comparator": ">=", "low": "90", "high": None, "unit": "%", "quantity": "removal"}

    [span] = limit_spans(judged(seen(Outcome.EXCEEDING, "80", bound=bound)))

    assert "80 % 低于限值 90" in span.zh
    assert "倍" not in span.zh


def test_a_day_lasts_till_midnight_in_beijing() -> None:
    midnight = datetime(2026, 11, 20, 16, tzinfo=UTC)
    row = seen(Outcome.EXCEEDING)._replace(start=midnight)

    [span] = limit_spans(judged(row, period=Period.DAY))

    assert span.until == midnight + timedelta(days=1)
    assert "2026-11-21 日均值" in span.zh


def test_what_binds_no_more_says_nothing() -> None:
    row = seen(Outcome.UNKNOWN)._replace(why="void")

    assert limit_spans(judged(row)) == []


def test_an_outlet_lacks_data_where_one_of_its_points_does() -> None:
    rows = [
        seen(Outcome.COMPLIANT), seen(Outcome.INVALID, None, point=2, valid_s=1200),
        seen(Outcome.COMPLIANT, hours=1), seen(Outcome.STOPPED, hours=1, point=2),
        seen(Outcome.UNKNOWN, hours=2),
    ]  # fmt: skip

    lacking, complete, unknown = lacking_spans(judged(*rows))

    assert (lacking.holds, complete.holds, unknown.holds) == (True, False, None)
    assert lacking.zh == "示例厂 DA001 2026-11-21 14时 无有效数据：氮氧化物（有效1200/3600秒）"


def test_missing_data_settle_with_the_final_stage() -> None:
    row = seen(Outcome.NO_DATA, None, stage=Stage.PROVISIONAL, valid_s=0)

    [span] = lacking_spans(judged(row))

    assert (span.holds, span.settled) == (True, False)


def found(rule: str, stage: Stage) -> SeenFinding:
    return SeenFinding(
        1, rule, None, START, None, stage, "设施停运70分钟", "off for 70 min", "A10", True, 5, {}  # noqa: FBT003 - a row has its fields in order
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "stage", "settled"),
    [
        pytest.param("facility_off", Stage.FINAL, True, id="final"),
        pytest.param("constant_value", Stage.PROVISIONAL, False, id="provisional"),
        pytest.param("state_contradiction", Stage.PROVISIONAL, False, id="a suspicion waits"),
        pytest.param("facility_off", Stage.PROVISIONAL, True, id="a facility off at once"),
        pytest.param("bypass_open", Stage.PROVISIONAL, True, id="a bypass at once"),
        pytest.param("over_limit_now", Stage.PROVISIONAL, True, id="of the running hour"),
    ],
)
def test_a_finding_is_wrong_as_long_as_it_lasts(rule: str, stage: Stage, *, settled: bool) -> None:
    [span] = finding_spans(WHERE, [found(rule, stage)])

    assert (span.since, span.until, span.holds, span.settled) == (START, None, True, settled)
    assert span.zh == "示例厂 DA001：设施停运70分钟"
    assert span.source == "finding:5"
