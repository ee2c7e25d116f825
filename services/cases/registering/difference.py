"""What a document changes in a registry: rows to write, named changes, or all that is wrong.

Pure: the registry comes in as rows, the clock as `now`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas.registry import RegistryDocument
from schemas.registry_rows import RegionRow, RegistryRows
from schemas.sentence import Sentence
from services.cases.registering.channels import put_channels
from services.cases.registering.checks import check
from services.cases.registering.devices import put_device, put_mns
from services.cases.registering.mending import mended
from services.cases.registering.plan import Change, Plan
from services.cases.registering.settings import DeviceEntry
from services.cases.registering.standard import StandardCode
from services.cases.registering.subjects import need_region, put_plant, put_regions, put_subjects
from services.cases.registering.yaml_text import Path


@dataclass(frozen=True, slots=True)
class Standard:
    """The facts that ship with the program."""

    codes: Mapping[str, StandardCode]
    regions: Mapping[str, RegionRow]


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows to write, the registry as it will be, and the changes by name.

    With problems, nothing may be written.
    """

    write: RegistryRows
    known: RegistryRows
    changes: list[Change]
    counts: Mapping[tuple[str, str], int]
    problems: list[tuple[Path, Sentence]]
    warnings: list[Sentence] = field(default_factory=list[Sentence])

    @property
    def empty(self) -> bool:
        """Whether the registry already says what the document says."""
        return all(verb == "unchanged" or not count for (_, verb), count in self.counts.items())


def difference(
    known: RegistryRows, document: RegistryDocument, standard: Standard, now: datetime
) -> Difference:
    """Compare; `now` is when an undated change of a channel's setting begins."""
    plan = Plan(_copy(known), now)
    put_regions(plan, document.regions, standard.regions)
    for place, entry in enumerate(document.plants):
        path: Path = ("plants", place)
        plant = put_plant(plan, entry, path)
        need_region(plan, plant.region, standard.regions, (*path, "region"))
        put_subjects(plan, plant, entry, path)
        for number, device in enumerate(entry.devices):
            where: Path = (*path, "devices", number)
            row, commissioned_before = put_device(plan, plant, device, where)
            put_mns(plan, row, commissioned_before, device, where)
            put_channels(
                DeviceEntry(plan, standard.codes, plant, row, commissioned_before, device, where)
            )
    if not plan.problems:
        check(plan)
        plan.write.mended = mended(known, plan.known, plan.write)
    return Difference(
        plan.write, plan.known, plan.changes, plan.counts, plan.problems, plan.warnings
    )


def _copy(known: RegistryRows) -> RegistryRows:
    return RegistryRows(
        dict(known.regions), dict(known.plants), dict(known.subjects), dict(known.groups),
        dict(known.devices), dict(known.mns), dict(known.points), dict(known.channels),
        dict(known.settings), dict(known.bindings),
    )  # fmt: skip
