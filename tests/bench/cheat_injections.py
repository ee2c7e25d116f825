"""Cheats put into honest hours: each takes what was shown and dice, and gives what a cheat shows.

Every cheat ends with the window; `Cheat.rules` are the indicators that are meant to find it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from services.rules.quality.case import Setting
from services.rules.quality.series import Floats
from tests.bench.cheat_material import POLLUTANTS, REFERENCE, Shown

NOX, CO, O2 = "a21002", "a21005", "a19001"
_AIR = 20.9
Dice = np.random.Generator


@dataclass(frozen=True, slots=True)
class Cheat:
    """`prepare` gives the honest side what the cheat presupposes (a limit, a sibling)."""

    name: str
    rules: frozenset[str]
    inject: Callable[[Shown, Dice], Shown]
    prepare: Callable[[Shown, Dice], Shown] = lambda shown, _: shown


def _measured(shown: Shown, code: str, values: Floats) -> Shown:
    """Other measured values of a pollutant; the converted ones follow."""
    factor = (21 - REFERENCE) / (21 - shown.values[O2])
    return replace(
        shown,
        values={**shown.values, code: values},
        converted={**shown.converted, code: values * factor},
    )


def _code(dice: Dice) -> str:
    return str(dice.choice(POLLUTANTS))


def constant(shown: Shown, dice: Dice) -> Shown:
    code, hours = _code(dice), int(dice.integers(6, 49))
    values = shown.values[code].copy()
    values[-hours:] = values[-hours]
    return _measured(shown, code, values)


def trembling(shown: Shown, dice: Dice) -> Shown:
    """A constant with 0.3 % of noise on it."""
    code, hours = _code(dice), int(dice.integers(24, 49))
    values = shown.values[code].copy()
    values[-hours:] = np.round(values[-hours] * (1 + dice.normal(0, 0.003, hours)), 3)
    return _measured(shown, code, values)


def given_limit(shown: Shown, dice: Dice) -> Shown:
    """A limit that the last week passes in 15 to 50 % of its hours."""
    share = float(dice.uniform(0.15, 0.5))
    limits = {code: float(np.quantile(shown.values[code][-168:], 1 - share)) for code in POLLUTANTS}
    return replace(shown, limits=limits)


def clipping(shown: Shown, dice: Dice) -> Shown:
    """For a week what comes near the limit is bent under it."""
    code = _code(dice)
    limit, values = shown.limits[code], shown.values[code].copy()
    part, knee = values[-168:], 0.93 * limit
    bent = knee + 0.06 * limit * (1 - np.exp((knee - part) / (0.3 * limit)))
    values[-168:] = np.where(part > knee, np.round(bent, 2), part)
    return _measured(shown, code, values)


def replayed(shown: Shown, dice: Dice) -> Shown:
    back = 24 * int(dice.integers(1, 30))
    made = shown
    for code in (*POLLUTANTS, O2):
        values = shown.values[code].copy()
        values[-24:] = shown.values[code][-24 - back : len(values) - back]
        made = replace(made, values={**made.values, code: values})
    for code in POLLUTANTS:
        values = shown.converted[code].copy()
        values[-24:] = shown.converted[code][-24 - back : len(values) - back]
        made = replace(made, converted={**made.converted, code: values})
    return made


def disguised(shown: Shown, dice: Dice) -> Shown:
    """A day of before, scaled by up to 20 % and shaken by 0.2 %."""
    code, back = _code(dice), 24 * int(dice.integers(1, 30))
    values = shown.values[code].copy()
    copied = shown.values[code][-24 - back : len(values) - back]
    values[-24:] = copied * dice.uniform(0.8, 1.2) * (1 + dice.normal(0, 0.002, 24))
    return _measured(shown, code, values)


def dilution(shown: Shown, dice: Dice) -> Shown:
    """Air let into the line for a day: oxygen rises, all that is measured falls alike."""
    share = float(dice.uniform(0.2, 0.45))
    oxygen = shown.values[O2].copy()
    oxygen[-24:] += (_AIR - oxygen[-24:]) * share
    values = dict(shown.values) | {O2: oxygen}
    for code in POLLUTANTS:
        values[code] = shown.values[code].copy()
        values[code][-24:] *= 1 - share
    again = {c: values[c] * (21 - REFERENCE) / (21 - oxygen) for c in POLLUTANTS}
    return replace(shown, values=values, converted=again)


def forged_conversion(shown: Shown, dice: Dice) -> Shown:
    """The same, converted with the oxygen of before."""
    made = dilution(shown, dice)
    factor = (21 - REFERENCE) / (21 - shown.values[O2])
    return replace(made, converted={code: made.values[code] * factor for code in POLLUTANTS})


def declared_stopped(shown: Shown, dice: Dice) -> Shown:
    stopped = shown.stopped.copy()
    stopped[-int(dice.integers(3, 13)) :] = 1
    return replace(shown, stopped=stopped)


def stood(shown: Shown, dice: Dice) -> Shown:
    """An honest stop: what is made ceases, the stack cools within hours, oxygen is that of air."""
    hours = int(dice.integers(3, 13))
    falling = np.exp(-np.arange(hours) / 3.0)
    values = {code: each.copy() for code, each in shown.values.items()}
    for code in (*POLLUTANTS, "a00000", "a01011", "i33400"):
        values[code][-hours:] *= 0.02 * falling
    values["a01012"][-hours:] = 15 + (values["a01012"][-hours:] - 15) * falling
    values[O2][-hours:] = 20.8
    again = {c: values[c] * (21 - REFERENCE) / (21 - values[O2]) for c in POLLUTANTS}
    stopped = shown.stopped.copy()
    stopped[-hours:] = 1
    limits = {code: float(np.median(shown.values[code])) * 1.2 for code in POLLUTANTS}
    return replace(shown, values=values, converted=again, stopped=stopped, limits=limits)


def off_at_night(shown: Shown, dice: Dice) -> Shown:
    """Treatment off from 22 to 6 h in each of 7 nights: 1.6 to 4 times as much."""
    values, factor = shown.values[NOX].copy(), float(dice.uniform(1.6, 4.0))
    for back in range(1, 169):
        at = shown.since + timedelta(hours=len(values) - back + 8)
        if at.hour >= 22 or at.hour < 6:
            values[-back] *= factor
    return _measured(shown, NOX, values)


def scaled_down(shown: Shown, dice: Dice) -> Shown:
    values = shown.values[NOX].copy()
    values[-24:] *= dice.uniform(0.3, 0.6)
    return _measured(shown, NOX, values)


def range_lowered(shown: Shown, dice: Dice) -> Shown:
    """The range is lowered to what 2 to 20 % of the hours passed, and cuts them off for 3 days."""
    values = shown.values[NOX].copy()
    top = round(float(np.quantile(values[:-72], 1 - dice.uniform(0.02, 0.2))), 1)
    values[-72:] = np.minimum(values[-72:], top)
    at = shown.since + timedelta(hours=len(values) - 73)
    told = (Setting(shown.since, "i13001", 200.0), Setting(at, "i13001", top))
    return replace(_measured(shown, NOX, values), settings=told)


def range_honest(shown: Shown, dice: Dice) -> Shown:
    """The range is lowered too, to something that nothing passes."""
    at = shown.since + timedelta(hours=len(shown.values[NOX]) - 73)
    top = float(np.ceil(shown.values[NOX].max() * dice.uniform(1.0, 1.2)))
    told = (Setting(shown.since, "i13001", 200.0), Setting(at, "i13001", top))
    return replace(shown, settings=told)


def same_curve(shown: Shown, dice: Dice) -> Shown:
    """The second stack shows the first one's curve, scaled and shaken by 0.2 %."""
    values = shown.values[NOX]
    noise = 1 + dice.normal(0, 0.002, len(values))
    return replace(shown, sibling=values * dice.uniform(0.7, 1.3) * noise)


def deleted(shown: Shown, dice: Dice) -> Shown:
    code, hours = _code(dice), int(dice.integers(2, 13))
    values = shown.values[code].copy()
    values[-hours:] = np.nan
    return _measured(shown, code, values)


CHEATS = (
    Cheat("constant", frozenset({"constant_value"}), constant),
    Cheat("trembling", frozenset({"small_fluctuation"}), trembling),
    Cheat("clipping", frozenset({"plateau", "tail_vanished"}), clipping, given_limit),
    Cheat("replayed", frozenset({"replayed_block"}), replayed),
    Cheat("disguised_replay", frozenset({"copied_day"}), disguised),
    Cheat("dilution", frozenset({"oxygen_raised", "oxygen_off_load"}), dilution),
    Cheat("forged_conversion", frozenset({"conversion_differs"}), forged_conversion),
    Cheat(
        "declared_stopped", frozenset({"declared_stopped", "marks_contradict"}), declared_stopped
    ),
    Cheat("off_at_night", frozenset({"night_over_day"}), off_at_night),
    Cheat("scaled_down", frozenset({"sudden_drop"}), scaled_down),
    Cheat("range_lowered", frozenset({"range_lowered"}), range_lowered),
    Cheat("same_curve", frozenset({"identical_trend"}), same_curve),
    Cheat("deleted", frozenset({"unexplained_gap"}), deleted),
)
"""The honest side of `declared_stopped` is `stood`, of `range_lowered` `range_honest`; of the others
the hours as they are."""
HONEST: dict[str, Callable[[Shown, Dice], Shown]] = {
    "declared_stopped": stood,
    "range_lowered": range_honest,
}
