"""Waste incinerators: the furnace's day, the day of five pollutants, the month, and what is said."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Outcome, Stage
from schemas.registry_words import BEIJING
from services.rules.incineration import (
    FIVE_POLLUTANTS,
    Excuse,
    FurnaceMean,
    IncinerationParameters,
    data_duty,
    furnace_day,
    hazardous,
    household,
    incinerator_day,
    month_of_days,
    representative_temperature,
)
from services.rules.incineration_findings import (
    Place,
    furnace_finding,
    maintenance_finding,
    month_finding,
)

PARAMS = IncinerationParameters()
MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)  # 2 March in Beijing
DAY = Place(5, 9, MIDNIGHT, MIDNIGHT + timedelta(days=1), Stage.FINAL)
OVER, WITHIN = Outcome.EXCEEDING, Outcome.COMPLIANT


def furnace(
    below: int = 0, claimed: int = 0, excused: int = 0, dark: int = 0, missing: int = 0
) -> list[FurnaceMean]:
    """A day of 288 means at 900 C, the first of them as asked for."""
    warm = 288 - below - claimed - excused - dark - missing
    kinds: list[tuple[int, Decimal | None, Excuse]] = [
        (below, Decimal(849), "none"),
        (claimed, Decimal(849), "claimed"),
        (excused, Decimal(300), "accepted"),
        (dark, None, "none"),
        (warm, Decimal(900), "none"),
    ]
    each: list[tuple[Decimal | None, Excuse]] = [
        (temperature, excuse) for count, temperature, excuse in kinds for _ in range(count)
    ]
    return [
        FurnaceMean(MIDNIGHT + timedelta(minutes=5 * index), temperature, excuse)
        for index, (temperature, excuse) in enumerate(each)
    ]


def numbers(*texts: str | None) -> list[Decimal | None]:
    return [None if text is None else Decimal(text) for text in texts]


def test_the_furnaces_temperature_is_the_mean_of_the_medians_of_two_sections() -> None:
    """Upper 870, 880, 950: median 880. Middle 900, 910: median 905. Mean 892.5 (2019 No. 50, 3.4)."""
    found = representative_temperature(numbers("950", "870", "880"), numbers("900", "910"))

    assert found == Decimal("892.5")


def test_a_thermocouple_without_a_number_is_left_out_and_an_empty_section_tells_nothing() -> None:
    assert representative_temperature(numbers("880", None), numbers("900")) == Decimal(890)
    assert representative_temperature(numbers(None), numbers("900")) is None
    assert representative_temperature([], numbers("900")) is None


@pytest.mark.parametrize(
    ("means", "outcome"),
    [
        pytest.param(furnace(), WITHIN, id="all day at 900"),
        pytest.param(furnace(below=5), WITHIN, id="five times are allowed"),
        pytest.param(furnace(below=6), OVER, id="six are more than five"),
        pytest.param(furnace(below=5, claimed=1), Outcome.CLAIMED, id="the sixth is claimed"),
        pytest.param(furnace(below=5, excused=40), WITHIN, id="what is excused does not count"),
        pytest.param(furnace(below=5, dark=1), Outcome.UNKNOWN, id="the sixth is not known"),
        pytest.param(furnace(below=3, missing=2), WITHIN, id="3 + 2 missing are at most 5"),
        pytest.param(furnace(below=3, missing=3), Outcome.UNKNOWN, id="3 + 3 missing may be 6"),
        pytest.param(furnace(below=6, missing=99), OVER, id="six are six whatever is missing"),
        pytest.param(furnace(excused=288), Outcome.STOPPED, id="no normal operation at all"),
        pytest.param([], Outcome.NO_DATA, id="nothing came"),
        pytest.param(furnace(dark=288), Outcome.NO_DATA, id="no temperature came"),
    ],
)
def test_more_than_five_failures_a_day_are_a_violation(
    means: list[FurnaceMean], outcome: Outcome
) -> None:
    """MEE Order 10 art 7, 11: five-minute means under 850 C, more than 5 in a calendar day."""
    assert furnace_day(means, household(PARAMS)).outcome is outcome


def test_850_itself_is_no_failure() -> None:
    means = [FurnaceMean(mean.start, Decimal(850)) for mean in furnace()]

    assert furnace_day(means, household(PARAMS)).failed == ()


def test_a_mean_told_twice_counts_once() -> None:
    means = furnace(below=4)

    assert len(furnace_day([*means, *means], household(PARAMS)).failed) == 4


def test_hazardous_waste_burns_at_1100() -> None:
    """GB 18484-2020: 900 C is enough for household waste, and 200 C short here."""
    found = furnace_day(furnace(), hazardous(PARAMS))

    assert (found.outcome, len(found.failed)) == (OVER, 288)
    assert found.doubts == ("hazardous_failures",)
    assert furnace_day(furnace(), household(PARAMS)).doubts == ()


@given(
    st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)
)
def test_what_turns_out_below_never_helps(
    below: int, claimed: int, excused: int, dark: int, missing: int
) -> None:
    order = [WITHIN, Outcome.UNKNOWN, Outcome.CLAIMED, OVER]

    before = furnace_day(furnace(below, claimed, excused, dark, missing), household(PARAMS))
    after = furnace_day(furnace(below + 1, claimed, excused, dark, missing), household(PARAMS))

    assert order.index(before.outcome) <= order.index(after.outcome)
    assert len(before.failed) == below


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        pytest.param({}, WITHIN, id="all within"),
        pytest.param({"a21005": OVER}, OVER, id="any over"),
        pytest.param({"a21005": OVER, "a21002": Outcome.NO_DATA}, OVER, id="over, others dark"),
        pytest.param({"a21005": Outcome.CLAIMED}, Outcome.CLAIMED, id="claimed"),
        pytest.param({"a21005": Outcome.NO_DATA}, Outcome.UNKNOWN, id="one is dark"),
        pytest.param({"a21005": Outcome.EXEMPT}, Outcome.EXEMPT, id="exempt"),
        pytest.param(
            dict.fromkeys(FIVE_POLLUTANTS, Outcome.STOPPED), Outcome.STOPPED, id="stopped"
        ),
        pytest.param(dict.fromkeys(FIVE_POLLUTANTS, Outcome.NO_DATA), Outcome.NO_DATA, id="dark"),
        pytest.param(
            dict.fromkeys(FIVE_POLLUTANTS, Outcome.INVALID), Outcome.INVALID, id="invalid"
        ),
    ],
)
def test_a_day_of_an_incinerator_is_over_if_any_of_five_is(
    changed: dict[str, Outcome], outcome: Outcome
) -> None:
    """MEE Order 10 art 6: PM, NOx, SO2, HCl, CO."""
    assert incinerator_day(dict.fromkeys(FIVE_POLLUTANTS, WITHIN) | changed) is outcome


def test_a_pollutant_that_is_not_told_has_no_data() -> None:
    told = dict.fromkeys(list(FIVE_POLLUTANTS)[:4], WITHIN)

    assert incinerator_day(told) is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("over", "claimed", "unknown", "reached"),
    [
        pytest.param(5, 0, 0, "reached", id="five days, five included"),
        pytest.param(4, 0, 0, "not_reached", id="four"),
        pytest.param(4, 1, 0, "claimed", id="the fifth is claimed"),
        pytest.param(4, 0, 1, "unknown", id="the fifth is not known"),
        pytest.param(2, 1, 1, "not_reached", id="at most four"),
    ],
)
def test_five_exceedance_days_of_a_month_are_reached(
    over: int, claimed: int, unknown: int, reached: str
) -> None:
    """MEE Order 10 art 10: 累计超标5天以上, 5 included."""
    days = [OVER] * over + [Outcome.CLAIMED] * claimed + [Outcome.NO_DATA] * unknown

    assert month_of_days([*days, WITHIN, WITHIN], PARAMS).reached == reached


@pytest.mark.parametrize(
    ("lacking", "maintenance", "claimed", "stopped", "kept"),
    [
        pytest.param(7200, 3600, 0, 3600, (0, 0, "kept"), id="an hour each, 2 h in all"),
        pytest.param(7200, 3600, 0, 0, (3600, 0, "not_kept"), id="an hour is left"),
        pytest.param(7200, 3600, 3600, 0, (0, 3600, "claimed"), id="the other hour is claimed"),
        pytest.param(7200, 3600, 600, 0, (3000, 600, "not_kept"), id="ten minutes are claimed"),
        pytest.param(0, 0, 0, 0, (0, 0, "kept"), id="nothing is lacking"),
    ],
)
def test_missing_data_are_excused_by_maintenance_and_stops_alone(
    lacking: int, maintenance: int, claimed: int, stopped: int, kept: tuple[int, int, str]
) -> None:
    """MEE Order 10 art 12."""
    assert data_duty(lacking, maintenance, claimed, stopped) == kept


def test_a_furnaces_finding_says_when_how_often_and_by_which_law() -> None:
    day = furnace_day(furnace(below=6), household(PARAMS))

    found = furnace_finding(day, household(PARAMS), DAY, BEIJING)

    assert found is not None
    assert found.zh == "2026-03-02 正常运行时炉膛温度5分钟均值低于850℃共6次，允许不超过5次。"
    assert found.en == (
        "On 2026-03-02 6 five-minute means of the furnace in normal operation were below 850 C; "
        "5 are allowed."
    )
    assert found.clause.endswith("第七条、第十一条；《大气污染防治法》第117(7)条")
    assert (found.sure, found.subject, found.point) == (True, 5, 9)
    assert found.evidence["formula"] == "6 > 5"


def test_after_the_code_is_in_force_it_is_the_code_that_is_named() -> None:
    day = furnace_day(furnace(below=6), household(PARAMS))
    later = DAY._replace(since=datetime(2026, 8, 14, 16, tzinfo=UTC))

    found = furnace_finding(day, household(PARAMS), later, BEIJING)

    assert found is not None
    assert found.clause.endswith("《生态环境法典》第1130(7)条")


def test_a_furnaces_finding_that_rests_on_a_claim_is_not_sure() -> None:
    day = furnace_day(furnace(below=5, claimed=2), household(PARAMS))

    found = furnace_finding(day, household(PARAMS), DAY, BEIJING)

    assert found is not None
    assert (found.sure, found.doubts) == (False, ("exemption_claimed",))
    assert "共7次，允许不超过5次；其中部分申请豁免、尚未审核。" in found.zh


@pytest.mark.parametrize(
    "means",
    [pytest.param(furnace(), id="kept"), pytest.param(furnace(dark=9), id="not known")],
)
def test_without_a_violation_nothing_is_found(means: list[FurnaceMean]) -> None:
    day = furnace_day(means, household(PARAMS))

    assert furnace_finding(day, household(PARAMS), DAY, BEIJING) is None


def test_a_months_finding_says_how_many_days() -> None:
    found = month_finding(month_of_days([OVER] * 6, PARAMS), 5, DAY, BEIJING)

    assert found is not None
    assert found.zh == "2026-03 累计超标6天，达到5天（含本数）。"
    assert found.sure
    assert month_finding(month_of_days([OVER] * 4, PARAMS), 5, DAY, BEIJING) is None


def test_a_month_that_rests_on_claimed_days_is_not_sure() -> None:
    month = month_of_days([OVER] * 4 + [Outcome.CLAIMED], PARAMS)

    found = month_finding(month, 5, DAY, BEIJING)

    assert found is not None
    assert not found.sure
    assert "had 5 exceedance days" in found.en


def test_more_than_30_hours_of_maintenance_in_a_quarter_are_found() -> None:
    """30 h are 108 000 s; half an hour more is 30.50 h."""
    found = maintenance_finding(109_800, 108_000, DAY, BEIJING)

    assert found is not None
    assert found.zh == "2026年第1季度CEMS维护累计30.50小时，超过30.00小时。"
    assert maintenance_finding(108_000, 108_000, DAY, BEIJING) is None
