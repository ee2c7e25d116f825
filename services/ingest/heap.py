"""The readings of a batch in the making: single rows, and groups of frames of one layout."""

from dataclasses import dataclass, field

from schemas.series import Series
from services.hj212.shape import FastFrame
from services.ingest.hj212_statement import qn_us
from services.ingest.layout import Group, LaidOut
from services.ingest.packing import pack_rows
from services.ingest.plan import Plan
from services.ingest.record import Row


@dataclass(slots=True)
class Heap:
    """Collects readings by series; `pack` gives each series' rows for binary COPY."""

    rows: dict[Series, list[Row]] = field(default_factory=dict[Series, list[Row]])
    groups: dict[tuple[Series, int], Group] = field(default_factory=dict[tuple[Series, int], Group])

    def add_row(self, row: Row) -> None:
        """Take in one row."""
        self.rows.setdefault(row.series, []).append(row)

    def add_frame(self, plan: Plan, fast: FastFrame, times_us: tuple[int, int], seq: int) -> None:
        """Take in all rows of a frame; `times_us` are its DataTime and its receipt."""
        group = self._group(plan.series, plan.layout)
        group.times.append(times_us[0])
        group.received.append(times_us[1])
        if fast.qn is not None:
            group.sent.append(qn_us(fast.qn))
        group.seqs.append(seq)
        group.channels.append(plan.channels)
        group.numbers.append(fast.numbers)
        group.flags.append(fast.flags)

    def pack(self, batch: int) -> dict[Series, bytes]:
        """The rows of each series, without header and trailer."""
        packed = {series: [pack_rows(rows, batch)] for series, rows in self.rows.items()}
        for (series, _), group in self.groups.items():
            packed.setdefault(series, []).append(group.pack(batch))
        return {series: b"".join(parts) for series, parts in packed.items()}

    @property
    def count(self) -> int:
        """How many rows there are."""
        singles = sum(len(rows) for rows in self.rows.values())
        return singles + sum(group.rows for group in self.groups.values())

    def _group(self, series: Series, layout: LaidOut) -> Group:
        key = (series, id(layout))
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = Group(layout)
        return group
