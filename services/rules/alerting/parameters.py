"""The parameters of each kind of case, and the rules they make for a place and time.

Set for instance by `qingkong rules set limit_hour_case_parameters.clear_s 7200`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemas.alert import AlertKind, Severity
from schemas.case_parameters import (
    DAY,
    HOUR,
    Course,
    Exceeding,
    after,
    clear,
    hold,
    late,
    reopen,
)

_ORANGE: Final = Severity.ORANGE


class CaseParameters(Course):
    """Of kinds that have none of their own: no data, low load, low removal."""


class LimitHourCaseParameters(Exceeding):
    """小时均值超标: two compliant hours clear; again within a day it is the same case.

    One would not do: an analyser that is over every other hour would open it anew each time.
    """

    clear_s: int = clear(2 * HOUR)
    late_s: int = late(6 * HOUR)


class LimitDayCaseParameters(Exceeding):
    """日均值超标: one compliant day clears; again within a week it is the same case."""

    clear_s: int = clear(DAY)
    reopen_s: int = reopen(7 * DAY)
    late_s: int = late(3 * DAY)


class LimitMonthCaseParameters(Course):
    """月度超标: each month (quarter) that misses is a case of its own unless the next one does too."""

    clear_s: int = clear(28 * DAY)
    reopen_s: int = reopen(0)
    late_s: int = late(31 * DAY)


class PrewarningCaseParameters(Course):
    """预警: over with its period."""

    clear_s: int = clear(600)
    reopen_s: int = reopen(HOUR)
    late_s: int = late(HOUR)


class DeviceOfflineCaseParameters(Course):
    """设备离线: ten minutes of speech clear, so that a bad line makes one case."""

    clear_s: int = clear(600)
    reopen_s: int = reopen(6 * HOUR)
    late_s: int = late(6 * HOUR)
    orange_after_s: int | None = after(DAY, _ORANGE)


class TransmissionCaseParameters(Course):
    """迟报与传输有效率: told of hours, days and months that are over."""

    reopen_s: int = reopen(DAY)
    late_s: int = late(31 * DAY)


class FacilityOffCaseParameters(Course):
    """治理设施未同步运行: orange after an hour."""

    clear_s: int = clear(1_800)
    late_s: int = late(6 * HOUR)
    orange_after_s: int | None = after(HOUR, _ORANGE)


class BypassCaseParameters(Course):
    """旁路开启."""

    clear_s: int = clear(1_800)
    late_s: int = late(6 * HOUR)


class FurnaceCaseParameters(Course):
    """炉温不足: told of days."""

    clear_s: int = clear(DAY)
    late_s: int = late(2 * DAY)


class DataQualityCaseParameters(Course):
    """数据质量异常: found once a day of the day before, so a quiet day clears."""

    clear_s: int = clear(DAY)
    reopen_s: int = reopen(7 * DAY)
    late_s: int = late(3 * DAY)


class FalsificationCaseParameters(Course):
    """疑似弄虚作假: what a person has to verify; again within 30 days it is the same case."""

    clear_s: int = clear(DAY)
    reopen_s: int = reopen(30 * DAY)
    late_s: int = late(3 * DAY)


class DeviceCaseParameters(Course):
    """设备时钟异常 and 冒用 MN: ten minutes of right time clear, so that a clock that jumps makes one case."""

    clear_s: int = clear(600)
    late_s: int = late(6 * HOUR)


class DutyCaseParameters(Course):
    """豁免时长、手工监测: told of days, quarters and years; they hold until their period is over."""

    clear_s: int = clear(DAY)
    reopen_s: int = reopen(7 * DAY)
    late_s: int = late(7 * DAY)


class PlatformCaseParameters(Course):
    """The platform's own trouble 平台自身: a minute of hold-down, five right minutes clear."""

    hold_s: int = hold(60)
    clear_s: int = clear(300)
    reopen_s: int = reopen(HOUR)
    late_s: int = late(HOUR)


OWNERS: Final[Mapping[AlertKind, type[Course]]] = MappingProxyType(
    {
        AlertKind.LIMIT_HOUR: LimitHourCaseParameters,
        AlertKind.LIMIT_DAY: LimitDayCaseParameters,
        AlertKind.LIMIT_MONTH: LimitMonthCaseParameters,
        AlertKind.PREWARNING: PrewarningCaseParameters,
        AlertKind.DEVICE_OFFLINE: DeviceOfflineCaseParameters,
        AlertKind.LATE_TRANSMISSION: TransmissionCaseParameters,
        AlertKind.LOW_EFFECTIVENESS: TransmissionCaseParameters,
        AlertKind.FACILITY_OFF: FacilityOffCaseParameters,
        AlertKind.BYPASS_OPEN: BypassCaseParameters,
        AlertKind.FURNACE_TEMPERATURE: FurnaceCaseParameters,
        AlertKind.DATA_QUALITY: DataQualityCaseParameters,
        AlertKind.FALSIFICATION: FalsificationCaseParameters,
        AlertKind.DEVICE_CLOCK: DeviceCaseParameters,
        AlertKind.MN_MISMATCH: DeviceCaseParameters,
        AlertKind.MARK_QUOTA: DutyCaseParameters,
        AlertKind.MANUAL_DUTY: DutyCaseParameters,
        AlertKind.PLATFORM_SILENT: PlatformCaseParameters,
        AlertKind.PLATFORM_LAG: PlatformCaseParameters,
        AlertKind.PLATFORM_CLOCK: PlatformCaseParameters,
        AlertKind.PLATFORM_NOTICE: PlatformCaseParameters,
    }
)
"""Whose parameters a kind has; kinds that are not here have `CaseParameters`."""
