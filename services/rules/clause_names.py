"""The names of what limits and findings rest on, in Chinese and English: standards, clauses, sources.

Data for `clause_words`. The texts on the left are those that are stored, and stay as they are.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple


class Pair(NamedTuple):
    """The same in Chinese and in English."""

    zh: str
    en: str


PROGRAMMES: Final[Mapping[str, Pair]] = {
    "coal-power ultra-low (环发[2015]164号 programme)": Pair(
        "煤电超低排放（环发〔2015〕164号）",
        "coal-power ultra-low emission programme (环发[2015]164号)",
    ),
    "环大气[2019]35号": Pair(
        "钢铁超低排放（环大气〔2019〕35号）",
        "steel ultra-low emission programme (环大气[2019]35号)",
    ),
    "GB 31570/31571/31572-2015 amendments": Pair(
        "GB 31570/31571/31572-2015", "GB 31570/31571/31572-2015"
    ),
}
"""Standards of the catalogue that are called otherwise than by their number alone."""

_ORDER_10: Final = "生活垃圾焚烧发电厂自动监测数据应用管理规定"
_FIVE_YEARS: Final = "内蒙古自治区“十二五”节能减排规划"
_SCHEME: Final = "内蒙古自治区“十二五”节能减排综合性工作方案"
FIVE_YEARS_EN: Final = "Inner Mongolia's plan for saving energy and cutting emissions, 2011-2015"
_SCHEME_EN: Final = (
    "Inner Mongolia's work scheme for saving energy and cutting emissions, 2011-2015"
)
_NEXT_PLAN: Final = "内蒙古自治区节能减排“十三五”规划"
_NEXT_PLAN_EN: Final = "Inner Mongolia's plan for saving energy and cutting emissions, 2016-2020"

_FINDINGS: Final[tuple[Pair, ...]] = (
    Pair(_FIVE_YEARS, FIVE_YEARS_EN),
    Pair(_SCHEME, _SCHEME_EN),
    Pair(_NEXT_PLAN, _NEXT_PLAN_EN),
    Pair(
        f"{_SCHEME}：烟气脱硫设施要按照规定取消烟气旁路；{_FIVE_YEARS}：烟气脱硫设施按照国家要求全部取消烟气旁路",
        f"{_SCHEME_EN}: bypasses of flue gas desulphurisation are to be removed; {FIVE_YEARS_EN}: all of them",
    ),
    Pair(
        f"{_SCHEME}（七）：减排设施未按要求运行，公开通报或挂牌督办，责令限期整改",
        f"{_SCHEME_EN}, (7): facilities that do not run as required are made public or listed for "
        "supervision, and to be mended by a date",
    ),
    Pair(
        "内政发〔2022〕17号（自治区“十四五”节能减排综合工作实施方案）",
        "内政发〔2022〕17号 (Inner Mongolia's work scheme for saving energy and cutting emissions, "
        "2021-2025)",
    ),
    Pair(
        "内政发〔2022〕17号（自治区“十四五”节能减排综合工作实施方案）（进水浓度异常，未规定数值）",
        "内政发〔2022〕17号 (Inner Mongolia's work scheme for saving energy and cutting emissions, "
        "2021-2025; abnormal inflow, no figure given)",
    ),
    Pair(
        f"{_FIVE_YEARS}（对进出水量进行实时监测；差异限值为设定值）",
        f"{FIVE_YEARS_EN} (inflow and outflow are measured at all times; the limit of the difference is set)",
    ),
    Pair(f"《{_NEXT_PLAN}》（2020年目标）", f"{_NEXT_PLAN_EN} (target for 2020)"),
    Pair(
        "污染源自动监控数据传输有效率国家考核（2014年起，考核通知文号未核实）",
        "national assessment of valid transmission since 2014 (number of its notice not confirmed)",
    ),
    Pair(
        "HJ 75-2017（季度有效数据捕集率；条款号凭记忆）",
        "HJ 75-2017 (quarterly capture rate of valid data; clause from memory)",
    ),
    Pair(
        "HJ 212-2017 CN 2041（设施运行时间日数据）与 CN 2021（设施运行状态）",
        "HJ 212-2017 CN 2041 (daily running time of facilities) and CN 2021 (running state)",
    ),
    Pair(
        "HJ 212-2017 表4（SBn-RS 设施运行状态）",
        "HJ 212-2017 Table 4 (SBn-RS, running state of facilities)",
    ),
    Pair("GB 18484-2020 危险废物焚烧污染控制标准", "GB 18484-2020 (hazardous-waste incineration)"),
    Pair(
        "关于推进实施钢铁行业超低排放的意见（环大气〔2019〕35号）",
        "steel ultra-low emission programme (环大气〔2019〕35号)",
    ),
    Pair(
        "无公布的量化标准（倍数与占比为设定值，仅为建议）",
        "no published criterion (multiple and share are settings, a proposal only)",
    ),
    Pair(
        "无全国统一规定（窗口与次数为设定值）",
        "no national rule (window and number of times are settings)",
    ),
    Pair("《中华人民共和国环境保护税法》第十三条", "Environmental Protection Tax Law, article 13"),
    Pair("预警值为设定值", "the warning level is a setting"),
)
_SOURCES: Final[tuple[Pair, ...]] = (
    Pair(
        "自动监测数据弄虚作假迹象官方排查清单（jinhhb.com 2850）",
        "official checklist of signs of falsified automatic monitoring (jinhhb.com 2850)",
    ),
    Pair(
        "某监控平台公布的告警规则（2023-06-08）",
        "alert rules published by a monitoring platform, 2023-06-08",
    ),
    Pair("公开监控平台源代码", "source code of public monitoring platforms"),
    Pair("某公开监控平台源代码", "source code of one public monitoring platform"),
    Pair(
        "中国环境科学研究院专利（lotut）", "patent of the Chinese Research Academy (CRAES), lotut"
    ),
    Pair(
        "关于恒值、缺数与虚假停运标记的论文（xdxk 2026）",
        "paper on plateaus, gaps and false stop marks (xdxk 2026)",
    ),
    Pair(
        "关于烟气参数关系的论文（handmsg 11481491，河南）",
        "paper on flue gas relations (handmsg 11481491, Henan)",
    ),
    Pair("平台建议值", "our proposal"),
    Pair(
        "数据质量告警A09（公开监控平台源代码）",
        "data quality alert A09, source code of public monitoring platforms",
    ),
    Pair(
        "物理关系：部分不能大于整体（F17，公开平台源代码）",
        "physics: a part cannot exceed the whole (F17, public platform code)",
    ),
    Pair(
        "本平台推断；环发〔2015〕175号列有篡改参数的情形",
        "our reasoning; 环发[2015]175号 lists tampering with parameters",
    ),
    Pair("官方排查清单与公开平台源代码（F06）", "official checklist and public platform code, F06"),
    Pair("无规定", "no rule says it"),
    Pair(
        "执法函〔2020〕21号试行规则（未查到数值）",
        "trial rule 执法函〔2020〕21号; the figure was not found",
    ),
    Pair(f"{_ORDER_10}（生态环境部令第10号）第十条", "MEE Order 10 (2019) art 10"),
    Pair(f"{_ORDER_10}（生态环境部令第10号）第十二条", "MEE Order 10 (2019) art 12"),
    Pair("生态环境部公告2019年第50号", "MEE Announcement 2019 No. 50"),
)


@cache
def whole_texts() -> Mapping[str, Pair]:
    """What is said of a whole text, by the text in either language."""
    pairs = (*_FINDINGS, *_SOURCES)
    return {text: pair for pair in pairs for text in pair} | {
        f"《{_NEXT_PLAN}》 (target for 2020)": Pair(
            f"《{_NEXT_PLAN}》（2020年目标）", f"{_NEXT_PLAN_EN} (target for 2020)"
        )
    }


PATTERNS: Final[tuple[tuple[re.Pattern[str], str, str], ...]] = tuple(
    (re.compile(pattern), zh, en)
    for pattern, zh, en in (
        (r"(?:Table|表) ?([A-Z]?[.\d-]+)", r"表\1", r"Table \1"),
        (r"Table (\d+)/(\d+)", r"表\1/表\2", r"Table \1/\2"),
        (r"Tables (\d+)-(\d+)", r"表\1至表\2", r"Tables \1 to \2"),
        (r"Tables (\d+) and (\d+)", r"表\1、表\2", r"Tables \1 and \2"),
        (r"Table (\d+) note ?(\d*)", r"表\1注\2", r"Table \1 note \2"),
        (r"Table (\d+) boundary", r"表\1（厂界）", r"Table \1 (plant boundary)"),
        (
            r"Table (\d+) rate, class II",
            r"表\1（最高允许排放速率，二级）",
            r"Table \1 (emission rate, class II)",
        ),
        (
            r"Table (\d+) \(units built from ((\d+)-0?(\d+)-0?(\d+))\)",
            r"表\1（\3年\4月\5日后建设的单位）",
            r"Table \1 (units built since \2)",
        ),
        (
            r"(\d{4}) amendment Table \(special\)",
            r"\1年修改单（特别排放限值）",
            r"\1 amendment (special limits)",
        ),
        (
            r"(\d{4}) amendment to Tables (\d+)/(\d+)",
            r"\1年修改单（修改表\2、表\3）",
            r"\1 amendment to Tables \2 and \3",
        ),
        (r"amendment|修改单", "修改单", "amendment"),
        (
            r"annex (\d+) \(organised emission\)",
            r"附件\1（有组织排放）",
            r"annex \1 (stack emissions)",
        ),
        (r"(?:annex|附件) ?(\d+)", r"附件\1", r"annex \1"),
        (r"Annex ([A-Z]) Table ([A-Z.\d]+)", r"附录\1表\2", r"Annex \1, Table \2"),
        (r"programme target|目标值", "目标值", "target"),
        (r"boundary|厂界", "厂界", "plant boundary"),
        (r"organic waste gas", "有机废气", "organic waste gas"),
        (
            r"waste water treatment off-gas",
            "废水处理有机废气",
            "off-gas of waste water treatment",
        ),
        (r"(?:第 ?)?(\d+(?:\.\d+)+)(?: ?条)?", r"第\1条", r"clause \1"),
        (r"section ([\d.]+)", r"第\1条", r"section \1"),
        (r"(?:article |第 ?)(\d+)(?: ?条)?", r"第\1条", r"article \1"),
    )
)
"""Of a clause within a standard: how it is written, and what it is called."""
