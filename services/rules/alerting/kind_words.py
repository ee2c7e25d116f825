"""The names of the kinds of cases in Chinese and English, and what to do now about each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from schemas.alert import AlertKind


class KindWords(NamedTuple):
    """Name and advice of a kind."""

    zh: str
    en: str
    advice_zh: str
    advice_en: str


_K: Final = AlertKind

KIND_WORDS: Final[Mapping[AlertKind, KindWords]] = MappingProxyType(
    {
        _K.LIMIT_HOUR: KindWords(
            "小时均值超标",
            "hourly mean over the limit",
            "立即核对治理设施运行和在线仪表状态，采取减排措施，保留现场记录并反馈原因。",
            "Check the treatment and the instrument now, bring the emission down, keep the records, "
            "and report the cause.",
        ),
        _K.LIMIT_DAY: KindWords(
            "日均值超标",
            "daily mean over the limit",
            "查明当日超标时段及原因，落实整改；如有应豁免的工况，按规定申报标记。",
            "Find the hours that made the day exceed and their cause, correct it, and declare a mark "
            "where the law excuses the condition.",
        ),
        _K.LIMIT_MONTH: KindWords(
            "月度超标或达标率不足",
            "month over the limit, or too few compliant hours",
            "汇总当月超标时段，制定并提交整改方案。",
            "Sum up the month's exceedances, and draw up and hand in a plan of correction.",
        ),
        _K.PREWARNING: KindWords(
            "超标预警",
            "about to exceed",
            "在本时段结束前调整工况或加大治理投入，避免均值超标。",
            "Adjust the process or the treatment before the period ends, so that its mean stays "
            "within the limit.",
        ),
        _K.NO_DATA: KindWords(
            "数据缺失或无效",
            "no valid data",
            "检查仪表、采样系统和数采仪；确需停用的，申报标记并按规定开展手工监测。",
            "Check analyser, sampling and logger; if it has to stay out, declare a mark and sample "
            "by hand as required.",
        ),
        _K.DEVICE_OFFLINE: KindWords(
            "设备离线",
            "device offline",
            "检查数采仪供电、网络和登录信息，恢复后补传缺失数据。",
            "Check the logger's power, network and credentials; once it is back, have it send what "
            "is missing.",
        ),
        _K.LATE_TRANSMISSION: KindWords(
            "数据迟报",
            "late transmission",
            "检查网络质量和数采仪上报周期，确认补传完整。",
            "Check the network and the logger's reporting interval, and that all was sent again.",
        ),
        _K.LOW_EFFECTIVENESS: KindWords(
            "传输有效率不足",
            "too little valid transmission",
            "对照缺失和无效时段逐项补传、补标或说明，提高后续周期传输率和有效率。",
            "Go through the missing and invalid hours: send, mark or explain each; keep the rate up "
            "in the periods to come.",
        ),
        _K.FACILITY_OFF: KindWords(
            "治理设施未同步运行",
            "treatment not running with production",
            "立即恢复治理设施运行或停止对应生产，并报告停运原因和时长。",
            "Start the treatment, or stop the production it belongs to, now; report why and for how "
            "long it was off.",
        ),
        _K.BYPASS_OPEN: KindWords(
            "旁路开启",
            "bypass open",
            "立即关闭旁路；属应急开启的，立即向生态环境部门报告并保存证据。",
            "Close the bypass now; if it was an emergency, report it at once and keep the evidence.",
        ),
        _K.LOW_REMOVAL: KindWords(
            "去除效率不足",
            "removal too low",
            "检查药剂、催化剂、滤料等运行参数，恢复去除效率。",
            "Check reagent, catalyst and filters, and bring the removal back up.",
        ),
        _K.LOW_LOAD: KindWords(
            "负荷率不足或进水异常",
            "low load or abnormal inlet",
            "核实进水水量水质和管网情况，说明闲置或低负荷原因。",
            "Check the inlet's flow and strength and the sewers, and explain the idle time or load.",
        ),
        _K.FURNACE_TEMPERATURE: KindWords(
            "炉温不足",
            "furnace temperature too low",
            "立即投入辅助燃烧器提高炉温，核对热电偶和标记。",
            "Fire the auxiliary burners now; check thermocouples and marks.",
        ),
        _K.DATA_QUALITY: KindWords(
            "数据质量异常",
            "data quality in doubt",
            "现场核查仪表和采样系统，必要时校准并记录结果。",
            "Check analyser and sampling on site; calibrate where needed, and record the result.",
        ),
        _K.FALSIFICATION: KindWords(
            "疑似弄虚作假",
            "suspicion of falsified data",
            "保全原始数据和现场证据，由执法人员核查后给出甄别结论；系统提示不等于认定。",
            "Secure the raw data and the evidence on site; an inspector has to verify it and say "
            "what it was. A suspicion is no proof.",
        ),
        _K.DEVICE_CLOCK: KindWords(
            "设备时钟异常",
            "device clock wrong",
            "对数采仪校时，核查异常时段数据的归属时间。",
            "Set the logger's clock, and check which times its data belong to.",
        ),
        _K.MN_MISMATCH: KindWords(
            "冒用MN",
            "an MN used by another device",
            "核实该MN对应设备和登录账号，停用冒用账号并更换密钥。",
            "Find out which device and account use this MN; close the wrong account and change its "
            "key.",
        ),
        _K.MARK_QUOTA: KindWords(
            "豁免时长将尽或用尽",
            "exempt time nearly or wholly used up",
            "控制后续启停炉和维护时长；超出部分不再豁免。",
            "Keep further start-ups, shutdowns and maintenance short: what goes beyond is not "
            "excused.",
        ),
        _K.MANUAL_DUTY: KindWords(
            "手工监测缺失或比对不符",
            "manual monitoring missing or off",
            "按要求的频次补做手工监测并上传结果；比对不符的，校准仪表后复测。",
            "Sample by hand as often as required and file the results; where a comparison failed, "
            "calibrate and compare again.",
        ),
        _K.PLATFORM_SILENT: KindWords(
            "平台收数中断",
            "the platform receives nothing",
            "平台运维检查消息代理、网络和证书；企业无需处理。",
            "For who runs the platform: check broker, network and certificates. Plants need do "
            "nothing.",
        ),
        _K.PLATFORM_LAG: KindWords(
            "平台判定滞后",
            "the platform judges late",
            "平台运维检查判定进程和数据库负载，必要时增加进程。",
            "For who runs the platform: check the evaluators and the database, and add a process "
            "where needed.",
        ),
        _K.PLATFORM_CLOCK: KindWords(
            "平台主机时钟异常",
            "the platform's clock is wrong",
            "平台运维检查主机校时服务；恢复前不要采信迟报和离线结论。",
            "For who runs the platform: check time synchronisation; until then trust no word on "
            "lateness or silence.",
        ),
        _K.PLATFORM_NOTICE: KindWords(
            "通知发送失败",
            "notices cannot be sent",
            "平台运维检查通知渠道配置和对端；期间请在平台内查看告警。",
            "For who runs the platform: check the channel's settings and its far end; look at the "
            "cases on the platform meanwhile.",
        ),
        _K.SUPERVISION: KindWords(
            "督办事项",
            "supervision order",
            "督办单：企业按要求签收、整改并在时限内反馈；申诉：主管部门按时答复。本事项随督办单或申诉办结而结束。",
            "An order: the plant accepts it, mends what it says and answers in time. A contest: the "
            "bureau answers it in time. The case ends with the order or the contest.",
        ),
    }
)
