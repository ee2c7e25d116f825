"""What water analysers yield: results, how many were due, and the mean of an hour, day or month."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from schemas.judgement import MeanRow


class Judged(NamedTuple):
    """A record as it may be used: its number in the point's unit, or why not, in a word.

    An invalid one keeps its number where it has one. `at_least`: over range.
    """

    value: Decimal | None
    why: str = ""
    at_least: bool = False


class WaterResult(NamedTuple):
    """One analysis of a slow analyser, or one record of a continuous instrument.

    It stands from `at` (when it was sampled, or first shown where nobody said) until `until`: the
    next result, and no longer than the analyser's cycle. `value` is in the point's unit. `why` is
    empty where it is valid, else a word. `shown` records repeated it; `mixed`: they do not agree on
    its value or its validity. `at_least`: over range, the truth is this or more.
    """

    at: datetime
    until: datetime
    value: Decimal | None
    why: str = ""
    dated: bool = True
    shown: int = 1
    mixed: bool = False
    at_least: bool = False

    @property
    def valid(self) -> bool:
        return self.why == "" and self.value is not None


class DueResults(NamedTuple):
    """How many results of a period were due 应测, and what became of them.

    due = valid + check + no_flow + invalid + missing, in whole results. `valid_s` of `due_s` seconds
    are what counts: the automatic check's hour, and the time without flow, are not in `due_s`.
    """

    due: int
    valid: int
    check: int
    no_flow: int
    invalid: int
    missing: int
    valid_s: int
    due_s: int


class Weighting(StrEnum):
    """How a mean was made; a range 极差 is none: pH, temperature and colour are never averaged."""

    FLOW = "flow"  # 流量加权
    PLAIN = "plain"  # 算术平均
    RANGE = "range"  # 范围


class HourlyRange(NamedTuple):
    """Least and greatest hourly value of what is never averaged; `at_least`: one is over range."""

    least: Decimal
    greatest: Decimal
    at_least: bool


class WaterPart(NamedTuple):
    """A valid result as it entered a mean; `weight` in m3 where the mean is weighted by flow."""

    at: datetime
    value: Decimal
    weight: Decimal


class WaterMean(NamedTuple):
    """The mean of a period with what a judgement needs beside it.

    `lowest` and `highest` of the valid values, or `hourly` (the medians of hours), are what pH,
    temperature and colour are judged by; their `row.value` is None. `volume` in m3, None where the
    flow of the period is not known. `why` a word where there is no value or it is not valid. `doubts`
    names what is not established. `parts`: what the mean was made of; a row does not keep it.
    """

    row: MeanRow
    weighting: Weighting
    lowest: Decimal | None
    highest: Decimal | None
    volume: Decimal | None
    counts: DueResults
    why: str
    doubts: tuple[str, ...]
    hourly: HourlyRange | None = None
    parts: tuple[WaterPart, ...] = ()
