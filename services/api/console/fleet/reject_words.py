"""Why messages are rejected 拒收原因, in words that teach: a name, and what the plant or vendor does.

It must not know any page.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Taught = tuple[str, str, str, str]
"""Name and advice: Chinese, English; Chinese, English."""

REJECTS: Final[Mapping[str, Taught]] = MappingProxyType({
    "unknown_device": (
        "设备未登记", "device not registered",
        "报文中的 MN 在该时刻未登记：核对 MN，或在登记簿中登记该数采仪后重试。",
        "This MN is not registered at that time: check the MN, or register the logger, then retry.",
    ),
    "unknown_code": (
        "因子未绑定", "code not bound",
        "该设备没有这个因子的通道：核对因子编码，或为设备补登通道后重试。",
        "The device has no channel of this code: check the code, or register the channel, then retry.",
    ),
    "mn_mismatch": (
        "MN 与主题不符", "MN does not match",
        "一个发送者只能为自己的 MN 说话：核对主题与报文 MN；确为网关的，登记为该设备的网关。",
        "A sender speaks for its own MN only: check topic and MN; register a gateway as such.",
    ),
    "no_mn": (
        "缺少 MN", "no MN",
        "报文没有 MN，无法得知是谁的数据：由设备厂商补上 MN 字段。",
        "The frame names no MN, so nobody knows whose data it is: have the vendor send it.",
    ),
    "no_key": (
        "没有解密密钥", "no key",
        "内容已加密，而平台没有该设备的 SM4 密钥：先登记密钥，再重试。",
        "The content is encrypted and the platform has no SM4 key of the device: add it, then retry.",
    ),
    "wrong_key": (
        "密钥不符", "wrong key",
        "已登记的密钥解不开：核对设备与平台两侧的密钥，更正后重试。",
        "The registered key does not open it: compare the keys of both sides, correct, then retry.",
    ),
    "not_encrypted": (
        "未加密", "not encrypted",
        "该设备登记为必须加密：在设备上启用加密，或取消 require_sm4。",
        "The device is registered to encrypt: switch encryption on, or take require_sm4 off.",
    ),
    "crc_mismatch": (
        "CRC 校验不符", "CRC mismatch",
        "字节在途中改变，或校验范围不对：只校验数据段，不含包头、长度和包尾（HJ 212-2017 附录 A）。",
        "Bytes were changed on the way, or the CRC covers too much: it covers the data segment alone.",
    ),
    "crc_missing": (
        "缺少 CRC", "no CRC",
        "数据段之后须有 4 位 CRC：由设备厂商补上。",
        "Four digits of CRC follow the data segment: have the vendor send them.",
    ),
    "length_mismatch": (
        "长度不符", "length mismatch",
        "长度字段是数据段的字节数，不含包头、CRC 和包尾：由设备厂商更正。",
        "The length field counts the bytes of the data segment alone: have the vendor correct it.",
    ),
    "no_header": (
        "缺少包头", "no header",
        "报文须以 ## 和四位长度开头：由设备厂商更正。",
        "A frame begins with ## and four digits of length: have the vendor correct it.",
    ),
    "truncated": (
        "数据包不完整", "truncated",
        "报文被截断：检查通讯模块或网关，收齐整包后再转发。",
        "The frame is cut off: have the modem or gateway wait for the whole frame.",
    ),
    "too_long": (
        "数据段超长", "too long",
        "数据段不超过 1024 字节：由设备分包发送。",
        "A data segment has at most 1024 bytes: have the device send it in parts.",
    ),
    "grammar": (
        "格式错误", "grammar",
        "字段应为 名=值，以分号或逗号分隔：由设备厂商按 HJ 212-2017 第 6 章更正。",
        "Fields are name=value, separated by semicolons or commas: have the vendor correct it.",
    ),
    "missing_field": (
        "缺少字段", "missing field",
        "缺少必需的字段：由设备厂商补上。",
        "A field that is needed is missing: have the vendor send it.",
    ),
    "noise": (
        "线路噪声", "noise",
        "不是任何报文：检查线路和串口参数。",
        "This is no frame at all: check the line and the serial port.",
    ),
    "clock": (
        "时间不可用", "time not usable",
        "数据时间过早、过晚或早于投运：校准设备时钟；偏移已知的，重试时填写时钟偏移更正。",
        "The time is too early, too late or before commissioning: set the clock; retry with its offset.",
    ),
    "bad_flag": (
        "数据标记不可用", "flag not usable",
        "标记应为 1 至 4 个可见字符：由设备厂商更正。",
        "A flag has one to four printable characters: have the vendor correct it.",
    ),
    "bad_data_time": (
        "DataTime 格式错误", "DataTime not readable",
        "DataTime 应为 YYYYMMDDhhmmss：由设备厂商更正。",
        "DataTime is YYYYMMDDhhmmss: have the vendor correct it.",
    ),
    "no_data_time": (
        "缺少 DataTime", "no DataTime",
        "数据命令须有 DataTime：由设备厂商补上，或登记 data_time_from_qn。",
        "Data need a DataTime: have the vendor send it, or register data_time_from_qn.",
    ),
    "unsupported_command": (
        "不支持的命令", "command not supported",
        "平台不接收这个 CN：核对命令编码。",
        "The platform takes nothing of this CN: check the command.",
    ),
    "json": (
        "不是有效的 JSON", "not JSON",
        "消息体应为 UTF-8 的 JSON：由发送方更正。",
        "The payload is JSON in UTF-8: have the sender correct it.",
    ),
    "schema": (
        "消息结构不符", "not as the format has it",
        "字段不符合 cems/v1：按错误说明逐项更正。",
        "Fields do not fit cems/v1: correct each as the sentence says.",
    ),
    "internal": (
        "平台内部错误", "a fault of ours",
        "平台处理该报文时出错，报文已保留：请联系运维查看日志，升级后重试。",
        "The platform failed on it and keeps it: have the log looked at, and retry after an update.",
    ),
    "database": (
        "数据库不能接收", "the database cannot take it",
        "内容超出可存储的范围：按错误说明更正后重发。",
        "What it holds is beyond what can be stored: correct it as the sentence says.",
    ),
})  # fmt: skip
