"""Whether the process lives and can work, and what it measures. These stand at the root."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Response
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from services.api.access import require
from services.api.context import ContextDep
from services.api.database import DatabaseDep
from services.api.permissions import Permission
from services.store.errors import DatabaseError
from services.store.places import present_version
from services.store.pool import PoolBusyError

PATIENCE_S: Final = 1.0
router = APIRouter(tags=["operation"])


class State(BaseModel):
    """How it stands."""

    ok: bool
    database: Literal["answers", "does not answer"] | None = None


def database_answers(database: DatabaseDep) -> bool:
    """Whether it does now."""
    try:
        with database.session(PATIENCE_S) as session:
            present_version(session)
    except (DatabaseError, PoolBusyError):
        return False
    return True


@router.get("/healthz", dependencies=[require(Permission.SIGN_IN)], summary="It lives 存活")
async def healthz() -> State:
    """Whoever gets no answer restarts it."""
    return State(ok=True)


@router.get("/readyz", dependencies=[require(Permission.SIGN_IN)], summary="It can work 就绪")
def readyz(response: Response, answers: Annotated[bool, Depends(database_answers)]) -> State:
    """503 while the database does not answer, or the process is being ended."""
    if not answers:
        response.status_code = 503
    return State(ok=answers, database="answers" if answers else "does not answer")


@router.get(
    "/metrics",
    dependencies=[require(Permission.READ_OPERATION)],
    summary="What is measured 运行指标",
    response_class=Response,
)
def metrics(context: ContextDep) -> Response:
    """The text that Prometheus reads; without a token it is on the port of the metrics."""
    return Response(generate_latest(context.metrics), media_type=CONTENT_TYPE_LATEST)
