"""Parameters of the clawback of environmental premiums 环保电价: rates and multiples."""

from datetime import date
from decimal import Decimal
from typing import Final

from schemas.parameter import Parameters, Source, parameter

_536: Final = "发改价格[2014]536号"
_2835: Final = "发改价格[2015]2835号"


class ClawbackParameters(Parameters):
    """环保电价 parameters; rates in fen for each kWh."""

    desulphurisation_premium: Decimal = parameter(
        Decimal("1.5"),
        "fen/kWh",
        Source(_536, "high"),
        en="premium for desulphurisation",
        zh="脱硫电价加价",
        ge=0,
    )
    denitrification_premium: Decimal = parameter(
        Decimal("1.0"),
        "fen/kWh",
        Source(_536, "high"),
        en="premium for denitrification",
        zh="脱硝电价加价",
        ge=0,
    )
    dust_premium: Decimal = parameter(
        Decimal("0.2"),
        "fen/kWh",
        Source(_536, "high"),
        en="premium for dust removal",
        zh="除尘电价加价",
        ge=0,
    )
    ultra_low_premium_before: Decimal = parameter(
        Decimal("1.0"),
        "fen/kWh",
        Source(_2835, "high"),
        en="ultra-low premium of units connected before `ultra_low_from`",
        zh="超低排放加价（分界日前并网机组）",
        ge=0,
    )
    ultra_low_premium_after: Decimal = parameter(
        Decimal("0.5"),
        "fen/kWh",
        Source(_2835, "high"),
        en="ultra-low premium of units connected from `ultra_low_from` on",
        zh="超低排放加价（分界日起并网机组）",
        ge=0,
    )
    ultra_low_from: date = parameter(
        date(2016, 1, 1),
        "",
        Source(_2835, "high"),
        en="units connected to the grid from this day on have the lower ultra-low premium",
        zh="超低排放加价分界日",
    )
    ultra_low_like_others: bool = parameter(
        default=True,
        unit="",
        source=Source(
            "whether the cases of 536 hold for the ultra-low premium was not read", "ours"
        ),
        en="the ultra-low premium of an hour is treated by the same cases",
        zh="超低排放加价按同样情形处理",
    )
    fine_from: Decimal = parameter(
        Decimal(1),
        "",
        Source(_536, "high"),
        en="multiple (value / limit - 1) from which a fine is added",
        zh="处以罚款的超标倍数",
        gt=0,
    )
    fine_times: Decimal = parameter(
        Decimal(5),
        "",
        Source(_536, "high"),
        en="a fine reaches at most so many times the premium confiscated",
        zh="罚款上限（加价款的倍数）",
        gt=0,
    )
