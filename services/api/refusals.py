"""What the rules and the store refuse, as problems of the API. It must not know what was asked."""

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from services.api.etags import etag
from services.api.problems import FieldProblem, Kinds, Problem
from services.cases.alert_actions import CaseConflict
from services.cases.limit_actions import LimitConflict
from services.rules.alerting.actions import ActionError
from services.rules.judging.shelf import SettingError
from services.rules.limit_acts import Refused as LimitRefused
from services.rules.limit_places import PlaceError
from services.rules.marks.mark_entries import EntryError
from services.rules.supervision.refusals import Refused
from services.store.alerts import Stale
from services.store.contests import ContestConflict
from services.store.manual_results import ManualConflict
from services.store.marks import MarkConflict
from services.store.orders import OrderConflict
from services.store.silences import SilenceConflict

COMMAND: Final = re.compile(r"`qingkong (\w+)[^`]*`")
OPTION: Final = re.compile(r"--([a-z0-9])")
PATHS: Final[Mapping[str, str]] = {"manual": "results", "silence": "silences", "rules": "settings"}
CONFLICTS: Final = (
    CaseConflict, ContestConflict, LimitConflict, ManualConflict, MarkConflict, OrderConflict,
    SilenceConflict, Stale,
)  # fmt: skip


@contextmanager
def refusing(
    kind: Kinds = Kinds.CONFLICT, look: Callable[[], object] = lambda: None
) -> Generator[None]:
    """Inside of it, whatever the rules refuse is raised as Problem; `kind` is of what one asks for.

    `look`: looks again where somebody was faster, and raises what the newer state calls for (412).
    """
    try:
        yield
    except (ActionError, Refused) as refused:
        raise Problem(kind, fit(refused.zh), fit(refused.en)) from None
    except EntryError as refused:
        raise _sentences(refused.sentences) from None
    except LimitRefused as refused:
        raise _sentences(refused.lines) from None
    except (PlaceError, SettingError) as refused:
        raise _sentences([str(refused)]) from None
    except CONFLICTS as conflict:
        look()
        raise Problem(
            Kinds.CONFLICT, "与现状冲突：可能已被他人更新，请重新读取后再试。", fit(str(conflict))
        ) from None


def check_seen(seen: int | None, version: int, state: tuple[str, str]) -> None:
    """Raises Problem (412) where another version was looked at; `state`: how it stands, zh and en.

    The newer version is its ETag, so that the caller knows what to look at.
    """
    if seen is None or seen == version:
        return
    zh, en = state
    raise Problem(
        Kinds.STALE,
        f"自您读取后已被修改，现为“{zh}”(版本 {version})：请重新读取后再试。",
        f"it has changed since you looked, and is {en} now (version {version}): read it again",
        errors=[
            FieldProblem(place="/version", detail=str(version)),
            FieldProblem(place="/state", detail=en),
        ],
        headers={"ETag": etag(version)},
    )


def fit(sentence: str) -> str:
    """A sentence that speaks of commands and options, for whoever calls the API."""
    said = COMMAND.sub(lambda found: f"/api/v1/{PATHS.get(found[1], found[1])}", sentence)
    return OPTION.sub(r"\1", said)


def _sentences(lines: Sequence[str]) -> Problem:
    said = [fit(line) for line in lines]
    joined = "; ".join(said)
    return Problem(
        Kinds.INVALID,
        f"内容不合要求：{joined}",
        joined,
        errors=[FieldProblem(place="", detail=line) for line in said],
    )
