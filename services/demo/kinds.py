"""The kinds of incidents in Chinese. Pure; it must not know when they happen."""

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, str]] = {
    "start_up": "启炉",
    "shutdown": "停炉",
    "banking": "压火",
    "load_change": "负荷变化",
    "fuel_change": "换燃料",
    "trip": "设施跳停",
    "bypass": "旁路排放",
    "ineffective": "治理失效",
    "facility_maintenance": "设施检修",
    "off_at_night": "夜间停运",
    "facility_off_at_night": "夜间停设施",
    "calibration": "校准",
    "maintenance": "维护",
    "drift": "漂移",
    "stuck": "数值卡滞",
    "fault": "故障",
    "over_range": "超量程",
    "span_check": "跨度核查",
    "offline": "离线",
    "power_loss": "断电",
    "clock_ahead": "时钟超前",
    "clock_behind": "时钟滞后",
    "resends": "重发",
    "garbling": "乱码",
    "replaced": "更换设备",
    "constant_values": "恒值",
    "clipping": "削峰",
    "replayed_days": "历史数据重放",
    "oxygen_dilution": "稀释采样",
    "declared_stopped": "虚报停产",
}


def kind_words(kind: str) -> str:
    """A kind of incident as it is shown, e.g. `旁路排放 bypass`."""
    return f"{KINDS.get(kind, '')} {kind.replace('_', ' ')}".strip()
