"""The demo's virtual province: the same world at every start, until its time is over.

Edge: keeps in a file when the world began.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schemas.scenario import Scenario
from schemas.scenario_incident import Incident
from services.simulate.scenario.load import load_scenario, shipped
from services.simulate.scenario.work import work_out
from services.simulate.world import World

SCENARIO: Final = "province"
BACK_S: Final = 2 * 3_600
"""So far back, and from there to the full hour, data is sent: at least so many whole hours."""
EXCEEDING: Final = "POWER-1"
"""The plant whose nitrogen oxides are over their limit when the demo begins, and for hours after."""
_SCR: Final = f"{EXCEEDING}/SCR1A"
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
    told = with_exceedance(load_scenario(shipped(scenario)))
    if told.start is None and file.exists():
        began_s = int(file.read_text(encoding="ascii"))
        if began_s <= now_s < began_s + told.duration:
            return Province(work_out(told, began_s), fresh=False)
    began_s = reaches_back_s(now_s)
    file.write_text(f"{began_s}\n", encoding="ascii")
    return Province(work_out(told, began_s), fresh=True)


def with_exceedance(told: Scenario) -> Scenario:
    """The scenario with something to see at once: from the second hour on SCR1A works badly.

    That hour is among those sent first, so that it is judged within a minute. A scenario without
    that plant stays as it is.
    """
    if EXCEEDING not in {plant.code for plant in told.plants}:
        return told
    words = {"kind": "ineffective", "subject": _SCR, "from": "1h", "for": "4h"}
    bad = Incident.model_validate({**words, "details": {"factor": 0.2}})
    return told.model_copy(update={"incidents": (*told.incidents, bad)})


def reaches_back_s(now_s: int) -> int:
    """The full hour from which on what is missing is sent: hours are judged whole."""
    return (now_s - BACK_S) // _HOUR_S * _HOUR_S
