"""An import of the registry by somebody who sees some of it: compared, checked against his scope, written.

It must not know by which route the document came.
"""

import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from schemas.access import Scope
from schemas.registry_rows import RegistryRows
from schemas.sentence import Sentence
from services.api.access import Sight
from services.api.etags import stale
from services.api.models.registry_work import KindCount, NamedChange, RegistryChanged
from services.api.problems import FieldFault, Kinds, Problem
from services.api.refusals import fit, told
from services.api.writing import Answer, Entry, Work
from services.cases.registering.difference import Difference
from services.cases.registering.importing import (
    Mending,
    counts_of,
    mending_of,
    summary_of,
    write_difference,
)
from services.cases.registering.partial import plants_touched, regions_above
from services.cases.registering.sources import (
    Placed,
    Source,
    SourceError,
    read_source,
    unpacked_bytes,
)
from services.store.places import present_version
from services.store.registry_read import read_registry
from services.store.registry_write import RegistryChange, RegistryConflict, registry_lock
from services.store.rights import as_registrar
from services.store.session import StoreError
from services.store.statement_time import allow_statements

MOST_SHOWN: Final = 1_000
MOST_UNPACKED: Final = 128 * 1024 * 1024
Compare = Callable[[RegistryRows, datetime], Difference]
"""The registry and the time to what changes. Raises SourceError."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be imported: under which name it is kept, and whether it is only tried."""

    name: str
    compare: Compare
    dry_run: bool


def read_upload(name: str, content: bytes) -> Source:
    """A file that was sent, YAML or workbook by its name and first bytes. Raises Problem."""
    with tempfile.TemporaryDirectory(prefix="qingkong-") as folder:
        # What the caller calls his file names nothing here.
        file = Path(folder, "registry" + Path(name).suffix.lower()[:5])
        file.write_bytes(content)
        if unpacked_bytes(file) > MOST_UNPACKED:
            raise Problem(
                Kinds.TOO_LARGE,
                f"解压后超过 {MOST_UNPACKED >> 20} MiB：请按企业拆分，或在服务器上用命令"
                " `qingkong registry import` 导入。",
                f"unpacked it is larger than {MOST_UNPACKED >> 20} MiB: split it by plants, or use "
                "`qingkong registry import`",
            )
        with spoken():
            return read_source(file)


def imported(work: Work, within: Sight, wish: Wish, entry: Entry) -> Answer:
    """Compare, check, and write unless it is only tried. Raises Problem, psycopg.Error."""
    # One statement may look at all that was ever sent by thousands of loggers.
    allow_statements(work.session, within.context.settings.api_answer_s)
    with spoken(), as_registrar(work.session), registry_lock(work.session):
        version = present_version(work.session)
        if work.seen is not None and work.seen != version:
            raise stale()
        known = read_registry(work.session)
        found = wish.compare(known, work.now)
        _check_scope(within, known, found)
        mending = mending_of(work.session, found)
        summary = summary_of(found, mending.hours)
        written = not (wish.dry_run or found.empty)
        if written:
            change = RegistryChange(work.caller.name, wish.name, summary)
            version = write_difference(work.session, found, change, lambda _kind, _rows: None)
    entry.about = f"registry/{version}"
    entry.detail.update({"source": wish.name, "counts": summary["counts"], "written": written})
    return Answer(_told(found, mending, (work, version), written=written), version=version)


def counted(counts: Mapping[str, Mapping[str, int]]) -> list[KindCount]:
    """Counts by kind, as they are kept."""
    return [KindCount.model_validate({"kind": kind, **each}) for kind, each in counts.items()]


@contextmanager
def spoken() -> Generator[None]:
    """Inside of it, what a file or the registry refuses is raised as Problem."""
    try:
        yield
    except SourceError as error:
        raise refused(error.placed) from None
    except RegistryConflict as error:
        raise Problem(Kinds.CONFLICT, f"与登记簿冲突：{error.said.zh}。", error.said.en) from None
    except StoreError as error:
        raise Problem(
            Kinds.UNAVAILABLE,
            "接口服务的数据库账号不能使用 qingkong_registrar 角色：请管理员授予。",
            f"the API's database account may not use the role qingkong_registrar, grant it: {error}",
        ) from None


def refused(placed: Sequence[Placed]) -> Problem:
    """All that is wrong in a file, by sheet, row and column, or line and field."""
    first = [
        FieldFault(one.place, Sentence(fit(one.sentence.en), one.sentence.zh))
        for one in placed[:MOST_SHOWN]
    ]
    count = len(placed)
    return Problem(
        Kinds.INVALID,
        f"文件有 {count} 处错误，未作任何更改；以下列出前 {len(first)} 处。",
        f"{count} things are wrong in the file and nothing was changed; errors has the first "
        f"{len(first)}",
        errors=first,
    )


def pointer(path: Sequence[str | int]) -> str:
    """A place of a document as a JSON pointer."""
    return "".join(f"/{part}" for part in path)


def _check_scope(within: Sight, before: RegistryRows, found: Difference) -> None:
    """Nothing outside of what the caller sees is changed, nor anything put there. Raises Problem."""
    scope = within.caller.scope
    if scope.everything:
        return
    beyond = [code for code in found.write.regions if code in before.regions]
    for plant in sorted(plants_touched(found.write, found.known)):
        row = found.known.plants[plant]
        new = plant not in before.plants
        if not (_room(scope, row.region, found.known, new=new) and (new or within.sees(plant))):
            beyond.append(row.code)
    if beyond:
        named = ", ".join(beyond[:10])
        raise Problem(
            Kinds.INVALID,
            f"文件涉及您范围之外的内容：{named}。未作任何更改。",
            f"the file speaks of what is outside of your scope: {named}; nothing was changed",
        )


def _room(scope: Scope, region: str, known: RegistryRows, *, new: bool) -> bool:
    """Whether a plant of that region may be there, for somebody of that scope."""
    if scope.outer is not None and not _room(scope.outer, region, known, new=new):
        return False
    if scope.plants is not None and new:
        return False
    return scope.region is None or scope.region in regions_above(region, known)


def _told(
    found: Difference, mending: Mending, by: tuple[Work, int], *, written: bool
) -> RegistryChanged:
    work, version = by
    shown = [
        NamedChange(verb=one.verb, kind=one.kind, name=one.name, details=list(one.details))
        for one in found.changes[:MOST_SHOWN]
    ]
    return RegistryChanged(
        written=written,
        version=version,
        counts=counted(counts_of(found)),
        changes=shown,
        more=len(found.changes) - len(shown),
        warnings=[told(one, work) for one in found.warnings[:MOST_SHOWN]],
        hours_judged_anew=mending.hours,
        unbound=mending.unbound[:MOST_SHOWN],
    )
