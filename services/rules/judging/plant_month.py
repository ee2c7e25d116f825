"""All that is judged of a plant's month out of what is believed of its hours and days. Pure.

A month that is not over is judged for what is counted day by day: the load of sewage works, the
samples that laboratories owe.
"""

from services.rules.judging.case import Judgements
from services.rules.judging.clawback_part import judge_clawback
from services.rules.judging.duty_part import judge_data_duty
from services.rules.judging.incineration_month import judge_incineration_month
from services.rules.judging.manual_part import judge_manual
from services.rules.judging.month_case import PlantMonth
from services.rules.judging.month_means import judge_month_means
from services.rules.judging.month_rates import month_rates
from services.rules.judging.sewage_part import judge_sewage_month
from services.rules.judging.tax_part import tax_bands
from services.rules.judging.ultra_low_part import judge_ultra_low_month


def judge_plant_month(case: PlantMonth) -> Judgements:
    """Judge the month, or what there is of it. Raises SettingError."""
    found = Judgements()
    if case.is_over:
        _add(found, judge_month_means(case))
        _add(found, judge_ultra_low_month(case))
        found.performance += month_rates(case)
        found.performance += tax_bands(case, found.means)
        _add(found, judge_clawback(case))
        _add(found, judge_data_duty(case))
    _add(found, judge_sewage_month(case, tuple(found.means)))
    _add(found, judge_incineration_month(case))
    _add(found, judge_manual(case))
    return found


def _add(found: Judgements, more: Judgements) -> None:
    found.means += more.means
    found.verdicts += more.verdicts
    found.performance += more.performance
    found.findings += more.findings
    found.asked |= more.asked
