"""Whose data the public is shown 信息公开: what a bureau says of each plant. It must not know how."""

from typing import Final

from schemas.parameter import Parameters, Source, parameter

OURS: Final = Source("our own proposal: nobody is shown before a bureau says so", "ours")


class OpenDataParameters(Parameters):
    """What of a plant is public."""

    published: bool = parameter(
        default=False,
        unit="",
        source=OURS,
        en="whether the plant's hourly means, verdicts and exceedances are shown to the public",
        zh="是否向社会公开该企业的小时均值、判定与超标记录",
    )
