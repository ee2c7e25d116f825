"""Conversion to reference oxygen, and the forgeries that turn about it: dilution and clipping."""

from typing import Final

import numpy as np

from services.simulate.process.codes import OXYGEN
from services.simulate.process.gas import AIR_OXYGEN
from services.simulate.process.shown import Display, Frame
from services.simulate.site import Episode
from services.simulate.world import Floats

_GUARD_OXYGEN: Final = 20.0
_KNEE: Final = 0.93
_BEND: Final = 0.06
_HARDNESS: Final = 0.3


def dilute(frame: Frame, shown: Display, episodes: list[Episode]) -> Floats | None:
    """Let air into the sampling line; gives the oxygen to convert with where that is forged."""
    forged: Floats | None = None
    for episode in episodes:
        if episode.kind != "oxygen_dilution" or OXYGEN not in shown.values:
            continue
        part, share = frame.part(episode.from_s, episode.to_s), episode.number
        oxygen = shown.values[OXYGEN].copy()
        if episode.forged:
            forged = oxygen.copy()
        oxygen[part] += (AIR_OXYGEN - oxygen[part]) * share
        shown.values[OXYGEN] = oxygen
        for quantity in frame.device.quantities:
            if quantity.total == "mass":
                shown.values[quantity.code] = shown.values[quantity.code].copy()
                shown.values[quantity.code][part] *= 1.0 - share
    return forged


def factor(oxygen: Floats, reference: float) -> Floats:
    """What a concentration is multiplied by (GB 13223: (21 - reference) / (21 - O2)), guarded."""
    return (21.0 - reference) / (21.0 - np.minimum(oxygen, _GUARD_OXYGEN))


def convert(frame: Frame, shown: Display, forged: Floats | None) -> None:
    oxygen = shown.values.get(OXYGEN) if forged is None else forged
    if oxygen is None:
        return
    ratios: dict[float, Floats] = {}
    for quantity in frame.device.quantities:
        if not quantity.converts or quantity.reference is None:
            continue
        if quantity.reference not in ratios:
            ratios[quantity.reference] = factor(oxygen, quantity.reference)
        value = shown.values[quantity.code] * ratios[quantity.reference]
        shown.converted[quantity.code] = np.round(value, quantity.decimals)


def clip(frame: Frame, shown: Display, episode: Episode) -> None:
    """Bend what comes near the limit so that it stays just under it."""
    part, limit = frame.part(episode.from_s, episode.to_s), episode.number
    knee = _KNEE * limit
    for quantity in frame.concerned(episode):
        code = quantity.code
        if quantity.total != "mass":
            continue
        judged = shown.converted.get(code, shown.values[code])[part]
        bent = knee + _BEND * limit * (1.0 - np.exp((knee - judged) / (_HARDNESS * limit)))
        low = np.minimum(np.round(np.where(judged > knee, bent, judged), quantity.decimals), limit)
        value = shown.values[code].copy()
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.where(judged > 0, low / judged, 1.0)
        value[part] = np.round(value[part] * ratio, quantity.decimals)
        if code in shown.converted:
            converted = shown.converted[code].copy()
            converted[part] = low
            shown.converted[code] = converted
        else:
            value[part] = low
        shown.values[code] = value
        shown.flag([code], part, "N")
