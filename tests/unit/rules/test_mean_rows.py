"""The row that keeps an hour's mean, and what it says it rests on."""

import json
from decimal import Decimal

from schemas.judgement import Period, Stage
from schemas.means import HourRecords
from schemas.record import Record
from services.rules.hour_mean import hour_mean
from services.rules.hour_oxygen import no_oxygen, prepare
from services.rules.hour_parameters import HourRules
from services.rules.mean_rows import hour_row
from tests.fixtures.hours import START, records

RULES = HourRules()


def test_a_row_has_the_hour_as_it_is_judged() -> None:
    mean = hour_mean(HourRecords(START, records([5.0] * 50)), no_oxygen(RULES), (), RULES)

    row = hour_row(3, mean, Stage.PROVISIONAL, Decimal("1.5"))

    assert (row.point, row.period, row.start, row.stage) == (
        3,
        Period.HOUR,
        START,
        Stage.PROVISIONAL,
    )
    assert (row.value, row.valid_s, row.due_s, row.valid, row.mass) == (
        5,
        3000,
        3600,
        True,
        Decimal("1.5"),
    )
    assert row.evidence == {
        "computed": "5",
        "computed_valid": True,
        "not_valid_s": {"missing": 600},
    }


def test_the_evidence_tells_both_means_and_how_each_was_converted() -> None:
    oxygen = prepare(records([9.0] * 50 + [20.5] * 10), (), START, RULES)
    device = Record(START, 3600, 33.0, "N", 41.0)
    hour = HourRecords(START, records([-1.0, 0.0] + [30.0] * 58), (), device, Decimal(6))

    evidence = hour_row(3, hour_mean(hour, oxygen, (Decimal(6),), RULES), Stage.FINAL).evidence

    assert json.loads(json.dumps(evidence)) == evidence
    assert evidence["zero_s"] == evidence["negative_s"] == 60
    assert evidence["device"] == {
        "value": "33",
        "converted": "41",
        "reference": "6",
        "flag": "N",
        "valid": True,
        "why": "valid",
    }
    assert evidence["converted_source"] == {"6": "device"}
    assert evidence["doubts"] == ["negatives", "oxygen_guard", "judged_record"]


def test_the_evidence_tells_a_disagreement_in_numbers() -> None:
    hour = HourRecords(START, records([30.0] * 60), (), Record(START, 3600, 33.0, "N"))

    row = hour_row(3, hour_mean(hour, no_oxygen(RULES), (), RULES), Stage.FINAL)

    assert row.evidence["disagreements"] == [
        {
            "what": "value",
            "device": "33",
            "computed": "30",
            "relative_percent": "10",
            "tolerance_percent": "1",
        }
    ]


def test_the_evidence_names_why_seconds_were_not_converted() -> None:
    oxygen = prepare(records([9.0] * 59), (), START, RULES)
    hour = HourRecords(START, records([12.0] * 60))

    row = hour_row(3, hour_mean(hour, oxygen, (Decimal(6),), RULES), Stage.FINAL)

    assert row.evidence["converted"] == {
        "6": {
            "of_minutes": "15",
            "of_means": "15",
            "valid": True,
            "valid_s": 3540,
            "not_converted_s": {"oxygen_missing": 60},
        }
    }
