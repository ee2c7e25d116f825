"""Registering 登记 plants, outlets, devices and channels: as a file or as JSON, tried out first."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal, cast

from fastapi import APIRouter, Body, Depends, File, Query, Request, Response, UploadFile

from schemas.registry import RegistryDocument
from schemas.registry_rows import RegistryRows
from schemas.sentence import same
from services.api.access import Within, require
from services.api.etags import etag
from services.api.models.registry_work import RegistryChanged, RegistryVersion
from services.api.paging import Paged, PageDep
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem, not_found
from services.api.registering import Wish, counted, imported, pointer, read_upload
from services.api.uploads import Form, once, read_form
from services.api.writing import Answer, Entry, WorkDep
from services.cases.registering.difference import Difference
from services.cases.registering.importing import compared, document_compared, shipped
from services.cases.registering.partial import rows_of_plants
from services.cases.registering.sources import Placed, SourceError
from services.cases.registering.written import document_fields, registry_text
from services.cases.registering.xlsx_write import write_workbook
from services.store.accounting import one_snapshot
from services.store.places import present_version
from services.store.registry_changes import registry_changes
from services.store.registry_read import read_registry

router = APIRouter(prefix="/registry", tags=["registry"])
WRITE: Final = require(Permission.WRITE_REGISTRY)
YAML: Final = "application/yaml"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXAMPLE: Final = {
    "plants": [
        {
            "code": "P1",
            "name": "示例热电厂",
            "region": "150502",
            "outlets": [{"code": "DA001", "name": "1号排口", "medium": "air"}],
            "devices": [
                {
                    "mn": "A110000_0001",
                    "outlet": "DA001",
                    "commissioned_at": "2026-01-01",
                    "channels": ["a21026", "a21002"],
                }
            ],
        }
    ]
}
DryRun = Annotated[
    bool, Query(description="Only tell what would be changed, and write nothing 试运行")
]


@router.get(
    "/document",
    dependencies=[WRITE],
    response_class=Response,
    responses={200: {"content": {YAML: {}, XLSX: {}}, "description": "The file"}},
    summary="The registry as a file 导出登记簿",
)
def document(
    within: Within,
    form: Annotated[
        Literal["yaml", "xlsx"], Query(alias="format", description="YAML, or a workbook")
    ] = "yaml",
) -> Response:
    """All that the caller sees, as a file that changes nothing when it is imported again.

    Its ETag is the registry's version, which an import asks for.
    """
    with one_snapshot(within.session):
        version = present_version(within.session)
        rows = read_registry(within.session)
    plants = within.plants()
    rows = rows_of_plants(rows, None if plants is None else frozenset(plants))
    content = _workbook(rows) if form == "xlsx" else registry_text(rows, shipped()).encode()
    headers = {
        "ETag": etag(version),
        "Content-Disposition": f'attachment; filename="registry-{version}.{form}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=XLSX if form == "xlsx" else YAML, headers=headers)


@router.get("/versions", dependencies=[WRITE], summary="Changes of the registry 变更记录")
def versions(within: Within, page: PageDep) -> Paged[RegistryVersion]:
    """Who changed it and by which file, the newest first; for those who see all of it."""
    if not within.caller.scope.everything:
        raise not_found()
    after = cast("tuple[int] | None", page.key(int))
    found = registry_changes(within.session, page.asked, None if after is None else after[0])
    shown, following = page.split(found, lambda one: (one.version,))
    items = [
        RegistryVersion(
            version=one.version,
            at=one.at,
            actor=one.actor,
            source=one.source,
            counts=counted(one.counts),
            hours_judged_anew=one.hours,
        )
        for one in shown
    ]
    return Paged(items=items, next=following)


def import_form(
    request: Request,
    file: Annotated[UploadFile, File(description="YAML, or a workbook (.xlsx) 登记簿文件")],
    dry_run: DryRun = False,  # noqa: FBT002 - a query
) -> Form:
    return read_form(request.url.path, {"dry_run": str(dry_run)}, [file])


@router.post(
    "/imports",
    response_model=RegistryChanged,
    responses={428: {}},
    dependencies=[WRITE],
    summary="Import a file 导入登记簿文件",
)
def import_(form: Annotated[Form, Depends(import_form)], work: WorkDep, within: Within) -> Response:
    """Make the registry say what the file says; what it does not mention stays as it is.

    Try it with `dry_run=true` first: all changes are told by name, and all errors with their line, or
    sheet, row and column. With any error nothing is written. To write, If-Match is the registry's
    version, as the ETag of the trial.
    """
    [(name, content)] = form.files
    dry_run = form.words["dry_run"] == str(True)
    _need_version(work.seen, dry_run=dry_run)
    source = read_upload(name, content)
    wish = Wish(name[:200], lambda known, now: compared(source, known, now), dry_run)

    def act(entry: Entry) -> Answer:
        return imported(work, within, wish, entry)

    return once(work, form).perform(_verb(dry_run=dry_run), "registry", act)


@router.post(
    "/entries",
    response_model=RegistryChanged,
    responses={428: {}},
    dependencies=[WRITE],
    summary="Register or change some things 登记",
)
def enter(
    body: Annotated[RegistryDocument, Body(examples=[EXAMPLE])],
    work: WorkDep,
    within: Within,
    dry_run: DryRun = False,  # noqa: FBT002 - a query
) -> Response:
    """The same as JSON: a plant, an outlet, a device, or a channel that is bound elsewhere from a day on.

    What is needed of a thing is said each time; another field that is left out stays as it is, null
    clears it. Errors name the field by its pointer.
    """
    _need_version(work.seen, dry_run=dry_run)

    def compare(known: RegistryRows, now: datetime) -> Difference:
        found = document_compared(body, known, now)
        if found.problems:
            placed = [Placed(same(pointer(path)), sentence) for path, sentence in found.problems]
            raise SourceError([one.sentence for one in placed], placed)
        return found

    def act(entry: Entry) -> Answer:
        return imported(work, within, Wish("api", compare, dry_run), entry)

    return work.perform(_verb(dry_run=dry_run), "registry", act)


def _need_version(seen: int | None, *, dry_run: bool) -> None:
    if seen is None and not dry_run:
        raise Problem(
            Kinds.VERSION_NEEDED,
            "请先以 dry_run=true 试运行，再以 If-Match 给出其 ETag。",
            "try it with dry_run=true first, and send the ETag of that as If-Match",
        )


def _verb(*, dry_run: bool) -> str:
    return "registry.preview" if dry_run else "registry.import"


def _workbook(rows: RegistryRows) -> bytes:
    with tempfile.TemporaryDirectory(prefix="qingkong-") as folder:
        file = Path(folder, "registry.xlsx")
        write_workbook(file, document_fields(rows, shipped()))
        return file.read_bytes()
