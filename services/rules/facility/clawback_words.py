"""What became of an hour's premium, as sentences. It must not know how that was decided."""

from datetime import datetime, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from schemas.facility import Circumstance, ClawbackCase, Premium
from services.rules.exact import in_brief
from services.rules.facility.wording import Both

_PREMIUM: Final = MappingProxyType(
    {
        Premium.DESULPHURISATION: Both("脱硫电价", "desulphurisation premium"),
        Premium.DENITRIFICATION: Both("脱硝电价", "denitrification premium"),
        Premium.DUST: Both("除尘电价", "dust premium"),
        Premium.ULTRA_LOW: Both("超低排放电价", "ultra-low premium"),
    }
)
_CASE: Final = MappingProxyType(
    {
        ClawbackCase.KEPT: Both("不扣减", "kept"),
        ClawbackCase.CONFISCATED: Both("没收该时段加价款，不予罚款", "confiscated, no fine"),
        ClawbackCase.FINED: Both("没收该时段加价款并处罚款", "confiscated and a fine"),
        ClawbackCase.FINED_HEAVIER: Both(
            "没收该时段加价款并从重罚款", "confiscated and a heavier fine"
        ),
        ClawbackCase.UNDECIDED: Both("待定", "not decided"),
    }
)
_WHY: Final = MappingProxyType(
    {
        Circumstance.START_STOP: Both(
            "启停机期间治理设施退出", "start or stop with the treatment out"
        ),
        Circumstance.LOW_LOAD: Both("低负荷脱硝退出", "low load with denitrification out"),
        Circumstance.CEMS_FAULT: Both("CEMS故障", "fault of the CEMS"),
        Circumstance.FORCE_MAJEURE: Both("不可抗力", "force majeure"),
        Circumstance.TAMPERING: Both("篡改或伪造数据", "data tampered with"),
    }
)


class Said(NamedTuple):
    """What the sentence is to tell of an hour."""

    start: datetime
    premium: Premium
    case: ClawbackCase
    circumstance: Circumstance | None
    multiple: Decimal | None


def sentence(said: Said, zone: timezone) -> Both:
    """The hour, its multiple or circumstance, and the effect."""
    begin = f"{said.start.astimezone(zone):%Y-%m-%d %H:%M}"
    premium, case = _PREMIUM[said.premium], _CASE[said.case]
    why = Both("", "")
    if said.circumstance is not None:
        named = _WHY[said.circumstance]
        why = Both(f"（{named.zh}）", f" ({named.en})")
    elif said.multiple is not None:
        number = in_brief(said.multiple)
        why = Both(f"（小时均值超标倍数{number}）", f" (hour mean / limit - 1 = {number})")
    return Both(
        f"{begin}起的一小时，{premium.zh}{why.zh}：{case.zh}。",
        f"Hour from {begin}, {premium.en}{why.en}: {case.en}.",
    )
