"""What a case rests on as far as its page says it unasked: its rule, stage, limits, and what is in doubt.

It reads beliefs and no evidence: records, frames and chain are looked at on a page of their own, and
each look at them is put on record. It must not decide anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.judgement import Stage
from schemas.limits import LimitVersion
from services.api.console.cases.doubted import LIMIT
from services.api.console.cases.figures import against_of
from services.api.models.alerts_read import AlertModel
from services.api.routes.evidence import SOURCE
from services.store.evidence_verdict import limit_version, read_kept_verdict
from services.store.history_versions import finding_versions
from services.store.session import Session

MOST: Final = 4
"""A case over more limits than this at once names the first ones' doubts; evidence names all."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """`laws`: the beliefs about limits by version. `doubts`: names of what nobody vouches for."""

    rule: str | None
    provisional: bool
    doubts: Sequence[str]
    laws: Mapping[int, LimitVersion]

    @property
    def unverified(self) -> list[LimitVersion]:
        """The limits in doubt."""
        if LIMIT not in self.doubts:
            return []
        return [one for one in self.laws.values() if not one.law.verified]


def grounds_of(session: Session, case: AlertModel, position: int) -> Grounds:
    """Of a case that the caller may see, as known at a position. Raises psycopg.Error."""
    verdicts = [read_kept_verdict(session, one) for one in _named(case, "verdict")]
    kept = [one for one in verdicts if one is not None]
    findings = [finding_versions(session, one, position) for one in _named(case, "finding")]
    found = [one[-1] for one in findings if one]
    versions = [one.version for one in against_of(case)] + [one.limit_version for one in kept]
    stages = {case.evidence.get("stage"), *(one.stage for one in (*kept, *found))}
    rule = case.evidence.get("rule")
    return Grounds(
        rule=rule if isinstance(rule, str) else next((one.rule for one in found), None),
        provisional=Stage.PROVISIONAL in stages,
        doubts=list(dict.fromkeys(name for one in (*kept, *found) for name in one.doubts)),
        laws=_laws(session, versions),
    )


def _named(case: AlertModel, what: str) -> list[int]:
    """The rows of a kind that the case was read from."""
    source = case.evidence.get("source")
    found = SOURCE.match(source) if isinstance(source, str) else None
    if found is None or found[1] != what:
        return []
    return [int(number) for number in found[2].split(",")][:MOST]


def _laws(session: Session, versions: Iterable[int | None]) -> dict[int, LimitVersion]:
    numbers = [one for one in dict.fromkeys(versions) if one is not None]
    found = [limit_version(session, one) for one in numbers[:MOST]]
    return {one.version: one for one in found if one is not None}
