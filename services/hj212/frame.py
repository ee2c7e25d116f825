"""What a decoded HJ 212 input is made of: pieces, frames, values and refusals.

Plain frozen values, kept as sent; it must not know how they are read or where they go.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from schemas.policies import Policy
from services.hj212.clock import beijing, beijing_ms, epoch_ms

Version: TypeAlias = Literal[2005, 2017, 2025]


class CrcPolicy(StrEnum):
    """Which check sums a device may send; set per device."""

    STRICT = "strict"
    ACCEPT_MODBUS = "accept_modbus"
    OFF = "off"


class Crc(StrEnum):
    """Which kind of check sum was found right."""

    HJ212 = "hj212"
    MODBUS = "modbus"
    BAD = "bad"
    MISSING = "missing"


class RefusalReason(StrEnum):
    """Why bytes did not become a frame."""

    NO_HEADER = "no_header"
    LENGTH_MISMATCH = "length_mismatch"
    CRC_MISMATCH = "crc_mismatch"
    CRC_MISSING = "crc_missing"
    TRUNCATED = "truncated"
    TOO_LONG = "too_long"
    GRAMMAR = "grammar"
    MISSING_FIELD = "missing_field"
    NOISE = "noise"
    NO_KEY = "no_key"
    WRONG_KEY = "wrong_key"
    NOT_ENCRYPTED = "not_encrypted"


class Warn(StrEnum):
    """What was odd about a frame that was accepted all the same."""

    CRC_CASE = "crc_case"
    CRC_FORM = "crc_form"
    LENGTH_IN_CHARACTERS = "length_in_characters"
    OVER_LENGTH = "over_length"
    GB18030 = "gb18030"
    UNREADABLE_TEXT = "unreadable_text"
    ENCRYPTED_CP = "encrypted_cp"
    NO_CP = "no_cp"
    CP_NOT_CLOSED = "cp_not_closed"
    FIELDS_AFTER_CP = "fields_after_cp"
    MISSING_SEPARATOR = "missing_separator"
    STRAY_COMMA = "stray_comma"
    STRAY_TEXT = "stray_text"
    KEY_CASE = "key_case"
    MISSING_QN = "missing_qn"
    QN_FORM = "qn_form"
    QN_IN_CP = "qn_in_cp"
    MISSING_ST = "missing_st"
    NO_MN = "no_mn"
    EMPTY_MN = "empty_mn"
    MISSING_FLAG = "missing_flag"
    FLAG_FORM = "flag_form"
    VERSION_AMBIGUOUS = "version_ambiguous"
    VERSION_UNKNOWN = "version_unknown"
    PNUM_MISSING = "pnum_missing"
    PNUM_IN_CP = "pnum_in_cp"
    PNUM_FORM = "pnum_form"
    DATA_TIME_FORM = "data_time_form"
    SECOND_DATA_TIME = "second_data_time"
    SAMPLE_TIME_FORM = "sample_time_form"
    DUPLICATE_KEY = "duplicate_key"
    NOT_A_NUMBER = "not_a_number"
    FLAG_UNKNOWN = "flag_unknown"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Bytes that did not become a frame: the reason, and a sentence for the vendor.

    `policy` is the one policy that, registered for the device besides what it has, would accept
    them (of the check sum `crc: accept_modbus` or `crc: off`); `None` when there is none. `mn`
    stands in the header of what no key opens; empty for other reasons.
    """

    reason: RefusalReason
    detail: str
    policy: str | None = None
    mn: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """All fields of one code in one frame, in the unit the device sends (HJ 212-2017 table 4)."""

    code: str
    rtd: float | None = None
    minimum: float | None = None
    average: float | None = None
    maximum: float | None = None
    total: float | None = None
    zs_rtd: float | None = None
    zs_min: float | None = None
    zs_avg: float | None = None
    zs_max: float | None = None
    flag: str | None = None
    eflag: str | None = None
    sample_time: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A treatment facility's run state (RS) and its run hours of the day (RT)."""

    code: str
    rs: int | None = None
    rt: float | None = None


@dataclass(frozen=True, slots=True)
class Info:
    """A log text or parameter; `about` is the PolId (在线监控仪表) it speaks of."""

    about: str | None
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One HJ 212 frame, texts as sent; `other` holds every field that has no place of its own.

    `words` are the letters sent as a code's -Rtd (HJ 212-2025, ST 44 and 45), which stand in
    `other` too. `policies` are those without which the frame would not read as it does, and of
    the check sum `crc_accept_modbus` and `crc_off`; `encrypted` tells of SM4.
    """

    crc: Crc
    version: Version
    cn: str
    st: str | None = None
    mn: str | None = None
    qn: str | None = None
    pw: str | None = None
    flag: int | None = None
    pnum: int | None = None
    pno: int | None = None
    rf: str | None = None
    data_time_text: str | None = None
    values: tuple[Value, ...] = ()
    states: tuple[State, ...] = ()
    infos: tuple[Info, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    other: tuple[tuple[str, str], ...] = ()
    policies: tuple[str, ...] = ()
    encrypted: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def data_time(self) -> datetime | None:
        """DataTime at +08:00, or `None` when absent or not a time."""
        return None if self.data_time_text is None else beijing(self.data_time_text)

    @property
    def qn_time(self) -> datetime | None:
        """QN at +08:00 with milliseconds, or `None` when absent or not a time of 17 digits.

        Under the policy epoch_qn also 13 digits: milliseconds since 1970.
        """
        if self.qn is None:
            return None
        return epoch_ms(self.qn) if Policy.EPOCH_QN in self.policies else beijing_ms(self.qn)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of input bytes, `offset` and `length` in bytes: a frame or a refusal, never both."""

    offset: int
    length: int
    frame: Frame | None = None
    refusal: Refusal | None = None
