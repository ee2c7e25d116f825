"""Whether an outlet's merger into another 排放口合并 makes sense: where, when, and into what."""

from schemas.registry_words import shown
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
            f"outlet {row.code}: give `successor` and `merged_at` together: "
            "into which outlet it was merged, and when",
        )
        return
    into = plan.known.subjects[row.successor]
    if row.successor in _onwards(plan, row.successor) or row.successor == outlet:
        plan.refuse(
            (*path, "successor"),
            f"outlet {row.code} would in the end be merged into itself: "
            "name the outlet that is still there",
        )
    elif into.medium != row.medium:
        plan.refuse(
            (*path, "successor"),
            f"outlet {row.code} ({row.medium}) cannot be merged into {into.code} ({into.medium}): "
            "both must be of one medium",
        )
    elif into.merged_at is not None and into.merged_at <= row.merged_at:
        plan.refuse(
            (*path, "successor"),
            f"outlet {into.code} was merged itself on {shown(into.merged_at)}: name the outlet "
            f"that was there on {shown(row.merged_at)}",
        )


def _onwards(plan: Plan, outlet: int) -> set[int]:
    """The outlets that this one was merged into, and they, and so on."""
    found: set[int] = set()
    at = plan.known.subjects[outlet].successor
    while at is not None and at not in found:
        found.add(at)
        at = plan.known.subjects[at].successor
    return found
