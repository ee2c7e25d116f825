"""Who may do what with orders and contests: a plant for itself, a bureau for its region and below.

A region's code begins with the code of each region above it (GB/T 2260). Pure.
"""

from schemas.order import Actor, OrderPlant, Party
from services.rules.supervision.refusals import Refused


def as_plant(actor: Actor, plant: OrderPlant) -> None:
    """Raises Refused unless the actor acts for this plant."""
    if actor.party is not Party.PLANT or actor.place != plant.code:
        raise Refused(
            f"only plant {plant.code} itself does this: let somebody of the plant do it",
            f"仅限企业 {plant.code} 本身操作：请由该企业人员办理",
        )


def as_bureau(actor: Actor, region: str) -> None:
    """Raises Refused unless the actor acts for the bureau of the region, or of one above it."""
    if actor.party is not Party.BUREAU or not actor.place or not region.startswith(actor.place):
        raise Refused(
            f"only the bureau of region {region}, or of a region above it, does this: ask it",
            f"仅限行政区 {region} 或其上级主管部门操作：请由其办理",
        )


def with_reason(text: str, en: str, zh: str) -> str:
    """The text without its edges; raises Refused where nothing is left. `en`, `zh`: what it is."""
    kept = text.strip()
    if not kept:
        raise Refused(f"say {en}: it stays in the history", f"须填写{zh}：将载入历史")
    return kept
