"""The routers of all pages: whoever adds an area adds a line."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter

from services.api.console.pages.entrance import router as entrance

PAGES: Final[Sequence[APIRouter]] = (entrance,)
