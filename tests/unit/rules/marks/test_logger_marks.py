"""Marks from the flags of records, and marks that readings contradict."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

import pytest

from schemas.record import Record
from services.rules.marks.contradiction import contradictions
from services.rules.marks.logger_marks import Flagged, evidence_zh, flag_runs, logger_marks
from services.rules.marks.mark_parameters import MarkParameters
from tests.fixtures.marking import NOW, OUT, PARAMS, WI, accepted, at, hourly, line

FURNACE = Flagged(7, 3, WI, NOW)


def minutes(flags: Iterable[str | None], start: int = 0) -> list[Record]:
    return [
        Record(at(8) + timedelta(minutes=start + place), 60, 1.0, flag)
        for place, flag in enumerate(flags)
    ]


@pytest.mark.parametrize(
    ("flag", "kind"),
    [
        ("M", "equipment/maintenance"),
        ("C", "equipment/calibration"),
        ("D", "equipment/fault"),
        ("T", "equipment/over_range"),
        ("Td", "equipment/sensor_fault"),
        ("B", "equipment/communication_loss"),
        ("F", "equipment/instrument_stopped"),
        ("St", f"{WI}/start_up"),
        ("Sd", f"{WI}/shut_down"),
    ],
)
def test_a_run_of_a_flag_becomes_a_mark_of_the_logger(flag: str, kind: str) -> None:
    [found] = logger_marks(minutes([flag] * 20), FURNACE, PARAMS)

    assert (found.kind, found.origin, found.planned) == (kind, "logger", False)
    assert (found.subject, found.point, found.entered_at) == (7, 3, NOW)
    assert (found.since, found.until) == (at(8), at(8) + timedelta(minutes=20))
    assert found.evidence == f"flag {flag} in 20 records"
    assert evidence_zh(found.evidence) == f"数据标识 {flag}，共 20 条记录"


def test_what_a_person_wrote_under_a_mark_stays_as_it_is() -> None:
    assert evidence_zh("flagged, see page 3") == "flagged, see page 3"


@pytest.mark.parametrize(("count", "marks"), [(15, 0), (16, 1)], ids=["15 minutes", "16 minutes"])
def test_only_runs_longer_than_15_minutes_are_marks(count: int, marks: int) -> None:
    """Practice of platforms: kept when continuous for more than 15 minutes."""
    assert len(logger_marks(minutes(["M"] * count), FURNACE, PARAMS)) == marks


def test_how_long_a_run_must_be_is_a_setting() -> None:
    params = MarkParameters(segment_over_s=60)

    assert len(logger_marks(minutes(["M"] * 2), FURNACE, params)) == 1


@pytest.mark.parametrize("flag", ["N", "S", "Sr", "", None], ids=repr)
def test_normal_and_unknown_flags_are_no_marks(flag: str | None) -> None:
    assert logger_marks(minutes([flag] * 60), FURNACE, PARAMS) == []


def test_a_bureau_may_say_what_a_flag_means() -> None:
    params = MarkParameters(flag_kinds={"Sr": f"{WI}/cooling"})

    [found] = logger_marks(minutes(["Sr"] * 20), FURNACE, params)

    assert found.kind == f"{WI}/cooling"


def test_a_start_up_flag_means_nothing_in_a_sector_without_that_kind() -> None:
    elsewhere = FURNACE._replace(sector="paper")

    assert logger_marks(minutes(["St"] * 20), elsewhere, PARAMS) == []


def test_another_flag_or_a_gap_ends_a_run() -> None:
    records = [*minutes(["D"] * 3), *minutes(["D", "C", None, "C"], start=10)]

    runs = [(run.flag, run.records) for run in flag_runs(records)]

    assert runs == [("D", 3), ("D", 1), ("C", 1), ("C", 1)]


def test_out_of_service_with_low_flue_oxygen_is_a_contradiction() -> None:
    """2019 No. 50: 20.9 - 2 = 18.9 %; the hour of 09:00 has 8.5, that of 10:00 20.1."""
    oxygen = hourly(at(8), at(9), "20.5") | {at(9): Decimal("8.5"), at(10): Decimal("20.1")}
    found = contradictions(line(accepted(at(8), at(11), OUT)), oxygen, PARAMS)

    assert [(one.hour, one.oxygen, one.least) for one in found] == [
        (at(9), Decimal("8.5"), Decimal("18.9"))
    ]


def test_an_hour_that_is_marked_in_part_or_otherwise_contradicts_nothing() -> None:
    oxygen = hourly(at(8), at(12), "8.5")

    assert contradictions(line(accepted(at(8.5), at(9.5), OUT)), oxygen, PARAMS) == []
    assert contradictions(line(accepted(at(8), at(11))), oxygen, PARAMS) == []


def test_the_ambient_oxygen_may_be_measured() -> None:
    params = MarkParameters(ambient_oxygen=Decimal("20.0"))
    oxygen = hourly(at(8), at(9), "18.5")

    assert contradictions(line(accepted(at(8), at(9), OUT)), oxygen, params) == []
