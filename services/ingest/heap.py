"""The readings of a batch in the making: single rows, and groups of frames of one layout."""

from dataclasses import dataclass, field

from schemas.series import Series
from services.hj212.shape import FastFrame
from services.ingest.layout import Group, Times
from services.ingest.packing import pack_rows
from services.ingest.plan import Plan
from services.ingest.record import Row


@dataclass(slots=True)
class Heap:
    """Collects readings by series; `pack` gives each series' rows for binary COPY."""

    rows: dict[Series, list[Row]] = field(default_factory=dict[Series, list[Row]])
    groups: dict[int, Group] = field(default_factory=dict[int, Group])

    def add_row(self, row: Row) -> None:
        """Take in one row."""
        self.rows.setdefault(row.series, []).append(row)

    def add_frame(self, plan: Plan, fast: FastFrame, times_us: Times, seq: int) -> None:
        """Take in all rows of a frame, with its times."""
        layout = plan.layout
        group = self.groups.get(id(layout))
        if group is None:
            group = self.groups[id(layout)] = Group(layout, plan.series)
        group.frames.append((*times_us, seq, plan.channels, fast.numbers, fast.flags))

    def pack(self, batch: int) -> dict[Series, bytes]:
        """The rows of each series, without header and trailer."""
        packed = {series: [pack_rows(rows, batch)] for series, rows in self.rows.items()}
        for group in self.groups.values():
            packed.setdefault(group.series, []).append(group.pack(batch))
        return {series: b"".join(parts) for series, parts in packed.items()}

    @property
    def frames(self) -> int:
        """How many frames came as one."""
        return sum(len(group.frames) for group in self.groups.values())

    @property
    def count(self) -> int:
        """How many rows there are."""
        singles = sum(len(rows) for rows in self.rows.values())
        return singles + sum(group.rows for group in self.groups.values())
