"""What the measures and pools of a monthly report are called. It must not know any page."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.api.console.shown import Lang

MEASURES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "effectiveness": ("传输有效率（审核后）", "effectiveness, audited"),
    "effectiveness_first": ("传输有效率（首次）", "effectiveness, first"),
    "effectiveness_backfilled": ("传输有效率（补传后）", "effectiveness, sent again"),
    "transmission": ("传输率（审核后）", "transmission, audited"),
    "transmission_first": ("传输率（首次）", "transmission, first"),
    "transmission_backfilled": ("传输率（补传后）", "transmission, sent again"),
    "validity": ("有效率（审核后）", "validity, audited"),
    "validity_first": ("有效率（首次）", "validity, first"),
    "validity_backfilled": ("有效率（补传后）", "validity, sent again"),
    "synchronous": ("同步运行率", "ran with production"),
    "operation": ("投运率", "in operation"),
    "removal": ("去除率", "removal"),
    "load": ("负荷率", "load"),
    "furnace_temperature": ("炉温达标率", "furnace temperature kept"),
    "exceedance_days": ("超标天数", "days that exceeded"),
    "capture": ("收集率", "capture"),
    "compliance": ("达标率", "compliant hours"),
})  # fmt: skip
PREMIUMS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "desulphurisation": ("脱硫", "desulphurisation"),
    "denitrification": ("脱硝", "denitrification"),
    "dust": ("除尘", "dust removal"),
    "ultra_low": ("超低排放", "ultra-low emission"),
})  # fmt: skip
COUNTED: Final = frozenset({"exceedance_days"})
"""Numbers of days, and no shares."""
TRANSMITTED: Final = ("effectiveness", "transmission", "validity")
TREATED: Final = frozenset({"synchronous", "operation", "removal", "load", "furnace_temperature"})


def measure_name(measure: str, lang: Lang) -> str:
    """Its name; of one that nobody named, its word."""
    pair = MEASURES.get(measure)
    return measure if pair is None else pair[lang == "en"]
