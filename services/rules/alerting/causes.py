"""Why a case came about 原因: the small vocabulary that who resolves it chooses from; states and dispositions in words."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.alert import PLATFORM, Alert, AlertState, Disposition
from services.rules.alerting.reasons import Words


class Cause(StrEnum):
    """What brought it about; `other` needs a note."""

    PROCESS_UPSET = "process_upset"
    FACILITY_FAULT = "facility_fault"
    START_STOP = "start_stop"
    INSTRUMENT_FAULT = "instrument_fault"
    CALIBRATION = "calibration"
    COMMUNICATION = "communication"
    POWER_CUT = "power_cut"
    TEST = "test"
    WRONG_REGISTRATION = "wrong_registration"
    WRONG_LIMIT = "wrong_limit"
    OTHER = "other"


CAUSES: Final[Mapping[Cause, Words]] = MappingProxyType(
    {
        Cause.PROCESS_UPSET: Words("工况波动", "process upset"),
        Cause.FACILITY_FAULT: Words("治理设施故障", "fault of the treatment"),
        Cause.START_STOP: Words("启停炉（机）", "start-up or shutdown"),
        Cause.INSTRUMENT_FAULT: Words("仪器故障", "fault of the instrument"),
        Cause.CALIBRATION: Words("校准或维护", "calibration or maintenance"),
        Cause.COMMUNICATION: Words("通信故障", "communication"),
        Cause.POWER_CUT: Words("停电", "power cut"),
        Cause.TEST: Words("测试", "test"),
        Cause.WRONG_REGISTRATION: Words("档案信息有误", "wrong registration"),
        Cause.WRONG_LIMIT: Words("限值设置有误", "wrong limit"),
        Cause.OTHER: Words("其他（须说明）", "other (say what)"),
    }
)

DISPOSITIONS: Final[Mapping[Disposition, Words]] = MappingProxyType(
    {
        Disposition.CONFIRMED: Words("属实", "confirmed"),
        Disposition.INSTRUMENT: Words("仪器原因", "the instrument's fault"),
        Disposition.EXEMPT: Words("标记豁免", "exempt by a mark"),
        Disposition.TEST: Words("测试", "a test"),
        Disposition.DUPLICATE: Words("重复", "a duplicate"),
    }
)

STATES: Final[Mapping[AlertState, Words]] = MappingProxyType(
    {
        AlertState.PENDING: Words("待确认", "pending"),
        AlertState.OPEN: Words("已告警", "open"),
        AlertState.ACKNOWLEDGED: Words("已签收", "acknowledged"),
        AlertState.RESOLVED: Words("已办结或恢复", "closed or recovered"),
        AlertState.LAPSED: Words("未成立", "lapsed"),
    }
)


def state_words(alert: Alert) -> Words:
    """How a case stands: closed by a person, who is named and whose trouble may go on, or recovered."""
    if alert.state is not AlertState.RESOLVED:
        return STATES[alert.state]
    if alert.resolved_by in {None, PLATFORM}:
        return Words("已恢复", "recovered")
    if alert.until is None:
        return Words("已办结（异常仍在持续）", f"closed by {alert.resolved_by}, while it goes on")
    return Words("已办结", f"closed by {alert.resolved_by}")
