"""The named policies by which a device's deviation from HJ 212 is accepted, one device at a time.

Each is registered for a device; whatever it lets through is counted under its name. None is on by
default.
"""

from enum import StrEnum


class Policy(StrEnum):
    """A deviation that may be registered for a device; the check sum's are `crc`'s own."""

    ACCEPT_WRONG_LENGTH = "accept_wrong_length"
    ACCEPT_MISSING_HEADER = "accept_missing_header"
    SIX_DIGIT_LENGTH = "six_digit_length"
    REFUSE_OVER_LENGTH = "refuse_over_length"
    EPOCH_QN = "epoch_qn"
    LONG_DATA_TIME = "long_data_time"
    DATA_TIME_FROM_QN = "data_time_from_qn"
    BARE_CODES = "bare_codes"
    MN_FROM_TOPIC = "mn_from_topic"
    SURFACE_WATER = "surface_water"
    SM4_RAW = "sm4_raw"
    SM4_BRACES = "sm4_braces"
    SM4_HEX = "sm4_hex"
    SM4_BASE64 = "sm4_base64"
    REQUIRE_SM4 = "require_sm4"


MEANINGS = {
    Policy.ACCEPT_WRONG_LENGTH: "the length field is wrong, the CRC is right 长度错而CRC对",
    Policy.ACCEPT_MISSING_HEADER: "## and the length are missing, the CRC is right 缺包头而CRC对",
    Policy.SIX_DIGIT_LENGTH: "the length field has six digits 六位长度",
    Policy.REFUSE_OVER_LENGTH: "segments over 1024 bytes are refused 拒收超长数据段",
    Policy.EPOCH_QN: "QN is milliseconds since 1970 毫秒时间戳QN",
    Policy.LONG_DATA_TIME: "DataTime has 15 to 17 digits: the first 14 count 带毫秒的DataTime",
    Policy.DATA_TIME_FROM_QN: "DataTime is missing: QN's time is taken, for a period the last one before it 以QN代替DataTime",
    Policy.BARE_CODES: "a01001=3.2 without a suffix is a value 无后缀的因子",
    Policy.MN_FROM_TOPIC: "MN is missing, empty or of other case: the topic's counts 以主题MN为准",
    Policy.SURFACE_WATER: "commands as in the surface-water draft (unverified) 地表水命令(未核实)",
    Policy.SM4_RAW: "SM4 cipher text is sent as raw bytes 密文为原始字节",
    Policy.SM4_BRACES: "SM4 cipher text is sent as {0xE4,0x3E,...} 密文为{0x..}文本",
    Policy.SM4_HEX: "SM4 cipher text is sent as hex digits 密文为十六进制",
    Policy.SM4_BASE64: "SM4 cipher text is sent in Base64 密文为Base64",
    Policy.REQUIRE_SM4: "content that is not encrypted is refused 拒收未加密内容",
}
"""What each policy accepts, in English and Chinese; of the SM4 forms all are tried when none is named."""
