"""How devices depart from HJ 212, one quirk each: what it does to a frame on its making.

Pure texts and bytes. It must not know what the registry accepts of it (quirks.py).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

from schemas.policies import Policy
from services.hj212.clock import beijing_ms
from services.hj212.crc import modbus
from services.simulate.said import DAY, FURNACE, HOUR, MINUTE, REALTIME, RUN_HOURS, STATES
from services.simulate.world import VirtualDevice

READINGS: Final = frozenset({REALTIME, MINUTE, FURNACE, HOUR, DAY})
_HEADER: Final = 6
_TAIL: Final = 6
_QN: Final = re.compile(r"^QN=([0-9]{17});")


@dataclass(frozen=True, slots=True)
class Quirk:
    """What is done to the projects, DataTime, header and frame, where it is done at all.

    `split` False: never split, however long. `glued`: the frames of a moment in one payload.
    `refused` is the reason for which a receiver by the standard refuses the frames of the commands
    in `among` (empty: of all), None: it takes them. `cut`: the reason for which half a frame, given
    it, is refused, where it is not the usual one. `unchecked`: nothing tells that a byte is wrong.
    """

    groups: Callable[[list[str]], list[str]] | None = None
    data_time: Callable[[str], str | None] | None = None
    head: Callable[[str], str] | None = None
    frame: Callable[[bytes], bytes] | None = None
    split: bool = True
    glued: bool = False
    form: Policy = Policy.SM4_RAW
    refused: str | None = None
    among: frozenset[str] = frozenset()
    cut: Callable[[bytes], str] | None = None
    unchecked: bool = False

    def refusal(self, command: str) -> str | None:
        """Why a receiver by the standard refuses a frame with this CN; None: it takes it."""
        return self.refused if not self.among or command in self.among else None


def _each(pattern: str, by: str) -> Callable[[list[str]], list[str]]:
    found = re.compile(pattern)
    return lambda groups: [found.sub(by, group) for group in groups]


def _without(pattern: str) -> Callable[[str], str]:
    found = re.compile(pattern)
    return lambda head: found.sub("", head)


def _crc(give: Callable[[bytes], str], whole: bytes) -> bytes:
    segment = whole[_HEADER:-_TAIL]
    return b"%s%s\r\n" % (whole[:-_TAIL], give(segment).encode())


def _epoch_qn(head: str) -> str:
    """QN as milliseconds since 1970."""
    found = _QN.match(head)
    at = beijing_ms(found[1]) if found else None
    return head if at is None else _QN.sub(f"QN={round(at.timestamp() * 1000)};", head)


def _headless_cut(half: bytes) -> str:
    return "no_header" if b"CP=&&" in half else "noise"


def _lower_mn(head: str) -> str:
    return re.sub(r"MN=([^;]*);", lambda found: f"MN={found[1].lower()};", head)


QUIRKS: Final[Mapping[str, Quirk]] = MappingProxyType(
    {
        "modbus_crc": Quirk(
            frame=partial(_crc, lambda segment: f"{modbus(segment):04X}"), refused="crc_mismatch"
        ),
        "constant_crc": Quirk(
            frame=partial(_crc, lambda _: "FFFF"), refused="crc_mismatch", unchecked=True
        ),
        "lower_case_crc": Quirk(frame=lambda whole: whole[:-_TAIL] + whole[-_TAIL:].lower()),
        "wrong_length": Quirk(
            frame=lambda whole: b"##0400" + whole[_HEADER:], refused="length_mismatch"
        ),
        "missing_header": Quirk(
            frame=lambda whole: whole[_HEADER:], refused="no_header", cut=_headless_cut
        ),
        "six_digit_length": Quirk(
            frame=lambda whole: b"##00" + whole[2:],
            refused="length_mismatch",
            cut=lambda _: "noise",
        ),
        "lf_only": Quirk(frame=lambda whole: whole[:-2] + b"\n"),
        "no_terminator": Quirk(frame=lambda whole: whole[:-2]),
        "glued": Quirk(glued=True),
        "over_length": Quirk(split=False),
        "epoch_qn": Quirk(head=_epoch_qn),
        "no_qn": Quirk(head=_without(r"^QN=[^;]*;")),
        "mn_missing": Quirk(head=_without(r"MN=[^;]*;"), refused="no_mn"),
        "mn_lower_case": Quirk(head=_lower_mn, refused="unknown_device"),
        "long_data_time": Quirk(data_time=lambda text: f"{text}000"),
        "no_data_time": Quirk(
            data_time=lambda _: None, refused="no_data_time", among=READINGS | {STATES, RUN_HOURS}
        ),
        "bare_codes": Quirk(
            groups=_each(r"^([^-=,;]+)-[^;]*?(?:Rtd|Avg)=([^,;]*).*$", r"\1=\2"),
            refused="unsupported_command",
            among=READINGS,
        ),
        "no_flags": Quirk(groups=_each(r",[^,;]*-Flag=[^,;]*", "")),
        "sm4_raw": Quirk(form=Policy.SM4_RAW),
        "sm4_braces": Quirk(form=Policy.SM4_BRACES),
        "sm4_hex": Quirk(form=Policy.SM4_HEX),
        "sm4_base64": Quirk(form=Policy.SM4_BASE64),
    }
)
"""By name. The others lie in the numbers (vendor.py) or on the way (`gateway`)."""

PLAIN: Final = Quirk()


def quirk_of(device: VirtualDevice) -> Quirk:
    """What the device does differently in its frames."""
    if device.quirk == "old_codes":
        codes = {each.code: each.old_code for each in device.quantities if each.old_code}
        return Quirk(groups=partial(_old_codes, codes), refused="unknown_code", among=READINGS)
    return QUIRKS.get(device.quirk or "", PLAIN)


def _old_codes(codes: Mapping[str, str], groups: list[str]) -> list[str]:
    """The codes of HJ/T 212-2005, where there are some."""
    renamed: list[str] = []
    for group in groups:
        code = group.partition("-")[0]
        old = codes.get(code)
        renamed.append(group.replace(f"{code}-", f"{old}-") if old else group)
    return renamed
