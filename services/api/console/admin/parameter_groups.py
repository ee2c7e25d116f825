"""What the groups of parameters are called, and which rules and kinds of cases each of them tunes.

It must not know what a parameter's value does.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Group(NamedTuple):
    """A class of parameters; `rules` by their names in cases, `kinds` of cases without a rule."""

    zh: str
    en: str
    rules: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def tunes(self, kind: str, rule: str) -> bool:
        """Whether cases of a kind by a rule come and go with these parameters."""
        return rule in self.rules or kind in self.kinds


def _of(zh: str, en: str, rules: str = "", kinds: str = "") -> Group:
    return Group(zh, en, frozenset(rules.split()), frozenset(kinds.split()))


GROUPS: Final[Mapping[str, Group]] = MappingProxyType({
    "absence_parameters": _of("缺数与时间异常", "missing data and odd times", "unexplained_gap monthly_capture odd_times off_grid hour_against_minutes"),
    "attachment_parameters": _of("附件", "attachments"),
    "bypass_case_parameters": _of("旁路告警", "bypass cases", "", "bypass_open"),
    "capture_parameters": _of("数据捕集率", "data capture"),
    "case_parameters": _of("告警通用", "cases of all other kinds", "", "no_data low_removal low_load"),
    "change_parameters": _of("突变与pH", "jumps and pH", "jump_then_flat ph_still ph_wild"),
    "check_parameters": _of("质控核查", "quality control checks", "step_at_calibration check_far_off"),
    "clawback_parameters": _of("电价加价扣减", "premium clawback"),
    "comparison_error_parameters": _of("比对误差", "comparison errors", "", "manual_duty"),
    "comparison_parameters": _of("数值修约", "rounding and comparison"),
    "contest_parameters": _of("申诉", "contests"),
    "conversion_parameters": _of("基准氧折算", "conversion to reference oxygen"),
    "data_quality_case_parameters": _of("数据质量告警", "data quality cases", "", "data_quality"),
    "device_case_parameters": _of("设备时钟与冒用MN告警", "device clock and MN cases", "", "device_clock mn_mismatch"),
    "device_clock_parameters": _of("设备时钟", "device clock", "", "device_clock"),
    "device_offline_case_parameters": _of("设备离线告警", "device offline cases", "", "device_offline"),
    "duty_case_parameters": _of("手工监测与豁免额度告警", "manual duty and quota cases", "", "mark_quota manual_duty"),
    "exceedance_parameters": _of("超标判定", "exceedance", "", "limit_hour limit_day limit_month"),
    "facility_off_case_parameters": _of("治理设施停运告警", "facility off cases", "", "facility_off"),
    "facility_parameters": _of("治理设施运行判断", "running of facilities", "facility_off bypass_open state_contradiction run_hours_disagree"),
    "fact_parameters": _of("周期事实", "facts of periods"),
    "falsification_case_parameters": _of("疑似弄虚作假告警", "suspected falsification cases", "", "falsification"),
    "flag_parameters": _of("数据标记", "flags"),
    "furnace_case_parameters": _of("炉温告警", "furnace temperature cases", "", "furnace_temperature"),
    "gap_parameters": _of("缺口", "gaps", "", "no_data"),
    "hour_parameters": _of("小时均值", "hourly means"),
    "hugging_parameters": _of("贴限", "hugging the limit", "near_limit tail_vanished plateau_tail"),
    "incineration_parameters": _of("垃圾焚烧", "waste incineration", "furnace_temperature cems_maintenance_quarter"),
    "issuing_parameters": _of("督办下达", "issuing orders"),
    "late_parameters": _of("迟报", "late transmission", "", "late_transmission"),
    "level_parameters": _of("检出限与量程", "detection limit and range", "at_detection_limit over_range"),
    "limit_day_case_parameters": _of("日均值超标告警", "daily limit cases", "", "limit_day"),
    "limit_hour_case_parameters": _of("小时值超标告警", "hourly limit cases", "", "limit_hour"),
    "limit_month_case_parameters": _of("月度超标告警", "monthly limit cases", "", "limit_month"),
    "live_parameters": _of("实时判定", "live judging"),
    "long_mean_parameters": _of("日月季年均值", "longer means"),
    "manual_duty_parameters": _of("手工监测义务", "manual duty", "", "manual_duty"),
    "mark_parameters": _of("标记", "marks", "", "mark_quota"),
    "mismatch_parameters": _of("冒用MN", "MN mismatch", "", "mn_mismatch"),
    "night_parameters": _of("夜间异常", "nights", "night_over_day night_step"),
    "offline_parameters": _of("设备离线", "device offline", "", "device_offline"),
    "open_data_parameters": _of("公开数据", "open data"),
    "order_parameters": _of("督办期限", "orders"),
    "oxygen_parameters": _of("氧含量与折算", "oxygen and conversion", "oxygen_raised conversion_differs"),
    "physics_parameters": _of("物理关系", "physics", "order_violated flow_off_balance"),
    "platform_case_parameters": _of("平台告警", "cases of the platform", "", "platform_silent platform_lag platform_clock platform_notice"),
    "platform_lag_parameters": _of("平台滞后", "platform lag", "", "platform_lag"),
    "platform_silence_parameters": _of("平台收数中断", "platform silence", "", "platform_silent"),
    "prewarning_case_parameters": _of("超标预警告警", "prewarning cases", "", "prewarning"),
    "projection_parameters": _of("超标预测", "projection", "prewarning over_limit_now"),
    "publication_parameters": _of("信息公开", "publication"),
    "recurrence_parameters": _of("重复发生", "recurrence"),
    "reminder_parameters": _of("督办提醒", "reminders"),
    "removal_parameters": _of("去除效率", "removal efficiency", "low_removal"),
    "repetition_parameters": _of("数据重复", "repetition", "copied_day replayed_block"),
    "running_rule_parameters": _of("运行判据", "running rules", "facility_off"),
    "setting_parameters": _of("设备参数变更", "settings of devices", "settings_differ range_lowered cold_line"),
    "sewage_idle_parameters": _of("污水厂闲置", "idle sewage works", "sewage_idle"),
    "sewage_inlet_parameters": _of("污水厂进水", "sewage inlet", "sewage_inlet sewage_balance"),
    "sewage_load_parameters": _of("污水厂负荷", "sewage load", "sewage_load sewage_load_year"),
    "shift_parameters": _of("水平下降", "sudden and seasonal shifts", "sudden_drop season_shift"),
    "sibling_parameters": _of("同类口比对", "siblings", "identical_trend"),
    "stillness_parameters": _of("恒值与低波动", "constant values", "constant_value small_fluctuation"),
    "stopped_parameters": _of("停运矛盾", "declared stopped", "declared_stopped marks_contradict"),
    "substitution_parameters": _of("排放量替代", "substitution of mass"),
    "tax_parameters": _of("环保税减征", "environmental tax"),
    "transmission_case_parameters": _of("传输告警", "transmission cases", "", "late_transmission low_effectiveness"),
    "transmission_parameters": _of("传输有效率", "transmission effectiveness", "low_effectiveness_day low_effectiveness_quarter low_effectiveness_year low_effectiveness"),
    "ultra_low_parameters": _of("超低排放", "ultra-low emission"),
    "water_cycle_parameters": _of("废水监测周期", "water cycles"),
    "water_mass_parameters": _of("废水排放量", "mass to water"),
    "water_mean_parameters": _of("废水均值", "water means"),
})  # fmt: skip
