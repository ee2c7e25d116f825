"""What signals showed over a time, against the thresholds of their rule: for evidence and sentences.

It must not know why somebody asks.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from schemas.facility import Condition, RunningRule
from services.rules.exact import digits, in_brief, text
from services.rules.facility.course import second_of
from services.rules.facility.derived import Signals, usable
from services.rules.facility.parameters import FacilityParameters
from services.rules.facility.wording import Both


class Shown(NamedTuple):
    """A signal's records that begin within a time: how many, the least and the greatest."""

    condition: Condition
    records: int
    least: Decimal | None
    greatest: Decimal | None

    def evidence(self) -> Mapping[str, object]:
        return {
            "point": self.condition.point,
            "comparator": self.condition.comparator,
            "threshold": text(self.condition.threshold),
            "unit": self.condition.unit,
            "records": self.records,
            "least": None if self.least is None else text(self.least),
            "greatest": None if self.greatest is None else text(self.greatest),
        }


def shown(
    rule: RunningRule, signals: Signals, span: tuple[int, int], params: FacilityParameters
) -> tuple[Shown, ...]:
    """What each signal of the rule showed in the seconds of `span`."""
    found: list[Shown] = []
    for condition in rule.signals():
        numbers = [
            digits(record.value)
            for record in signals.get(condition.point, ())
            if span[0] <= second_of(record.at) < span[1]
            and record.value is not None
            and usable(record, params)
        ]
        ends = (min(numbers), max(numbers)) if numbers else (None, None)
        found.append(Shown(condition, len(numbers), *ends))
    return tuple(found)


def in_words(numbers: Sequence[Shown]) -> Both:
    """Each signal with its range and threshold."""
    return Both(
        "；".join(_one(each).zh for each in numbers), "; ".join(_one(each).en for each in numbers)
    )


def _one(each: Shown) -> Both:
    condition = each.condition
    unit = f" {condition.unit}" if condition.unit else ""
    threshold = condition.threshold
    rule = f"{condition.comparator} {in_brief(threshold)}{unit}"
    if each.least is None or each.greatest is None:
        return Both(
            f"{condition.point}无记录（判定条件{rule}）",
            f"{condition.point} has no record (rule {rule})",
        )
    low, high = (in_brief(number, threshold) for number in (each.least, each.greatest))
    return Both(
        f"{condition.point}为{low}至{high}{unit}（{each.records}条记录，判定条件{rule}）",
        f"{condition.point} {low} to {high}{unit} ({each.records} records, rule {rule})",
    )
