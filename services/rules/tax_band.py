"""Environmental protection tax: how much of it is due for an outlet and pollutant in a month.

环境保护税法 art 13: 75 % at 30 % under the limit, 50 % at 50 % under. It must not reckon the tax itself.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, NamedTuple

from schemas.judgement import Outcome
from schemas.limits import Bound
from schemas.parameter import Parameters, Source, parameter
from services.rules.exact import EXACT, ZERO, kept
from services.rules.exact import text as plain

_ARTICLE_13 = Source("环境保护税法 art 13 and its regulation", "high")
PERIODS_WITHOUT_MEAN = "periods_without_mean"
Why = Literal[
    "far_under", "under", "not_under", "exceeded", "perhaps_exceeded", "no_mean", "not_this_limit"
]


class TaxParameters(Parameters):
    """The two reductions of article 13."""

    under: Decimal = parameter(
        Decimal("0.3"), "", _ARTICLE_13, gt=0, lt=1,
        en="monthly mean lower than the limit by this share", zh="低于排放标准的比例（减按75%）",
    )  # fmt: skip
    under_pay: Decimal = parameter(
        Decimal("0.75"), "", _ARTICLE_13, gt=0, le=1, en="share of the tax then", zh="减按征收比例"
    )
    far_under: Decimal = parameter(
        Decimal("0.5"), "", _ARTICLE_13, gt=0, lt=1,
        en="monthly mean lower than the limit by this share", zh="低于排放标准的比例（减按50%）",
    )  # fmt: skip
    far_under_pay: Decimal = parameter(
        Decimal("0.5"), "", _ARTICLE_13, gt=0, le=1, en="share of the tax then", zh="减按征收比例"
    )


class TaxBand(NamedTuple):
    """`pay`: the share of the tax that is due; None: not known. `formula` shows the numbers."""

    pay: Decimal | None
    why: Why
    formula: str
    doubts: tuple[str, ...]


def tax_band(
    monthly_mean: Decimal | None, bound: Bound, outcomes: Iterable[Outcome], params: TaxParameters
) -> TaxBand:
    """The band of a month, if no hourly mean (air) or daily mean (water) of it was over the limit.

    `outcomes`: of those hours or days. A claimed exemption or an unknown one leaves open whether a
    reduction is due; an exempt exceedance too, since the law names no exemption. Hours without a
    valid mean cannot be over, and are a doubt. Upper limits of concentrations only.
    """
    doubts = params.unestablished()
    if bound.high is None or bound.comparator != "<=" or bound.quantity != "concentration":
        return TaxBand(None, "not_this_limit", "", doubts)
    if monthly_mean is None:
        return TaxBand(None, "no_mean", "", doubts)
    mean = kept(monthly_mean)
    pay, why, formula = _by_mean(mean, bound.high, params)
    if why == "not_under":
        return TaxBand(Decimal(1), why, formula, doubts)
    seen = set(outcomes)
    if seen & {Outcome.EXCEEDING, Outcome.AT_LEAST}:
        return TaxBand(Decimal(1), "exceeded", formula, doubts)
    dark = seen & {Outcome.INVALID, Outcome.NO_DATA}
    if not seen - dark or seen - dark - {Outcome.COMPLIANT, Outcome.STOPPED}:
        return TaxBand(None, "perhaps_exceeded", formula, doubts)
    if dark:
        doubts = (*doubts, PERIODS_WITHOUT_MEAN)
    return TaxBand(pay, why, formula, doubts)


def _by_mean(mean: Decimal, limit: Decimal, params: TaxParameters) -> tuple[Decimal, Why, str]:
    bands: tuple[tuple[Decimal, Decimal, Why], ...] = (
        (params.far_under, params.far_under_pay, "far_under"),
        (params.under, params.under_pay, "under"),
    )
    ceiling = ZERO
    for share, pay, why in bands:
        ceiling = EXACT.multiply(limit, EXACT.subtract(Decimal(1), share))
        shown = f"{plain(limit)} x (1 - {plain(share)}) = {plain(ceiling)}"
        if mean <= ceiling:
            return pay, why, f"{plain(mean)} <= {shown}"
    return Decimal(1), "not_under", f"{plain(mean)} > {plain(ceiling)}"
