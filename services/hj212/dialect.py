"""How one device's HJ 212 is to be read: its check sums, its named policies, its SM4 keys.

Pure; it must not know the registry that says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from schemas.policies import Policy
from services.hj212.frame import CrcPolicy


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a device may do differently; `sm4_keys` of 16 bytes each, tried in order."""

    crc: CrcPolicy = CrcPolicy.STRICT
    policies: frozenset[Policy] = frozenset()
    sm4_keys: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def strict(self) -> bool:
        """Whether nothing differs from the standard."""
        return self == STRICT


STRICT = Dialect()
DialectOf: TypeAlias = Callable[[str], Dialect]
"""The dialect of the MN that stands in a frame's header (empty when none does)."""


def always(dialect: Dialect) -> DialectOf:
    """One dialect whatever the MN."""
    return lambda _mn: dialect
