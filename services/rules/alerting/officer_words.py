"""What an officer of the bureau does about each kind of case, in Chinese and English.

What a plant has to do stands with the kind's name (kind_words). It must not know who reads it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from schemas.alert import AlertKind


class Advice(NamedTuple):
    """What to do, in order: look whether it holds, acknowledge, call the plant, go further if need be."""

    zh: str
    en: str


_K: Final = AlertKind

OFFICER_WORDS: Final[Mapping[AlertKind, Advice]] = MappingProxyType(
    {
        _K.LIMIT_HOUR: Advice(
            "核对数据标记、工况和治理设施状态；属实的签收并联系企业，问明原因和恢复时间。"
            "持续超标或企业未响应的，下发督办或安排现场检查。",
            "Check flags, operation and treatment; if it holds, acknowledge it and ask the plant for "
            "cause and recovery time. If it goes on, or nobody answers, issue an order or inspect.",
        ),
        _K.LIMIT_DAY: Advice(
            "核对组成日均值的各小时和已申报的标记，先审核待审标记；属实的签收，要求企业说明"
            "超标时段和原因，必要时下发督办。",
            "Check the hours of the day and the marks declared, and review those that wait; if it "
            "holds, acknowledge it and have the plant name hours and cause. Issue an order if needed.",
        ),
        _K.LIMIT_MONTH: Advice(
            "核对当月缺失时段、标记和豁免情况；签收后要求企业提交整改方案并约定时限，逾期的下发督办。",
            "Check the month's gaps, marks and exemptions; acknowledge it, have the plant hand in a "
            "plan by an agreed day, and issue an order when that day passes.",
        ),
        _K.PREWARNING: Advice(
            "尚未构成超标。查看曲线走势和数据标记，提醒企业在本时段结束前调整；转为均值超标的，"
            "按超标告警处理。",
            "Nothing is exceeded yet. Look at the curve and the flags, and have the plant adjust before "
            "the period ends; should the mean exceed, deal with that case.",
        ),
        _K.NO_DATA: Advice(
            "先看是否停产、已申报标记或设备离线；都不是的，签收并联系企业和运维单位，问明修复时间，"
            "督促申报标记和手工监测。",
            "See whether the plant stands still, declared a mark or its logger is offline; if none, "
            "acknowledge it, ask when it will be mended, and see that a mark and manual samples come.",
        ),
        _K.DEVICE_OFFLINE: Advice(
            "看同一地区的其他数采仪是否同时离线，排除平台和网络原因；联系企业检查供电和网络，"
            "久未恢复的到现场核查。",
            "See whether other loggers of the region went silent too, which points to the network or "
            "the platform; have the plant check power and network, and visit if it stays away.",
        ),
        _K.LATE_TRANSMISSION: Advice(
            "确认迟到的数据是否已补全，与企业核对网络和上报周期；反复迟报的，要求限期整改。",
            "See that what was late is complete, and go through network and interval with the plant; "
            "where it happens again and again, set a date to mend it.",
        ),
        _K.LOW_EFFECTIVENESS: Advice(
            "对照缺失和无效时段，核对标记和补传情况；要求企业逐项说明，仍不足的下发督办。",
            "Go through the missing and invalid hours with their marks and late data; have the plant "
            "explain each, and issue an order if it stays too low.",
        ),
        _K.FACILITY_OFF: Advice(
            "对照生产负荷、设施状态和出口浓度，排除信号故障；属实的签收，立即联系企业恢复治理设施"
            "或停止生产，持续的安排现场检查、下发督办。",
            "Hold load, state of the treatment and outlet against each other, to rule out a wrong "
            "signal; if it holds, acknowledge it and call the plant now; if it goes on, inspect and "
            "issue an order.",
        ),
        _K.BYPASS_OPEN: Advice(
            "核对旁路流量、流速或阀位信号；属实的签收，立即联系企业问明原因并要求关闭，"
            "导出证据，安排现场检查。",
            "Check flow, velocity or valve of the bypass; if it holds, acknowledge it, call the plant "
            "now for the cause and to shut it, export the evidence, and send an inspector.",
        ),
        _K.LOW_REMOVAL: Advice(
            "对照进出口浓度和设施状态，排除仪表偏差；签收并要求企业排查，持续不足的下发督办。",
            "Hold inlet, outlet and treatment against each other, to rule out the instruments; "
            "acknowledge it and have the plant look into it; issue an order if it stays low.",
        ),
        _K.LOW_LOAD: Advice(
            "核对流量计数据和停运标记，向运营单位了解来水和管网情况；长期偏低的列入现场检查。",
            "Check the flow meter and marks of standing still, and ask the works about its inflow; "
            "where it stays low, put it on the list of inspections.",
        ),
        _K.FURNACE_TEMPERATURE: Advice(
            "核对各测点炉温和已申报的工况标记；属实的签收，联系企业问明原因和处置，"
            "反复出现的安排现场检查。",
            "Check the furnace's probes and the marks declared; if it holds, acknowledge it and ask "
            "the plant for cause and remedy; inspect where it comes again.",
        ),
        _K.DATA_QUALITY: Advice(
            "这是疑似线索，不是结论。查看曲线、标记和质控记录，要求企业核查仪表并反馈；说明不清的"
            "安排比对或现场检查，查清后填写甄别结论。",
            "A lead, no finding of fact. Look at curve, marks and checks, and have the plant examine "
            "the instrument; where that leaves doubts, compare or inspect, then say what it was.",
        ),
        _K.FALSIFICATION: Advice(
            "仅为线索，不凭系统提示定性。先在平台导出证据和原始报文，再按程序安排现场核查，"
            "核实后填写甄别结论。",
            "A lead alone: conclude nothing from it. Export the evidence and the raw frames first, "
            "have it verified on site by the usual procedure, then say what it was.",
        ),
        _K.DEVICE_CLOCK: Advice(
            "联系企业或运维单位校时；校时前该设备的数据时间可能不准，处理同期其他告警前先核对收到时间。",
            "Have the plant or its contractor set the clock; until then its times may be wrong: look at "
            "the time of receipt before you act on other cases of these hours.",
        ),
        _K.MN_MISMATCH: Advice(
            "核对报文来源、登录账号和设备备案，联系企业确认；疑似冒用的，保留报文，"
            "请管理员停用该账号并更换密钥。",
            "Check source, account and registration, and ask the plant; where it looks like misuse, "
            "keep the frames and have an administrator close the account and change the key.",
        ),
        _K.MARK_QUOTA: Advice(
            "核对已用时长，及时审核待审标记，并把剩余额度告知企业；用尽后发生的超标照常处理。",
            "Check the time used, review the marks that wait, and tell the plant what is left; what "
            "exceeds after that is dealt with as usual.",
        ),
        _K.MANUAL_DUTY: Advice(
            "核对监测计划和已上传的结果，提醒企业补做、补传或复测；逾期未补的下发督办。",
            "Hold the plan against the results filed, and remind the plant to sample, file or repeat; "
            "issue an order when it is overdue.",
        ),
        _K.PLATFORM_SILENT: Advice(
            "转平台运维处理，不必逐家联系企业；恢复后查看数据是否补齐，中断期间的缺数不作企业责任处理。",
            "For who runs the platform; do not call the plants one by one. Once it is back, see that "
            "data came in; hold what was missing meanwhile against nobody.",
        ),
        _K.PLATFORM_LAG: Advice(
            "转平台运维处理；恢复前新数据的判定会晚到，急需时直接查看实时曲线。",
            "For who runs the platform. Verdicts come late until then: look at the curves where it is "
            "urgent.",
        ),
        _K.PLATFORM_CLOCK: Advice(
            "转平台运维处理；恢复前暂不据此处理迟报、离线和设备时钟类告警。",
            "For who runs the platform. Until then do not act on lateness, silence or clocks of "
            "devices.",
        ),
        _K.PLATFORM_NOTICE: Advice(
            "转平台运维处理；期间主动在平台查看告警，红色、橙色的电话通知企业和值班人员。",
            "For who runs the platform. Look at the cases here meanwhile, and telephone about red and "
            "orange ones.",
        ),
        _K.SUPERVISION: Advice(
            "打开督办单或申诉：轮到企业的，到期前提醒；轮到主管部门的，按时核查或答复。"
            "办结后本事项自动结束。",
            "Open the order or contest: where it is the plant's turn, remind it in time; where it is "
            "the bureau's, verify or answer in time. The case ends with it.",
        ),
    }
)
