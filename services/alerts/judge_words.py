"""Words of a judgement in sentences: what a stage means, and what a doubt is about. Pure."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from schemas.judgement import Stage, VerdictRow
from services.rules.marks.kinds import kind_of, mark_kinds
from services.rules.settings_catalogue import ListedParameter, listed_parameters

STAGES: Final[Mapping[Stage, str]] = MappingProxyType(
    {
        Stage.PROVISIONAL: "暂定: made soon after the period; what is still on its way may change it",
        Stage.FINAL: "定稿: the device's own record is in, or the wait for it is over; only what is"
        " sent again, marked or corrected changes it",
        Stage.CLOSED: "已关闭: the time for amendments is over; a change is still kept, and stands out",
    }
)
_KIND: Final = "kind:"
DOUBTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "limit_unverified": "限值未核实: nobody read figure, oxygen, averaging and date of the limit in"
        " its source (`qingkong limits correct … --verified`)",
        "incinerator_kind": "焚烧物未登记: nobody registered what is burnt behind the outlet, so it is not"
        " sure which rule holds (`fuel` of the unit)",
        "shared_outlet": "共用排放口: several furnaces lead to the outlet, and nobody can tell whose"
        " exceedance it is",
        "new_coal_unit": "新建燃煤机组未登记: the target is one of new coal-fired units; whether this is"
        " one is registered nowhere",
        "ultra_low_programme": "超低排放方案不同: the share of hours is that of the programme for steel, and"
        " the limits are of another one",
        "quarter_not_over": "季度未结束: the capture rate is that of the quarter so far",
        "exemption_claimed": "豁免待审核: a mark claims an exemption, and nobody has reviewed it",
        "published_elsewhere": "公开情况未知: it may have been published elsewhere",
        "water_temperature": "水温未知: the limit depends on the temperature of the water, which is not"
        " known well enough",
    }
)
"""What is doubted and is neither a parameter nor a kind of mark."""


def stage_line(stage: Stage) -> str:
    """`[final] 定稿: …`."""
    return f"[{stage.value}] {STAGES[stage]}"


def doubt_lines(rows: Sequence[VerdictRow]) -> list[str]:
    """A sentence for each doubt that any of these rests on."""
    names = sorted({name for row in rows for name in row.doubts})
    if not names:
        return []
    fields: dict[str, list[ListedParameter]] = {}
    for one in listed_parameters():
        fields.setdefault(one.field, []).append(one)
    head = (
        "rests on what is not established 依据未核实; `qingkong rules set` establishes a parameter:"
    )
    return [head, *(f"  {name}: {_sentence(name, fields)}" for name in names)]


def _sentence(name: str, fields: Mapping[str, Sequence[ListedParameter]]) -> str:
    if name.startswith(_KIND):
        return _kind(name.removeprefix(_KIND))
    if name in DOUBTS:
        return DOUBTS[name]
    return "; ".join(_parameter(one) for one in fields.get(name, ())) or "未确认: not established"


def _kind(key: str) -> str:
    if key not in mark_kinds():
        return "a kind of mark 标记 that is not known any more"
    kind = kind_of(key)
    return f"{kind.zh}: what a mark of this kind ({kind.en}) does is not established by its source"


def _parameter(one: ListedParameter) -> str:
    memory = ", from memory 凭记忆" if one.source.from_memory else ""
    return (
        f"{one.zh or one.field}: nobody set {one.name}, and its default is not established"
        f" ({one.source.text}; {one.source.confidence}{memory})"
    )
