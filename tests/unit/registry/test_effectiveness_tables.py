"""传输有效率 and gaps as people read them: both languages, nothing cut off, whole numbers for programs."""

from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from services.registry.effectiveness_tables import (
    LEFT_OUT,
    NOTED,
    effectiveness_json,
    effectiveness_table,
    finding_json,
)
from services.registry.gap_tables import KINDS, NamedGap, gap_json, gaps_table
from services.rules.gap_words import REASONS
from services.rules.gaps import Gap, GapRules, GapSpan, gaps
from services.rules.transmission.counting import count_outlet
from services.rules.transmission.findings import AssessedOutlet, low_effectiveness
from services.rules.transmission.parameters import TransmissionParameters
from services.rules.transmission.rates import Effectiveness, effectiveness
from services.rules.transmission.records import Assessing
from tests.fixtures.marking import accepted
from tests.fixtures.transmitted import (
    AGAIN,
    COD,
    IN_TIME,
    LONG_AFTER,
    NEVER,
    POINT,
    TOO_LATE,
    at,
    factor,
    hours_of,
    line,
    records,
    row,
)

ASKED = Assessing(LONG_AFTER)


def month() -> Effectiveness:
    """24 hours and a day: 4 hours stopped, 1 that may be a check, 1 too late."""
    due = hours_of(1, (4, NEVER), (14, IN_TIME), (5, AGAIN), (1, TOO_LATE))
    stop = accepted(at(0), at(4), "thermal_power/out_of_service")
    outlet = records(factor(due, {at(0): IN_TIME}, code=COD), medium="water", marks=line(stop))
    [found] = effectiveness(count_outlet(outlet, ASKED), "outlet", "month", ASKED)
    return found


def silent(reason: str = "missing", hours: int = 3) -> Gap:
    lacking = [
        row(at(hour), valid=False, evidence={"not_valid_s": {reason: 3600}})
        for hour in range(hours)
    ]
    [gap] = gaps(lacking, GapSpan(POINT, at(0), at(hours), LONG_AFTER), GapRules())
    return gap


def printed(table: Table, width: int = 80) -> str:
    console = Console(file=StringIO(), width=width)
    console.print(table)
    file = console.file
    assert isinstance(file, StringIO)
    return file.getvalue()


def test_a_rate_is_shown_in_three_versions_with_what_was_left_out() -> None:
    """Audited: 20 hours due less the one that never came in time as a check, and the day: 20."""
    text = printed(effectiveness_table([("P1/DA001", month())]), 100)

    for said in (
        "first 首次",
        "again 补传",
        "audited 审核",
        "停运 4",
        "标样核查 1",
        "closed 已截止",
    ):
        assert said in text


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(effectiveness_table([("P1/DA001", month())]), id="effectiveness"),
        pytest.param(
            gaps_table([NamedGap("P1/DA001/out/a21026", silent())], LONG_AFTER), id="gaps"
        ),
        pytest.param(
            gaps_table([NamedGap("P1/DA001/out/a21026", silent("oxygen_missing"))], at(5)),
            id="gaps that are open",
        ),
    ],
)
def test_tables_fit_a_terminal_of_80_columns(table: Table) -> None:
    lines = printed(table).splitlines()

    assert max(cell_len(one.rstrip()) for one in lines) <= 80
    assert not any(one.rstrip().endswith("…") for one in lines)


def test_programs_get_exact_percentages_as_text() -> None:
    [told] = effectiveness_json([("P1/DW001", month())], {"P1/DW001": ["w21003"]})

    assert told["versions"] == {
        "first": {
            "due": 25,
            "received": 15,
            "valid": 15,
            "transmission_percent": "60",
            "validity_percent": "100",
            "effectiveness_percent": "60",
        },
        "backfilled": {
            "due": 25,
            "received": 20,
            "valid": 20,
            "transmission_percent": "80",
            "validity_percent": "100",
            "effectiveness_percent": "80",
        },
        "audited": {
            "due": 20,
            "received": 20,
            "valid": 20,
            "transmission_percent": "100",
            "validity_percent": "100",
            "effectiveness_percent": "100",
        },
    }
    assert told["left_out"] == {"stopped": 4, "check": 1}
    assert told["noted"] == {"too_late": 1}
    assert told["not_measured"] == ["w21003"]
    assert (told["since"], told["sure"]) == ("2025-03-01T00:00:00+08:00", False)


def test_every_number_that_is_told_has_a_name_in_both_languages() -> None:
    found = month()

    assert set(found.tally.left_out) <= set(LEFT_OUT)
    assert set(found.tally.noted) <= set(NOTED)


def test_a_finding_keeps_its_sentences_for_programs() -> None:
    due = hours_of(1, (20, NEVER), (4, IN_TIME))
    outlet = records(factor(due))
    [rate] = effectiveness(count_outlet(outlet, ASKED), "outlet", "month", ASKED)
    finding = low_effectiveness(
        rate, AssessedOutlet(3, "示例厂DA001", "DA001", "1505"), TransmissionParameters()
    )

    assert finding is not None
    told = finding_json(finding)
    assert (told["zh"], told["sure"]) == (finding.zh, False)
    assert told["doubts"] == ["found_over"]


def test_a_gap_for_programs_says_whether_it_can_still_be_mended() -> None:
    """Hours 0 to 2 of the 1st: sent again until the 11th, marked until 12:00 of the 2nd."""
    gap = NamedGap("P1/DA001/out/a21026", silent())

    early, late = gap_json(gap, at(0, day=5)), gap_json(gap, LONG_AFTER)

    assert [one["open"] for one in _mends(early)] == [True, False, True]
    assert [one["open"] for one in _mends(late)] == [False, False, False]
    assert _mends(early)[0]["last_due"] == "2025-03-11T03:00:00+08:00"


def test_what_has_no_time_stays_open() -> None:
    [gap] = gaps([], GapSpan(POINT, at(0), at(1), LONG_AFTER), GapRules())

    assert [one["open"] for one in _mends(gap_json(NamedGap("x", gap), LONG_AFTER))] == [True]


@pytest.mark.parametrize("reason", sorted(set(REASONS) - {"not_judged"}))
def test_every_reason_has_a_kind_with_a_name(reason: str) -> None:
    gap = silent(reason)

    assert gap.kind in KINDS
    assert reason in gap.seconds


def _mends(told: dict[str, object]) -> list[dict[str, object]]:
    mends = told["mends"]
    assert isinstance(mends, list)
    return mends  # pyright: ignore[reportUnknownVariableType] - JSON as it was made
