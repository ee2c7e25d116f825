"""What persons set of the rules' parameters 规则参数, and what holds."""

import json

from pydantic import ConfigDict, Field, JsonValue

from schemas.rule_settings import SettingVersion
from services.api.models.work_words import Asked, At, Name, NeededWords, Told, When
from services.rules.settings_catalogue import InForce

LONGEST = 10_000


class NewSetting(Asked):
    """A value from a time on, for all or for a place; null: nothing is set there any more."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"scope": "plant:P1", "value": "12h", "reason": "地方规定"}
    ]})  # fmt: skip

    value: JsonValue = Field(description="As `value` of the list; null: unset 取消")
    scope: Name = Field(
        default="all",
        description="all, region:1505, plant:P1, subject:P1/DA001, point:P1/DA001/out/a21026",
    )
    since: When | None = Field(default=None, alias="from", description="Default: now")
    until: When | None = Field(default=None, alias="to", description="Default: open")
    reason: NeededWords
    preview: bool = Field(default=False, description="Tell, and write nothing 试运行")

    def text(self) -> str | None:
        """The value as it is written by hand."""
        if self.value is None or isinstance(self.value, str):
            return self.value
        return json.dumps(self.value, ensure_ascii=False)


class SettingNow(Told):
    """What was set, for whom and over which time."""

    version: int
    name: str
    scope: str
    value: JsonValue
    since: At | None = Field(serialization_alias="from")
    until: At | None = Field(serialization_alias="to")
    reason: str
    actor: str
    recorded_at: At


class SettingDone(Told):
    """What was set, or with `preview` would be."""

    setting: SettingNow
    written: bool
    hours_judged_anew: int


class ParameterNow(Told):
    """A parameter: its value in force, its default, and who vouches for it."""

    name: str
    value: JsonValue
    default: JsonValue
    unit: str
    zh: str
    en: str
    source: str
    confidence: str
    from_memory: bool
    established: bool = Field(description="Set by somebody, or its default's source is sure")
    setting: SettingNow | None = Field(serialization_alias="set")


class Parameters(Told):
    """The parameters of all rules that were asked for."""

    items: list[ParameterNow]


class SettingHistory(Told):
    """All that a parameter was ever set to, in the order of recording."""

    items: list[SettingNow]


def setting_now(one: SettingVersion) -> SettingNow:
    """A setting as it is answered."""
    return SettingNow(
        version=one.version,
        name=one.name,
        scope=f"{one.scope}:{one.scope_key}" if one.scope_key else one.scope,
        value=one.value,
        since=one.since,
        until=one.until,
        reason=one.reason,
        actor=one.actor,
        recorded_at=one.recorded_at,
    )


def parameter_now(one: InForce) -> ParameterNow:
    """A parameter as it holds."""
    listed, source = one.parameter, one.parameter.source
    return ParameterNow(
        name=listed.name,
        value=one.value,
        default=listed.default,
        unit=listed.unit,
        zh=listed.zh,
        en=listed.en,
        source=source.text,
        confidence=source.confidence,
        from_memory=source.from_memory,
        established=one.established,
        setting=None if one.setting is None else setting_now(one.setting),
    )
