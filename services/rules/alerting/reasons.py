"""Why a case took a step: the small vocabulary of `AlertEvent.reason`, with its words."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class Reason(StrEnum):
    """Why a step was taken."""

    SEEN = "seen"  # something seems wrong, and is not sure yet
    SETTLED = "settled"  # nothing still to come can change it
    HELD = "held"  # it has gone on for the hold-down
    NOT_HELD = "not_held"  # it was over before the hold-down had passed
    CLEARED = "cleared"  # known to be right for long enough
    SUPERSEDED = "superseded"  # nothing was known for long, then it was wrong anew: another case
    CAME_AGAIN = "came_again"  # wrong anew, soon after it had cleared
    MULTIPLE = "multiple"  # 超标倍数 reached a step
    DURATION = "duration"  # it has gone on for so long
    REPETITION = "repetition"  # so often, or on so many days, within the window
    BELIEF_CHANGED = "belief_changed"  # what was believed was corrected
    EXEMPT = "exempt"  # a mark that counts excuses it
    FOUND_LATE = "found_late"  # an older stretch of it became known
    GOES_ON = "goes_on"  # it was found late, and has reached the present
    OVERTAKEN = "overtaken"  # still unsettled when another case of the key began
    BY_PERSON = "by_person"  # a person did it; the words are in the detail
    ORDER_ISSUED = "order_issued"  # the order that the case stands for was issued
    ORDER_ACCEPTED = "order_accepted"
    ORDER_CLOSED = "order_closed"
    ORDER_WITHDRAWN = "order_withdrawn"
    CONTEST_FILED = "contest_filed"  # the contest that the case stands for was filed
    CONTEST_ANSWERED = "contest_answered"
    CONTEST_WITHDRAWN = "contest_withdrawn"


class Words(NamedTuple):
    """A text in Chinese and in English."""

    zh: str
    en: str


REASONS: Final[Mapping[Reason, Words]] = MappingProxyType(
    {
        Reason.SEEN: Words("发现，尚待确认", "seen, not yet sure"),
        Reason.SETTLED: Words("判定已确定", "settled: nothing still to come can change it"),
        Reason.HELD: Words("持续达到确认时长", "it went on for the hold-down"),
        Reason.NOT_HELD: Words("未达到确认时长即结束", "over before the hold-down had passed"),
        Reason.CLEARED: Words("恢复正常并保持", "right again, and stayed so"),
        Reason.SUPERSEDED: Words("长时间无数据后再次发生，另行立案", "wrong anew after a long unknown time"),
        Reason.CAME_AGAIN: Words("恢复后再次发生", "came again after it had cleared"),
        Reason.MULTIPLE: Words("超标倍数达到更高级别", "the multiple reached a higher step"),
        Reason.DURATION: Words("持续时长达到更高级别", "it lasted long enough for a higher step"),
        Reason.REPETITION: Words("重复次数或天数达到更高级别", "repeated often enough for a higher step"),
        Reason.BELIEF_CHANGED: Words("数据更正后结论改变", "a correction changed what is believed"),
        Reason.EXEMPT: Words("标记审核通过，予以豁免", "excused by a mark that counts"),
        Reason.FOUND_LATE: Words("补传数据发现更早的情形", "an older stretch was found late"),
        Reason.GOES_ON: Words("迟发现的情形仍在持续", "found late, and it goes on now"),
        Reason.OVERTAKEN: Words("尚未确定时已有新的告警", "still unsettled when another case began"),
        Reason.BY_PERSON: Words("人工操作", "done by a person"),
        Reason.ORDER_ISSUED: Words("下发督办单", "the order was issued"),
        Reason.ORDER_ACCEPTED: Words("企业签收督办单", "the plant accepted the order"),
        Reason.ORDER_CLOSED: Words("督办单办结", "the order was closed"),
        Reason.ORDER_WITHDRAWN: Words("督办单撤销", "the order was withdrawn"),
        Reason.CONTEST_FILED: Words("提出申诉", "the contest was filed"),
        Reason.CONTEST_ANSWERED: Words("申诉已答复", "the contest was answered"),
        Reason.CONTEST_WITHDRAWN: Words("申诉撤回", "the contest was withdrawn"),
    }
)  # fmt: skip
