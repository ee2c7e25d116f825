"""The plants and regions that a form of administration lets choose from, by their names.

It must not know what is chosen for.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from services.api.access import Sight
from services.api.console.page import Page
from services.store.status_registry import ListedPlant, list_plants

MOST: Final = 1000


class Choices(NamedTuple):
    """Plants, and their regions with the name in the page's language."""

    plants: Sequence[ListedPlant]
    regions: Sequence[tuple[str, str]]


def choices_of(page: Page, within: Sight) -> Choices:
    """Within what the caller may see. Raises psycopg.Error."""
    plants = list_plants(within.session, within.plants(), MOST)
    names = {one.region: one.region_name for one in plants}
    english = page.english_regions(within.session, names)
    return Choices(plants, sorted((code, english.get(code, zh)) for code, zh in names.items()))
