"""A verdict 判定 for whoever wants proof: its numbers, law, records, frames and place in the chain."""

from datetime import timedelta
from functools import partial
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from schemas.judgement import Period
from services.api.access import require
from services.api.console.cases.doubted import doubt_said
from services.api.console.page import PageOf
from services.api.models.evidence import VerdictEvidenceModel
from services.api.permissions import Permission
from services.api.routes.evidence import verdict
from services.rules.judging.quality_names import named

router = APIRouter()
AROUND: Final = {
    Period.HOUR: timedelta(hours=12),
    Period.DAY: timedelta(days=7),
    Period.MONTH: timedelta(days=183),
}


@router.get(
    "/console/verdicts/{verdict}",
    dependencies=[require(Permission.READ_EVIDENCE)],
    summary="What a verdict rests on 判定依据",
    response_class=HTMLResponse,
)
def verdict_page(
    page: PageOf, found: Annotated[VerdictEvidenceModel, Depends(verdict)]
) -> HTMLResponse:
    """All that the API tells of it; each look is put on record."""
    return page.show(
        "verdict.html",
        {
            "found": found,
            "names": named(found.point.code),
            "doubted": partial(doubt_said, lang=page.lang),
            "history": history_address(found),
        },
    )


def history_address(found: VerdictEvidenceModel) -> str:
    """Where the history explorer shows its means around it."""
    around = AROUND.get(found.period, AROUND[Period.HOUR])
    point = found.point
    query = {
        "p": f"{point.plant}/{point.subject}/{point.side}/{point.code}",
        "from": (found.start - around).isoformat(),
        "to": (found.start + around).isoformat(),
        "kind": found.period.value if found.period in AROUND else "auto",
    }
    return f"/console/history?{urlencode(query)}"
