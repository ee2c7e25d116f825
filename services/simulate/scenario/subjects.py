"""Whether the incidents of a scenario name things that there are.

It must not know when they happen.
"""

from difflib import get_close_matches

from schemas.scenario import Plant, Scenario, subject_kind
from schemas.scenario_incident import Incident, Subject
from services.simulate.scenario.usual import Layout, layout

Path = tuple[str | int, ...]


def problems_of(scenario: Scenario) -> list[tuple[Path, str]]:
    """(path, sentence) for every device and incident that names what is not there."""
    found: list[tuple[Path, str]] = []
    plants = _plants(scenario)
    for number, plant in enumerate(scenario.plants):
        reached = {line.to for line in layout(plant).lines}
        for place, device in enumerate(plant.devices):
            if device.outlet not in reached:
                sentence = f"no line of plant {plant.code} leads to outlet {device.outlet}: "
                sentence += f"there is {', '.join(sorted(reached))}"
                found.append((("plants", number, "devices", place, "outlet"), sentence))
    for number, incident in enumerate(scenario.incidents):
        sentence = _wrong(plants, incident)
        if sentence is not None:
            found.append((("incidents", number, "subject"), sentence))
    return found


def own_code(scenario: Scenario, incident: Incident) -> str:
    """The code of the unit, facility or device; an outlet stands for its main logger."""
    name, _, code = incident.subject.partition("/")
    plant = _plants(scenario)[name]
    if subject_kind(incident) != "device":
        return code
    return _devices(layout(plant)).get(code, code)


def _plants(scenario: Scenario) -> dict[str, Plant]:
    found: dict[str, Plant] = {}
    for plant in scenario.plants:
        if plant.count == 1:
            found[plant.code] = plant
        else:
            found |= {f"{plant.code}-{number:05}": plant for number in range(1, plant.count + 1)}
    return found


def _wrong(plants: dict[str, Plant], incident: Incident) -> str | None:
    name, _, code = incident.subject.partition("/")
    plant = plants.get(name)
    if plant is None:
        copies = [known for known in plants if known.startswith(f"{name}-")]
        close = copies or get_close_matches(name, plants, n=1)
        hint = f"did you mean {close[0]}?" if close else "write PLANT/CODE"
        return f"there is no plant {name}: {hint}"
    kind = subject_kind(incident)
    known = _known(layout(plant), kind)
    if code in known:
        return None
    return (
        f"{incident.kind} needs a {kind} of plant {name}, and {code} is none: "
        f"there is {', '.join(known)}"
    )


def _known(whole: Layout, kind: Subject) -> list[str]:
    match kind:
        case "unit":
            return [unit.code for unit in whole.units]
        case "facility":
            codes = [c for line in whole.lines for stage in line.through for c in stage.facilities]
            return list(dict.fromkeys(codes))
        case "device":
            return list(_devices(whole))


def _devices(whole: Layout) -> dict[str, str]:
    """Loggers by their own code and by that of the outlet where they are the main one."""
    found = {device.code: device.code for device in whole.devices}
    for device in whole.devices:
        if device.side == "out" and device.rank == "main":
            found.setdefault(device.outlet, device.code)
    return found
