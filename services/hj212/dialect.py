"""How one device's HJ 212 is to be read: its check sums, its named policies, its SM4 keys.

Pure; it must not know the registry that says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from schemas.policies import Policy
from services.hj212.frame import CrcPolicy

CRC_ACCEPT_MODBUS = "crc_accept_modbus"
CRC_OFF = "crc_off"
"""The names under which a frame counts its check sum's policies."""

SM4_FORMS = (Policy.SM4_BRACES, Policy.SM4_HEX, Policy.SM4_BASE64, Policy.SM4_RAW)
"""The forms of cipher text on the wire, in the order in which they are tried."""

SM4_KEY_BYTES = 16

_CRC_NEEDS = frozenset((CRC_ACCEPT_MODBUS, CRC_OFF))


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a device may do differently; `sm4_keys` of 16 bytes each, tried in order.

    Raises `ValueError` for a key of another length.
    """

    crc: CrcPolicy = CrcPolicy.STRICT
    policies: frozenset[Policy] = frozenset()
    sm4_keys: tuple[bytes, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if any(len(key) != SM4_KEY_BYTES for key in self.sm4_keys):
            raise ValueError(f"an SM4 key has {SM4_KEY_BYTES} bytes")

    @property
    def strict(self) -> bool:
        """Whether nothing differs from the standard."""
        return self == STRICT

    def admitted(self, need: str) -> str | None:
        """The name of the registered policy that admits a deviation, or `None`."""
        if need not in _CRC_NEEDS:
            return need if need in self.policies else None
        if self.crc is CrcPolicy.OFF:
            return CRC_OFF
        accepted = need == CRC_ACCEPT_MODBUS and self.crc is CrcPolicy.ACCEPT_MODBUS
        return need if accepted else None

    def form_needs(self, form: Policy) -> tuple[str, ...]:
        """What a form of cipher text needs: nothing, unless other forms are registered."""
        return (form,) if self.policies.intersection(SM4_FORMS) else ()


STRICT = Dialect()
DialectOf: TypeAlias = Callable[[str], Dialect]
"""The dialect of the MN that stands in a frame's header (empty when none does)."""


def strict(_mn: str) -> Dialect:
    """The standard's dialect for every MN."""
    return STRICT


def always(dialect: Dialect) -> DialectOf:
    """One dialect whatever the MN."""
    return lambda _mn: dialect


def registered_as(need: str) -> str:
    """How a policy is written in the registry: `crc` is a field of its own there."""
    return need.replace("crc_", "crc: ", 1) if need in _CRC_NEEDS else str(need)
