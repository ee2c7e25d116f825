"""An export 导出: what is handed out as a file, and the manifest by which it is known again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal, NamedTuple, cast

from schemas.judgement import Period
from schemas.series import Series

ZONE = "UTC+08:00"
Kind = Literal["text", "number", "integer", "flag", "time"]


class What(StrEnum):
    """Of what it is."""

    READINGS = "readings"
    MEANS = "means"
    VERDICTS = "verdicts"
    ALERTS = "alerts"
    MARKS = "marks"
    LIMITS = "limits"


class Format(StrEnum):
    """The form of the file."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


class Column(NamedTuple):
    """A column of the file; times are those of the site's clock."""

    name: str
    kind: Kind = "text"

    @property
    def header(self) -> str:
        """What stands above it: of a time its zone too."""
        return f"{self.name} ({ZONE})" if self.kind == "time" else self.name


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """What is asked for: [since, until), as known below `position`; None: whatever there is.

    `plants` are ids, `subject` and `code` codes. `series` is for readings, `period` for means and
    verdicts. With `guarded` no text begins a formula: spreadsheets read the file.
    """

    what: What
    position: int
    since: datetime
    until: datetime
    plants: tuple[int, ...] | None = None
    subject: str | None = None
    side: str | None = None
    code: str | None = None
    series: Series = Series.HOUR
    period: Period = Period.HOUR
    guarded: bool = True

    def as_json(self) -> dict[str, object]:
        """Fit to be kept."""
        return {
            "what": self.what.value,
            "position": str(self.position),
            "since": self.since.astimezone(UTC).isoformat(),
            "until": self.until.astimezone(UTC).isoformat(),
            "plants": None if self.plants is None else list(self.plants),
            "subject": self.subject,
            "side": self.side,
            "code": self.code,
            "series": self.series.value,
            "period": self.period.value,
            "guarded": self.guarded,
        }


def query_of(said: Mapping[str, object]) -> ExportQuery:
    """The query of `as_json`. Raises KeyError and ValueError when it is none."""
    plants = cast("list[int] | None", said["plants"])
    return ExportQuery(
        what=What(str(said["what"])),
        position=int(str(said["position"])),
        since=datetime.fromisoformat(str(said["since"])),
        until=datetime.fromisoformat(str(said["until"])),
        plants=None if plants is None else tuple(plants),
        subject=cast("str | None", said["subject"]),
        side=cast("str | None", said["side"]),
        code=cast("str | None", said["code"]),
        series=Series(str(said["series"])),
        period=Period(str(said["period"])),
        guarded=said["guarded"] is True,
    )


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was handed out. `digest` (SHA-256) is of the file, `rows_digest` of its rows as lines of CSV. `size` in bytes.

    The lines depend on the query and its position alone, whatever the file's format.
    """

    name: str
    format: Format
    query: ExportQuery
    columns: tuple[str, ...]
    rows: int
    size: int
    digest: bytes
    rows_digest: bytes
    software: str
    account: int | None
    actor: str
    began_at: datetime
    made_at: datetime
    checkpoint: int | None = None
