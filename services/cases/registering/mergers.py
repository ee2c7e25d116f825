"""Whether an outlet's merger into another 排放口合并 makes sense: where, when, and into what."""

from schemas.registry_words import shown
from schemas.sentence import Sentence
from services.cases.registering.plan import Plan
from services.cases.registering.yaml_text import Path


def check_merger(plan: Plan, outlet: int, path: Path) -> None:
    """Note what is wrong with the merger of an outlet, if it was merged."""
    row = plan.known.subjects[outlet]
    if row.kind != "outlet" or (row.successor is None and row.merged_at is None):
        return
    if row.successor is None or row.merged_at is None:
        plan.refuse(
            path,
            Sentence(
                f"outlet {row.code}: give `successor` and `merged_at` together: "
                "into which outlet it was merged, and when",
                f"排放口 {row.code}：`successor`（合并至）和 `merged_at`（合并时间）须一并填写",
            ),
        )
        return
    into = plan.known.subjects[row.successor]
    if row.successor in _onwards(plan, row.successor) or row.successor == outlet:
        plan.refuse(
            (*path, "successor"),
            Sentence(
                f"outlet {row.code} would in the end be merged into itself: "
                "name the outlet that is still there",
                f"排放口 {row.code} 最终合并到了自身：请填写仍存在的排放口",
            ),
        )
    elif into.medium != row.medium:
        plan.refuse(
            (*path, "successor"),
            Sentence(
                f"outlet {row.code} ({row.medium}) cannot be merged into {into.code}"
                f" ({into.medium}): both must be of one medium",
                f"排放口 {row.code}（{row.medium}）不能合并到 {into.code}（{into.medium}）：介质须相同",
            ),
        )
    elif into.merged_at is not None and into.merged_at <= row.merged_at:
        plan.refuse(
            (*path, "successor"),
            Sentence(
                f"outlet {into.code} was merged itself on {shown(into.merged_at)}: name the outlet "
                f"that was there on {shown(row.merged_at)}",
                f"排放口 {into.code} 本身已于 {shown(into.merged_at)} 合并：请填写"
                f" {shown(row.merged_at)} 仍存在的排放口",
            ),
        )


def _onwards(plan: Plan, outlet: int) -> set[int]:
    """The outlets that this one was merged into, and they, and so on."""
    found: set[int] = set()
    at = plan.known.subjects[outlet].successor
    while at is not None and at not in found:
        found.add(at)
        at = plan.known.subjects[at].successor
    return found
