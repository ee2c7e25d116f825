"""What the vocabularies of a plant's pages are called by people. It must not know any page."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.rules.marks.kinds import mark_kinds

Names = Mapping[str, tuple[str, str]]

SECTORS: Final[Names] = MappingProxyType({
    "waste_incineration": ("生活垃圾焚烧（2019年第50号公告）", "waste incineration (2019 No. 50)"),
    "equipment": ("自动监测设备（2022年第21号公告）", "monitoring equipment (2022 No. 21)"),
    "thermal_power": ("火电（试行）", "thermal power (trial)"),
    "cement": ("水泥（试行）", "cement (trial)"),
    "paper": ("造纸（试行）", "paper (trial)"),
    "permit_boiler": ("锅炉（排污许可）", "boilers (permit)"),
    "permit_power": ("火电（排污许可）", "thermal power (permit)"),
    "permit_cement": ("水泥（排污许可）", "cement (permit)"),
    "permit_ceramics_brick": ("陶瓷砖瓦（排污许可）", "ceramics and brick (permit)"),
    "permit_sinter": ("烧结（排污许可）", "sintering (permit)"),
    "hazardous_waste": ("危险废物焚烧", "hazardous waste incineration"),
})  # fmt: skip
PLANT_VOCABULARIES: Final[Mapping[str, Names]] = MappingProxyType({
    "treatment": MappingProxyType({
        "desulphurisation": ("脱硫", "desulphurisation"),
        "semi_dry_desulphurisation": ("半干法脱酸", "semi-dry desulphurisation"),
        "denitrification": ("脱硝", "denitrification"),
        "non_catalytic_denitrification": ("非催化脱硝", "non-catalytic denitrification"),
        "precipitator": ("电除尘", "precipitator"),
        "bag_filter": ("袋式除尘", "bag filter"),
        "thermal_oxidation": ("热氧化", "thermal oxidation"),
        "biological": ("生化处理", "biological treatment"),
        "disinfection": ("消毒", "disinfection"),
        "flue_gas_recirculation": ("烟气再循环", "flue gas recirculation"),
    }),
    "measure": MappingProxyType({
        "synchronous": ("同步运行率", "synchronous operation"),
        "operation": ("投运率", "operation"),
        "removal": ("去除率", "removal"),
        "load": ("生产负荷率", "load"),
        "effectiveness": ("传输有效率", "transmission effectiveness"),
        "transmission": ("传输率", "transmission"),
        "validity": ("有效率", "validity"),
        "effectiveness_first": ("传输有效率（首传）", "effectiveness, first sending"),
        "transmission_first": ("传输率（首传）", "transmission, first sending"),
        "validity_first": ("有效率（首传）", "validity, first sending"),
        "effectiveness_backfilled": ("传输有效率（含补传）", "effectiveness with what was sent again"),
        "transmission_backfilled": ("传输率（含补传）", "transmission with what was sent again"),
        "validity_backfilled": ("有效率（含补传）", "validity with what was sent again"),
        "furnace_temperature": ("炉温不达标", "furnace temperature failed"),
        "exceedance_days": ("超标天数", "days over a limit"),
        "publication": ("自行监测公布率", "publication of results"),
    }),
    "review": MappingProxyType({
        "claimed": ("待审核", "not reviewed"),
        "accepted": ("已采纳", "accepted"),
        "rejected": ("已驳回", "rejected"),
        "lapsed": ("逾期失效", "lapsed"),
    }),
    "origin": MappingProxyType({
        "logger": ("数采仪", "logger"),
        "plant": ("企业", "plant"),
        "bureau": ("主管部门", "bureau"),
    }),
    "mark_effect": MappingProxyType({
        "not_judged": ("不判定", "nothing is judged"),
        "exempt": ("超标可豁免", "an exceedance is excused"),
        "invalid": ("数据不参与判定", "the data are not used"),
        "furnace_exempt": ("炉温可豁免", "the furnace's temperature is excused"),
        "furnace_invalid": ("炉温数据不参与判定", "the furnace's temperature is not used"),
        "none": ("仅说明", "says why, and changes nothing"),
        "unsettled": ("效力未定", "its effect is not settled"),
    }),
    "mark_kind": MappingProxyType({
        key: (kind.zh, kind.en) for key, kind in mark_kinds().items()
    }),
    "sector": SECTORS,
    "manual_kind": MappingProxyType({
        "self": ("自行监测", "the plant's own"),
        "supervisory": ("监督性监测", "supervisory"),
        "comparison": ("比对监测", "comparison"),
        "gap": ("故障期间手工监测", "while instruments failed"),
    }),
    "gap_kind": MappingProxyType({
        "missing": ("缺失", "missing"),
        "invalid": ("无效", "not valid"),
        "not_converted": ("未折算", "not converted"),
        "not_judged": ("尚未计算", "not computed yet"),
    }),
    "running": MappingProxyType({
        "running": ("运行", "running"),
        "off": ("停运", "off"),
        "unknown": ("未知", "unknown"),
    }),
    "bypass": MappingProxyType({
        "running": ("旁路开启", "bypass open"),
        "off": ("旁路关闭", "bypass shut"),
        "unknown": ("旁路未知", "bypass unknown"),
    }),
    "why": MappingProxyType({
        "not_judged": ("尚未判定", "nothing was judged yet"),
        "no_limit": ("没有限值", "no limit is set"),
        "prewarning": ("本小时可能超标", "this hour may exceed"),
        "over_limit_now": ("现在超过限值", "over the limit now"),
    }),
    "averaging": MappingProxyType({
        "hour": ("小时", "hour"),
        "day": ("日", "day"),
        "month": ("月", "month"),
        "sample": ("单次", "sample"),
        "instant": ("瞬时", "instant"),
    }),
    "subject_kind": MappingProxyType({
        "outlet": ("排放口", "outlet"),
        "unit": ("生产设施", "unit"),
        "facility": ("治理设施", "facility"),
    }),
})  # fmt: skip
