"""What the reasons and causes of cases are called by people. It must not know any page."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.rules.alerting.causes import CAUSES
from services.rules.alerting.reasons import REASONS

Names = Mapping[str, tuple[str, str]]

CASE_VOCABULARIES: Final[Mapping[str, Names]] = MappingProxyType({
    "cause": {cause.value: (one.zh, one.en) for cause, one in CAUSES.items()},
    "case_reason": {reason.value: (one.zh, one.en) for reason, one in REASONS.items()},
})  # fmt: skip
