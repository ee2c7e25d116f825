"""The registry 登记簿: what it says of each plant, how it changed, and changing it by file or form."""
# ruff: noqa: FAST003 - the parts of the paths are taken by the dependencies of asking.py

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, cast

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from services.api.access import Sight, Within, require
from services.api.asking import PlantDep
from services.api.console.admin.frame import framed
from services.api.console.page import PageOf
from services.api.models.registry_read import PlantModel
from services.api.models.registry_work import RegistryVersion
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.routes.registry_read import plants as plants_told
from services.api.routes.registry_work import versions as versions_told
from services.cases.registering.importing import shipped
from services.cases.registering.partial import rows_of_plants
from services.cases.registering.written import document_fields
from services.rules.judging.quality_names import named
from services.store.accounting import one_snapshot
from services.store.places import PlantRef, present_version
from services.store.registry_read import read_registry

router = APIRouter()
WRITE: Final = [require(Permission.WRITE_REGISTRY)]
Fields = Mapping[str, object]


class Said(dict[str, object]):
    """A part of the document; what it does not say is None."""

    def __missing__(self, _key: str) -> None:
        return None


def opened(part: object) -> object:
    """A part of the document of which templates may ask for what it does not say."""
    if isinstance(part, Mapping):
        fields = cast("Mapping[str, object]", part)
        return Said({name: opened(value) for name, value in fields.items()})
    if isinstance(part, list | tuple):
        return [opened(each) for each in cast("Sequence[object]", part)]
    return part


@router.get(
    "/console/admin/registry",
    dependencies=WRITE,
    summary="The registry 登记簿",
    response_class=HTMLResponse,
)
def registry(
    page: PageOf, within: Within, found: Annotated[Paged[PlantModel], Depends(plants_told)]
) -> HTMLResponse:
    """The plants, and ways to change them."""
    query = page.request.query_params
    return framed(
        page,
        "admin_registry.html",
        {
            "plants": found.items,
            "regions": page.english_regions(within.session, (one.region for one in found.items)),
            "next": found.next,
            "q": query.get("q", ""),
            "region": query.get("region", ""),
            **_standing(within),
        },
    )


@router.get(
    "/console/admin/registry/import",
    dependencies=WRITE,
    summary="Import a file 导入登记簿",
    response_class=HTMLResponse,
)
def import_(page: PageOf, within: Within) -> HTMLResponse:
    """A file is tried first: all errors and differences are shown before anything is written."""
    return framed(page, "admin_registry_import.html", _standing(within))


@router.get(
    "/console/admin/registry/versions",
    dependencies=WRITE,
    summary="Changes of the registry 变更记录",
    response_class=HTMLResponse,
)
def versions(
    page: PageOf, within: Within, found: Annotated[Paged[RegistryVersion], Depends(versions_told)]
) -> HTMLResponse:
    """Who changed it, when, by which file, and how much."""
    values = {"versions": found.items, "next": found.next, **_standing(within)}
    return framed(page, "admin_registry_versions.html", values)


@router.get(
    "/console/admin/registry/plants/{plant}",
    dependencies=WRITE,
    summary="A plant as registered 企业登记",
    response_class=HTMLResponse,
)
def plant_registered(page: PageOf, within: Within, own: PlantDep) -> HTMLResponse:
    """The plant's part of the document, with its devices, channels and their intervals."""
    return framed(
        page,
        "admin_registry_plant.html",
        {
            "plant": _fields(within, own),
            "called": named,
            "said_channel": channel,
            **_standing(within),
        },
    )


def channel(said: object) -> Said:
    """A channel, also one that is written as its code alone."""
    return said if isinstance(said, Said) else Said(code=said)


def _fields(within: Sight, own: PlantRef) -> Fields:
    with one_snapshot(within.session):
        rows = read_registry(within.session)
    found = document_fields(rows_of_plants(rows, frozenset({own.id})), shipped())
    [plant] = cast("list[Fields]", found["plants"])
    return cast("Fields", opened(plant))


def _standing(within: Sight) -> dict[str, object]:
    return {
        "version": present_version(within.session),
        "everything": within.caller.scope.everything,
    }
