"""The simulator's dishonest incidents, as they are staged in a month: when, on what, who should find them."""

from dataclasses import dataclass

from tests.bench.cheat_simulated import Month

_FACILITY = {
    "coal_power": "SCR1A",
    "waste_incineration": "SDA1",
    "steel": "FGD1",
    "cement": "SNCR1",
}
_FUEL = {"coal_power": "B1", "waste_incineration": "W1", "steel": "S1", "cement": "K1"}


@dataclass(frozen=True, slots=True)
class Staged:
    """An incident in the hours `places` of a month; `kinds` empty: at every kind of plant.

    With a `companion` the coal is bad meanwhile, for the honest twin too.
    """

    name: str
    rules: frozenset[str]
    places: range
    kind: str
    details: tuple[tuple[str, object], ...] = ()
    kinds: tuple[str, ...] = ()
    companion: bool = False
    nightly: bool = False

    def incidents(self, month: Month, seed: int) -> list[dict[str, object]]:
        """As the scenario's file would say it: the incident itself stands first."""
        day, hour = divmod(self.places.start, 24)
        during = {"from": f"{day}d {hour}h", "for": f"{len(self.places)}h"}
        subject = month.device.code
        if self.nightly:
            during = {"from": f"{day}d 22:00-06:00", "for": f"{len(self.places)}h"}
            subject = _FACILITY[month.kind]
        details: dict[str, object] = dict(self.details)
        if self.kind == "replayed_days":
            details["days_back"] = 1 + (7 * seed + 3) % 20
        first: dict[str, object] = {
            "kind": self.kind,
            "subject": f"P0/{subject}",
            **during,
            "details": details,
        }
        if not self.companion:
            return [first]
        subject = _FUEL[month.kind]
        bad: dict[str, object] = {"kind": "fuel_change", "subject": f"P0/{subject}", **during}
        return [first, bad | {"details": {"factor": 1.7 + 0.05 * seed}}]


_DAY = range(29 * 24, 30 * 24)
STAGED = (
    Staged(
        "constant_values",
        frozenset({"constant_value"}),
        range(29 * 24 + 5, 29 * 24 + 17),
        "constant_values",
    ),
    Staged(
        "clipping",
        frozenset({"plateau", "tail_vanished", "near_limit"}),
        range(23 * 24, 30 * 24),
        "clipping",
        (("codes", ["a21026"]), ("limit", 35)),
        ("coal_power",),
        companion=True,
    ),
    Staged("replayed_days", frozenset({"replayed_block"}), _DAY, "replayed_days"),
    Staged(
        "oxygen_dilution",
        frozenset({"oxygen_raised", "oxygen_off_load"}),
        _DAY,
        "oxygen_dilution",
        (("factor", 0.3),),
    ),
    Staged(
        "forged_dilution",
        frozenset({"conversion_differs"}),
        _DAY,
        "oxygen_dilution",
        (("factor", 0.3), ("forged", True)),
    ),
    Staged(
        "declared_stopped",
        frozenset({"declared_stopped", "marks_contradict"}),
        range(29 * 24 + 3, 29 * 24 + 11),
        "declared_stopped",
    ),
    Staged(
        "off_at_night",
        frozenset({"night_over_day"}),
        range(23 * 24, 30 * 24),
        "off_at_night",
        nightly=True,
    ),
    Staged(
        "facility_off_at_night",
        frozenset({"night_over_day"}),
        range(23 * 24, 30 * 24),
        "facility_off_at_night",
        nightly=True,
    ),
)
