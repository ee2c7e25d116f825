"""What the registry must say of a device for each quirk, so that its data are accepted.

It knows the names of quirks and policies, not how a quirk is spoken.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from schemas.policies import Policy

NO_VALUE: Final = -99.0
VENDOR_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {"a00000": "m3/h", "w00000": "m3/h", "a01013": "Pa"}
)
GATEWAY: Final = "example-gateway"


@dataclass(frozen=True, slots=True)
class QuirkPolicy:
    """The registry's fields for a quirk; `protocols` are those in which it can be spoken.

    A vendor's quirks lie in the numbers and not in the words, so JSON can have them too.
    """

    crc: str = "strict"
    policies: tuple[Policy, ...] = ()
    unflagged_as: str | None = None
    sentinels: tuple[float, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict[str, str])
    gateway: str | None = None
    old_codes: bool = False
    protocols: tuple[str, ...] = ("hj212-2017", "hj212-2025", "hjt212-2005")


_SM4: Final = ("hj212-2025",)
_ANY: Final = ("hj212-2017", "hj212-2025", "hjt212-2005", "cems-v1")

QUIRK_POLICIES: Final[Mapping[str, QuirkPolicy]] = MappingProxyType(
    {
        "modbus_crc": QuirkPolicy(crc="accept_modbus"),
        "constant_crc": QuirkPolicy(crc="off"),
        "wrong_length": QuirkPolicy(policies=(Policy.ACCEPT_WRONG_LENGTH,)),
        "missing_header": QuirkPolicy(policies=(Policy.ACCEPT_MISSING_HEADER,)),
        "six_digit_length": QuirkPolicy(policies=(Policy.SIX_DIGIT_LENGTH,)),
        "epoch_qn": QuirkPolicy(policies=(Policy.EPOCH_QN,)),
        "long_data_time": QuirkPolicy(policies=(Policy.LONG_DATA_TIME,)),
        "no_data_time": QuirkPolicy(policies=(Policy.DATA_TIME_FROM_QN,)),
        "bare_codes": QuirkPolicy(policies=(Policy.BARE_CODES,), unflagged_as="N"),
        "mn_missing": QuirkPolicy(policies=(Policy.MN_FROM_TOPIC,)),
        "mn_lower_case": QuirkPolicy(policies=(Policy.MN_FROM_TOPIC,)),
        "over_length": QuirkPolicy(),
        "lf_only": QuirkPolicy(),
        "no_terminator": QuirkPolicy(),
        "glued": QuirkPolicy(),
        "no_flags": QuirkPolicy(unflagged_as="N"),
        "no_qn": QuirkPolicy(),
        "old_codes": QuirkPolicy(old_codes=True, protocols=("hj212-2017", "hjt212-2005")),
        "lower_case_crc": QuirkPolicy(),
        "sm4_raw": QuirkPolicy(policies=(Policy.SM4_RAW, Policy.REQUIRE_SM4), protocols=_SM4),
        "sm4_braces": QuirkPolicy(policies=(Policy.SM4_BRACES, Policy.REQUIRE_SM4), protocols=_SM4),
        "sm4_hex": QuirkPolicy(policies=(Policy.SM4_HEX, Policy.REQUIRE_SM4), protocols=_SM4),
        "sm4_base64": QuirkPolicy(policies=(Policy.SM4_BASE64, Policy.REQUIRE_SM4), protocols=_SM4),
        "vendor_units": QuirkPolicy(units=VENDOR_UNITS, protocols=_ANY),
        "sentinels": QuirkPolicy(sentinels=(NO_VALUE,), protocols=_ANY),
        "gateway": QuirkPolicy(gateway=GATEWAY),
    }
)
"""By quirk; a device without one is registered strictly, as the standard wants it."""
