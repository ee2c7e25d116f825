"""What can happen in a scenario, planned or by chance: each kind with its subject and details.

It must not know how a kind shows in the data.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, StringConstraints, model_validator

from schemas.registry_words import Code, Number
from schemas.scenario_words import Begin, Duration, Entry, Share, When

Subject = Literal["unit", "facility", "device"]
IncidentKind = Literal[
    "start_up",
    "shutdown",
    "banking",
    "load_change",
    "fuel_change",
    "trip",
    "bypass",
    "ineffective",
    "facility_maintenance",
    "off_at_night",
    "facility_off_at_night",
    "calibration",
    "maintenance",
    "drift",
    "stuck",
    "fault",
    "over_range",
    "span_check",
    "offline",
    "power_loss",
    "clock_ahead",
    "clock_behind",
    "resends",
    "garbling",
    "replaced",
    "constant_values",
    "clipping",
    "replayed_days",
    "oxygen_dilution",
    "declared_stopped",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """Of what a kind happens, how long by default, and which details it takes and needs."""

    subject: Subject
    default_s: int | None
    honest: bool = True
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


_HOUR_S = 3_600
_CODES = ("codes",)
RULES: dict[IncidentKind, Rule] = {
    "start_up": Rule("unit", None, takes=("cold_for",)),
    "shutdown": Rule("unit", 12 * _HOUR_S),
    "banking": Rule("unit", 8 * _HOUR_S),
    "load_change": Rule("unit", 4 * _HOUR_S, takes=("factor",)),
    "fuel_change": Rule("unit", 12 * _HOUR_S, takes=("factor", "fuel")),
    "trip": Rule("facility", _HOUR_S),
    "bypass": Rule("facility", 2 * _HOUR_S),
    "ineffective": Rule("facility", 6 * _HOUR_S, takes=("factor",)),
    "facility_maintenance": Rule("facility", 4 * _HOUR_S),
    "off_at_night": Rule("facility", 8 * _HOUR_S, honest=False),
    "facility_off_at_night": Rule("facility", 8 * _HOUR_S, honest=False),
    "calibration": Rule("device", 1_200, takes=_CODES),
    "maintenance": Rule("device", 2 * _HOUR_S, takes=_CODES),
    "drift": Rule("device", 48 * _HOUR_S, takes=(*_CODES, "factor")),
    "stuck": Rule("device", 5 * _HOUR_S, takes=_CODES),
    "fault": Rule("device", 3 * _HOUR_S, takes=_CODES),
    "over_range": Rule("device", 1_800, takes=_CODES),
    "span_check": Rule("device", 1_200, takes=(*_CODES, "factor")),
    "offline": Rule("device", 3 * _HOUR_S),
    "power_loss": Rule("device", _HOUR_S),
    "clock_ahead": Rule("device", 12 * _HOUR_S, takes=("by",)),
    "clock_behind": Rule("device", 12 * _HOUR_S, takes=("by",)),
    "resends": Rule("device", 6 * _HOUR_S, takes=("share",)),
    "garbling": Rule("device", 6 * _HOUR_S, takes=("share",)),
    "replaced": Rule("device", 1_800),
    "constant_values": Rule("device", 24 * _HOUR_S, honest=False, takes=_CODES),
    "clipping": Rule(
        "device", 72 * _HOUR_S, honest=False, takes=("codes", "limit"), needs=("limit",)
    ),
    "replayed_days": Rule("device", 24 * _HOUR_S, honest=False, takes=("codes", "days_back")),
    "oxygen_dilution": Rule("device", 12 * _HOUR_S, honest=False, takes=("factor", "forged")),
    "declared_stopped": Rule("device", 8 * _HOUR_S, honest=False),
}
"""All kinds; `default_s` None: as long as a start of that kind of unit takes."""


class Details(Entry):
    """What a kind of incident needs beyond its subject and time; most are optional."""

    codes: tuple[Code, ...] = Field(
        default=(), description="pollutants concerned, e.g. [a21026]; default: those that fit"
    )
    factor: Annotated[float, Field(ge=-0.9, le=10)] | None = Field(
        default=None,
        description="load_change: share of full load; fuel_change: sulphur against before; "
        "ineffective: share of effect left; drift: relative error at the end; span_check: reading "
        "against the standard; oxygen_dilution: share of air let in",
    )
    limit: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="clipping: no value comes above it (converted, where converted)"
    )
    fuel: str | None = Field(default=None, max_length=200, description="fuel_change: new fuel")
    days_back: Annotated[int, Field(ge=1, le=365)] = Field(
        default=7, description="replayed_days: how old the values are that are shown again"
    )
    forged: bool = Field(
        default=False,
        description="oxygen_dilution: the converted value is computed with the old oxygen",
    )
    by: Duration = Field(default=3600, description="clock_ahead, clock_behind: how wrong")
    share: Share = Field(default=0.1, description="resends, garbling: share of the messages")
    cold_for: Duration = Field(default=8 * 3600, description="start_up: how long it stood before")


class Incident(Entry):
    """A planned incident 事件: what, to whom, from when, how long."""

    kind: IncidentKind
    subject: Annotated[str, StringConstraints(pattern=r"^[^\s/]{1,64}/[^\s/]{1,64}$")] = Field(
        description="PLANT/CODE of a unit, a facility or a device (or of a device's outlet)"
    )
    begin: Begin = Field(
        default=When(),
        validation_alias=AliasChoices("from", "at"),
        serialization_alias="from",
        description="after the start: `2d 3h`; every day: `22:00-06:00`; both: `2d 22:00-06:00`",
    )
    lasts: Duration | None = Field(
        default=None,
        validation_alias="for",
        serialization_alias="for",
        description="default: what is usual for the kind; of a daily window: until the end",
    )
    total: Duration | None = Field(
        default=None,
        description="a quota: it happens again and again, evenly spread, until `for` each time "
        "adds up to this much",
    )
    details: Details = Details()

    @model_validator(mode="after")
    def _fitting(self) -> "Incident":
        rule = RULES[self.kind]
        given = self.details.model_fields_set
        for name in sorted(given - set(rule.takes)):
            takes = ", ".join(rule.takes) or "no details"
            raise ValueError(f"{self.kind} does not take `{name}`: it takes {takes}")
        for name in rule.needs:
            if name not in given:
                raise ValueError(f"{self.kind} needs `details: {{{name}: ...}}`")
        if (self.details.factor or 0.0) < 0 and self.kind != "drift":
            raise ValueError(f"a `factor` below 0 means nothing for {self.kind}: give a share")
        if self.total is not None and self.begin.window is not None:
            raise ValueError("`total` spreads it by itself: leave the daily window out")
        return self


_Rate = Annotated[Number, Field(ge=0, le=100)]


class Rates(Entry):
    """How often things happen by chance, per plant and day (0.1: every tenth day or so)."""

    shutdown: _Rate = Field(default=0.02, description="with the start-up that follows")
    banking: _Rate = 0.02
    load_change: _Rate = 0.3
    fuel_change: _Rate = 0.1
    trip: _Rate = 0.1
    bypass: _Rate = 0.02
    ineffective: _Rate = 0.05
    facility_maintenance: _Rate = 0.1
    calibration: _Rate = 0.2
    maintenance: _Rate = 0.15
    drift: _Rate = 0.03
    stuck: _Rate = 0.03
    fault: _Rate = 0.08
    over_range: _Rate = 0.05
    span_check: _Rate = 0.3
    offline: _Rate = 0.1
    power_loss: _Rate = 0.05
    clock_ahead: _Rate = 0.01
    clock_behind: _Rate = 0.02
    resends: _Rate = 0.05
    garbling: _Rate = 0.05
    replaced: _Rate = 0.001
