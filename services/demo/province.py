"""The demo's virtual province: the same world at every start, until its time is over.

Edge: keeps in a file when the world began.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.simulate.scenario.load import load_scenario, shipped
from services.simulate.scenario.work import work_out
from services.simulate.world import World

SCENARIO: Final = "province"
BACK_S: Final = 2 * 3_600
"""So far back, and from there to the full hour, data is sent: at least so many whole hours."""
_FILE: Final = "province-began"
_HOUR_S: Final = 3_600


@dataclass(frozen=True)
class Province:
    """The world, and whether it has just been made."""

    world: World
    fresh: bool


def province(folder: Path, now_s: int, scenario: str = SCENARIO) -> Province:
    """Work out the world that the folder's data is of, or a new one; raises OSError."""
    file = folder / _FILE
    told = load_scenario(shipped(scenario))
    if told.start is None and file.exists():
        began_s = int(file.read_text(encoding="ascii"))
        if began_s <= now_s < began_s + told.duration:
            return Province(work_out(told, began_s), fresh=False)
    began_s = reaches_back_s(now_s)
    file.write_text(f"{began_s}\n", encoding="ascii")
    return Province(work_out(told, began_s), fresh=True)


def reaches_back_s(now_s: int) -> int:
    """The full hour from which on what is missing is sent: hours are judged whole."""
    return (now_s - BACK_S) // _HOUR_S * _HOUR_S
