"""How well the indicators of data quality find cheats, and how often they cry over honest hours.

Honest hours are the gas turbine's, unaltered, and simulated plants with honest incidents. Cheats are
put into both. Thresholds were fixed on the even seeds; figures are of the odd ones
(`python -m tests.bench.cheats even` shows the others). The real hours are needed: set
QINGKONG_SHARED to the folder that holds data/gas-turbine-hourly.csv.gz.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from schemas.judgement import Finding
from services.rules.quality.indicators import INDICATORS, Need, judge
from tests.bench.cheat_injections import CHEATS, HONEST, Cheat
from tests.bench.cheat_material import POLLUTANTS, WINDOW_H, Shown, turbine, turbine_path
from tests.bench.cheat_simulated import BEGIN_S, Month, altered_month, honest_month
from tests.bench.cheat_staged import STAGED, Staged

REAL_SEEDS = range(60)
SIMULATED_SEEDS = range(4)
KINDS = ("coal_power", "waste_incineration", "steel", "cement")
_FAR_H = 9_000
_NOWHERE = frozenset({Need.SETTINGS, Need.CHECKS, Need.MONTHS, Need.PAIRS, Need.REGISTERED})
_NOT_IN_FILE = frozenset(
    {
        Need.MINUTES,
        Need.STOPS,
        Need.DETECTION_LIMIT,
        Need.CALIBRATIONS,
        Need.PH,
        Need.FLOW,
        Need.REFERENCE_OXYGEN,
    }
)


@dataclass(slots=True)
class Tally:
    """Of trials in pairs: how many cheats were found, and how many of their honest twins."""

    trials: int = 0
    found: int = 0
    cried: int = 0

    def add(self, *, found: bool, cried: bool) -> None:
        self.trials += 1
        self.found += found
        self.cried += cried

    def figures(self, name: str) -> dict[str, float]:
        said = self.found + self.cried
        return {
            f"{name}.recall": self.found / self.trials,
            f"{name}.precision": self.found / said if said else float("nan"),
        }


def of_half(seeds: Iterable[int], half: str) -> list[int]:
    """The even seeds, on which thresholds were fixed, or the odd ones, which are reported."""
    return [seed for seed in seeds if (seed % 2 == 0) == (half == "even")]


def real_trial(whole: Shown, cheat: Cheat, seed: int) -> tuple[list[Finding], list[Finding]]:
    """What the cheat's indicators say of a window with the cheat, and of its honest twin."""
    dice = np.random.default_rng([seed, [each.name for each in CHEATS].index(cheat.name)])
    hours = len(whole.stopped)
    end = int(dice.integers(WINDOW_H // 24, hours // 24)) * 24
    window = cheat.prepare(_window(whole, end), dice)
    honest = HONEST[cheat.name](window, dice) if cheat.name in HONEST else window
    return _of(cheat, cheat.inject(window, dice)), _of(cheat, honest)


def _window(whole: Shown, end: int) -> Shown:
    """A month of hours; the sibling is the same stack at another time."""
    far = (end + _FAR_H) % (len(whole.stopped) - WINDOW_H)
    sibling = whole.values["a21002"][far : far + WINDOW_H]
    return replace(whole.part(end - WINDOW_H, end), sibling=sibling)


def _of(cheat: Cheat, shown: Shown) -> list[Finding]:
    return [each for each in judge(shown.case()) if each.rule in cheat.rules]


def real_false(whole: Shown, first: int = 0, end: int | None = None) -> dict[str, float]:
    """Findings per 1,000 channel-hours (CO and NOx) of each rule, day by day, nothing altered.

    The day's limits are quantiles from 50 to 99 %, drawn: the file knows no limits.
    """
    dice = np.random.default_rng(7)
    seen: set[tuple[str, int | None, datetime]] = set()
    last = len(whole.stopped) if end is None else end
    for until in range(first + WINDOW_H, last, 24):
        share = dice.uniform(0.5, 0.99)
        limits = {code: float(np.quantile(whole.values[code], share)) for code in POLLUTANTS}
        shown = replace(_window(whole, until), limits=limits)
        seen |= {(each.rule, each.point, each.since) for each in judge(shown.case())}
    thousands = (last - first) * len(POLLUTANTS) / 1_000
    return _rates(Counter(rule for rule, _, _ in seen), thousands, _NOT_IN_FILE)


def simulated_false(months: Iterable[Month]) -> dict[str, float]:
    """The same of simulated plants with honest incidents, their pollutants counted."""
    seen: Counter[str] = Counter()
    thousands = 0.0
    for month in months:
        found = {
            (each.rule, each.point, each.since)
            for days in range(2, 32)
            for each in judge(month.case(days))
        }
        seen.update(rule for rule, _, _ in found)
        thousands += len(month.case(31).of_role("pollutant")) * 0.744
    return _rates(seen, thousands, frozenset())


def _rates(seen: Counter[str], thousands: float, without: frozenset[Need]) -> dict[str, float]:
    """By rule; of the indicators that never had what they need nothing is said."""
    names = {each.name for each in INDICATORS if not each.needs & (_NOWHERE | without)}
    return {name: seen[name] / thousands for name in sorted(names | set(seen))}


def simulated_trial(staged: Staged, kind: str, seed: int) -> tuple[bool, bool]:
    """Whether the indicators meant for it find the incident, and cry over the month without it."""
    honest = honest_month(kind, seed)
    if staged.companion:
        honest = altered_month(kind, seed, staged.incidents(honest, seed)[1:], staged.places)
    bad = altered_month(kind, seed, staged.incidents(honest, seed), staged.places)
    return _says(staged, bad), _says(staged, honest)


def _says(staged: Staged, month: Month) -> bool:
    since = datetime.fromtimestamp(BEGIN_S + staged.places.start * 3600, UTC)
    days = range(staged.places.start // 24 + 1, (staged.places.stop + 23) // 24 + 1)
    return any(
        each.rule in staged.rules and each.until is not None and each.until > since
        for day in days
        for each in judge(month.case(day))
    )


def report(half: str) -> dict[str, float]:
    """All figures of one half of the seeds."""
    path = turbine_path()
    if path is None:
        raise SystemExit("set QINGKONG_SHARED to the folder with data/gas-turbine-hourly.csv.gz")
    whole = turbine(path)
    figures: dict[str, float] = {}
    for cheat in CHEATS:
        tally = Tally()
        for seed in of_half(REAL_SEEDS, half):
            bad, honest = real_trial(whole, cheat, seed)
            tally.add(found=bool(bad), cried=bool(honest))
        figures |= tally.figures(f"cheats.real.{cheat.name}")
    for staged in STAGED:
        tally = Tally()
        for seed in of_half(SIMULATED_SEEDS, half):
            for kind in staged.kinds or KINDS:
                found, cried = simulated_trial(staged, kind, seed)
                tally.add(found=found, cried=cried)
        figures |= tally.figures(f"cheats.simulated.{staged.name}")
    figures |= {f"cheats.real_false.{name}": rate for name, rate in real_false(whole).items()}
    months = [
        honest_month(k, seed)
        for seed in of_half(SIMULATED_SEEDS, half)[:1]
        for k in (*KINDS, "sewage")
    ]
    rates = simulated_false(months)
    return figures | {f"cheats.simulated_false.{name}": rate for name, rate in rates.items()}


def run() -> dict[str, float]:
    """Recall and precision by cheat on the odd seeds; false findings per 1,000 channel-hours."""
    return report("odd")


if __name__ == "__main__":
    for name, figure in report(sys.argv[1] if len(sys.argv) > 1 else "odd").items():
        print(f"{name:60} {figure:.3f}")
