"""Real hours of a gas turbine as cases, with what the file lacks (oxygen, flow) drawn by a seed."""

import csv
import gzip
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from services.rules.quality.case import Case, Setting, Stated, Watched
from services.rules.quality.series import Floats, Series

SINCE = datetime(2024, 1, 1, tzinfo=UTC) - timedelta(hours=8)
WINDOW_H = 744
REFERENCE = 15.0
_NAMES = {
    "a21005": ("一氧化碳", "CO", "mg/m3"),
    "a21002": ("氮氧化物", "NOx", "mg/m3"),
    "a19001": ("氧含量", "oxygen", "%"),
    "a00000": ("标干流量", "flow", "m3/h"),
    "a01011": ("流速", "velocity", "m/s"),
    "a01012": ("烟温", "temperature", "Cel"),
    "i33400": ("负荷", "load", "%"),
}
POLLUTANTS = ("a21005", "a21002")
_COLUMNS = {
    "a21005": "Carbon monoxide",
    "a21002": "Nitrogen oxides",
    "a01012": "Turbine after temperature",
    "i33400": "Turbine energy yield",
}
_FULL_YIELD = 15.0
RANGES = {"a21005": 200.0, "a21002": 200.0}


@dataclass(frozen=True, slots=True)
class Shown:
    """What an outlet showed over a window: hour values, converted ones and flags by code."""

    since: datetime
    values: Mapping[str, Floats]
    converted: Mapping[str, Floats]
    stopped: Floats
    limits: Mapping[str, float] = field(default_factory=dict[str, float])
    settings: tuple[Setting, ...] = ()
    sibling: Floats | None = None
    """NOx of another outlet."""

    def part(self, first: int, end: int) -> "Shown":
        """The hours from `first` to before `end`."""
        return replace(
            self,
            since=self.since + timedelta(hours=first),
            values={code: each[first:end] for code, each in self.values.items()},
            converted={code: each[first:end] for code, each in self.converted.items()},
            stopped=self.stopped[first:end],
            sibling=None if self.sibling is None else self.sibling[first:end],
        )

    def case(self, stated: tuple[Stated, ...] = ()) -> Case:
        points = tuple(self._watched(number, code) for number, code in enumerate(self.values))
        siblings = ()
        if self.sibling is not None:
            like = next(each for each in points if each.code == "a21002")
            siblings = (
                replace(
                    like,
                    point=99,
                    en="NOx of stack 2",
                    zh="2号排口氮氧化物",
                    hours=self._series(self.sibling),
                ),
            )
        return Case(1, points, stated, siblings)

    def _watched(self, number: int, code: str) -> Watched:
        zh, en, unit = _NAMES[code]
        converts = code in self.converted
        return Watched(
            point=number,
            code=code,
            zh=zh,
            en=en,
            unit=unit,
            hours=self._series(self.values[code], self.converted.get(code)),
            side="state" if code == "i33400" else "out",
            limit=self.limits.get(code),
            reference_oxygen=REFERENCE if converts else None,
            range_max=RANGES.get(code),
            settings=self.settings if code == "a21002" else (),
        )

    def _series(self, values: Floats, converted: Floats | None = None) -> Series:
        flags = np.where(np.isfinite(values), np.where(self.stopped > 0, "F", "N"), "")
        return Series(
            self.since,
            3600,
            values,
            np.full(len(values), np.nan) if converted is None else converted,
            flags,
            np.zeros(len(values), dtype=np.int64),
        )


def turbine_path() -> Path | None:
    shared = os.environ.get("QINGKONG_SHARED")
    return None if shared is None else Path(shared) / "data" / "gas-turbine-hourly.csv.gz"


def turbine(path: Path, seed: int = 0) -> Shown:
    """All hours: CO and NOx as they stand, at 15 % oxygen; oxygen, flow and velocity are drawn.

    Oxygen follows the load and wanders by an AR(1) of 0.25 points, and the converted values follow.
    The limits of the trials are drawn too, and are compared with the numbers as they stand.
    """
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    column = {code: np.array([float(row[name]) for row in rows]) for code, name in _COLUMNS.items()}
    dice = np.random.default_rng(seed)
    load = column["i33400"] / _FULL_YIELD * 100
    wander = np.zeros(len(load))
    steps = dice.normal(0, 0.25 * np.sqrt(1 - 0.95**2), len(load))
    for place in range(1, len(load)):
        wander[place] = 0.95 * wander[place - 1] + steps[place]
    oxygen = np.round(15.0 - 0.03 * (load - 80) + wander + dice.normal(0, 0.05, len(load)), 2)
    flow = 200_000 * (0.3 + 0.7 * load / 100) * (1 + dice.normal(0, 0.01, len(load)))
    values = {code: column[code] for code in POLLUTANTS}
    converted = {code: values[code] * (21 - REFERENCE) / (21 - oxygen) for code in POLLUTANTS}
    values |= {
        "a19001": oxygen,
        "a00000": np.round(flow, 0),
        "a01011": np.round(flow / 200_000 * 20, 2),
        "a01012": column["a01012"] - 430,
        "i33400": load,
    }
    return Shown(SINCE, values, converted, np.zeros(len(load)))
