"""What a bureau sets a rule's parameter to: for whom, over which time, as known when."""

from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import JsonValue

Scope = Literal["all", "region", "plant", "subject", "point"]
"""For whom a setting holds; a later one of this list is nearer and goes before the others."""


class SettingVersion(NamedTuple):
    """One belief: over `since` to `until` (None: open), parameter `name` has this value.

    `scope_key` names what it is set for: empty for all, the code of a region (GB/T 2260) or plant,
    `P1/DA001` for a subject, `P1/DA001/out/a21026` for a point. Of the beliefs of one name, scope
    and key that hold at a time, the one recorded last counts. `value` None: nothing is set here.
    A version that is not stored yet has the number 0.
    """

    version: int
    name: str
    scope: Scope
    scope_key: str
    value: JsonValue
    since: datetime | None
    until: datetime | None
    reason: str
    actor: str
    recorded_at: datetime
    position: int
