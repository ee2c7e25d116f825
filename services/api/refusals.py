"""What the rules and the store refuse, as problems of the API. It must not know what was asked."""

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from schemas.sentence import Sentence, SentenceError, joined, same
from services.api.etags import etag
from services.api.problems import FieldFault, Kinds, Problem
from services.api.writing import Work
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

COMMAND: Final = re.compile(r"`qingkong (\w+)(?: (\w+))?[^`]*`")
OPTION: Final = re.compile(r"--([a-z0-9])")
PLACES: Final[Mapping[str, str]] = {
    "limits catalogue": "the catalogue",
    "limits change": "/api/v1/limits/{limit}/change",
    "limits correct": "/api/v1/limits/{limit}/correct",
    "manual list": "/api/v1/results",
    "marks kinds": "the list of kinds",
    "notify contacts": "/api/v1/notify/contacts",
    "notify deliveries": "/api/v1/notify/deliveries",
    "notify receivers": "/api/v1/notify/receivers",
    "notify routes": "/api/v1/notify/routes",
    "registry export": "/api/v1/registry/document",
    "rules list": "/api/v1/settings",
    "silence list": "/api/v1/silences",
}
"""What a command does, for whoever calls the API; others are lists of their nouns."""
OF_THE_SERVER: Final = frozenset({"devices", "ingest", "judge", "migrate"})
"""Commands that nothing of the API stands for."""
CHANGED: Final = "与现状冲突：可能已被他人更新，请重新读取后再试。"
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
        raise _sentences([refused.said]) from None
    except CONFLICTS as conflict:
        look()
        raise _conflict(conflict) from None


def check_seen(seen: int | None, version: int, state: tuple[str, str]) -> None:
    """Raises Problem (412) where another version was looked at; `state`: how it stands, zh and en.

    The newer version is its ETag, so that the caller knows what to look at.
    """
    if seen is None or seen == version:
        return
    zh, en = state
    raise Problem(
        Kinds.STALE,
        f"自您读取后已被修改，现为“{zh}”（版本 {version}）：请重新读取后再试。",
        f"it has changed since you looked, and is {en} now (version {version}): read it again",
        errors=[
            FieldFault("/version", same(str(version))),
            FieldFault("/state", Sentence(en, zh)),
        ],
        headers={"ETag": etag(version)},
    )


def fit(sentence: str) -> str:
    """A sentence that speaks of commands and options, for whoever calls the API."""
    return OPTION.sub(r"\1", COMMAND.sub(_place, sentence))


def told(said: Sentence, work: Work) -> str:
    """A hint or a warning in the caller's language."""
    return said.zh if work.chinese else fit(said.en)


def _ended(zh: str) -> str:
    return zh if zh.endswith(("。", "？", "！")) else f"{zh}。"


def _place(found: re.Match[str]) -> str:
    if found[1] in OF_THE_SERVER:
        return found[0]
    return PLACES.get(f"{found[1]} {found[2]}", f"/api/v1/{found[1]}")


def _conflict(conflict: Exception) -> Problem:
    if isinstance(conflict, SentenceError):
        return Problem(Kinds.CONFLICT, _ended(conflict.said.zh), fit(conflict.said.en))
    return Problem(Kinds.CONFLICT, CHANGED, fit(str(conflict)))


def _sentences(lines: Sequence[Sentence]) -> Problem:
    said = [Sentence(fit(line.en), line.zh) for line in lines]
    whole = joined(said)
    return Problem(
        Kinds.INVALID,
        f"内容不合要求：{_ended(whole.zh)}",
        whole.en,
        errors=[FieldFault("", line) for line in said],
    )
