"""What is wrong with bytes that look like HJ 212 and are not: reasons and sentences for vendors.

It must not know the stream nor who registers policies; it is given what was found and what was
expected.
"""

from dataclasses import replace

from services.hj212.crc import POSSIBLE_LOW_BYTES, crc16, modbus
from services.hj212.dialect import CRC_OFF, registered_as
from services.hj212.frame import Refusal, RefusalReason

_CONTROL_BYTES = frozenset(range(0x20)) - frozenset(b"\t\r\n")


def crc_mismatch(segment: bytes, found: bytes) -> Refusal:
    """Explain four hex digits that are not the segment's CRC (CRC校验)."""
    return Refusal(RefusalReason.CRC_MISMATCH, _crc_sentence(segment, found) + _cipher(segment))


def crc_missing(segment: bytes) -> Refusal:
    """Explain a complete segment with no CRC behind it."""
    return Refusal(
        RefusalReason.CRC_MISSING,
        f"The data segment (数据段) of {len(segment)} bytes is complete, but the CRC (CRC校验) is "
        f"missing: expected {crc16(segment):04X} (HJ 212-2017 Annex A) right behind the closing "
        "&&; send it.",
    )


def length_mismatch(declared: int, segment: bytes, found: bytes) -> Refusal:
    """Explain a segment that ends (`&&`, then `found`, maybe empty) at another length."""
    told = (
        f"The length field (数据段长度) says {declared:04d}, but the data segment (数据段) has "
        f"{len(segment)} bytes up to its closing &&; send ##{len(segment):04d} (the length counts "
        "the bytes of the data segment only: no ##, no CRC, no CR LF; HJ 212-2017 table 2). "
    )
    if not found:
        told += f"The CRC (CRC校验) is missing too: expected {crc16(segment):04X}."
    elif int(found, 16) == crc16(segment):
        told += f"The CRC {found.decode()} is right for these {len(segment)} bytes."
    else:
        told += "Neither is the CRC right. " + _crc_sentence(segment, found)
    return Refusal(RefusalReason.LENGTH_MISMATCH, told + _cipher(segment))


def mended_by(need: str, refusal: Refusal) -> Refusal:
    """Name the one policy that would accept the bytes, in the sentence too."""
    policy = registered_as(need)
    field, _, value = policy.partition(": ")
    told = f"set the device's {field} policy to {value}"
    if not value:
        told = f"register the policy {policy} for the device"
    elif need == CRC_OFF:
        told = f"if it never sends a right one, {told}"
    return replace(refusal, policy=policy, detail=f"{refusal.detail.rstrip('.')}; or {told}.")


def unreadable(*, has_key: bool) -> Refusal:
    """Explain content that is cipher text (密文) which no key of the device opens."""
    if has_key:
        return Refusal(
            RefusalReason.WRONG_KEY,
            "The content is encrypted (密文), and no SM4 key registered for the device opens it: "
            "register the key that it uses now with `qingkong devices key set MN`; it encrypts "
            "whole blocks of 16 bytes with SM4-ECB, without padding (HJ 212-2025 section 6.4).",
        )
    return Refusal(
        RefusalReason.NO_KEY,
        "The content is encrypted (密文, HJ 212-2025 section 6.4), and the device has no SM4 key: "
        "register its key with `qingkong devices key set MN`.",
    )


def other_form(form: str) -> Refusal:
    """Explain cipher text that a key of the device opens, in a form that is not registered."""
    return Refusal(
        RefusalReason.WRONG_KEY,
        f"The cipher text (密文) is of the form {form}, which is none of the forms registered for "
        "the device: send it in a registered one.",
    )


def not_encrypted() -> Refusal:
    """Explain content in clear from a device that must encrypt."""
    return Refusal(
        RefusalReason.NOT_ENCRYPTED,
        "The content is in clear (明文), and the device is registered with require_sm4: encrypt "
        "what stands between CP=&& and && with SM4 (HJ 212-2025 section 6.4).",
    )


def over_length(length: int, allowed: int) -> Refusal:
    """Explain a segment refused by the policy refuse_over_length."""
    return Refusal(
        RefusalReason.TOO_LONG,
        f"The data segment (数据段) has {length} bytes, and the device is registered with "
        f"refuse_over_length: HJ 212-2017 allows {allowed}, so split longer data into packets "
        "with PNUM and PNO (分包).",
    )


def six_digits(length: int) -> Refusal:
    """Explain a length field of six digits with which all is right."""
    return Refusal(
        RefusalReason.LENGTH_MISMATCH,
        f"The length field (数据段长度) has six digits, {length:06d}, where HJ 212-2017 table 2 "
        f"wants four: send ##{length:04d}.",
    )


def no_end(declared: int, available: int) -> Refusal:
    """Explain a header with enough bytes behind it and no end where it was declared or elsewhere."""
    return Refusal(
        RefusalReason.LENGTH_MISMATCH,
        f"The length field (数据段长度) says {declared:04d}, but neither there nor anywhere in "
        f"the {available} bytes that follow is the end of a data segment (&& and four hex digits "
        "of CRC); check the length and close the content with && (HJ 212-2017 table 2).",
    )


def too_long(searched: int) -> Refusal:
    """Explain a header with no end within the longest segment that four digits can declare."""
    return Refusal(
        RefusalReason.TOO_LONG,
        f"No end of the data segment (数据段) was found within {searched} bytes; HJ 212-2017 "
        "allows 1024, so split longer data into packets with PNUM and PNO (分包).",
    )


def truncated(declared: int, available: int, *, followed: bool) -> Refusal:
    """Explain a frame that ends early: at the next frame's header or at the end of the input."""
    where = "the next frame begins" if followed else "the data ends"
    says = (
        f"the length field (数据段长度) says {declared:04d} bytes and a CRC of 4 more, but {where}"
    )
    if declared + 4 <= available:
        says = f"there is no closing && and CRC (CRC校验) before {where}"
    return Refusal(
        RefusalReason.TRUNCATED,
        f"The frame is cut off (数据包不完整): {says} after {available} bytes; send whole frames, and "
        "over a modem or a gateway wait for the complete frame before passing it on.",
    )


def no_header(segment: bytes, found: bytes) -> Refusal:
    """Explain a segment without `##` and length; says whether its CRC would have been right."""
    told = (
        "This data segment (数据段) has no header (包头): HJ 212-2017 table 2 wants ## and four "
        "digits of length before it"
    )
    expected = crc16(segment)
    if not found:
        return Refusal(
            RefusalReason.NO_HEADER,
            f"{told}, and the CRC (CRC校验) behind it; for these {len(segment)} bytes send "
            f"##{len(segment):04d} in front and {expected:04X} behind, then CR LF.",
        )
    if int(found, 16) == expected:
        told += f"; its CRC {found.decode()} is right"
    else:
        told += f"; and: {_crc_sentence(segment, found).rstrip('.')}"
    return Refusal(
        RefusalReason.NO_HEADER,
        f"{told}. Send ##{len(segment):04d} in front; do not strip the header on the way.",
    )


def tail() -> Refusal:
    """Explain the end of a frame whose beginning is not there."""
    return Refusal(
        RefusalReason.TRUNCATED,
        "This is the tail of a frame (数据包不完整): its beginning with ## and the length is not "
        "in the data; send whole frames, and over a modem or a gateway wait for the complete "
        "frame before passing it on.",
    )


def noise(garbage: bytes) -> Refusal:
    """Explain bytes between frames that are no part of one."""
    told = (
        f"{len(garbage)} bytes outside of any frame (杂散数据): a frame begins with ## and four "
        "digits of length; send frames only, without log text or modem replies between them."
    )
    if garbage.isspace():
        told = f"{len(garbage)} blanks and line ends without any frame (空白数据)."
    return Refusal(RefusalReason.NOISE, told)


def _crc_sentence(segment: bytes, found: bytes) -> str:
    text = found.decode()
    expected = f"{crc16(segment):04X}"
    told = f"the CRC (CRC校验) found is {text}, expected {expected}. "
    value = int(found, 16)
    if value == modbus(segment):
        told += (
            "This is CRC-16/MODBUS; HJ 212-2017 Annex A shifts the register right by 8 before "
            "each byte is XORed in: mend the device."
        )
    elif value & 0xFF not in POSSIBLE_LOW_BYTES:
        told += (
            f"The HJ 212 algorithm can never produce a low byte of {value & 0xFF:02X} (only 00 01 "
            "40 41 80 81 C0 C1): use the algorithm of HJ 212-2017 Annex A."
        )
    else:
        told += (
            "The bytes were changed on the way, or the CRC was made over other bytes: it covers "
            "the data segment only, neither ## and length nor CR LF (HJ 212-2017 Annex A)."
        )
    return told[0].upper() + told[1:]


def _cipher(segment: bytes) -> str:
    """A hint for content that is not text: HJ 212-2025 makes the CRC before it encrypts."""
    if _CONTROL_BYTES.isdisjoint(segment):
        return ""
    return (
        " The content is not text: if it is encrypted with SM4 (HJ 212-2025), it must be "
        "decrypted before the CRC is checked."
    )
