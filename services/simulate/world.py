"""A scenario worked out: the virtual province as values, and what a logger measured in an hour.

The contract between the model (which measures), the speech (which puts it into HJ 212 or JSON) and
the carriage (which loses, repeats and delays it). Pure values; times are seconds since 1970 UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from services.simulate.site import Site

STEP_S = 5
"""Seconds between two instants of an analyser; 720 instants make an hour."""
INSTANTS = 720

Floats: TypeAlias = npt.NDArray[np.float64]
Times: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.str_]
Protocol: TypeAlias = Literal["hjt212-2005", "hj212-2017", "hj212-2025", "cems-v1"]


@dataclass(frozen=True, slots=True)
class Interval:
    """From (inclusive) to (exclusive)."""

    from_s: int
    to_s: int

    def holds(self, at_s: int) -> bool:
        return self.from_s <= at_s < self.to_s


@dataclass(frozen=True, slots=True)
class Offset:
    """A clock that is wrong by `by_s` (positive: ahead) for a while."""

    during: Interval
    by_s: int


@dataclass(frozen=True, slots=True)
class Quantity:
    """A code that a logger sends: decimals shown, unit, and how the record totals it.

    `total` is `mass` (kg, concentration times flow), `volume` (m3, of a flow) or None.
    `cycle_s` is set for slow water analysers, which repeat one result.
    """

    code: str
    unit: str
    decimals: int
    point: str
    """Where it is bound in the registry: SUBJECT/SIDE/CODE."""
    total: Literal["mass", "volume"] | None = None
    converts: bool = False
    cycle_s: int | None = None
    range: tuple[float, float] | None = None
    rank: Literal["main", "spare", "comparison"] = "main"
    reference: float | None = None
    """Oxygen in % to which it is converted, where it is."""
    old_code: str | None = None
    """Its code in HJ/T 212-2005, where it has one; the registry expects that one sent only of a
    device with the quirk `old_codes`."""


@dataclass(frozen=True, slots=True)
class Carriage:
    """How a logger's messages reach the broker: what is lost, late, doubled or garbled, and when."""

    offline: tuple[Interval, ...] = ()
    """No network: kept and sent again afterwards (补传), newest first where the version says so."""
    lost: tuple[Interval, ...] = ()
    """Logger off: nothing is ever sent for this time."""
    clock: tuple[Offset, ...] = ()
    resend_share: float = 0.0
    garble_share: float = 0.0
    resends: tuple[Interval, ...] = ()
    """When `resend_share` holds; empty: always."""
    garbling: tuple[Interval, ...] = ()
    """When `garble_share` holds; empty: always."""


@dataclass(frozen=True, slots=True)
class VirtualDevice:
    """A logger: who it is, what it speaks, what it watches, how its words travel."""

    mn: str
    plant: str
    code: str
    outlet: str
    protocol: Protocol
    medium: Literal["air", "water"]
    st: str
    quirk: str | None
    """Name of a quirk of `schemas/scenario.py`, or None for a device by the standard."""
    commissioned_s: int
    realtime_s: int
    minute_s: int
    quantities: tuple[Quantity, ...]
    facilities: tuple[tuple[str, str], ...]
    """(code of the state as sent, e.g. SB1; code of the facility in the registry)."""
    carriage: Carriage = field(default_factory=Carriage)
    sm4_key: bytes | None = field(default=None, repr=False)
    works: Interval | None = None
    """When this physical logger holds its MN; None: always (a replacement has another one)."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """From `at_s` on the facility's reported state is `state` (HJ 212-2017 table 4, SBn-RS)."""

    code: str
    at_s: int
    state: int


@dataclass(frozen=True, slots=True)
class Happening:
    """Something the device reports once: `kind` log, status, restart, sample_retained, check ...

    `about` is the instrument (PolId), `code` the info code (i11001 ...), `text` what is said.
    """

    kind: str
    at_s: int
    about: str | None
    code: str | None
    text: str
    numbers: tuple[float, ...] = ()
    """Of a check (CN 2062): the standard's value and what the analyser read."""


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """A setting of an instrument as reported (CN 3020): `code` i13001 ..., `about` the PolId."""

    at_s: int
    about: str | None
    code: str
    value: str


@dataclass(frozen=True, slots=True)
class Hour:
    """What a logger's analysers showed in the hour from `begin_s`, at INSTANTS instants.

    `values`, `converted` (mg/m3 at reference oxygen), `flags` and `sampled` (unix seconds) are
    arrays by code, rounded as the display rounds. `states` begins with the state of each facility
    at `begin_s` and goes on with the changes inside the hour. `run_hours` is, for the local day
    that ends with this hour (else empty), the hours each facility ran.
    """

    begin_s: int
    values: dict[str, Floats]
    converted: dict[str, Floats]
    flags: dict[str, Flags]
    sampled: dict[str, Times]
    states: tuple[StateChange, ...]
    happenings: tuple[Happening, ...]
    parameters: tuple[ParameterSet, ...]
    run_hours: dict[str, float]


@dataclass(frozen=True, slots=True)
class Incident:
    """What truly happened, whatever the devices say: the ground truth that rules are held against.

    `kind` is a word of the scenario's schema (start_up, fault, bypass, dilution, clipping ...);
    `subject` is PLANT/CODE of a unit, facility, outlet or device.
    """

    kind: str
    subject: str
    during: Interval
    honest: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """The scenario worked out: devices, what happens, and the registry that fits them.

    `registry` is the document of `qingkong registry import`, as plain values for YAML.
    """

    seed: str
    span: Interval
    devices: tuple[VirtualDevice, ...]
    incidents: tuple[Incident, ...]
    registry: dict[str, object]
    sites: Mapping[str, Site] = field(default_factory=dict[str, Site], repr=False)
    """The plants as the process models need them, by code; nothing else reads them."""
