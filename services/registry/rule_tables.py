"""Parameters of rules and their settings, for terminals and as JSON."""

import json
from collections.abc import Iterable
from datetime import datetime

from pydantic import JsonValue
from rich import box
from rich.table import Table

from schemas.registry_words import BEIJING, shown
from schemas.rule_settings import SettingVersion
from services.registry.limit_tables import add
from services.rules.settings_catalogue import InForce

Fields = dict[str, object]
ESTABLISHED = {True: "yes 已确认", False: "no 未确认"}


def scope_text(one: SettingVersion) -> str:
    """`plant:P1`, or `all`."""
    return f"{one.scope}:{one.scope_key}" if one.scope_key else one.scope


def value_text(value: JsonValue, unit: str = "") -> str:
    """A value with its unit, as it may be written again."""
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{written} {unit}".rstrip()


def rules_table(found: Iterable[InForce]) -> Table:
    """Each parameter: what it is, its value in force and its default, how far that is known."""
    table = Table(
        *("parameter 参数", "in force 现值\ndefault 默认", "source 依据", "established\n是否确认"),
        box=box.SIMPLE_HEAD,
    )
    for one in found:
        listed, source = one.parameter, one.parameter.source
        memory = ", from memory 凭记忆" if source.from_memory else ""
        where = f"\nset 设定: {scope_text(one.setting)}" if one.setting else ""
        add(
            table,
            f"{listed.name}\n{listed.zh}\n{listed.en}",
            f"{value_text(one.value, listed.unit)}\n{value_text(listed.default)}",
            f"{source.text}\n{source.confidence}{memory}",
            f"{ESTABLISHED[one.established]}{where}",
        )
    return table


def settings_table(versions: Iterable[SettingVersion]) -> Table:
    """All that was ever set, in the order of recording, with both times."""
    table = Table(
        *("for 适用\nversion 版本", "value 值", "from 起\nto 止", "recorded 记录\nby 操作人"),
        "why 原因",
        box=box.SIMPLE_HEAD,
    )
    for one in versions:
        add(
            table,
            f"{scope_text(one)}\n{one.version} @{one.position}",
            "unset 取消" if one.value is None else value_text(one.value),
            f"{shown(one.since)}\n{shown(one.until)}",
            f"{one.recorded_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}\n{one.actor}",
            one.reason,
        )
    return table


def rule_json(one: InForce, elsewhere: Iterable[SettingVersion]) -> Fields:
    """A parameter with all that is said of it; `elsewhere` are settings of narrower scopes."""
    listed, source = one.parameter, one.parameter.source
    return {
        "name": listed.name,
        "value": one.value,
        "default": listed.default,
        "unit": listed.unit,
        "zh": listed.zh,
        "en": listed.en,
        "source": source.text,
        "confidence": source.confidence,
        "from_memory": source.from_memory,
        "established": one.established,
        "set": None if one.setting is None else setting_json(one.setting),
        "also_set_for": sorted({scope_text(other) for other in elsewhere}),
    }


def setting_json(one: SettingVersion) -> Fields:
    """A setting; times are Beijing time."""
    return {
        "name": one.name,
        "scope": scope_text(one),
        "value": one.value,
        "from": _time(one.since),
        "to": _time(one.until),
        "reason": one.reason,
        "actor": one.actor,
        "recorded_at": _time(one.recorded_at),
        "version": one.version,
        "position": one.position,
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(BEIJING).isoformat()
