"""What `qingkong simulate` says around a run: which scenarios there are, an example, what is next.

It must not know the broker.
"""

from pathlib import Path
from typing import Final

from services.simulate.scenario.load import load_scenario, shipped, shipped_names
from services.simulate.scenario.loggers import copies, deal

EXAMPLE: Final = "small"


def scenario_lines() -> list[str]:
    """A line about each scenario that comes with the program."""
    return [_line(name) for name in shipped_names()]


def example_scenario() -> str:
    """A short scenario with comments, to begin one's own with."""
    return shipped(EXAMPLE)


def next_steps(truth: Path | None) -> list[str]:
    """What to look at when a run is over, and where what it wrote is to be found."""
    shows = "`qingkong devices` shows what arrived of each device, and when"
    steps = [f"Next: {shows}; `qingkong rejects list` what was refused and why."]
    if truth is not None:
        steps.append(
            f"The truth is in {truth}: {truth / 'registry.yaml'} for `qingkong registry import`, "
            f"{truth / 'keys.ndjson'} for `qingkong devices key set`, "
            "accounts.ndjson for what must be refused."
        )
    return steps


def _line(name: str) -> str:
    text = shipped(name)
    scenario = load_scenario(text)
    plants = list(copies(scenario))
    devices = len(deal(scenario, plants))
    return f"{name:<12} {len(plants):>4} plants {devices:>4} devices  {_purpose(text)}"


def _purpose(text: str) -> str:
    """The first sentence of the comment at the top."""
    words: list[str] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        words += line.removeprefix("#").split()
    return " ".join(words).partition(". ")[0].removesuffix(".") + "."
