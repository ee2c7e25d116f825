"""A rule's parameter: its default with the clause it comes from, and whether that is established.

A figure that is not established may be used as a setting, but every judgement that rests on it says
so. It must not know what a parameter is used for.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, TypedDict, cast

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

Confidence = Literal["high", "medium", "low", "ours"]
"""How far the default is known to be what the source says; `ours`: no source, our own proposal."""


class Source(NamedTuple):
    """Where a figure stands; `from_memory`: nobody has read it there."""

    text: str
    confidence: Confidence
    from_memory: bool = False

    @property
    def established(self) -> bool:
        """Whether it may pass for a fact: high confidence, and no part of it from memory."""
        return self.confidence == "high" and not self.from_memory


class Stated(TypedDict, total=False):
    """What a parameter's schema says beside its description."""

    unit: str
    zh: str
    source: str
    confidence: Confidence
    from_memory: bool


def parameter(
    default: object, unit: str, source: Source, *, en: str, zh: str, **bounds: float
) -> Any:  # the type of the field it stands for
    """A field of `Parameters`; `bounds` are pydantic's (gt, ge, lt, le)."""
    stated: Stated = {
        "unit": unit,
        "zh": zh,
        "source": source.text,
        "confidence": source.confidence,
        "from_memory": source.from_memory,
    }
    return Field(
        default,
        description=en,
        json_schema_extra=cast("dict[str, Any]", stated),
        **cast("Any", bounds),
    )


class Parameters(BaseModel):
    """The parameters of a rule, frozen. A value that a bureau sets is established by the bureau."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def unestablished(self, names: Iterable[str] | None = None) -> tuple[str, ...]:
        """Of the parameters named (None: all), those that still rest on a default nobody vouches for."""
        fields = type(self).model_fields
        return tuple(
            name
            for name in (fields if names is None else names)
            if name not in self.model_fields_set and not source_of(fields[name]).established
        )


def source_of(field: FieldInfo) -> Source:
    """Where the default of a parameter comes from."""
    stated = stated_of(field)
    return Source(
        stated.get("source", ""), stated.get("confidence", "ours"), stated.get("from_memory", False)
    )


def stated_of(field: FieldInfo) -> Stated:
    """What `parameter` was told beside the description."""
    extra = field.json_schema_extra
    return cast("Stated", extra) if isinstance(extra, Mapping) else Stated()
