"""What cases of a rule turned out to be 告警甄别统计."""

from pydantic import Field

from services.api.models.work_words import Told


class AlertRate(Told):
    """Of cases of a kind by a rule: how many, and what became of them."""

    kind: str = Field(examples=["limit_hour"])
    rule: str = Field(description="Empty: by limits")
    cases: int
    lapsed: int = Field(description="Went by themselves before they were told")
    active: int
    undisposed: int = Field(description="Resolved, and nobody has said what it was 未甄别")
    confirmed: int = Field(description="属实")
    instrument: int = Field(description="仪器故障")
    exempt: int = Field(description="豁免")
    test: int = Field(description="测试校准")
    duplicate: int = Field(description="重复")
    disposed: int = Field(description="The sum of the last five 已甄别")
    hit_rate: float | None = Field(
        description="Confirmed of those disposed of 命中率, duplicates aside; null: none yet"
    )


class AlertRates(Told):
    """By kind and rule."""

    items: list[AlertRate]
