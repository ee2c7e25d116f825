"""A case 告警: what it is about, how it stands, what became of it, and what happened to it.

All times are UTC. `at` is always when something happened; `made_at` when the platform noticed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

Detail = Mapping[str, object]
"""Numbers, names and sentences, fit for JSON (decimals and times as text)."""

PLATFORM = "platform"
"""Who acts where no person does."""


class AlertKind(StrEnum):
    """What a case is about."""

    LIMIT_HOUR = "limit_hour"  # 小时均值超标
    LIMIT_DAY = "limit_day"  # 日均值超标
    LIMIT_MONTH = "limit_month"  # 月度超标、达标率不足
    PREWARNING = "prewarning"  # 预警: the running hour or day is about to exceed
    NO_DATA = "no_data"  # 数据缺失或无效: hours without valid data
    DEVICE_OFFLINE = "device_offline"  # 设备离线: a logger says nothing
    LATE_TRANSMISSION = "late_transmission"  # 迟报
    LOW_EFFECTIVENESS = "low_effectiveness"  # 传输有效率不足
    FACILITY_OFF = "facility_off"  # 治理设施未同步运行
    BYPASS_OPEN = "bypass_open"  # 旁路开启
    LOW_REMOVAL = "low_removal"  # 去除效率不足
    LOW_LOAD = "low_load"  # 负荷率不足、闲置、进水异常
    FURNACE_TEMPERATURE = "furnace_temperature"  # 炉温不足
    DATA_QUALITY = "data_quality"  # 数据质量异常
    FALSIFICATION = "falsification"  # 疑似弄虚作假
    DEVICE_CLOCK = "device_clock"  # 设备时钟异常
    MN_MISMATCH = "mn_mismatch"  # 冒用 MN
    MARK_QUOTA = "mark_quota"  # 豁免时长用尽或将尽
    MANUAL_DUTY = "manual_duty"  # 手工监测缺失或比对不符
    PLATFORM_SILENT = "platform_silent"  # 平台收数中断: many loggers silent at once
    PLATFORM_LAG = "platform_lag"  # 平台判定滞后
    PLATFORM_CLOCK = "platform_clock"  # 平台主机时钟异常
    PLATFORM_NOTICE = "platform_notice"  # 通知发送失败
    SUPERVISION = "supervision"  # 督办事项: an order, or a contest, that is about no other case


class AlertState(StrEnum):
    """pending 待确认: seen, and not yet sure; lapsed 未成立: was pending and never opened."""

    PENDING = "pending"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    LAPSED = "lapsed"


ACTIVE = frozenset({AlertState.PENDING, AlertState.OPEN, AlertState.ACKNOWLEDGED})


class Severity(StrEnum):
    """Our own scale 蓝黄橙红, in rising order: no national one for point sources is known."""

    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"

    @property
    def rank(self) -> int:
        return tuple(Severity).index(self)


class Disposition(StrEnum):
    """甄别: what a resolved case turned out to be."""

    CONFIRMED = "confirmed"  # 属实
    INSTRUMENT = "instrument"  # 仪器原因
    EXEMPT = "exempt"  # 标记豁免
    TEST = "test"  # 测试
    DUPLICATE = "duplicate"  # 重复


class Target(NamedTuple):
    """What a case is about, as ids of the registry; all None: the platform."""

    plant: int | None = None
    subject: int | None = None
    point: int | None = None
    device: int | None = None

    def key(self, kind: AlertKind) -> str:
        """The same for the same problem at the same place."""
        return "/".join((kind.value, *("-" if one is None else str(one) for one in self)))


@dataclass(frozen=True, slots=True)
class Span:
    """What is believed of one stretch of time about one target and kind.

    `holds`: True, something is wrong; False, known to be right; None, not known (no data is not
    compliant: it neither opens nor clears). `until` None: still going on. `settled`: nothing still
    to come can be expected to change it, so a case may open on it. `multiple` is 超标倍数 where
    there is one. `source` names the rows it was read from, for instance `verdict:1234`.
    """

    since: datetime
    until: datetime | None
    holds: bool | None
    settled: bool = True
    multiple: Decimal | None = None
    sure: bool = True
    zh: str = ""
    en: str = ""
    clause: str = ""
    exempt: bool = False
    """Not wrong because a mark that counts excuses it."""
    source: str = ""
    evidence: Detail = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Alert:
    """A case as it stands. `alert` 0: not stored yet. Times as in the table of the same name.

    `since` and `until` are when it was wrong (event time; `until` None: it still is);
    `opened_at`, `acknowledged_at`, `resolved_at` are the clock. `spells`: how often it began, for it
    may clear and come again. `spans`: of how many wrong stretches it is made; `worst`: the greatest
    multiple. `due_at`: when the clock alone may change it. `version` counts its events. `about`: what
    it is about beside its place, for instance `order/7`; empty for all that is measured.
    """

    alert: int
    kind: AlertKind
    target: Target
    state: AlertState
    severity: Severity
    since: datetime
    until: datetime | None
    version: int
    changed_at: datetime
    sure: bool = True
    found_late: bool = False
    spells: int = 1
    spans: int = 1
    worst: Decimal | None = None
    zh: str = ""
    en: str = ""
    clause: str = ""
    evidence: Detail = field(default_factory=dict[str, object])
    opened_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    assignee: str | None = None
    disposition: Disposition | None = None
    cause: str | None = None
    duplicate_of: int | None = None
    due_at: datetime | None = None
    about: str = ""

    @property
    def key(self) -> str:
        place = self.target.key(self.kind)
        return f"{place}/{self.about}" if self.about else place

    @property
    def active(self) -> bool:
        return self.state in ACTIVE


class Event(StrEnum):
    """What happened to a case."""

    PENDING = "pending"
    OPENED = "opened"
    RAISED = "raised"  # a higher severity
    EXTENDED = "extended"  # reaches further than was known, or an older stretch was found late
    LAPSED = "lapsed"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    DISPOSED = "disposed"
    COMMENTED = "commented"
    ASSIGNED = "assigned"
    ORDERED = "ordered"  # a supervision order 督办 was issued on it
    COVERED = "covered"  # it explains others, which were therefore not raised


class AlertEvent(NamedTuple):
    """One step of a case: after it, the case has this `version`, state, severity, since and until.

    `reason` is a word of a small vocabulary that says why.
    """

    version: int
    what: Event
    reason: str
    actor: str
    at: datetime
    made_at: datetime
    state: AlertState
    severity: Severity
    since: datetime
    until: datetime | None
    detail: Detail


class Step(NamedTuple):
    """A case after what was decided, and the events that led there, in order; none: nothing is new.

    `alert.version` is that of the last event. The version it was read with (0: not stored) is
    `version - len(events)`: writing it is refused when another was written meanwhile.
    """

    alert: Alert
    events: tuple[AlertEvent, ...]

    @property
    def read_version(self) -> int:
        return self.alert.version - len(self.events)
