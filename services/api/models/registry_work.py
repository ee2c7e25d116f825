"""What an import of the registry changes 登记簿变更, and what was changed before."""

from pydantic import Field

from services.api.models.work_words import At, Told


class KindCount(Told):
    """How many of a kind an import adds, changes, ends and leaves."""

    kind: str = Field(examples=["device"])
    added: int = 0
    changed: int = 0
    ended: int = 0
    unchanged: int = 0


class NamedChange(Told):
    """A change; its name leads from the plant down, details say before → after."""

    verb: str = Field(examples=["added"])
    kind: str = Field(examples=["device"])
    name: str = Field(examples=["P1 / L1"])
    details: list[str]


class RegistryChanged(Told):
    """What a file changes; with `dry_run`, would change."""

    written: bool = Field(description="False: a trial, or there is nothing to change")
    version: int = Field(description="Of the registry after it; in the ETag")
    counts: list[KindCount]
    changes: list[NamedChange]
    more: int = Field(
        description="So many changes are not listed here; the registry's history has all"
    )
    warnings: list[str] = Field(description="What may be wrong and need not be 注意")
    hours_judged_anew: int = Field(
        description="Hours of stored readings that mean something else now"
    )
    unbound: list[str] = Field(
        description="Channels whose stored readings belong to no point any more"
    )


class RegistryVersion(Told):
    """A change of the registry that was made 变更记录."""

    version: int
    at: At
    actor: str
    source: str = Field(description="The file, or `api`", examples=["plants.xlsx"])
    counts: list[KindCount]
    hours_judged_anew: int
