"""The indicators F01 to F25, each with what it needs, and why some are not here.

An evaluator asks `judge` once a day and outlet, or calls the functions by themselves.

F04 comparison with manual results: done where manual results are judged. F15 run time of treatment
and production: done with the synchronous rate. F25 is a typology of cases and no measurement. F06
covers the heated line alone: cooler and backflush are not told in a form that has a threshold.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from schemas.judgement import Finding
from schemas.parameter import Parameters
from services.rules.quality.absence import (
    AbsenceParameters,
    monthly_capture,
    odd_times,
    unexplained_gap,
)
from services.rules.quality.case import Case
from services.rules.quality.checks import CheckParameters, check_far_off, step_at_calibration
from services.rules.quality.hour_fit import hour_against_minutes
from services.rules.quality.hugging import HuggingParameters, near_limit, plateau, tail_vanished
from services.rules.quality.jumps import ChangeParameters, jump_then_flat, ph_variance
from services.rules.quality.level import LevelParameters, at_detection_limit, implausible_value
from services.rules.quality.night import NightParameters, night_over_day
from services.rules.quality.oxygen import (
    OxygenParameters,
    conversion_differs,
    oxygen_off_load,
    oxygen_raised,
)
from services.rules.quality.physics import PhysicsParameters, flow_off_balance, order_violated
from services.rules.quality.repetition import RepetitionParameters, copied_day, replayed_block
from services.rules.quality.settings import (
    SettingParameters,
    cold_line,
    range_lowered,
    settings_differ,
)
from services.rules.quality.shifts import ShiftParameters, season_shift, sudden_drop
from services.rules.quality.siblings import SiblingParameters, identical_trend
from services.rules.quality.stillness import (
    StillnessParameters,
    constant_value,
    small_fluctuation,
)
from services.rules.quality.stopped import StoppedParameters, declared_stopped, marks_contradict

Rule = TypeVar("Rule", bound=Parameters)


class Settings(Protocol):
    """Gives the parameters of a class as they hold for the outlet."""

    def __call__(self, owner: type[Rule], /) -> Rule: ...


def defaults(owner: type[Rule], /) -> Rule:
    """The defaults, where nobody set anything."""
    return owner()


class Need(StrEnum):
    """What must be known beside the hours of the outlet's points."""

    MINUTES = "minutes"
    LIMIT = "limit"
    OXYGEN = "oxygen"
    REFERENCE_OXYGEN = "reference_oxygen"
    LOAD = "load"
    FLOW = "flow"
    STOPS = "stops"
    SETTINGS = "settings"
    REGISTERED = "registered"
    CHECKS = "checks"
    CALIBRATIONS = "calibrations"
    DETECTION_LIMIT = "detection_limit"
    SIBLINGS = "siblings"
    MONTHS = "months"
    PAIRS = "pairs"
    PH = "ph"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A sign: its number in the list of indicators, how long a window it wants, what it needs.

    It says nothing where something that it needs is not there.
    """

    name: str
    number: str
    window: timedelta
    needs: frozenset[Need]
    parameters: type[Parameters]
    function: Callable[[Case, Settings], tuple[Finding, ...]]


def _one(
    number: str,
    days: int,
    rule: tuple[Callable[[Case, Rule], tuple[Finding, ...]], type[Rule]],
    *needs: Need,
) -> Indicator:
    function, owner = rule

    def found(case: Case, settings: Settings) -> tuple[Finding, ...]:
        return function(case, settings(owner))

    name = getattr(function, "__name__", number)
    return Indicator(name, number, timedelta(days=days), frozenset(needs), owner, found)


INDICATORS: tuple[Indicator, ...] = (
    _one("F01", 1, (unexplained_gap, AbsenceParameters)),
    _one("F02", 31, (at_detection_limit, LevelParameters), Need.DETECTION_LIMIT),
    _one("F03", 31, (constant_value, StillnessParameters)),
    _one("F03", 15, (small_fluctuation, StillnessParameters)),
    _one("F03", 15, (jump_then_flat, ChangeParameters)),
    _one("F05", 1, (settings_differ, SettingParameters), Need.SETTINGS, Need.REGISTERED),
    _one("F06", 1, (cold_line, SettingParameters), Need.SETTINGS),
    _one("F07", 31, (oxygen_raised, OxygenParameters), Need.OXYGEN),
    _one("F08", 31, (oxygen_off_load, OxygenParameters), Need.OXYGEN, Need.LOAD),
    _one("F09", 7, (plateau, HuggingParameters), Need.LIMIT),
    _one("F09", 31, (tail_vanished, HuggingParameters), Need.LIMIT),
    _one("F09", 2, (near_limit, HuggingParameters), Need.LIMIT),
    _one("F10", 1, (conversion_differs, OxygenParameters), Need.OXYGEN, Need.REFERENCE_OXYGEN),
    _one("F11", 31, (flow_off_balance, PhysicsParameters), Need.FLOW, Need.LOAD),
    _one("F12", 31, (replayed_block, RepetitionParameters)),
    _one("F12", 31, (copied_day, RepetitionParameters)),
    _one("F13", 1, (identical_trend, SiblingParameters), Need.SIBLINGS),
    _one("F14", 1, (declared_stopped, StoppedParameters), Need.STOPS),
    _one("F16", 1, (marks_contradict, StoppedParameters), Need.STOPS),
    _one("F17", 1, (order_violated, PhysicsParameters), Need.PAIRS),
    _one("F18", 1, (ph_variance, ChangeParameters), Need.PH),
    _one("F19", 1, (step_at_calibration, CheckParameters), Need.CALIBRATIONS),
    _one("F20", 31, (monthly_capture, AbsenceParameters)),
    _one("F21", 1, (season_shift, ShiftParameters), Need.MONTHS),
    _one("F21", 31, (sudden_drop, ShiftParameters)),
    _one("F22", 31, (range_lowered, SettingParameters), Need.SETTINGS),
    _one("F23", 1, (hour_against_minutes, AbsenceParameters), Need.MINUTES),
    _one("F23", 1, (odd_times, AbsenceParameters)),
    _one("F24", 1, (check_far_off, CheckParameters), Need.CHECKS),
    _one("A09", 1, (implausible_value, LevelParameters)),
    _one("platform", 7, (night_over_day, NightParameters)),
)


def judge(
    case: Case, settings: Settings = defaults, indicators: Iterable[Indicator] = INDICATORS
) -> tuple[Finding, ...]:
    """All that the indicators find of an outlet's day."""
    return tuple(
        finding for indicator in indicators for finding in indicator.function(case, settings)
    )
