"""What administration and limits call their words, in Chinese and English.

It must not know any page.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.api.console.admin.parameter_groups import GROUPS
from services.api.console.fleet.reject_words import REJECTS
from services.api.console.shown import Lang
from services.api.console.words import Names

CHANNELS: Final[Names] = MappingProxyType({
    "webhook": ("网络回调", "Webhook"),
    "email": ("电子邮件", "E-mail"),
    "mqtt": ("MQTT", "MQTT"),
    "dingtalk": ("钉钉机器人", "DingTalk robot"),
    "wecom": ("企业微信机器人", "WeCom robot"),
    "feishu": ("飞书机器人", "Feishu robot"),
    "sms": ("短信", "SMS"),
})  # fmt: skip
EVENTS: Final[Names] = MappingProxyType({
    "opened": ("发生", "opened"),
    "raised": ("升级", "raised"),
    "reopened": ("重开", "reopened"),
    "resolved": ("恢复或办结", "recovered or closed"),
    "ordered": ("督办", "an order was issued"),
    "acknowledged": ("签收", "acknowledged"),
    "assigned": ("转派", "assigned"),
    "commented": ("备注", "commented"),
    "disposed": ("甄别", "disposed of"),
    "lapsed": ("未成立", "lapsed"),
    "pending": ("待确认", "pending"),
    "extended": ("延长", "reaches further"),
    "covered": ("涵盖其他告警", "explains others"),
})  # fmt: skip
DELIVERIES: Final[Names] = MappingProxyType({
    "waiting": ("等待发送", "waiting"),
    "sent": ("已发送", "sent"),
    "dead": ("死信", "dead letter"),
})  # fmt: skip
FORMS: Final[Names] = MappingProxyType({
    "event": ("单条", "one event"),
    "group": ("合并", "grouped"),
    "digest": ("摘要", "digest"),
    "escalation": ("升级通知", "escalation"),
    "test": ("测试", "test"),
})  # fmt: skip
ORIGINS: Final[Names] = MappingProxyType({
    "standard": ("排放标准", "standard"),
    "permit": ("排污许可证", "permit"),
    "ultra_low": ("超低排放", "ultra-low"),
    "local": ("地方要求", "local rule"),
    "order": ("行政命令", "order"),
})  # fmt: skip
AVERAGINGS: Final[Names] = MappingProxyType({
    "hour": ("小时均值", "hourly mean"),
    "day": ("日均值", "daily mean"),
    "month": ("月均值", "monthly mean"),
    "sample": ("一次采样", "one sample"),
    "instant": ("瞬时值", "at any moment"),
})  # fmt: skip
QUANTITIES: Final[Names] = MappingProxyType({
    "concentration": ("浓度", "concentration"),
    "rate": ("排放速率", "mass rate"),
    "removal": ("去除效率", "removal"),
    "value": ("测量值", "value as measured"),
})  # fmt: skip
ACTS: Final[Names] = MappingProxyType({
    "assign": ("设定", "assigned"),
    "change": ("变更", "changed"),
    "correct": ("更正", "corrected"),
    "withdraw": ("撤销", "withdrawn"),
})  # fmt: skip
CONFIDENCES: Final[Names] = MappingProxyType({
    "high": ("高", "high"),
    "medium": ("中", "medium"),
    "low": ("低", "low"),
    "ours": ("平台建议值", "our proposal"),
})  # fmt: skip
THINGS: Final[Names] = MappingProxyType({
    "region": ("行政区", "region"),
    "plant": ("企业", "plant"),
    "outlet": ("排放口", "outlet"),
    "unit": ("生产设施", "unit"),
    "facility": ("治理设施", "facility"),
    "group": ("设施组", "group"),
    "way": ("工艺路线", "way"),
    "device": ("数采仪", "logger"),
    "mn": ("MN", "MN"),
    "point": ("监测点", "point"),
    "channel": ("通道", "channel"),
    "binding": ("通道绑定", "binding"),
    "setting": ("通道参数", "channel setting"),
})  # fmt: skip
RETRIED: Final[Names] = MappingProxyType({
    "stored": ("已补入库", "stored when fed in again"),
    "repeated": ("重复，已有相同数据", "a repeat of what is stored"),
    "rejected": ("重试仍被拒收", "rejected again"),
    "skipped": ("此前已补入库", "stored before"),
})  # fmt: skip
RETRIES: Final[Names] = MappingProxyType({
    "asked": ("等待执行", "waiting"),
    "running": ("正在执行", "running"),
    "done": ("已完成", "done"),
    "failed": ("未完成", "failed"),
    "stopped": ("已停止", "stopped"),
})  # fmt: skip
OUTLET_ROLES: Final[Names] = MappingProxyType({
    "discharge": ("排放", "discharge"),
    "inlet": ("进口", "inlet"),
    "bypass": ("旁路", "bypass"),
})  # fmt: skip
MEDIA: Final[Names] = MappingProxyType({
    "air": ("废气", "air"), "water": ("废水", "water"),
})  # fmt: skip
RANKS: Final[Names] = MappingProxyType({
    "main": ("主用", "main"), "spare": ("备用", "spare"), "comparison": ("比对", "comparison"),
})  # fmt: skip
PROCESSES: Final[Names] = MappingProxyType({
    "coal_boiler": ("燃煤锅炉", "coal boiler"),
    "gas_boiler": ("燃气锅炉", "gas boiler"),
    "incinerator": ("焚烧炉", "incinerator"),
    "kiln": ("窑炉", "kiln"),
    "sinter": ("烧结", "sintering"),
    "casting": ("出铁场", "casting"),
    "clinker_cooler": ("篦冷机", "clinker cooler"),
    "sewage_line": ("污水处理线", "sewage line"),
    "workshop": ("车间", "workshop"),
    "precipitator": ("电除尘", "precipitator"),
    "bag_filter": ("布袋除尘", "bag filter"),
    "desulphurisation": ("脱硫", "desulphurisation"),
    "semi_dry_desulphurisation": ("半干法脱硫", "semi-dry desulphurisation"),
    "denitrification": ("脱硝", "denitrification"),
    "non_catalytic_denitrification": ("非催化还原脱硝", "non-catalytic denitrification"),
    "flue_gas_recirculation": ("烟气再循环", "flue gas recirculation"),
    "thermal_oxidation": ("热氧化", "thermal oxidation"),
    "biological": ("生化处理", "biological treatment"),
    "disinfection": ("消毒", "disinfection"),
})  # fmt: skip
FUELS: Final[Names] = MappingProxyType({
    "coal": ("煤", "coal"),
    "gas": ("燃气", "gas"),
    "natural gas": ("天然气", "natural gas"),
    "oil": ("油", "oil"),
    "biomass": ("生物质", "biomass"),
    "waste": ("垃圾", "waste"),
})  # fmt: skip
PERMISSIONS_SAID: Final[Names] = MappingProxyType({
    "read_registry": ("查看登记簿", "read the registry"),
    "read_status": ("查看状态", "read the status"),
    "read_history": ("查询历史", "read history"),
    "read_limits": ("查看限值和参数", "read limits and parameters"),
    "read_marks": ("查看标记和手工结果", "read marks and results"),
    "read_alerts": ("查看告警", "read alerts"),
    "read_orders": ("查看督办和申诉", "read orders and contests"),
    "read_evidence": ("查看证据", "read evidence"),
    "read_frames": ("查看原始报文", "read raw frames"),
    "read_frame_secrets": ("查看报文口令", "read passwords in frames"),
    "read_feed": ("接收实时推送", "read the live feed"),
    "read_audit": ("查看审计日志", "read the audit log"),
    "read_operation": ("查看运行指标", "read metrics"),
    "export": ("导出", "export"),
    "act_on_alerts": ("处理告警", "act on alerts"),
    "silence": ("静默", "silence"),
    "enter_marks": ("申报标记", "enter marks"),
    "review_marks": ("审核标记", "review marks"),
    "enter_results": ("录入手工结果", "enter results"),
    "issue_orders": ("下达督办", "issue orders"),
    "answer_orders": ("反馈督办", "answer orders"),
    "file_contests": ("提出申诉", "file contests"),
    "decide_contests": ("裁定申诉", "decide contests"),
    "write_limits": ("维护限值", "write limits"),
    "write_settings": ("维护参数", "write parameters"),
    "write_registry": ("维护登记簿", "write the registry"),
    "retry_rejects": ("重试拒收报文", "feed rejects in again"),
    "manage_notify": ("维护通知", "manage notification"),
})  # fmt: skip
ADMIN_WORDS: Final[Mapping[str, Names]] = MappingProxyType({
    "channel": CHANNELS,
    "event": EVENTS,
    "delivery": DELIVERIES,
    "form": FORMS,
    "origin": ORIGINS,
    "averaging": AVERAGINGS,
    "quantity": QUANTITIES,
    "act": ACTS,
    "confidence": CONFIDENCES,
    "thing": THINGS,
    "retried": RETRIED,
    "retry": RETRIES,
    "outlet_role": OUTLET_ROLES,
    "medium": MEDIA,
    "rank": RANKS,
    "process": PROCESSES,
    "fuel": FUELS,
    "permission": PERMISSIONS_SAID,
    "reject": {name: one[:2] for name, one in REJECTS.items()},
    "advice": {name: one[2:] for name, one in REJECTS.items()},
    "group": {name: (one.zh, one.en) for name, one in GROUPS.items()},
})  # fmt: skip


def said(vocabulary: str, value: object, lang: Lang) -> str:
    """What a word is called; one without a name is shown as it is. Raises KeyError: no such vocabulary."""
    names = ADMIN_WORDS[vocabulary]
    if value is None:
        return ""
    pair = names.get(str(value))
    return str(value) if pair is None else pair[lang == "en"]
