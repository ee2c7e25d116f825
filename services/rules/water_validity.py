"""Whether a record of a water instrument may be used: the rules of gas, with flow's two exceptions.

It must not know means, nor which results were due.
"""

from dataclasses import dataclass, field

from schemas.record import Record
from schemas.water import Judged
from services.rules.flags import FlagKind, Meaning, Use
from services.rules.hour_minutes import NEGATIVE, taken_of
from services.rules.hour_parameters import HourRules

_UNKNOWN = Meaning(FlagKind.UNKNOWN, Use.NONE)


@dataclass(frozen=True, slots=True)
class WaterJudge:
    """Judges the records of one instrument; `flow`: it measures flow.

    A negative flow is no volume, and the end of a flow meter's range none to weigh with, whatever
    the parameters say.
    """

    rules: HourRules = field(default_factory=HourRules)
    flow: bool = False

    def __call__(self, record: Record) -> Judged:
        """The number of a record, or why it is none; zero is a number."""
        negatives = "invalid" if self.flow else self.rules.hour.negatives
        meant = self.rules.meanings.get(record.flag, _UNKNOWN)
        taken = taken_of(record, meant, negatives)
        if isinstance(taken, str):
            return Judged(None, taken)
        if self.flow and taken.bound:
            return Judged(None, FlagKind.OVER_RANGE.value)
        return Judged(taken.value, at_least=taken.bound)

    def doubts(self, record: Record) -> tuple[str, ...]:
        """Names of the parameters that this record's use rests on and nobody vouches for."""
        meant = self.rules.meanings.get(record.flag, _UNKNOWN)
        names = self.rules.flags.unestablished(meant.rests_on)
        judged = self(record)
        negative = record.value is not None and record.value < 0
        if self.flow or not negative or not (judged.why == NEGATIVE or judged.value is not None):
            return names
        return (*names, *self.rules.hour.unestablished(("negatives",)))
