"""Every HJ 212 command that is known: what it means, who sends it, and where what it says is kept.

The one home of that table. Pure; it must not know frames.
"""

from enum import StrEnum
from typing import NamedTuple

from schemas.policies import Policy
from schemas.series import Series


class Kind(StrEnum):
    """Who sends a command, and what for (HJ 212-2017, table 9)."""

    REQUEST = "request"
    UPLOAD = "upload"
    NOTIFY = "notify"
    ANSWER = "answer"


class Place(StrEnum):
    """The table that holds what a command says; the frame itself is in its batch always.

    BATCH: there and nowhere else; requests and answers say nothing about pollution.
    """

    REALTIME = "reading_realtime"
    MINUTE = "reading_minute"
    FIVE_MINUTE = "reading_five_minute"
    HOUR = "reading_hour"
    DAY = "reading_day"
    STATE = "state"
    PARAMETER = "parameter"
    EVENT = "device_event"
    BATCH = "batch"


class Command(NamedTuple):
    """A command. `event` is the kind under which it stands in device_event.

    `confidence` A: read in the standard; B, C: three and two independent sources; D: one.
    """

    cn: str
    zh: str
    en: str
    kinds: tuple[Kind, ...]
    versions: tuple[int, ...]
    place: Place
    source: str
    confidence: str
    event: str | None = None


_ASK, _UP = (Kind.REQUEST,), (Kind.UPLOAD,)
_BOTH, _TELL, _ANSWER = (Kind.REQUEST, Kind.UPLOAD), (Kind.NOTIFY,), (Kind.ANSWER,)
_ALL, _OLD, _SINCE_2017, _NEW = (2005, 2017, 2025), (2005,), (2017, 2025), (2025,)
_T9 = "HJ 212-2017 table 9"
_A2005 = "HJ/T 212-2005, from public implementations"
_A2025 = "HJ 212-2025, from public implementations"
_WATER = "surface-water draft, from one public implementation"
_LOCAL = "local practice"

_ROWS = (
    Command("1000", "设置超时时间及重发次数", "set timeout and resend count", _ASK, _ALL, Place.BATCH, _T9, "A"),
    # 2005 sets the time of an alarm with it; 2025 tells i23005 to i23008.
    Command("1001", "上传数采仪硬件编号", "hardware serials", _UP, (2005, 2025), Place.PARAMETER, _A2025, "C"),
    Command("1002", "设置MN", "set MN", _ASK, _NEW, Place.BATCH, _A2025, "C"),
    Command("1011", "现场机时间", "device time", _BOTH, _ALL, Place.EVENT, _T9, "A", "clock"),
    Command("1012", "设置现场机时间", "set device time", _ASK, _ALL, Place.BATCH, _T9, "A"),
    Command("1013", "现场机时间校准请求", "device asks for the time", _TELL, _SINCE_2017, Place.EVENT, _T9, "A", "clock_request"),
    Command("1014", "更新密钥", "new key", _ASK, _NEW, Place.BATCH, _A2025, "C"),
    Command("1021", "污染物报警门限值", "alarm limits", _BOTH, _OLD, Place.PARAMETER, _A2005, "B"),
    Command("1022", "设置污染物报警门限值", "set alarm limits", _ASK, _OLD, Place.BATCH, _A2005, "B"),
    Command("1031", "上位机地址", "host address", _BOTH, _OLD, Place.PARAMETER, _A2005, "B"),
    Command("1032", "设置上位机地址", "set host address", _ASK, _OLD, Place.BATCH, _A2005, "B"),
    Command("1041", "数据上报时间", "report time", _BOTH, _OLD, Place.PARAMETER, _A2005, "B"),
    Command("1042", "设置数据上报时间", "set report time", _ASK, _OLD, Place.BATCH, _A2005, "B"),
    Command("1061", "实时数据间隔", "realtime interval", _BOTH, _ALL, Place.PARAMETER, _T9, "A"),
    Command("1062", "设置实时数据间隔", "set realtime interval", _ASK, _ALL, Place.BATCH, _T9, "A"),
    Command("1063", "分钟数据间隔", "minute interval", _BOTH, _SINCE_2017, Place.PARAMETER, _T9, "A"),
    Command("1064", "设置分钟数据间隔", "set minute interval", _ASK, _SINCE_2017, Place.BATCH, _T9, "A"),
    Command("1072", "设置密码", "set password", _ASK, _ALL, Place.BATCH, _T9, "A"),
    Command("2011", "实时数据", "realtime data", _BOTH, _ALL, Place.REALTIME, _T9, "A"),
    Command("2012", "停止察看实时数据", "stop realtime data", _TELL, _ALL, Place.BATCH, _T9, "A"),
    Command("2013", "周期原始数据", "raw periodic data (VOC spectra)", _UP, _NEW, Place.EVENT, _A2025, "C", "raw"),
    Command("2021", "设施运行状态", "facility run state", _BOTH, _ALL, Place.STATE, _T9, "A"),
    Command("2022", "停止察看设施运行状态", "stop run state", _TELL, _ALL, Place.BATCH, _T9, "A"),
    Command("2031", "日数据", "daily data", _BOTH, _ALL, Place.DAY, _T9, "A"),
    Command("2041", "设施运行时间日数据", "daily run time", _BOTH, _ALL, Place.DAY, _T9, "A"),
    Command("2051", "分钟数据", "minute data", _BOTH, _ALL, Place.MINUTE, _T9, "A"),
    Command("2052", "单次噪声数据", "single noise measurement", _UP, _NEW, Place.REALTIME, _A2025, "C"),
    Command("2061", "小时数据", "hourly data", _BOTH, _ALL, Place.HOUR, _T9, "A"),
    Command("2062", "标样核查", "standard-sample check", _UP, _NEW, Place.EVENT, _A2025, "C", "check"),
    Command("2071", "报警记录", "alarm records", _BOTH, _OLD, Place.EVENT, _A2005, "B", "alarm"),
    Command("2072", "报警事件", "alarm event", _UP, _OLD, Place.EVENT, _A2005, "B", "alarm_event"),
    Command("2081", "数采仪开机时间", "logger power-on time", _UP, _ALL, Place.EVENT, _T9, "A", "restart"),
    Command("2111", "炉膛温度五分钟均值", "furnace five-minute means", _BOTH, _NEW, Place.FIVE_MINUTE, _A2025, "C"),
    Command("3011", "零点量程校准", "zero and span calibration", _ASK, _ALL, Place.BATCH, _T9, "A"),
    Command("3012", "即时采样", "sample now", _ASK, _ALL, Place.BATCH, _T9, "A"),
    Command("3013", "启动清洗/反吹", "wash or blow back", _ASK, _ALL, Place.BATCH, _T9, "A"),
    # 2005 sets the sampling cycle with it.
    Command("3014", "比对采样", "comparison sampling", _ASK, _ALL, Place.BATCH, _T9, "A"),
    Command("3015", "超标留样", "sample retained", _BOTH, _SINCE_2017, Place.EVENT, _T9, "A", "sample_retained"),
    Command("3016", "设置采样时间周期", "set sampling cycle", _ASK, _SINCE_2017, Place.BATCH, _T9, "A"),
    Command("3017", "采样时间周期", "sampling cycle", _BOTH, _SINCE_2017, Place.PARAMETER, _T9, "A"),
    Command("3018", "出样时间", "sample-out time", _BOTH, _SINCE_2017, Place.PARAMETER, _T9, "A"),
    Command("3019", "设备唯一标识", "device id", _BOTH, _SINCE_2017, Place.PARAMETER, _T9, "A"),
    # Logs and states of it (i11, i21, i12, i22) are events.
    Command("3020", "现场机信息", "device log, state and parameters", _BOTH, _SINCE_2017, Place.PARAMETER, _T9, "A"),
    Command("3021", "现场机参数", "set device parameter", _ASK, _SINCE_2017, Place.PARAMETER, _T9, "A"),
    Command("3022", "即时留样", "retain a sample now", _ASK, _NEW, Place.BATCH, _A2025, "C"),
    Command("3024", "启动核查", "start a check", _ASK, _NEW, Place.BATCH, _A2025, "C"),
    Command("9011", "请求应答", "request answer", _ANSWER, _ALL, Place.BATCH, _T9, "A"),
    Command("9012", "执行结果", "execution result", _ANSWER, _ALL, Place.BATCH, _T9, "A"),
    Command("9013", "通知应答", "notification answer", _ANSWER, _ALL, Place.BATCH, _T9, "A"),
    Command("9014", "数据应答", "data answer", _ANSWER, _ALL, Place.BATCH, _T9, "A"),
    Command("9015", "心跳", "heartbeat", _TELL, _NEW, Place.BATCH, _A2025, "C"),
    Command("9021", "登录/心跳", "login or heartbeat", _TELL, (), Place.BATCH, _LOCAL, "B"),
    Command("9022", "登录应答", "login answer", _ANSWER, (), Place.BATCH, _LOCAL, "D"),
)  # fmt: skip

# What differs for a device with the policy `surface_water`: the rest is as above.
_WATER_ROWS = (
    Command("1014", "数采仪时间", "logger time", _BOTH, (2017,), Place.EVENT, _WATER, "C", "clock"),
    Command("1015", "设置数采仪时间", "set logger time", _ASK, (2017,), Place.BATCH, _WATER, "C"),
    Command("2062", "标样核查数据", "standard-sample check", _BOTH, (2017,), Place.EVENT, _WATER, "C", "check"),
    Command("2063", "加标回收数据", "spike recovery", _BOTH, (2017,), Place.EVENT, _WATER, "C", "check"),
    Command("2064", "平行样数据", "parallel sample", _BOTH, (2017,), Place.EVENT, _WATER, "C", "check"),
    Command("2065", "零点核查数据", "zero check", _BOTH, (2017,), Place.EVENT, _WATER, "C", "check"),
    Command("2066", "跨度核查数据", "span check", _BOTH, (2017,), Place.EVENT, _WATER, "C", "check"),
    Command("3042", "切换系统运行模式", "switch run mode", _ASK, (2017,), Place.BATCH, _WATER, "D"),
    Command("3043", "远程重启数采仪", "restart the logger", _ASK, (2017,), Place.BATCH, _WATER, "D"),
    Command("3044", "启动单次水样测试", "measure one sample", _ASK, (2017,), Place.BATCH, _WATER, "D"),
    Command("3045", "系统紧急停机", "emergency stop", _ASK, (2017,), Place.BATCH, _WATER, "D"),
    Command("3046", "系统待机", "stand by", _ASK, (2017,), Place.BATCH, _WATER, "D"),
    Command("3056", "设置测量时间间隔", "set measuring interval", _ASK, (2017,), Place.BATCH, _WATER, "D"),
    Command("3080", "启动标液核查", "start a standard check", _ASK, (2017,), Place.BATCH, _WATER, "D"),
    Command("3081", "启动加标回收", "start a spike recovery", _ASK, (2017,), Place.BATCH, _WATER, "D"),
    Command("3082", "启动平行样测试", "start a parallel sample", _ASK, (2017,), Place.BATCH, _WATER, "D"),
    Command("3083", "启动零点核查", "start a zero check", _ASK, (2017,), Place.BATCH, _WATER, "D"),
    Command("3084", "启动跨度核查", "start a span check", _ASK, (2017,), Place.BATCH, _WATER, "D"),
    Command("3085", "启动空白校准", "start a blank calibration", _ASK, (2017,), Place.BATCH, _WATER, "D"),
    Command("3086", "启动标样校准", "start a standard calibration", _ASK, (2017,), Place.BATCH, _WATER, "D"),
    Command("3100", "停止仪器动作", "stop the instrument", _ASK, (2017,), Place.BATCH, _WATER, "D"),
)  # fmt: skip

COMMANDS = {command.cn: command for command in _ROWS}
SURFACE_WATER = {command.cn: command for command in _WATER_ROWS}

# The commands that carry measured values, and their series.
SERIES_OF_PLACE = {
    Place.REALTIME: Series.REALTIME,
    Place.MINUTE: Series.MINUTE,
    Place.FIVE_MINUTE: Series.FIVE_MINUTE,
    Place.HOUR: Series.HOUR,
    Place.DAY: Series.DAY,
}
# Run hours of a day (2041) stand beside the day's means, run states in their own series.
STATES_COMMANDS = frozenset({"2021", "2041"})
SERIES_OF_COMMAND = {
    command.cn: SERIES_OF_PLACE[command.place]
    for command in _ROWS
    if command.place in SERIES_OF_PLACE and command.cn not in STATES_COMMANDS
}


def command_of(cn: str, policies: frozenset[Policy] = frozenset()) -> Command | None:
    """What a command means to a device with these policies; None when nobody knows."""
    if Policy.SURFACE_WATER in policies and cn in SURFACE_WATER:
        return SURFACE_WATER[cn]
    return COMMANDS.get(cn)


def accepting_policy(cn: str, policies: frozenset[Policy]) -> Policy | None:
    """The policy under which a command would be known that is not."""
    if command_of(cn, policies) is None and cn in SURFACE_WATER:
        return Policy.SURFACE_WATER
    return None
