"""What states, stages and events of orders and contests are called in Chinese."""

from collections.abc import Mapping

from schemas.contest import ContestAbout, ContestState, ContestWhat, Needed
from schemas.order import (
    Consequence,
    Level,
    OrderDisposition,
    OrderState,
    OrderWhat,
    Party,
    Stage,
)

STATES: Mapping[OrderState, str] = {
    OrderState.ISSUED: "已下发",
    OrderState.ACCEPTED: "已签收",
    OrderState.ANSWERED: "已反馈",
    OrderState.RETURNED: "已退回",
    OrderState.VERIFIED: "已核实",
    OrderState.CLOSED: "已办结",
    OrderState.FILED: "已归档",
    OrderState.WITHDRAWN: "已撤销",
}
EVENTS: Mapping[OrderWhat, str] = {
    OrderWhat.ISSUED: "督办下发",
    OrderWhat.ACCEPTED: "企业签收",
    OrderWhat.ANSWERED: "企业反馈",
    OrderWhat.VERIFIED: "属地核实",
    OrderWhat.RETURNED: "退回",
    OrderWhat.CLOSED: "办结",
    OrderWhat.FILED: "归档",
    OrderWhat.WITHDRAWN: "撤销",
    OrderWhat.EXTENDED: "调整时限",
    OrderWhat.REMINDED: "催办",
    OrderWhat.OVERDUE: "超期",
    OrderWhat.ESCALATED: "升级",
}
STAGES: Mapping[Stage, str] = {
    Stage.ACCEPT: "签收",
    Stage.ANSWER: "反馈",
    Stage.VERIFY: "核实",
    Stage.TOTAL: "办结",
}
LEVELS: Mapping[Level, str] = {Level.ORDINARY: "一般督办", Level.LISTED: "挂牌督办"}
DISPOSITIONS: Mapping[OrderDisposition, str] = {
    OrderDisposition.CONFIRMED: "属实",
    OrderDisposition.PARTLY: "部分属实",
    OrderDisposition.UNFOUNDED: "不属实",
}
CONSEQUENCES: Mapping[Consequence, str] = {
    Consequence.NONE: "不予处理",
    Consequence.RECTIFIED: "已整改",
    Consequence.ORDERED: "责令限期整改",
    Consequence.PENALTY: "立案处罚",
    Consequence.TRANSFERRED: "移送其他部门",
}
PARTIES: Mapping[Party, str] = {
    Party.PLATFORM: "平台",
    Party.BUREAU: "主管部门",
    Party.PLANT: "企业",
}
CONTEST_STATES: Mapping[ContestState, str] = {
    ContestState.FILED: "待答复",
    ContestState.UPHELD: "成立",
    ContestState.PARTLY: "部分成立",
    ContestState.REJECTED: "不成立",
    ContestState.WITHDRAWN: "已撤回",
}
CONTEST_EVENTS: Mapping[ContestWhat, str] = {
    ContestWhat.FILED: "提出申诉",
    ContestWhat.ANSWERED: "答复",
    ContestWhat.WITHDRAWN: "撤回",
    ContestWhat.REMINDED: "催办",
    ContestWhat.OVERDUE: "超期",
    ContestWhat.ESCALATED: "升级",
}
ABOUT: Mapping[ContestAbout, str] = {
    ContestAbout.VERDICT: "判定",
    ContestAbout.FINDING: "问题",
    ContestAbout.MARK: "标记",
    ContestAbout.ORDER: "督办单",
    ContestAbout.ALERT: "告警",
}
NEEDED: Mapping[Needed, tuple[str, str]] = {
    Needed.JUDGE_AGAIN: (
        "judge the period again once its cause is mended: `qingkong judge`",
        "原因消除后重新判定",
    ),
    Needed.CORRECT_LIMIT: (
        "correct the limit if it was wrong: `qingkong limits correct`",
        "限值有误的，更正限值",
    ),
    Needed.ACCEPT_MARK: (
        "accept the mark: `qingkong marks review MARK accept`",
        "采纳标记",
    ),
    Needed.DISPOSE_ALERT: (
        "dispose of the alert by what it turned out to be: `qingkong alerts`",
        "对相关告警进行甄别",
    ),
    Needed.WITHDRAW_ORDER: (
        "withdraw the order, or what of it does not hold: `qingkong orders withdraw`",
        "撤销督办单",
    ),
}
REASONS: Mapping[str, str] = {
    "accepted": "已签收",
    "answered": "已反馈",
    "answered_again": "再次反馈",
    "filed": "已归档",
    "by_hand": "人工催办",
    "unresolved_too_long": "告警逾时未处置",
    "severe_quarters": "连续列入严重超标名单",
    **{f"{stage.value}_due_soon": f"{zh}时限将至" for stage, zh in STAGES.items()},
    **{f"{stage.value}_overdue": f"{zh}超期" for stage, zh in STAGES.items()},
}


def reason_text(reason: str) -> str:
    """A reason as people read it: a word of ours with its Chinese, or what a person wrote."""
    if reason.startswith("severity_"):
        return f"{reason} 告警级别达到自动督办条件"
    if reason.startswith("kind_"):
        return f"{reason} 告警种类属于自动督办范围"
    zh = REASONS.get(reason)
    return reason if zh is None else f"{reason} {zh}"
