"""What the dialogs about cases let people choose from. It must not know any page."""

from typing import Final, NamedTuple

from schemas.alert import Disposition
from schemas.order import Level
from services.rules.alerting.causes import Cause


class Choices(NamedTuple):
    """The words of each list, in its order."""

    dispositions: tuple[Disposition, ...]
    causes: tuple[Cause, ...]
    levels: tuple[Level, ...]


CHOICES: Final = Choices(tuple(Disposition), tuple(Cause), tuple(Level))
