"""What each kind of case is: which findings and verdicts make it, what ends it, what explains it.

It must not know how a case runs its course.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from schemas.alert import AlertKind, Severity
from schemas.judgement import Period
from services.rules.alerting.kind_words import KIND_WORDS

Closes = Literal["condition", "person", "order"]
"""What ends a case: it is known to be right again, or a person says what it was, or the order or contest
that it stands for ends; nothing that is believed touches the last."""


class KindInfo(NamedTuple):
    """A kind of case.

    `zh`, `en`: its name; `advice_zh`, `advice_en`: what to do now. `rules`: names of the findings
    that make it; `period`: of the verdicts that do (None: none do). `covered_by`: kinds that explain
    it where they hold over the same time. `base`: the severity that a case of it begins with, unless
    set otherwise.
    """

    zh: str
    en: str
    advice_zh: str
    advice_en: str
    rules: frozenset[str]
    period: Period | None
    closes: Closes
    covered_by: frozenset[AlertKind]
    base: Severity


class _Kind(NamedTuple):
    base: Severity
    rules: frozenset[str] = frozenset()
    period: Period | None = None
    closes: Closes = "condition"
    covered_by: frozenset[AlertKind] = frozenset()


_K: Final = AlertKind
_BLUE, _YELLOW, _ORANGE, _RED = Severity.BLUE, Severity.YELLOW, Severity.ORANGE, Severity.RED
_SILENT: Final = frozenset({AlertKind.DEVICE_OFFLINE, AlertKind.PLATFORM_SILENT})

_SUSPICIONS: Final = frozenset(
    {
        "cold_line",
        "conversion_differs",
        "copied_day",
        "declared_stopped",
        "identical_trend",
        "jump_then_flat",
        "marks_contradict",
        "order_violated",
        "oxygen_raised",
        "plateau",
        "range_lowered",
        "replayed_block",
        "settings_differ",
        "step_at_calibration",
        "tail_vanished",
    }
)
"""Signs that hardly come about by themselves; the others may be a worn instrument as well."""

_QUALITY: Final = frozenset(
    {
        "at_detection_limit",
        "check_far_off",
        "constant_value",
        "flow_off_balance",
        "hour_against_minutes",
        "monthly_capture",
        "near_limit",
        "negative_value",
        "night_over_day",
        "odd_times",
        "over_range_value",
        "oxygen_off_load",
        "ph_variance",
        "run_hours_disagree",
        "season_shift",
        "sewage_balance",
        "small_fluctuation",
        "state_contradiction",
        "sudden_drop",
        "zero_value",
    }
)

_TABLE: Final[Mapping[AlertKind, _Kind]] = MappingProxyType(
    {
        _K.LIMIT_HOUR: _Kind(_YELLOW, period=Period.HOUR),
        _K.LIMIT_DAY: _Kind(_YELLOW, frozenset({"incineration_exceedance"}), Period.DAY),
        _K.LIMIT_MONTH: _Kind(
            _ORANGE,
            frozenset({"incineration_month", "severe_quarter", "ultra_low_month"}),
            Period.MONTH,
        ),
        _K.PREWARNING: _Kind(_BLUE, frozenset({"over_limit_now", "prewarning"})),
        # By a wrong clock the last of each hour comes late, or is refused.
        _K.NO_DATA: _Kind(_YELLOW, covered_by=_SILENT | {AlertKind.DEVICE_CLOCK}),
        # Its watch leaves out what the platform explains: what is told is since the last frame.
        _K.DEVICE_OFFLINE: _Kind(_YELLOW),
        _K.LATE_TRANSMISSION: _Kind(_BLUE, covered_by=_SILENT),
        _K.LOW_EFFECTIVENESS: _Kind(
            _YELLOW,
            frozenset(
                {
                    "capture_short",
                    "low_effectiveness",
                    "low_effectiveness_day",
                    "low_effectiveness_quarter",
                    "low_effectiveness_year",
                }
            ),
            covered_by=_SILENT,
        ),
        _K.FACILITY_OFF: _Kind(_YELLOW, frozenset({"facility_off"})),
        _K.BYPASS_OPEN: _Kind(_RED, frozenset({"bypass_open"})),
        _K.LOW_REMOVAL: _Kind(_YELLOW, frozenset({"low_removal"})),
        _K.LOW_LOAD: _Kind(
            _BLUE, frozenset({"sewage_idle", "sewage_inlet", "sewage_load", "sewage_load_year"})
        ),
        _K.FURNACE_TEMPERATURE: _Kind(_ORANGE, frozenset({"furnace_temperature"})),
        _K.DATA_QUALITY: _Kind(_YELLOW, _QUALITY),
        _K.FALSIFICATION: _Kind(_RED, _SUSPICIONS, closes="person"),
        _K.DEVICE_CLOCK: _Kind(_YELLOW, covered_by=frozenset({AlertKind.PLATFORM_CLOCK})),
        _K.MN_MISMATCH: _Kind(_ORANGE, closes="person"),
        _K.MARK_QUOTA: _Kind(
            _BLUE,
            frozenset(
                {
                    "cems_maintenance_quarter",
                    "quota_cems_30h",
                    "quota_furnace_60h",
                    "quota_furnace_700h",
                    "quota_hazardous_60h",
                    "quota_near",
                    "quota_thermal_fault",
                    "quota_used_up",
                }
            ),
        ),
        _K.MANUAL_DUTY: _Kind(
            _YELLOW,
            frozenset(
                {
                    "manual_comparison",
                    "manual_sampling_count",
                    "manual_sampling_interval",
                    "publication_self",
                    "publication_self_quarter",
                    "publication_self_year",
                    "publication_supervisory",
                    "publication_supervisory_quarter",
                    "publication_supervisory_year",
                }
            ),
        ),
        _K.PLATFORM_SILENT: _Kind(_ORANGE),
        _K.PLATFORM_LAG: _Kind(_YELLOW),
        _K.PLATFORM_CLOCK: _Kind(_ORANGE),
        _K.PLATFORM_NOTICE: _Kind(_ORANGE),
        _K.SUPERVISION: _Kind(_YELLOW, closes="order"),
    }
)

RAISES_NOTHING: Final = frozenset(
    {
        "hour_not_comparable",
        "repeated_exceedance",
        "repeated_exceedance_day",
        "step_not_attributable",
        "unexplained_gap",
    }
)
"""Rules whose findings make no case, for another one tells of the same.

Repetition raises the severity of the exceedance's own case. A gap 缺失 is found of each channel by
itself, a day later; whoever must act was told by the silent logger's case (device_offline), or by
the outlet's (no_data, low_effectiveness), once and not by each of forty channels. It stays a finding.
An hour that cannot be compared with its minutes, for its logger sends no flags or times or its clock
is wrong, accuses nobody; nor does a step at a calibration while the plant itself changed.
"""

UNNOTIFIED_WHILE: Final[Mapping[AlertKind, frozenset[AlertKind]]] = MappingProxyType(
    {_K.PREWARNING: frozenset({_K.LIMIT_HOUR, _K.LIMIT_DAY})}
)
"""Kinds that nobody is told of while one of these is open for the same point."""


def _info(kind: AlertKind) -> KindInfo:
    words, row = KIND_WORDS[kind], _TABLE[kind]
    return KindInfo(
        *(words.zh, words.en, words.advice_zh, words.advice_en),
        *(row.rules, row.period, row.closes, row.covered_by, row.base),
    )


KINDS: Final[Mapping[AlertKind, KindInfo]] = MappingProxyType(
    {kind: _info(kind) for kind in AlertKind}
)


def kind_of_rule(rule: str) -> AlertKind | None:
    """Which kind of case the findings of a rule make; None: none (or nobody knows the rule)."""
    return _by_rule().get(rule)


def kind_of_period(period: Period) -> AlertKind | None:
    """Which kind of case verdicts over a period make; None: none."""
    return next((kind for kind in AlertKind if KINDS[kind].period is period), None)


@cache
def _by_rule() -> Mapping[str, AlertKind]:
    return {rule: kind for kind in AlertKind for rule in KINDS[kind].rules}
