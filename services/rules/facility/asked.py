"""What a judgement of facilities is asked with: the plant's words and groups, stage, clock, parameters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timezone

from schemas.judgement import Stage
from schemas.registry_rows import GroupRow, SubjectRow
from schemas.registry_words import BEIJING
from services.rules.facility.course import Course, Window, unknown
from services.rules.facility.episodes import Terms
from services.rules.facility.parameters import DERIVED, TIMELINE, FacilityParameters
from services.rules.facility.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Asked:
    """A plant over a window. `live`: the window ends now, so what reaches its end is still open.

    `told`: the part of it whose episodes are asked for (None: all).
    `lines`: timelines of its units and facilities, and of outlets that are bypasses (on: open), by
    subject; who has none is unknown throughout.
    """

    window: Window
    subjects: Mapping[int, SubjectRow]
    groups: tuple[GroupRow, ...]
    lines: Mapping[int, Timeline]
    stage: Stage
    live: bool = False
    zone: timezone = BEIJING
    params: FacilityParameters = field(default_factory=FacilityParameters)
    told: Window | None = None

    def terms(self, least_s: int) -> Terms:
        """When a fault that lasts is an episode."""
        return Terms(least_s, self.params.unknown_bridged_s, self.live, self.told)

    def course(self, subject: int) -> Course:
        """The believed course of a subject."""
        line = self.lines.get(subject)
        return unknown(self.window) if line is None else line.course

    def label(self, subject: int) -> str:
        """Name and code of a subject, for sentences."""
        row = self.subjects.get(subject)
        if row is None:
            return f"#{subject}"
        return row.code if row.name in {row.code, ""} else f"{row.name}({row.code})"

    def doubts(self, names: Iterable[str], subjects: Iterable[int] = ()) -> tuple[str, ...]:
        """What nobody vouches for of these parameters, and of what the subjects' courses rest on."""
        wanted = set(names)
        of_rules: list[str] = []
        for subject in subjects:
            line = self.lines.get(subject)
            if line is None:
                continue
            wanted.update(TIMELINE if line.reported is not None else ())
            wanted.update(DERIVED if line.derived is not None else ())
            of_rules += line.doubts if line.derived is not None else ()
        own = self.params.unestablished(
            name for name in FacilityParameters.model_fields if name in wanted
        )
        return tuple(dict.fromkeys([*own, *of_rules]))
