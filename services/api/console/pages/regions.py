"""The regions: how their plants stand, where they lie, and which stand worst."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, cast

from fastapi import APIRouter, Depends, Query, Response
from starlette.responses import HTMLResponse, RedirectResponse

from schemas.registry_words import BEIJING
from services.api.access import Sight, Within, require
from services.api.asking import WhenDep
from services.api.console.page import PageOf
from services.api.console.regions.drawn_map import Placed, drawn
from services.api.console.regions.groups import gathered
from services.api.console.regions.reasons import TELLING, reasons_of
from services.api.console.shown import Lang
from services.api.models.status import RankingModel, RegionModel, RegionsModel
from services.api.permissions import Permission
from services.api.region_answers import region_body
from services.api.region_standing import RegionPicture, region_picture
from services.api.routes.status import rankings
from services.api.routes.status import regions as region_list
from services.rules.periods import local_month
from services.rules.status import WORST_FIRST, Word
from services.store.status_regions import RegionNode
from services.store.status_registry import list_plants

router = APIRouter()
READ: Final = [require(Permission.READ_STATUS)]
MOST_PLANTS: Final = 5_000
MOST_SHOWN: Final = 50
MOST_BELOW: Final = 40
MOST_EXPLAINED: Final = 60
"""So many plants are explained at once: of the others their own page tells."""
CHOICES: Final = (("exceedances", None), ("effectiveness", "month"), ("synchronous", "day"))


@router.get("/console/regions", dependencies=READ, summary="Regions 区域", response_class=Response)
def regions(page: PageOf, found: Annotated[RegionsModel, Depends(region_list)]) -> Response:
    """The least region that holds all plants of the caller's."""
    tops = _tops(found.items)
    if len(tops) != 1:
        return page.show("regions_none.html", {"tops": tops})
    query = page.request.url.query
    return RedirectResponse(f"/console/regions/{tops[0].code}{'?' if query else ''}{query}", 303)


@router.get(
    "/console/regions/{region}",
    dependencies=READ,
    summary="A region 区域概览",
    response_class=HTMLResponse,
)
def region_page(  # noqa: PLR0913, PLR0917 - each is a dependency
    region: str,
    page: PageOf,
    within: Within,
    when: WhenDep,
    ranked: Annotated[RankingModel, Depends(rankings)],
    word: Annotated[Word | None, Query(description="Only plants that stand so 状态")] = None,
) -> HTMLResponse:
    """Counts by word of it and all below, its plants with the reasons, a map, a ranking."""
    own = within.region(region)
    plants = within.plants_of(own)
    seen = region_picture(within, own, when)
    body = region_body(own, seen)
    lines = cast("list[dict[str, object]]", body["plants"])
    shown = [one for one in lines if word is None or one["word"] == word]
    names = {node.code: node for node in seen.nodes}
    called = _called(seen) if page.lang == "en" else {}
    return page.show(
        "region.html",
        {
            **{name: value for name, value in body.items() if name != "word"},
            "word_of": body["word"],
            "names": names,
            "called": called,
            "above": _above(own.parent, seen),
            "shown": shown[:MOST_SHOWN],
            "below": _just_below(own.code, body),
            "total_shown": len(shown),
            "whys": reasons_of(within.session, _explained(seen, shown), when, page.lang),
            "most": MOST_EXPLAINED,
            "words": WORST_FIRST,
            "chosen": word,
            "depths": _depths(seen, own.code),
            "ranked": ranked,
            "choices": CHOICES,
            "asked": when,
            **_map(within, lines, (plants, called), (own.code, names, page.lang)),
            "month": local_month(when.at, BEIJING).since.astimezone(BEIJING).strftime("%Y-%m"),
        },
    )


def _just_below(own: str, body: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    """All regions below, or where they are many those just below: each leads to its own."""
    below = cast("Sequence[Mapping[str, object]]", body["below"])
    if len(below) <= MOST_BELOW:
        return below
    return [one for one in below if one["parent"] == own]


def _tops(nodes: Sequence[RegionModel]) -> list[RegionModel]:
    """Where to begin: from the top down to where ways part."""
    codes = {one.code for one in nodes}
    tops = [one for one in nodes if one.parent not in codes]
    while len(tops) == 1:
        below = [one for one in nodes if one.parent == tops[0].code]
        if len(below) != 1 or below[0].plants != tops[0].plants:
            break
        tops = below
    return tops


def _above(parent: str | None, seen: RegionPicture) -> list[Mapping[str, object]]:
    """The regions it lies in, the greatest first."""
    nodes = {node.code: node for node in seen.nodes}
    found: list[Mapping[str, object]] = []
    code = parent
    while code in nodes:
        found.insert(0, nodes[code]._asdict())
        code = nodes[code].parent
    return found


def _depths(seen: RegionPicture, own: str) -> dict[str, int]:
    """How deep each region lies below its own."""
    parents = {node.code: node.parent for node in seen.nodes}
    depths: dict[str, int] = {}
    for code in parents:
        depth, at = 0, code
        while at != own and parents.get(at) is not None:
            at = cast("str", parents[at])
            depth += 1
        depths[code] = depth
    return depths


def _called(seen: RegionPicture) -> dict[str, str]:
    """English names of plants that have one, by code."""
    return {one.plant.code: one.plant.name_en for one in seen.plants if one.plant.name_en}


def _explained(seen: RegionPicture, shown: Sequence[Mapping[str, object]]) -> list[int]:
    """The plants whose reasons are read: the first that are shown, where there is anything to say."""
    ids = {one.plant.code: one.plant.id for one in seen.plants}
    told = [one for one in shown if one["word"] in TELLING]
    return [ids[str(one["code"])] for one in told[:MOST_EXPLAINED]]


def _map(
    within: Sight,
    lines: Sequence[Mapping[str, object]],
    of: tuple[Sequence[int], Mapping[str, str]],
    looked: tuple[str, Mapping[str, RegionNode], Lang],
) -> dict[str, object]:
    """What lies where, the worst first; and who has no place. `of`: the plants, and what they are called."""
    plants, called = of
    places = {one.code: one for one in list_plants(within.session, plants, MOST_PLANTS)}
    placed: list[tuple[Placed, str]] = []
    nowhere: list[Mapping[str, object]] = []
    for line in lines:
        at = places.get(str(line["code"]))
        if at is None or at.longitude is None or at.latitude is None:
            nowhere.append(line)
            continue
        name, word = called.get(at.code, str(line["name"])), str(line["word"])
        one = Placed(at.code, name, word, at.longitude, at.latitude)
        placed.append((one, str(line["region"])))
    return {"map": drawn(gathered(placed, *looked)), "nowhere": nowhere}
