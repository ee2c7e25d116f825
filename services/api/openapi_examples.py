"""Examples of bodies and answers, put together from those of their fields.

It must not know which operation they are of.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, cast

Json: TypeAlias = dict[str, object]
DEEPEST: Final = 8
WORDS: Final[Mapping[str, object]] = {
    "plant": "P1", "plant_name": "示例厂", "subject": "DA001", "outlet": "DA001", "facility": "FGD1",
    "code": "a21026", "side": "out", "unit": "mg/m3", "mn": "MN-A", "device": "MN-A",
    "region": "150502", "name": "示例", "actor": "tongliao-duty", "assignee": "tongliao-duty",
    "approver": "horqin-duty", "as_of": "184467", "position": "184467", "reason": "查明原因并整改",
    "zh": "二氧化硫小时均值超标。", "en": "SO2 is over its hourly limit.", "next": None,
    "standard": "GB 13223-2011", "clause": "表 1", "max": 35, "condition": "", "source": "排污许可证",
    "link": "/api/v1/verdicts/1027", "zone": "Asia/Shanghai", "sha256": "9f86d081884c7d65…",
    "password": "correct horse battery 7", "new_password": "staple 7 correct horse",
    "grounds": "该时段处于启炉，许可证另有规定。", "cause": "喷淋泵停运", "measures": "已更换水泵",
    "found": "现场核实，已恢复运行", "text": "已电话通知企业环保负责人", "reasons": "许可证属实",
}  # fmt: skip
"""What fields of these names are like, where they say nothing themselves."""
OF_FORMAT: Final[Mapping[str, str]] = {
    "date-time": "2026-08-10T09:00:00+08:00",
    "date": "2026-08-10",
    "password": "correct horse battery 7",
    "duration": "PT1H",
    "binary": "…",
}


class Examples:
    """Examples over the schemas of a document; `few`: without what may be left out."""

    def __init__(self, schemas: Mapping[str, object], *, few: bool = False) -> None:
        self._schemas = schemas
        self._few = few

    def of(self, schema: object, name: str = "", depth: int = 0) -> object:
        """An example that fits the schema of what is called so."""
        told = cast("Json", schema) if isinstance(schema, dict) else {}
        found, said = self._resolved(told), _said(told)
        if said is None and found is not told:
            said = _said(found)
        if said is not None:
            return said[0]
        options = _options(found)
        if options:
            return self.of({**_but_options(found), **options[0]}, name, depth)
        return self._made(found, name, depth)

    def _resolved(self, schema: Json) -> Json:
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return schema
        return cast("Json", self._schemas[reference.rpartition("/")[2]])

    def _made(self, schema: Json, name: str, depth: int) -> object:
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            return self._object(schema, depth)
        if kind == "array":
            few = depth >= DEEPEST and not schema.get("minItems")
            return [] if few else [self.of(schema.get("items"), name, depth + 1)]
        return _plain(schema, name)

    def _object(self, schema: Json, depth: int) -> Json:
        fields = cast("Mapping[str, Json]", schema.get("properties", {}))
        needed = cast("Sequence[str]", schema.get("required", ()))
        shown = {
            name: one
            for name, one in fields.items()
            if name in needed or (depth < DEEPEST and (not self._few or _said(one)))
        }
        return {
            name: one["default"] if _left_out(name, one, needed) else self.of(one, name, depth + 1)
            for name, one in shown.items()
        }


def _left_out(name: str, schema: Json, needed: Sequence[str]) -> bool:
    """Whether a field is best shown as what it is when nobody says it."""
    return name not in needed and "default" in schema and _said(schema) is None


def _said(schema: Json) -> Sequence[object] | None:
    """What the schema itself gives as examples."""
    if "const" in schema:
        return [schema["const"]]
    for key in ("examples", "enum"):
        found = schema.get(key)
        if isinstance(found, list) and found:
            return cast("list[object]", found)
    return None


def _options(schema: Json) -> list[Json]:
    some = cast(
        "list[Json]", schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf") or []
    )
    return [one for one in some if one.get("type") != "null"]


def _but_options(schema: Json) -> Json:
    return {key: value for key, value in schema.items() if key not in {"anyOf", "oneOf", "allOf"}}


def _plain(schema: Json, name: str) -> object:
    known = WORDS.get(name)
    kind = schema.get("type")
    if kind == "string":
        return _text(schema, known)
    if kind in {"integer", "number"}:
        least = cast("float", schema.get("minimum", schema.get("exclusiveMinimum", 0)))
        if isinstance(known, int | float):
            return known
        return max(1, int(least)) if kind == "integer" else max(31.5, least)
    if kind == "boolean":
        return False
    return known


def _text(schema: Json, known: object) -> str:
    form = str(schema.get("format") or "")
    if form in OF_FORMAT:
        return OF_FORMAT[form]
    longest = cast("int", schema.get("maxLength", 200))
    return (known if isinstance(known, str) else "示例")[:longest]
